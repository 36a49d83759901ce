"""The points at which formulas are compared: of both signs and mixed ones, small and large."""

from collections.abc import Mapping, Sequence
from typing import Any

from r1data.answers.math.formulas.building import OPEN_LOG
from r1data.answers.math.formulas.tree import Call, Tree, symbols, walk
from r1data.answers.math.notation.vocabulary import names
from r1data.seeds import derive_seed

NUM_POINTS, MAX_TRIES = 8, 32
NUM_INTEGER_POINTS, MAX_INTEGER_TRIES = 30, 40
INTEGERS = names("i j k l m n p q r s K L M N")
"""Letters that stand for whole numbers where they are rounded down or up."""
MAX_INTEGER = 40
PARTS = 3_000_017
SIZES = {"medium": ("0.3", "3.3"), "large": ("3.3", "23.3"), "small": ("0.02", "0.32")}
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

MpNumber = Any
Values = Mapping[str, MpNumber]


class Points:
    """The points for two formulas; letters that either of them rounds are whole numbers."""

    def __init__(self, *trees: Tree) -> None:
        parts = [part for tree in trees for part in walk(tree)]
        self.variables = sorted(frozenset[str]().union(*map(symbols, trees)))
        rounded = [part for part in parts if isinstance(part, Call) and part.name in ROUNDED]
        self.integers = {
            name for part in rounded for name in symbols(part) if name.partition("_")[0] in INTEGERS
        }
        self.has_open_base = any(isinstance(part, Call) and part.name == OPEN_LOG for part in parts)

    @property
    def num_wanted(self) -> int:
        """How many points must agree."""
        return NUM_INTEGER_POINTS if self.integers else NUM_POINTS if self.variables else 1

    @property
    def num_tries(self) -> int:
        """How many points are tried to find so many with values."""
        return MAX_INTEGER_TRIES if self.integers else MAX_TRIES if self.variables else 1

    def at(self, attempt: int, base: str = "e") -> Values:
        r"""Return the values of the variables, and the base of a `\log` without one."""
        import mpmath

        values = {
            name: _whole(name, place, attempt)
            if name in self.integers
            else _point(name, place, attempt)
            for place, name in enumerate(self.variables)
        }
        return values | {OPEN_LOG: mpmath.e * 1 if base == "e" else mpmath.mpf(10)}


ROUNDED = frozenset(["floor", "ceil"])


def _whole(name: str, place: int, attempt: int) -> MpNumber:
    """Return a whole number: for the first variable, one after the other."""
    import mpmath

    number = attempt if place == 0 else derive_seed("numeric", name, attempt) % MAX_INTEGER
    return mpmath.mpf(number + 1)


def _point(name: str, place: int, attempt: int) -> MpNumber:
    import mpmath

    size, signs = PATTERNS[attempt % len(PATTERNS)]
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
