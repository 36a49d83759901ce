"""Reading one number or formula with what stands around it: units, money, large numbers, bases."""

import re
from collections.abc import Sequence
from fractions import Fraction

from r1data.answers.math.formulas.expressions import read_expression
from r1data.answers.math.formulas.tree import Number, Tree
from r1data.answers.math.notation.tokens import LONGEST_PRODUCT, Token, Tokens
from r1data.answers.math.notation.unreadable import UnreadableError
from r1data.answers.math.notation.vocabulary import GREEK, TRIGONOMETRIC, names
from r1data.answers.math.values.units import BASE, PREFIXES, SINGULAR, Unit, read_unit
from r1data.answers.math.values.values import (
    EMPTY_SET,
    Based,
    Reals,
    Scalar,
    Value,
    number_of,
)

MONEY = {r"\dollar": "dollar", "€": "euro", "£": "gbp", "¥": "yuan", "₹": "rupee"}
LARGE = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "万": 10**4,
    "亿": 10**8,
}
UNIT_SIGNS = frozenset({"%", "°", "¢", r"\mu", r"\Omega"})
"""Signs and commands that may begin a unit."""
IN_UNITS = UNIT_SIGNS | {"/", r"\circ", r"\cdot", "{", "}", "^", "-"}
NO_UNIT_AFTER = names(r"_ { ^ ( + - \sqrt")
PREFIX_SIGN, OHM = "µ", "Ω"
"""Signs that TeX writes as commands, with a space before the letter that belongs to them."""
PLAIN_SIGNS = {r"\circ": "°", r"\mu": PREFIX_SIGN, r"\Omega": OHM, r"\cdot": "·"}
HYPHEN = re.compile(r"(?<=[A-Za-z]{2}) -(?=[A-Za-z]{2})")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
IN_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
BASES = {name: number for number, name in enumerate(IN_WORDS.split(), start=2)} | {
    f"base{number}": number for number in (2, 8, 10, 16)
}


def read_scalar(tokens: Tokens) -> Value:
    """Return what tokens without relations and lists are.

    Raises `UnreadableError`.
    """
    based = _read_based(tokens)
    if based is not None:
        return based
    parts = _quantities(tokens)
    together = added_up([read_scalar(part) for part in parts]) if len(parts) > 1 else None
    if together is not None:
        return together
    if len(tokens) == 1 and tokens[0].text in NAMED_SETS:
        return NAMED_SETS[tokens[0].text]
    rest, money = _take_money(tokens)
    rest, unit, factor = _take_unit(rest)
    tree = read_expression(rest)
    return Scalar(tree if factor == 1 else _scaled(tree, factor), money or unit)


def added_up(values: Sequence[Value]) -> Scalar | None:
    """Return the one quantity that `1 hour and 30 minutes` is: units that become smaller."""
    total, first, last = Fraction(0), None, None
    for value in values:
        number = number_of(value)
        unit = value.unit if isinstance(value, Scalar) else None
        if number is None or unit is None or not unit.dimensions:
            return None
        first = first or unit
        is_smaller = last is None or unit.factor < last.factor
        if unit.dimensions != first.dimensions or not is_smaller:
            return None
        total, last = total + number * unit.factor, unit
    return Scalar(Number(total / first.factor), first) if first else None


def _quantities(tokens: Tokens) -> list[list[Token]]:
    """Split tokens before each number that follows a word: `1 hour 30 minutes`."""
    parts: list[list[Token]] = [[]]
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else token
        if token.kind == "number" and before.kind in ("text", "word"):
            parts.append([])
        parts[-1].append(token)
    return parts


def _scaled(tree: Tree, factor: int) -> Number:
    if not isinstance(tree, Number):
        raise UnreadableError("a large number word follows no number")
    return Number(tree.value * factor, tree.num_decimals and None)


def _take_money(tokens: Tokens) -> tuple[Tokens, Unit | None]:
    """Take a currency's sign off the front, after a minus too, or off the end."""
    places = [0, 1] if tokens[0].text == "-" and len(tokens) > 2 else [0]
    for place in (places[0], len(tokens) - 1, places[-1]):
        if tokens[place].text in MONEY and len(tokens) > 1:
            rest = [*tokens[:place], *tokens[place + 1 :]]
            return rest, read_unit(MONEY[tokens[place].text])
    return tokens, None


def _take_unit(tokens: Tokens) -> tuple[Tokens, Unit | None, int]:
    """Take the unit off the end, with a word for a large number before it."""
    rest, unit = _unit_at_end(tokens)
    last = rest[-1]
    if len(rest) > 1 and last.kind in ("word", "text") and last.text in LARGE:
        return rest[:-1], unit, LARGE[last.text]
    large, others = _large_word(unit.thing) if unit is not None else ("", "")
    if not large:
        return rest, unit, 1
    return rest, read_unit(others) if others else None, LARGE[large]


