r"""The points at which formulas are compared: of both signs and mixed ones, small and large.

Formulas that are made of pieces (`|x|`, `\max`, `\lfloor x\rfloor`, roots) may agree on one of
them and differ on the next. They are compared at more points: far out, at whole numbers and halves,
and around each number that stands in them, where a piece may end.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from r1data.answers.math.formulas.building import OPEN_LOG
from r1data.answers.math.formulas.tree import (
    Call,
    Negative,
    Number,
    Power,
    Tree,
    literal_value,
    symbols,
    walk,
)
from r1data.answers.math.notation.vocabulary import names
from r1data.seeds import derive_seed

NUM_POINTS, MAX_TRIES = 8, 32
NUM_POINTS_OF_PIECES, MAX_TRIES_OF_PIECES = 48, 96
INTEGERS = names("i j k l m n p q r s K L M N")
"""Letters that stand for whole numbers where they are rounded, or count the factors -1."""
NUM_SMALL_INTEGERS = 30
MAX_INTEGER = 40
LARGE_INTEGERS = (200, 2_000, 20_000, 2_000_000)
PARTS = 3_000_017
SIZES = {
    "medium": ("0.3", "3.3"),
    "large": ("3.3", "23.3"),
    "small": ("0.02", "0.32"),
    "far": ("23", "900"),
    "farther": ("900", "2000000"),
}
PATTERNS: Sequence[tuple[str, str]] = (
    ("medium", "positive"),
    ("medium", "negative"),
    ("medium", "odd"),
    ("medium", "even"),
    ("large", "positive"),
    ("small", "positive"),
    ("large", "first"),
    ("small", "mixed"),
)
"""For each attempt in turn, how far from zero variables lie and which of them are negative: those
in odd or even places, the first alone, or any."""
FAR_PATTERNS = (("far", "mixed"), ("farther", "mixed"), ("far", "positive"), ("large", "mixed"))
MAX_ENDS = 12
MAX_END = 10**7
AROUND = tuple(map(Fraction, ("0", "1/2", "-1/2", "1/8", "-1/8", "1", "-1")))
ROUNDED = frozenset(["floor", "ceil"])
PIECED = ROUNDED | {"abs", "max", "min", "root"}
STEEP = frozenset(["factorial", "factorial2", "binomial", "sinh", "cosh", "tanh"])

MpNumber = Any
Values = Mapping[str, MpNumber]


class Points:
    """The points for two formulas; letters that either of them rounds are whole numbers."""

    def __init__(self, *trees: Tree) -> None:
        parts = [part for tree in trees for part in walk(tree)]
        calls = [part for part in parts if isinstance(part, Call)]
        self.variables = sorted(frozenset[str]().union(*map(symbols, trees)))
        whole = [part for part in calls if part.name in ROUNDED]
        whole_names = [symbols(part) for part in (*whole, *_exponents_of_negatives(parts))]
        self.integers = {
            name for names in whole_names for name in names if name.partition("_")[0] in INTEGERS
        }
        self.has_open_base = any(part.name == OPEN_LOG for part in calls)
        self.has_pieces = any(part.name in PIECED and symbols(part) for part in calls)
        self.has_absolutes = any(part.name == "abs" for part in calls)
        self.is_steep = any(map(_is_steep, parts))
        self.ends = _ends(parts) if self.has_pieces else []

    @property
    def num_wanted(self) -> int:
        """How many points must agree."""
        if self.integers or self.has_pieces:
            return NUM_POINTS_OF_PIECES
        return NUM_POINTS if self.variables else 1

    @property
    def num_tries(self) -> int:
        """How many points are tried to find so many with values."""
        if self.integers or self.has_pieces:
            return MAX_TRIES_OF_PIECES
        return MAX_TRIES if self.variables else 1

    def at(self, attempt: int, base: str = "e") -> Values:
        r"""Return the values of the variables, and the base of a `\log` without one."""
        import mpmath

        values = {
            name: self._whole(name, place, attempt)
            if name in self.integers
            else self._point(name, place, attempt)
            for place, name in enumerate(self.variables)
        }
        return values | {OPEN_LOG: mpmath.e * 1 if base == "e" else mpmath.mpf(10)}

    def _whole(self, name: str, place: int, attempt: int) -> MpNumber:
        """Return a whole number: for the first variable, one after the other, then large ones."""
        import mpmath

        limit = MAX_INTEGER
        if attempt >= NUM_SMALL_INTEGERS and not self.is_steep:
            limit = LARGE_INTEGERS[(attempt + place) % len(LARGE_INTEGERS)]
        is_next = place == 0 and attempt < NUM_SMALL_INTEGERS
        number = attempt if is_next else derive_seed("numeric", name, attempt) % limit
        return mpmath.mpf(number + 1)

    def _point(self, name: str, place: int, attempt: int) -> MpNumber:
        """Return a real number; where there are pieces, every second one is a chosen one."""
        if not self.has_pieces or attempt % 2 == 0:
            turn = attempt // 2 if self.has_pieces else attempt
            return _in_pattern(PATTERNS[turn % len(PATTERNS)], name, place, attempt)
        turn = attempt // 2
        if turn % 3 == 0 and not self.is_steep:
            return _in_pattern(FAR_PATTERNS[turn // 3 % len(FAR_PATTERNS)], name, place, attempt)
        return self._near_an_end(name, attempt)

    def _near_an_end(self, name: str, attempt: int) -> MpNumber:
        """Return a number at which a piece may end, or one beside it; others vary at random."""
        import mpmath

        chosen = self.ends[derive_seed("numeric end", name, attempt) % len(self.ends)]
        return mpmath.mpf(chosen.numerator) / chosen.denominator


def _exponents_of_negatives(parts: Sequence[Tree]) -> Iterator[Tree]:
    """Yield the exponents of negative numbers: `n` in `(-1)^n`."""
    for part in parts:
        if isinstance(part, Power):
            value = literal_value(part.base)
            if value is not None and value < 0:
                yield part.exponent


def _is_steep(part: Tree) -> bool:
    """Say whether a formula grows beyond reach where its variables are large."""
    if isinstance(part, Call):
        return part.name in STEEP
    is_power = isinstance(part, Power) and bool(symbols(part.exponent))
    return is_power and not (isinstance(part, Power) and part.base in (ONE, Negative(ONE)))


ONE = Number(Fraction(1))


def _ends(parts: Sequence[Tree]) -> list[Fraction]:
    """Return the numbers at which pieces may end, and those beside them, exact in base two."""
    found = [part.value for part in parts if isinstance(part, Number) and part.value < MAX_END]
    whole = sorted({round(8 * value) for value in found})[:MAX_ENDS]
    near = {Fraction(value, 8) + step for value in (0, 8, *whole) for step in AROUND}
    return sorted(near | {-value for value in near})


def _in_pattern(pattern: tuple[str, str], name: str, place: int, attempt: int) -> MpNumber:
    import mpmath

    size, signs = pattern
    low, high = (mpmath.mpf(end) for end in SIZES[size])
    share = mpmath.mpf(derive_seed("numeric", name, attempt) % PARTS) / PARTS
    value = low + (high - low) * share
    return -value if _is_negative(signs, name, place, attempt) else value


def _is_negative(signs: str, name: str, place: int, attempt: int) -> bool:
    match signs:
        case "positive" | "negative":
            return signs == "negative"
        case "odd" | "even":
            return (place % 2 == 0) == (signs == "odd")
        case "first":
            return place == 0
    return derive_seed("numeric sign", name, attempt) % 2 == 1
