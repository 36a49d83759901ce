"""Comparing tuples, sets, bare lists and ratios, member by member."""

from dataclasses import replace

from r1data.answers.math.comparing.intervals import compare_intervals
from r1data.answers.math.comparing.means import CompareValues, Means, all_of, match
from r1data.answers.math.formulas.tree import Number, Product
from r1data.answers.math.values.question import Question
from r1data.answers.math.values.values import (
    Matrix,
    Relation,
    Scalar,
    Sequenced,
    Value,
    name_of,
    trees_of,
)

TUPLES = ("(", "[", r"\langle")
VECTORS = ("(", r"\langle")


def compare_sequence(
    gold: Sequenced, predicted: Value, means: Means, question: Question, same: CompareValues
) -> bool | None:
    """Say whether a predicted value has the members of a gold one; None if means cannot tell.

    `(1, 2)` may be an interval that the prediction gives as an inequality.
    """
    others = _members_of(gold, predicted)
    if others is None:
        is_set = _may_be_interval(gold, predicted, question) or _are_relations(gold)
        return compare_intervals(gold, predicted, means) if is_set else False
    if len(others) != len(gold.members) or _is_other_connective(gold, predicted):
        return False
    gold, others = replace(gold, members=_unlabelled(gold.members)), _unlabelled(others)
    if gold.opening == ":":
        return _compare_ratios(gold.members, others, means)
    if _is_ordered(gold, predicted, question):
        pairs = zip(gold.members, others, strict=True)
        return all_of([same(one, other) for one, other in pairs])
    return match(gold.members, others, same)


def _may_be_interval(gold: Sequenced, predicted: Value, question: Question) -> bool:
    is_pair = gold.opening + gold.closing == "()" and len(gold.members) == 2
    return is_pair and question.is_interval and not isinstance(predicted, Sequenced)


def _are_relations(gold: Sequenced) -> bool:
    return not gold.opening and all(isinstance(member, Relation) for member in gold.members)


def _unlabelled(members: tuple[Value, ...]) -> tuple[Value, ...]:
    """Take `(m, n) =` off the first of several members, if it stands for all of them."""
    match members:
        case (Relation((_, value), ("=",)), second, *others):
            if not any(isinstance(member, Relation) for member in (second, *others)):
                return (value, *members[1:])
    return members


def _compare_ratios(
    gold: tuple[Value, ...], predicted: tuple[Value, ...], means: Means
) -> bool | None:
    """Compare `1:2:3` with `2:4:6`: crosswise."""
    one, other = trees_of(gold), trees_of(predicted)
    if one is None or other is None:
        return False
    crosswise = zip(one, other, strict=True)
    return all_of([means.equal(Product((a, other[0])), Product((one[0], b))) for a, b in crosswise])


def _is_ordered(gold: Sequenced, predicted: Value, question: Question) -> bool:
    is_tuple = gold.opening in TUPLES
    has_named = any(isinstance(member, Relation) for member in gold.members)
    is_other_tuple = isinstance(predicted, Sequenced) and predicted.opening in ("(", "[")
    return is_tuple or (not has_named and (question.is_ordered or is_other_tuple))


def _members_of(gold: Sequenced, predicted: Value) -> tuple[Value, ...] | None:
    r"""Return the members of a predicted value in so far as they may be those of the gold answer.

    `x \in S` and `S = ...` give S. Brackets may be left out on either side; but a set is no
    tuple, and an interval is no set.
    """
    if isinstance(predicted, Relation) and _gives_members(predicted):
        return None if _is_number(predicted.sides[0]) else _members_of(gold, predicted.sides[-1])
    if isinstance(predicted, Relation | Scalar):
        is_one = len(gold.members) == 1 and not _names_a_list(gold, predicted)
        return (predicted,) if is_one else None
    if isinstance(predicted, Matrix):
        return _vector(predicted) if gold.opening in VECTORS else None
    if not isinstance(predicted, Sequenced):
        return None
    if len(predicted.members) == 1 < len(gold.members):
        return _members_of(gold, predicted.members[0])
    return _members_in_brackets(gold, predicted)


def _gives_members(relation: Relation) -> bool:
    return isinstance(relation.sides[-1], Sequenced) and set(relation.signs) <= {"=", "in"}


def _names_a_list(gold: Sequenced, predicted: Value) -> bool:
    """Say whether a relation with a list at its left is set against brackets."""
    if not isinstance(predicted, Relation) or not gold.opening:
        return False
    return isinstance(predicted.sides[0], Sequenced) and len(predicted.sides) == 2


def _is_number(value: Value) -> bool:
    return isinstance(value, Scalar) and isinstance(value.tree, Number)


def _vector(matrix: Matrix) -> tuple[Value, ...] | None:
    """Return the one column or the one row that a matrix is."""
    if all(len(row) == 1 for row in matrix.rows):
        return tuple(row[0] for row in matrix.rows)
    return matrix.rows[0] if len(matrix.rows) == 1 else None


def _members_in_brackets(gold: Sequenced, predicted: Sequenced) -> tuple[Value, ...] | None:
    kinds = {_bracket(gold), _bracket(predicted)}
    is_other_bracket = {gold.opening, predicted.opening} == {"(", "["}
    is_other_kind = kinds == {"set", "tuple"} or (len(kinds) == 2 and "ratio" in kinds)
    if is_other_bracket or is_other_kind or "interval" in kinds:
        return None
    if gold.opening in VECTORS and not predicted.opening:
        return tuple(map(_unnamed, predicted.members))
    is_named = any(isinstance(member, Relation) for member in gold.members)
    return None if not is_named and _names_several(predicted) else predicted.members


def _is_other_connective(gold: Value, predicted: Value) -> bool:
    """Say whether names alone are joined by `and` on one side and by `or` on the other."""
    if not isinstance(gold, Sequenced) or not isinstance(predicted, Sequenced):
        return False
    is_logic = all(name_of(member) is not None for member in gold.members)
    return is_logic and {gold.join, predicted.join} == {"and", "or"}


def _names_several(value: Sequenced) -> bool:
    """Say whether members are the values of different unknowns: `x = 2, y = 4`.

    `x_1` and `x_2` are one unknown's.
    """
    names = {
        (name_of(member.sides[0]) or "").partition("_")[0]
        for member in value.members
        if isinstance(member, Relation) and member.signs == ("=",)
    }
    return len(names) > 1


def _unnamed(member: Value) -> Value:
    match member:
        case Relation((name, value), ("=",)) if name_of(name):
            return value
    return member


def _bracket(value: Sequenced) -> str:
    if value.opening == r"\{":
        return "set"
    if value.opening in VECTORS:
        return "tuple" if value.closing in (")", r"\rangle") else "interval"
    if value.opening == ":":
        return "ratio"
    if value.opening == "[":
        return "tuple" if value.closing == "]" else "interval"
    return "bare"
