"""Values that conclusions give: in bold, at a sentence's end, or as the one thing it counts."""

# ruff: noqa: RUF001 - signs of mathematics are the point

import re

from r1data.answers.reading.bare_answers import (
    BOLD,
    DELIMITED,
    MATHEMATICS,
    VARIABLE,
    WORD,
    clean,
    is_bare,
)
from r1data.patterns import lazy

VERB = lazy(
    r"(?:^|\b(?:is|are|was|were|be|equals?|(?:comes|amounts|evaluates|simplifies) to|a total of"
    r"|(?:we|i|which|this|that) (?:have|get|gets|find|obtain|gives?|yields?)(?: that)?)\b|=)"
    r"\s*:?\s*"
    r"(?:(?:equal to|exactly|only|just|simply|precisely|given by|therefore|thus|then)"
    r"\s+)*$",
    re.IGNORECASE,
)
"""What an answer at the end of a sentence may stand behind."""
AMOUNT = r"-?(?:(?:[$€£¥₹]|\\\$)\s?)?-?(?:[0-9]+(?:,[0-9]+)*(?:\.[0-9]+)?|\.[0-9]+)"
TERM = rf"[(]*{AMOUNT}\s?\\?%?(?:/(?=[a-z])|\s)?(?:[a-z']+[ /])?(?:[a-z']+)?[)]*"
SIGN = r"\s*(?:[-+−*/×÷·]|\bx\b|\\times|\\cdot|\\div)\s*"
ARITHMETIC = lazy(rf"(?<![\w.^_}}])(?<![0-9] ){TERM}(?:{SIGN}{TERM})+\s*=\s*(?=[-$€£\\\d])")
"""A sum that is worked out before its value: `4 + 5 = `."""
NUMBER = lazy(rf"{AMOUNT}(?:/[0-9]+)?(?:\s?\\?%)?")
NO_THING = (
    "in on at of to for from with by each every and than as that when after before during more less"
    " fewer extra additional different left remaining total altogether together longer times is are"
    " was were will can must has have had do does did the a an his her their its now overall"
    " combined would could all both he she they we it you i who which long tall"
    " wide high deep old above below go"
)
POWER = r"[²³]|\^\{?[23]\}?"
THING = rf"(?!(?:{'|'.join(NO_THING.split())})\b)[a-zA-Z°]+(?:-[a-zA-Z]+)*"
THINGS = lazy(
    rf"[- ]?({THING}(?: {THING}){{0,2}}(?:{POWER})?"
    rf"(?: per {THING}|/{THING}(?:{POWER})?)?)|\s?[\u4e00-\u9fff]{{1,4}}"
)
THE_NUMBER = lazy(
    r"\b(?:the|these|those|all|both|its|his|her|their|our|than|to|in|on|at|from|for"
    r"|(?<!total )(?<!profit )(?<!speed )(?<!sum )of"
    r"|with|after|within|over|part|day|week|year|number|every|per|and|#"
    r"|(?<!creases )(?<!creased )(?<!crease )by)\s*$|[第每]\s*$|[a-zA-Z_]$",
    re.IGNORECASE,
)
"""What stands before a number that is no answer: `the 3 friends`, `after 3 hours`."""
COPULA = lazy(r"\b(?:is|are|was|were|be|equals?|equal to)\s+$", re.IGNORECASE)
OF_MORE = lazy(
    r"[a-zA-Z0-9_:^=]|[. ][0-9]|\s*(?:[-+*/±×]|(?:plus|minus|divided|by|or|to|out of|and)\b)"
)
"""What makes a number before it part of something else."""
ALONE = lazy(r"[^a-zA-Z]+|.*[\\=].*")
LEFT_SIDE = lazy(r"(\S+)\s*=\s*$")
NAMED = lazy(r"[a-zA-Z](?:_?\w)?(?:\(\w+\))?")
JOINED = lazy(r"(?:\b(?:is|are)\b|=)[^.]*[0-9].*\b(?:and|or)\b")
"""Two values, of which the last is not all."""
AND_MORE = lazy(r"[0-9][^.]*[,;]\s+(?:and|while|whereas)\s[^,]*\b(?:is|are|was|were)\s")
"""A second statement behind one that has a number."""
NUMBERED = lazy(
    r"\b(?P<noun>floor|page|room|house|level|year|day|station|stop|position|place|row|column|seat"
    r"|platform|chapter|gate|track|stage|grade|number) (?P<number>-?[0-9]+)\W*$",
    re.IGNORECASE,
)
IMPLIES = lazy(r"\\(?:implies|iff|(?:Long)?(?:left)?[Rr]ightarrow|Leftrightarrow)(?![a-zA-Z])")
LOOSENESS = lazy(
    r"\b(?:not|nor|or|at (?:least|most)|(?:more|less|fewer|greater|larger|smaller|higher) than"
    r"|lower than|no (?:more|less|fewer)|up to|between|approximately|roughly|about|around|almost"
    r"|nearly|other|any|some|which|who|whose|check\w*|verif\w+|would|when|where|while|such that"
    r"|must (?!be\b)|now)\b|:|或|至少|至多|大约",
    re.IGNORECASE,
)
"""What says that a number which merely stands in a sentence is no answer, or not all of it."""
QUALIFIED = lazy(
    r"^(?!(?:the|its|his|her|their|our|each)\b)[^.]*[0-9].*"
    r"\b(?:which|who|whose|that|where|when|such that|while)\b",
    re.IGNORECASE,
)
"""A number with a clause behind it: `there are 20 pairs whose sum is 10`."""
IS_NEEDED = lazy(
    r"\s*(?:is|are|was|were|will be) (?:needed|required|necessary|sufficient|enough|possible)\b"
)
IS_THE = lazy(r"\s*(?:is|are) (?:the|our)\b")
GOES_ON = lazy(r"[,;]\s*(?:and|then|while)\b")
IS_PURPOSED = lazy(r"\s*(?:to|in)\b")
COUNTED = lazy(r"(?:there (?:is|are|were|will be) |a total of |exactly )*")
WHERE_VALUES_BEGIN = lazy(r"(?<=\s)(?=\S)|^|(?<==)(?=\S)")


