"""Comparing a predicted value with the gold one: a comparator for each kind of gold value.

Comparators fail closed: what they do not know is unequal. They say None where only numbers can
tell (`means.equal` had no answer), which the workers then find out.
"""

from dataclasses import replace
from functools import partial

from r1data.answers.math.comparing.intervals import compare_intervals
from r1data.answers.math.comparing.means import CompareValues, Means, all_of
from r1data.answers.math.comparing.relations import compare_relation
from r1data.answers.math.comparing.scalars import compare_scalar
from r1data.answers.math.comparing.sequences import compare_sequence
from r1data.answers.math.values.question import Question
from r1data.answers.math.values.values import (
    Based,
    Matrix,
    Reals,
    Relation,
    Scalar,
    Sequenced,
    UnionOfSets,
    Value,
    is_interval,
    name_of,
    number_of,
)


def compare(gold: Value, predicted: Value, means: Means, question: Question) -> bool | None:
    """Say whether a predicted value is the gold one; None where these means cannot tell."""
    if isinstance(gold, Scalar):
        return compare_scalar(gold, predicted, means, question)
    if isinstance(gold, Based):
        return _compare_based(gold, predicted, question)
    same = partial(compare, means=means, question=question)
    if isinstance(gold, Matrix):
        return _compare_matrix(gold, predicted, same)
    if isinstance(gold, Relation):
        return compare_relation(gold, predicted, means, same)
    if isinstance(gold, UnionOfSets | Reals) or is_interval(gold):
        return compare_intervals(gold, predicted, means)
    if isinstance(gold, Sequenced):
        same = partial(compare, means=means, question=replace(question, is_ordered=False))
        return compare_sequence(gold, predicted, means, question, same)
    return False


def _compare_based(gold: Based, predicted: Value, question: Question) -> bool:
    """Compare digits of one base; without a base a number is in ten, or in what is asked for."""
    if isinstance(predicted, Relation):
        predicted = predicted.sides[-1]
    if isinstance(predicted, Based):
        return gold.base == predicted.base and _digits(gold) == _digits(predicted)
    number = number_of(predicted)
    return gold.base == question.base and number is not None and str(number) == _digits(gold)


def _digits(value: Based) -> str:
    whole, point, rest = value.digits.partition(".")
    return whole.lstrip("0") + point + rest.rstrip("0")


def _compare_matrix(gold: Matrix, predicted: Value, same: CompareValues) -> bool | None:
    if isinstance(predicted, Relation) and name_of(predicted.sides[0]):
        predicted = predicted.sides[-1]
    rows = predicted.rows if isinstance(predicted, Matrix) else _as_rows(gold, predicted)
    if [len(row) for row in rows] != [len(row) for row in gold.rows]:
        return False
    cells = (
        cells
        for ours, theirs in zip(gold.rows, rows, strict=True)
        for cells in zip(ours, theirs, strict=True)
    )
    return all_of([same(one, other) for one, other in cells])


def _as_rows(gold: Matrix, predicted: Value) -> tuple[tuple[Value, ...], ...]:
    """Read a tuple as the one column, or the one row, that a gold answer is; lists as its rows."""
    if not isinstance(predicted, Sequenced) or predicted.opening not in ("(", "[", r"\langle", ""):
        return ()
    lists = [member.members for member in predicted.members if isinstance(member, Sequenced)]
    if len(lists) == len(predicted.members):
        return tuple(lists)
    if len(gold.rows[0]) == 1:
        return tuple((member,) for member in predicted.members)
    return (predicted.members,) if len(gold.rows) == 1 else ()
