"""Judging one pair of a gold and a predicted answer: here where that is exact, else in a worker.

The first that decides:

1. The same text, but for its looks.
2. The comparator of the gold answer's kind, over exact arithmetic.
3. The same comparator, over values to sixty digits (in a worker).

A gold answer that is no formula known here equals what is written with the same signs, and nothing
with other numbers in their place; of all else no rule can tell. No text is handed to another
parser.
"""

import re
from dataclasses import dataclass

from r1data.answers.answer_types import AnswerType
from r1data.answers.math.comparing.compare import compare
from r1data.answers.math.comparing.means import EXACT, NUMERIC
from r1data.answers.math.comparing.qualifiers import aligned
from r1data.answers.math.comparing.worded import (
    are_same_words,
    compare_words,
    is_in_words,
    is_mathematical,
)
from r1data.answers.math.notation.notation import canonical
from r1data.answers.math.notation.tokens import Token, Tokens, tokenize
from r1data.answers.math.values.kinds import kind_of_value
from r1data.answers.math.values.parsing import read_value
from r1data.answers.math.values.question import UNKNOWN, Question
from r1data.answers.math.values.values import Value, Words
from r1data.answers.text.wording import words
from r1data.answers.writing.chinese_numerals import in_digits

DECIMAL_COMMA = re.compile(r"(?<![0-9,])([0-9]+),([0-9]{1,2}|[0-9]{4,})(?![0-9,])")
LOOSE = re.compile(r"(?<=[0-9}]) (?=[A-Za-z]{1,3}(?![A-Za-z]))")
"""White space before letters that may be variables or a unit: TeX prints none."""
MODULUS = re.compile(r"\s*\(?\\?[pb]?mod\b\s*\{?\s*[0-9]+\s*\}?\)?\s*$")


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold answer and a predicted one, with what the problem says about them."""

    gold_answer: str
    predicted_answer: str
    question: Question = UNKNOWN
    problem: str = ""
    """Left empty where the gold answer is no words."""


def judge_exactly(pair: Pair) -> bool | None:
    """Say whether a pair is equal; None where a worker has to tell, or no rule can.

    >>> judge_exactly(Pair("1/2", "0.5")), judge_exactly(Pair("2^x", "4^{x/2}"))
    (True, None)
    """
    one, other = canonical(pair.gold_answer), canonical(pair.predicted_answer)
    if one == other or are_same_words(one, other):
        return True
    if is_in_words(pair.gold_answer):
        return compare_words(pair.gold_answer, pair.predicted_answer, pair.problem)
    gold_answer, predicted_answer = aligned(pair.gold_answer, pair.predicted_answer)
    one, other = canonical(gold_answer), canonical(predicted_answer)
    if one == other:
        return True
    gold, predicted = read_both(gold_answer, predicted_answer)
    if isinstance(gold, Words):
        return _judge_unread(one, other)
    found = compare(gold, predicted, EXACT, pair.question)
    if found is False and (LOOSE.search(one) or LOOSE.search(other)):
        return compare(*read_both(LOOSE.sub("", one), LOOSE.sub("", other)), EXACT, pair.question)
    return found


def judge_by_value(gold_answer: str, predicted_answer: str, question: Question) -> bool | None:
    """Say whether a pair is equal; None where no rule can tell. For workers only."""
    gold, predicted = read_both(*aligned(gold_answer, predicted_answer))
    if isinstance(gold, Words):
        return None
    return bool(compare(gold, predicted, NUMERIC, question))


def read_both(gold_answer: str, predicted_answer: str) -> tuple[Value, Value]:
    """Read a pair; where the gold answer is a decimal, `3,5` is one too; `twelve` is 12.

    >>> read_both("3.5", "3,5")[0] == read_both("3.5", "3,5")[1]
    True
    """
    gold = read_value(gold_answer)
    if "," in predicted_answer and kind_of_value(gold) is AnswerType.DECIMAL:
        predicted_answer = DECIMAL_COMMA.sub(r"\1.\2", predicted_answer)
    if "mod" in predicted_answer and "mod" not in gold_answer:
        predicted_answer = MODULUS.sub("", predicted_answer)
    return _in_digits(gold), _in_digits(_read_in_words(predicted_answer))


def _read_in_words(predicted_answer: str) -> Value:
    predicted = read_value(predicted_answer)
    if isinstance(predicted, Words) and not is_mathematical(predicted):
        in_words = read_value(" ".join(words(predicted_answer)))
        return predicted if isinstance(in_words, Words) else in_words
    return predicted


def _in_digits(value: Value) -> Value:
    """Return what Chinese numerals say, or the value as it is."""
    digits = in_digits(value.text) if isinstance(value, Words) else None
    return value if digits is None else read_value(digits)


def _judge_unread(one: str, other: str) -> bool | None:
    """Judge by its tokens what is not read: the same, or the same but for its numbers."""
    ours, theirs = _unbraced(tokenize(one)), _unbraced(tokenize(other))
    if [token.text for token in ours] == [token.text for token in theirs]:
        return True
    is_same_form = [_form(token) for token in ours] == [_form(token) for token in theirs]
    return False if is_same_form else None


def _unbraced(tokens: Tokens) -> list[Token]:
    r"""Return tokens without braces around one of them: `k^{n}` is `k^n`."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        if [one.text for one in found[-3::2]] == ["{", "}"] and found[-2].text not in ("{", "}"):
            found[-3:] = [found[-2]]
    return found


def _form(token: Token) -> str:
    return token.kind if token.kind == "number" else token.text