def read_value(clause: str, *, is_at_end: bool = False) -> str | None:
    """Return the value that a conclusion gives, with what it counts or measures, or None.

    `is_at_end` asks for a value that stands at the end, or in bold behind `is`.

    >>> read_value("it takes 4 + 5 = 9 hours."), read_value("the 3 friends share.")
    ('9 hours', None)
    """
    answer = read_bold_value(clause, is_said=is_at_end) or _at_end(clause)
    return answer if answer or is_at_end else _counted(clause)


def read_bold_value(clause: str, *, is_said: bool = False) -> str | None:
    """Return the one thing in bold, where it is a value, and stands behind `is` if that is asked.

    >>> read_bold_value("the area is **12** cm.", is_said=True), read_bold_value("**see** below")
    ('12 cm', None)
    """
    found = list(BOLD.finditer(clause))
    if len(found) != 1 or (is_said and not COPULA.search(clause[: found[0].start()])):
        return None
    value = _value(found[0][1].rstrip("."))
    if value is None or not NUMBER.fullmatch(value):
        return value
    return _number_of(value + clause[found[0].end() :], 0)


def read_numbered(clause: str, problem: str) -> str | None:
    """Return the number of a thing that ends a clause, where the problem asks which one it is.

    >>> read_numbered("the lift stops at floor -2.", "At which floor does the lift stop?")
    '-2'
    >>> read_numbered("the lift stops at floor -2.", "How long does it take?") is None
    True
    """
    found = NUMBERED.search(clause)
    if found is None or not re.search(
        rf"\b(?:which|what) {found['noun']}\b", problem, re.IGNORECASE
    ):
        return None
    numbers = NUMBER.findall(clause)
    return found["number"] if len(numbers) == 1 else None


def _at_end(clause: str) -> str | None:
    """Return the value that a sentence ends with, behind its verb."""
    plain = clause.replace("**", "").rstrip(".!。！ ")
    spans = list(MATHEMATICS.finditer(plain))
    if spans and not any(character.isdigit() for character in plain[spans[-1].end() :]):
        return _formula(plain, *spans[-1].span())
    plain = ARITHMETIC.sub("", plain)
    if any(pattern.search(plain) for pattern in (QUALIFIED, JOINED, AND_MORE)):
        return None
    for place in (match.start() for match in WHERE_VALUES_BEGIN.finditer(plain)):
        if VERB.search(plain[:place]) and (value := _value(plain[place:])):
            return _labelled(plain[:place], value)
    return None


