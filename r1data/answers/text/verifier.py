"""The `text` verifier: short answers in words, dates, yes and no, assignments, orderings.

A rule says `correct` where the words are the same, or mean the same by a closed rule (numbers in
words, forms of a date, forms of a list), and `incorrect` where both sides are plainly of one kind
and differ: two numbers, two days, yes and no, two names. Whatever else differs may be the same in
other words, which no rule can tell: it is `undecided`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from r1data.answers.answer_types import AnswerType
from r1data.answers.limits import unreadable
from r1data.answers.outcome import Outcome
from r1data.answers.reading.answer import NO_ANSWER, read_answer
from r1data.answers.reading.readings import Reading
from r1data.answers.text.assignments import is_same_assignment, read_gold
from r1data.answers.text.dates import date_order, read_dates, read_times
from r1data.answers.text.equality import (
    aliases,
    is_same_date,
    is_same_text,
    is_same_time_of_day,
)
from r1data.answers.text.orderings import is_ordering, is_same_order
from r1data.answers.text.polarity import is_polar, is_same_polarity
from r1data.answers.text.wording import bare, is_same
from r1data.answers.verdict import Item, Verdict
from r1data.answers.versions import VERSIONS
from r1data.answers.workers import Workers
from r1data.answers.writing.chinese_numerals import in_digits
from r1data.answers.writing.scripts import in_ascii_signs
from r1data.patterns import lazy

MAX_WHOLE = 600
"""A longer response is more than its answer."""
CONCLUSION = lazy(
    r"(?:^|[.\n:*]|\b(?:so|thus|hence|therefore),?)\s*(?:the|this) (?:argument|statement|conclusion"
    r"|claim|expression) is[*_\s]*(not valid|invalid|valid|not true|true|not false|false)[*_.\s]*$",
    re.IGNORECASE,
)
UNDECIDED = "may be the gold answer in other words"


class TextVerifier:
    """Judges short answers by the comparator of their kind; leaves the rest to a judge."""

    name = "text"
    version = VERSIONS["text"]

    def type_answer(self, item: Item) -> str:
        """Return `yes_no`, `assignment`, `date`, `time`, `ordering` or `text`."""
        return text_type(item.gold_answer, item.problem).value

    def as_response(self, item: Item) -> str:
        """Return the gold answer in an answer block: text need not have matching braces."""
        return f"<answer>{item.gold_answer}</answer>"

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch."""
        return [verify_text(item) for item in items]


def text_type(gold_answer: str, problem: str = "") -> AnswerType:
    """Return what a gold answer in words is.

    >>> [text_type(gold).value for gold in ("(No)", "5 March 2020", "10:30", "A > B", "Paris")]
    ['yes_no', 'date', 'time', 'ordering', 'text']
    """
    small = bare(gold_answer).casefold()
    if is_polar(gold_answer):
        return AnswerType.YES_NO
    if read_gold(gold_answer, problem):
        return AnswerType.ASSIGNMENT
    if read_dates(small, date_order(problem)):
        return AnswerType.DATE
    if read_times(small):
        return AnswerType.TIME
    if is_ordering(gold_answer, problem):
        return AnswerType.ORDERING
    return AnswerType.TEXT


def verify_text(item: Item) -> Verdict:
    """Judge one response, whose answer is in words."""
    if not bare(item.gold_answer):
        return Verdict(Outcome.BAD_GOLD, detail="gold answer: empty")
    reading = read_answer(
        in_ascii_signs(item.response), is_cut_off=item.is_cut_off, problem=item.problem
    ) or _read_whole(item)
    if reading is None:
        return Verdict(Outcome.NO_ANSWER, detail=NO_ANSWER)
    if why := unreadable(reading.answer):
        return Verdict(Outcome.NO_ANSWER, detail=f"not read: {why}")
    return as_verdict(compare_text(item.gold_answer, reading.answer, item.problem), reading)


def _read_whole(item: Item) -> Reading | None:
    """Read a response without an answer in a form that is read, where it plainly is the answer.

    A short one that says of everybody who they are, or that ends by calling the argument valid.
    """
    response = item.response.strip()
    if item.is_cut_off or len(response) > MAX_WHOLE:
        return None
    kind = text_type(item.gold_answer, item.problem)
    if kind is AnswerType.YES_NO and (said := CONCLUSION.search(response)):
        return Reading(said[1], "sentence")
    if kind is AnswerType.ASSIGNMENT and is_same_assignment(
        item.gold_answer, response, item.problem
    ):
        return Reading(response, "whole")
    return None


def as_verdict(is_equal: bool | None, reading: Reading, detail: str = UNDECIDED) -> Verdict:
    """Return the verdict on an answer that is equal, unequal or neither for sure (None)."""
    if is_equal is None:
        return Verdict(Outcome.UNDECIDED, reading.answer, detail, read_from=reading.form)
    outcome = Outcome.CORRECT if is_equal else Outcome.INCORRECT
    return Verdict(outcome, reading.answer, read_from=reading.form)


@lru_cache(maxsize=20_000)
def compare_text(gold_answer: str, predicted_answer: str, problem: str = "") -> bool | None:
    """Say whether an answer in words is the gold answer; None if no rule can tell.

    >>> compare_text("21", "twenty-one"), compare_text("No", "yes")
    (True, False)
    >>> compare_text("Paris", "Paris, France") is None
    True
    """
    gold_answer = in_digits(gold_answer) or gold_answer
    predicted_answer = in_digits(predicted_answer) or predicted_answer
    if is_same(gold_answer, predicted_answer):
        return True
    found = [_compare(gold, predicted_answer, problem) for gold in aliases(gold_answer, problem)]
    if any(found):
        return True
    return False if all(one is False for one in found) else None


def _compare(gold_answer: str, predicted_answer: str, problem: str) -> bool | None:
    kind = text_type(gold_answer, problem)
    if is_same(gold_answer, predicted_answer):
        return True
    if kind is AnswerType.YES_NO:
        return is_same_polarity(gold_answer, predicted_answer, problem)
    if kind is AnswerType.ASSIGNMENT:
        return is_same_assignment(gold_answer, predicted_answer, problem)
    if kind is AnswerType.DATE:
        return is_same_date(gold_answer, predicted_answer, problem)
    if kind is AnswerType.TIME:
        return is_same_time_of_day(gold_answer, predicted_answer)
    if kind is AnswerType.ORDERING:
        return is_same_order(gold_answer, predicted_answer, problem)
    return is_same_text(gold_answer, predicted_answer, problem)
