"""The `program_output` verifier: what a program prints or returns, said in words or as a value."""

import ast
import json
import math
from collections.abc import Sequence
from typing import Any

from r1data.answers.answer_types import AnswerType
from r1data.answers.code.stdout import RELATIVE, exact_difference
from r1data.answers.limits import unreadable
from r1data.answers.outcome import Outcome
from r1data.answers.reading.answer import NO_ANSWER, read_answer
from r1data.answers.verdict import Item, Verdict
from r1data.answers.versions import VERSIONS
from r1data.answers.workers import Workers

NO_LITERAL = object()


class ProgramOutputVerifier:
    """Judges answers to "what does this program print (or return)?"; runs nothing.

    A gold answer that is a Python literal, or JSON, is compared as that value: types count, and a
    tolerance of one part in a million where it is a float. Anything else is compared as output.
    """

    name = "program_output"
    version = VERSIONS["program_output"]

    def type_answer(self, item: Item) -> str:
        """Return `program_output`."""
        return AnswerType.PROGRAM_OUTPUT

    def as_response(self, item: Item) -> str:
        """Return the gold answer in an answer block: an output need not have matching braces."""
        return f"<answer>{item.gold_answer}</answer>"

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch."""
        return [_verify(item) for item in items]


def is_same_output(gold_answer: str, predicted_answer: str) -> bool:
    r"""Say whether an answer says what a program prints or returns.

    >>> is_same_output("[1, 2.0]", "[1,2.0]"), is_same_output("[1, 2]", "(1, 2)")
    (True, False)
    >>> is_same_output("'ab'", "ab"), is_same_output("1", "True"), is_same_output("1\n2", "1")
    (True, False, False)
    """
    if not exact_difference(predicted_answer, gold_answer):
        return True
    gold, predicted = _literal(gold_answer), _literal(predicted_answer)
    if predicted is NO_LITERAL or gold is NO_LITERAL:
        return _bare(gold_answer, gold) == _bare(predicted_answer, predicted)
    return _is_same(gold, predicted)


def _verify(item: Item) -> Verdict:
    gold = item.gold_answer.strip("\r\n")
    if fault := "empty" if not gold.strip() else unreadable(gold):
        return Verdict(Outcome.BAD_GOLD, detail=f"gold answer: {fault}")
    reading = read_answer(item.response, is_cut_off=item.is_cut_off)
    if reading is None:
        return Verdict(Outcome.NO_ANSWER, detail=NO_ANSWER)
    if why := unreadable(reading.answer):
        return Verdict(Outcome.NO_ANSWER, detail=f"not read: {why}")
    is_right = is_same_output(gold, _unfenced(reading.answer))
    outcome = Outcome.CORRECT if is_right else Outcome.INCORRECT
    return Verdict(outcome, reading.answer, read_from=reading.form)


def _unfenced(answer: str) -> str:
    lines = answer.strip().splitlines()
    is_fenced = len(lines) > 1 and lines[0].startswith("```") and lines[-1].strip() == "```"
    if is_fenced:
        return "\n".join(lines[1:-1])
    is_quoted = len(answer) > 1 and answer[0] == answer[-1] == "`"
    return answer[1:-1] if is_quoted else answer


def _literal(text: str) -> Any:  # noqa: ANN401 - whatever a program returns
    for read in (ast.literal_eval, json.loads):
        try:
            return read(text.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return NO_LITERAL


def _bare(text: str, value: object) -> str:
    return value if isinstance(value, str) else text.strip()


def _is_same(gold: object, predicted: object) -> bool:
    if isinstance(gold, float) and isinstance(predicted, (int, float)):
        is_number = not isinstance(predicted, bool)
        try:
            return is_number and math.isclose(gold, predicted, rel_tol=RELATIVE)
        except OverflowError:  # an integer that no float holds
            return False
    if type(gold) is not type(predicted):
        return False
    if isinstance(gold, (list, tuple)) and isinstance(predicted, (list, tuple)):
        return len(gold) == len(predicted) and all(map(_is_same, gold, predicted))
    if isinstance(gold, dict) and isinstance(predicted, dict):
        return gold.keys() == predicted.keys() and all(
            _is_same(value, predicted[key]) for key, value in gold.items()
        )
    return gold == predicted