def _labelled(before: str, value: str) -> str | None:
    """Return a value with the name that stands before its `=`; None where more than a name does."""
    number = _number_of(value, 0) or (value if ALONE.fullmatch(value) else None)
    left = LEFT_SIDE.search(before)
    if number is None or left is None or (left[1].isalpha() and len(left[1]) > 2):
        return number
    return f"{left[1]} = {number}" if NAMED.fullmatch(left[1]) else None


def _formula(plain: str, start: int, end: int) -> str | None:
    """Return a formula behind a verb that ends a sentence, or has but a unit behind it."""
    unit = THINGS.fullmatch(plain, end) if plain[end:] else None
    is_last = not plain[end:] or unit
    before = MATHEMATICS.sub("X", plain[:start])
    if not is_last or not VERB.search(before) or "=" in before or QUALIFIED.search(plain[:start]):
        return None
    value = _shortened(clean(plain[start:end]), is_named=bool(COPULA.search(before)))
    if re.match(r"[a-z]{2,} ", value):
        return None
    return f"{value} {plain[end:].strip()}".strip()


def _shortened(formula: str, *, is_named: bool) -> str:
    """Return the ends of a chain of equal things: the last alone, if words name what it is."""
    formula = IMPLIES.split(formula)[-1]
    sides = [""]
    for part in formula.split("="):
        is_inside = sides[-1].count("{") > sides[-1].count("}")
        sides[-1:] = [f"{sides[-1]}={part}"] if is_inside else [sides[-1], part]
    first, last = sides[1].strip(), sides[-1].strip()
    return last if is_named or first == last else f"{first} = {last}"


def _counted(clause: str) -> str | None:
    """Return the one number of a sentence, or the one it begins with, with what it counts."""
    if LOOSENESS.search(DELIMITED.sub(" ", clause)):
        return None
    plain = ARITHMETIC.sub("", MATHEMATICS.sub(_unwrapped, clause.replace("**", "")))
    numbers = list(NUMBER.finditer(plain))
    if not numbers or any(sign in NUMBER.sub("", plain) for sign in "$\\"):
        return None
    begin, end = numbers[0].span()
    things = THINGS.match(plain, end)
    after = things.end() if things else end
    said = COUNTED.fullmatch(plain, 0, begin)
    is_first = said and (
        IS_NEEDED.match(plain, after) or (said[0] and IS_PURPOSED.match(plain, after))
    )
    if (len(numbers) > 1 and not is_first) or THE_NUMBER.search(plain[:begin]):
        return None
    is_bare = begin == 0 and not things and numbers[0][0].isdigit()
    if GOES_ON.search(plain, end) or (is_bare and not IS_THE.match(plain, end)):
        return None
    return _number_of(plain, begin)


def _number_of(text: str, begin: int) -> str | None:
    """Return the number at a place with what it counts; None where it is part of more."""
    number = NUMBER.match(text, begin)
    if number is None or OF_MORE.match(text, number.end()):
        return None
    things = THINGS.match(text, number.end())
    is_complete = number[0].endswith("%") or any(sign in number[0] for sign in "$€£¥₹")
    if is_complete or things is None:
        return number[0].strip()
    counted = things[0].lstrip("- ")
    return f"{number[0]} {counted}" if counted.isascii() else f"{number[0]}{things[0]}"


def _unwrapped(match: re.Match[str]) -> str:
    """Return a number out of the signs of mathematics; a formula without any as one letter."""
    inside = next(filter(None, match.groups()), "").strip()
    value = ARITHMETIC.sub("", inside)
    if NUMBER.fullmatch(value):
        return value
    return match[0] if any(character.isdigit() for character in inside) else "X"


def _value(text: str) -> str | None:
    """Return a text without its dress, where it is a number or a formula and no mere word."""
    value = clean(text)
    if re.match(r"[a-z]{2}", value):
        return None
    is_said = bool(re.search(r"[0-9∞π\\]", value)) and is_bare(text) and not WORD.fullmatch(value)
    return value if is_said or (VARIABLE.match(value) and is_bare(text)) else None
