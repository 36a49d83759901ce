"""Equality of short texts in different words: aliases, dates, numbers, forms of a name."""

import json
import re
from fractions import Fraction
from functools import lru_cache

from r1data.answers.text.dates import (
    date_order,
    is_same_day,
    is_same_time,
    month_number,
    read_dates,
    read_times,
    weekday,
)
from r1data.answers.text.numbers import exact_number
from r1data.answers.text.wording import bare, words
from r1data.patterns import lazy

BAR = lazy(r"\s*\|\|\s*")
NUMBER = lazy(r"[-+]?\d+(?:\.\d+)?(?:/\d+)?(?:st|nd|rd|th)?")
NEGATIONS = frozenset(["not", "no", "never", "non", "none", "without", "cannot", "nor", "neither"])
ASKS_FOR_LIST = lazy(r"\b(?:list|array|all|every|order|sort|json|two|three)", re.IGNORECASE)
ASKS_FOR_NAME = lazy(
    r"\b(?:who|whom|whose|where|name|city|country|capital|state|person|author|planet|river|island)\b"
    r"|谁|哪里|哪座|首都|城市|国家|名字",
    re.IGNORECASE,
)
SEVERAL = lazy(r"\s*,?\s+(?:or|and)\s+|\s+[/&]\s+", re.IGNORECASE)
CONTRARIES = frozenset(
    frozenset(pair.split("/"))
    for pair in (
        *("up/down", "left/right", "greater/less", "more/less", "higher/lower", "even/odd"),
        *("positive/negative", "north/south", "east/west", "hot/cold", "before/after"),
        *("always/never", "all/none", "above/below", "inside/outside", "heads/tails"),
        *("clockwise/counterclockwise", "clockwise/anticlockwise", "male/female", "day/night"),
        *("convex/concave", "rational/irrational", "finite/infinite", "larger/smaller"),
    )
)
CONTRARY_BEGINNINGS = (
    *(("in", "de"), ("hypo", "hyper"), ("endo", "exo"), ("homo", "hetero"), ("micro", "macro")),
    *(("under", "over"), ("intra", "inter"), ("im", "ex"), ("", "un"), ("", "non")),
)
MIN_REST = 4
MAX_PARTS = 4
MIN_ALIKE = 3
"""Names that begin with so many equal letters may be forms of one name: Russia, Russian."""


def aliases(gold_answer: str, problem: str = "") -> tuple[str, ...]:
    """Return the alternatives that a gold answer lists; most list only themselves.

    A JSON list is alternatives, unless the problem asks for several things.

    >>> aliases("USA || United States"), aliases('["UK", "Britain"]', "Which country?")
    (('USA', 'United States'), ('UK', 'Britain'))
    """
    if "||" in gold_answer:
        found = [part for part in BAR.split(gold_answer.strip()) if bare(part)]
        return tuple(found) if len(found) > 1 else (gold_answer,)
    if gold_answer.startswith('["') and problem and not ASKS_FOR_LIST.search(problem):
        try:
            listed = json.loads(gold_answer)
        except (ValueError, RecursionError):
            return (gold_answer,)
        if all(isinstance(item, str) and bare(item) for item in listed):
            return tuple(listed)
    return (gold_answer,)


def is_same_date(gold_answer: str, predicted_answer: str, problem: str) -> bool | None:
    """Say whether an answer is the gold answer's day; None if it may or may not be."""
    order = date_order(problem)
    gold = read_dates(bare(gold_answer).casefold(), order)
    predicted = read_dates(bare(predicted_answer).casefold(), order)
    return is_same_day(gold, predicted) if predicted else None


def is_same_time_of_day(gold_answer: str, predicted_answer: str) -> bool | None:
    """Say whether an answer is the gold answer's time of day; None if it may or may not be."""
    gold = read_times(bare(gold_answer).casefold())
    predicted = read_times(bare(predicted_answer).casefold())
    if not predicted:
        return None
    is_marked = [bare(text).casefold()[-1:] == "m" for text in (gold_answer, predicted_answer)]
    if len(gold) == 2 and is_marked == [False, False]:
        return gold == predicted
    return is_same_time(gold, predicted)


def is_same_text(gold_answer: str, predicted_answer: str, problem: str) -> bool | None:
    """Say whether an answer in other words than the gold answer is equal to it; None if unclear.

    >>> is_same_text("5 apples", "6 apples", ""), is_same_text("Paris", "London", "")
    (False, False)
    >>> is_same_text("car", "automobile", "") is None
    True
    """
    gold, predicted = words(gold_answer), words(predicted_answer)
    if not gold or not predicted:
        return None
    if (by_number := _compare_numbers(gold, predicted, problem)) is not None:
        return by_number
    if _differs_by_numbers(gold, predicted) or _differs_by_a_negation(gold, predicted):
        return False
    if len(gold) == 1 and len(predicted) == 1:
        return _compare_single(gold_answer, predicted_answer, problem)
    if _are_both_named(gold, predicted, problem) or _names_another(
        gold_answer, predicted_answer, problem
    ):
        return False
    return False if _are_other_names(gold_answer, predicted_answer, problem) else None


