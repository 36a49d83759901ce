"""Clues in a problem about its answer: percents, an order, points, a base, what is asked for."""

import re
from dataclasses import dataclass

from r1data.answers.math.notation.notation import canonical
from r1data.patterns import lazy

PERCENT = lazy(r"%|percent|百分", re.IGNORECASE)
ORDERED = lazy(
    r"\brespectively\b|\b(?:in|into) (?:\w+ )?order\b|\border(?:ed)? from\b|\b(?:in|de)creasing\b"
    r"|\b(?:a|de)scending\b|\bfrom (?:least|smallest|lowest|largest|greatest|highest)\b",
    re.IGNORECASE,
)
ANY_ORDER = lazy(r"\bany order\b|\border (?:does|is|of)(?: not|n't)\b", re.IGNORECASE)
POINT = lazy(
    r"\b(?:points?|coordinates?|pairs?|vertex|vector|focus|cent(?:er|re)|intersect\w*)\b",
    re.IGNORECASE,
)
INTERVAL = lazy(r"\b(?:intervals?|inequalit\w+|domain|range|values of)\b", re.IGNORECASE)
BASE = lazy(r"\b(?:in|to|into) (?:the )?base[- ]?\$?\{?([0-9]{1,2})\b", re.IGNORECASE)
ASKED = lazy(
    r"\b(?:find|compute|evaluate|determine|calculate|what is|value of|求)([^.?!]{1,200})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """The clues in a problem about its answer."""

    asks_percent: bool | None = None
    """Null if nobody knows the problem."""
    is_interval: bool = True
    """Whether the answer may be an interval; a point is none."""
    is_ordered: bool = False
    """Whether a bare list has an order: `respectively`, `in increasing order`."""
    base: int | None = None
    """The base in which the problem wants a number, if it names one alone."""


UNKNOWN = Question()


def question_of(problem: str) -> Question:
    """Return what a problem says about its answer.

    >>> question_of("What percent of 8 is 2?").asks_percent, question_of("").asks_percent
    (True, None)
    """
    if not problem:
        return UNKNOWN
    is_ordered = bool(ORDERED.search(problem)) and not ANY_ORDER.search(problem)
    is_point = bool(POINT.search(problem)) and not INTERVAL.search(problem)
    bases = {int(found) for found in BASE.findall(problem)}
    base = bases.pop() if len(bases) == 1 else None
    return Question(bool(PERCENT.search(problem)), not is_point, is_ordered, base)


def without_label(answer: str, gold_answer: str, problem: str) -> str:
    """Take off what the answer is the value of, where the problem asks for that: `a + b = 11`.

    >>> without_label("a+b = 11", "11", "Find $a + b$.")
    '11'
    >>> without_label("x+y=1", "1", "Solve for x.")
    'x+y=1'
    """
    name, sign, value = answer.partition("=")
    if not sign or not problem or "=" in gold_answer or _is_chain(value):
        return answer
    asked = "".join(canonical(part) for part in ASKED.findall(problem)).replace(" ", "")
    label = canonical(name).replace(" ", "")
    return value.strip() if label and label in asked else answer


def _is_chain(value: str) -> bool:
    """Say whether a value goes on to name others: `b = 1`; `9 + 2 = 11` is worked out."""
    return "=" in value and any(character.isalpha() for character in value)