def _large_word(thing: str) -> tuple[str, str]:
    """Part a large number from the things counted: `million apples`, `万人`."""
    first, _, others = thing.partition(" ")
    if first in LARGE:
        return first, others
    for word in LARGE:
        if first.startswith(word) and not word.isascii():
            return word, first.removeprefix(word)
    return "", ""


def _unit_at_end(tokens: Tokens) -> tuple[Tokens, Unit | None]:
    start = len(tokens)
    while start > 1 and _may_be_in_unit(tokens, start - 1):
        start -= 1
    for place in range(start, len(tokens)):
        if _begins_unit(tokens, place):
            is_worded = _is_worded(tokens, place)
            unit = read_unit(_unit_text(tokens[place:]), may_be_thing=is_worded)
            if unit is not None:
                return tokens[:place], unit
    return tokens, None


def _is_worded(tokens: Tokens, place: int) -> bool:
    """Say whether what stands at a place is words, not letters multiplied: `toy cars`, `14 men`."""
    last = tokens[-1]
    if "word" in (tokens[place].kind, last.kind) or "text" in (tokens[place].kind, last.kind):
        return True
    word = tokens[place].run
    is_whole = place == 1 and tokens[place].has_space and len(tokens) == len(word) + 1
    return is_whole and (word in SINGULAR or (len(word) == LONGEST_PRODUCT and word[-1] == "s"))


def _begins_unit(tokens: Tokens, place: int) -> bool:
    token, before = tokens[place], tokens[place - 1]
    if before.text in NO_UNIT_AFTER or (token.run and before.text[1:] in GREEK):
        return False
    if token.kind == "letter" and not token.run:
        return _is_unit_letter(tokens, place)
    if token.text == "^":
        is_degree = r"\circ" in (other.text for other in tokens[place : place + 3])
        return is_degree and not any(other.text in TRIGONOMETRIC for other in tokens[:place])
    return token.kind in ("letter", "word", "text") or token.text in UNIT_SIGNS


def _is_unit_letter(tokens: Tokens, place: int) -> bool:
    """Say whether a letter is a unit and no variable: apart from a number, as in `5 m`."""
    token, before = tokens[place], tokens[place - 1]
    after = tokens[place + 1].text if place + 1 < len(tokens) else "/"
    if after in (OHM, r"\Omega"):
        return before.kind == "number" and token.text in PREFIXES
    is_alone = after in ("/", "^", r"\cdot") or after in BASE
    follows_number = before.kind == "number" or before.text == "}"
    is_of_number = all(other.kind != "letter" for other in tokens[:place])
    is_apart = token.has_space and follows_number and is_of_number
    return is_alone and is_apart and token.text in BASE


def _may_be_in_unit(tokens: Tokens, place: int) -> bool:
    token = tokens[place]
    if token.kind in ("text", "word", "letter") or token.text in IN_UNITS:
        return True
    before = [other.text for other in tokens[max(place - 3, 0) : place]]
    return token.kind == "number" and len(token.text) == 1 and "^" in before


def _unit_text(tokens: Tokens) -> str:
    """Return the tokens of a unit as a text: letters of one run together, a degree as its sign."""
    words: list[str] = []
    for token in tokens:
        text = PLAIN_SIGNS.get(token.text, token.text)
        is_inside = token.kind == "letter" and not token.run and not token.has_space
        is_inside = bool(words) and (is_inside or words[-1].endswith(PREFIX_SIGN) or text == OHM)
        words.append(text if is_inside else f" {text}")
    joined = "".join(words).replace("^ { °}", "°").replace("{", "").replace("}", "")
    joined = joined.replace("^ °", "°").replace("^  °", "°").replace("^ ", "^").replace("- ", "-")
    joined = HYPHEN.sub("-", " ".join(joined.split()))
    return joined.replace("° ", "°")


def _read_based(tokens: Tokens) -> Based | None:
    r"""Read `1011_2`, `(1A3)_{16}`, `-37_8` and `101_{\text{two}}`."""
    places = [place for place, token in enumerate(tokens) if token.text == "_"]
    if len(places) != 1 or places[0] == 0:
        return None
    name = "".join(token.text for token in tokens[places[0] + 1 :]).strip("{}() ").lower()
    written = "".join(token.text for token in tokens[: places[0]]).upper()
    sign = "-" if written.startswith("-") else ""
    digits = written.removeprefix("-").strip("(){}")
    base = int(name) if name.isdigit() and len(name) <= 2 else BASES.get(name)
    if base is None or not 2 <= base <= len(DIGITS) or not _are_digits(digits, base):
        return None
    return Based(sign + digits, base)


def _are_digits(digits: str, base: int) -> bool:
    """Say whether a text is a number in a base; one letter alone is rather a variable."""
    bare = digits.replace(".", "", 1)
    is_number = digits[:1].isdigit() or (base > 10 and len(digits) > 1)
    return is_number and bare.isalnum() and all(digit in DIGITS[:base] for digit in bare)


NAMED_SETS: dict[str, Value] = {r"\R": Reals(), r"\emptyset": EMPTY_SET}