def _names_another(gold_answer: str, predicted_answer: str, problem: str) -> bool:
    """Say whether an answer names several things, one of them plainly not the gold answer."""
    parts = SEVERAL.split(bare(predicted_answer))
    if not 2 <= len(parts) <= MAX_PARTS or SEVERAL.search(gold_answer):
        return False
    others = [part for part in parts if words(part) != words(gold_answer)]
    return any(is_same_text(gold_answer, part, problem) is False for part in others)


def _compare_numbers(
    gold: tuple[str, ...], predicted: tuple[str, ...], problem: str
) -> bool | None:
    """Compare a gold answer that is a number with an answer that is one, or one of what is asked.

    `6 apples` is not 5 where the problem speaks of apples; 60 minutes may be the 1 that is meant.
    """
    number, other = exact_number(" ".join(gold)), exact_number(" ".join(predicted))
    if number is None:
        return None
    if other is not None:
        return number == other
    if len(predicted) != 2 or predicted[1] not in _problem_words(problem):
        return None
    counted = exact_number(predicted[0])
    return None if counted is None else counted == number


def _differs_by_numbers(gold: tuple[str, ...], predicted: tuple[str, ...]) -> bool:
    """Say whether two answers are the same words around other numbers."""
    if len(gold) != len(predicted):
        return False
    differing = [(a, b) for a, b in zip(gold, predicted, strict=True) if a != b]
    return bool(differing) and all(
        NUMBER.fullmatch(a) and NUMBER.fullmatch(b) and _value(a) != _value(b) for a, b in differing
    )


def _value(number: str) -> Fraction | str:
    """Return a number's value; an ordinal is its own."""
    value = exact_number(number)
    return number if value is None else value


def _differs_by_a_negation(gold: tuple[str, ...], predicted: tuple[str, ...]) -> bool:
    """Say whether one answer is the other with one `not` more."""
    shorter, longer = sorted((gold, predicted), key=len)
    return len(longer) == len(shorter) + 1 and any(
        longer[:n] + longer[n + 1 :] == shorter and word in NEGATIONS
        for n, word in enumerate(longer)
    )


def _compare_single(gold_answer: str, predicted_answer: str, problem: str) -> bool | None:
    gold, predicted = bare(gold_answer), bare(predicted_answer)
    for named in (weekday, month_number):
        one, other = named(gold), named(predicted)
        if one and other:
            return one == other
    first, second = words(gold)[0], words(predicted)[0]
    digits = [re.sub(r"\D", "", word) for word in (first, second)]
    if all(digits):
        return False if digits[0] != digits[1] else None
    if _are_both_named((first,), (second,), problem):
        return False
    if len(first) == 1 and len(second) == 1:
        return False
    if _are_contraries(first, second) or _are_other_names(gold, predicted, problem):
        return False
    return None


def _are_contraries(one: str, other: str) -> bool:
    """Say whether two words are opposites by a closed list, or by what they begin with."""
    if frozenset((one, other)) in CONTRARIES:
        return True
    return any(
        {one[: len(a)], other[: len(b)]} == {a, b} and one[len(a) :] == other[len(b) :]
        for pair in CONTRARY_BEGINNINGS
        for a, b in (pair, pair[::-1])
        if len(one) >= len(a) + MIN_REST and one.startswith(a) and other.startswith(b)
    )


def _are_other_names(gold: str, predicted: str, problem: str) -> bool:
    """Say whether two answers are names that share nothing, so cannot be forms of one name.

    Names begin with capitals and go on in small letters; abbreviations stand for something. Where
    letters have no case, the problem must ask for a name.
    """
    sides = [tuple(bare(side).split()) for side in (gold, predicted)]
    if not all(1 <= len(side) <= MAX_PARTS for side in sides):
        return False
    if all(name.isalpha() and name.lower() == name.upper() for side in sides for name in side):
        return ASKS_FOR_NAME.search(problem) is not None
    is_named = all(
        name.isalpha() and name.istitle() and len(name) > 2 for side in sides for name in side
    )
    begun = [{name[:MIN_ALIKE].casefold() for name in side} for side in sides]
    return is_named and not begun[0] & begun[1] and _asks_for_name(problem)


def _asks_for_name(problem: str) -> bool:
    """Say whether a problem asks for a name, as far as is known: a word may have synonyms."""
    return not problem or ASKS_FOR_NAME.search(problem) is not None


def _are_both_named(gold: tuple[str, ...], predicted: tuple[str, ...], problem: str) -> bool:
    """Say whether a problem names both answers, neither within the other: it tells them apart."""
    asked = f" {' '.join(_problem_words(problem))} "
    one, other = f" {' '.join(gold)} ", f" {' '.join(predicted)} "
    return one in asked and other in asked and one not in other and other not in one


@lru_cache(maxsize=2_000)
def _problem_words(problem: str) -> tuple[str, ...]:
    return words(problem)
