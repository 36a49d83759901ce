"""Comparing equations and inequalities: the same up to what changes none of their solutions."""

from r1data.answers.math.comparing.intervals import compare_intervals, intervals_of
from r1data.answers.math.comparing.means import CompareValues, Means, all_of, match
from r1data.answers.math.comparing.scalars import is_figure, is_function_name
from r1data.answers.math.formulas.exact import Sides, are_rearranged
from r1data.answers.math.formulas.tree import Call, Negative, Product, Quotient, Sum, Symbol, Tree
from r1data.answers.math.values.values import (
    Relation,
    Scalar,
    Sequenced,
    Value,
    Words,
    name_of,
)

TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare_relation(
    gold: Relation, predicted: Value, means: Means, same: CompareValues
) -> bool | None:
    """Say whether a predicted value says what a gold relation says.

    `y = 2x + 1` may be given as its right side, as any equation that is a multiple of it, or with
    its sides swapped; `x > 2` also as an interval. A chain of equal things has to be given whole.
    """
    if gold.signs == ("in",):
        return same(gold.sides[1], _without_name(predicted))
    if gold.signs == ("=",) and _is_label(gold.sides[0]):
        return _compare_named(gold, predicted, means, same)
    if gold.signs[0] not in ("=", "==") and intervals_of(gold) is not None:
        found = compare_intervals(gold, predicted, means)
        if found is not False:
            return found
    if not isinstance(predicted, Relation):
        return False
    if len(gold.signs) > 1 or len(predicted.signs) > 1:
        return _compare_chains(gold, predicted, means, same)
    return _compare_sides(gold, predicted, means, same)


def _without_name(value: Value) -> Value:
    r"""Take `x \in` or `S =` off a set."""
    match value:
        case Relation((_, inside), ("in",) | ("=",)):
            return inside
    return value


def _is_label(side: Value) -> bool:
    """Say whether a side is a name, or a function's: `f(x)` is read as a product of names."""
    if name_of(side) is not None or isinstance(side, Words):
        return True
    match side:
        case Scalar(Product(factors)):
            return is_function_name(side.tree) or all(map(_is_capital, factors))
        case Scalar(Call() | Quotient() as tree):
            return is_figure(tree)
        case Sequenced(members, "("):
            return all(name_of(member) is not None for member in members)
    return False


def _compare_named(
    gold: Relation, predicted: Value, means: Means, same: CompareValues
) -> bool | None:
    value = gold.sides[1]
    if not isinstance(predicted, Relation):
        if _is_figure(gold.sides[0]) and _is_figure(value):
            return False
        if isinstance(predicted, Sequenced) and len(predicted.members) == 1:
            predicted = predicted.members[0]
        return same(value, predicted)
    if len(predicted.signs) == 1 and predicted.signs != ("=",):
        return False
    if predicted.signs == ("=",):
        if _are_one_name(gold.sides[0], predicted.sides[0]):
            found = same(value, predicted.sides[1])
            if found is not False:
                return found
        return _compare_sides(gold, predicted, means, same)
    is_chain = set(predicted.signs) == {"="} and predicted.sides[0] == gold.sides[0]
    return same(value, predicted.sides[-1]) if is_chain else False


def _is_figure(side: Value) -> bool:
    """Say whether a side is made of points and figures: that two are equal is no name's value."""
    if not isinstance(side, Scalar) or side.unit is not None:
        return False
    return is_figure(side.tree) or " " in (name_of(side) or "")


def _is_capital(tree: Tree) -> bool:
    return isinstance(tree, Symbol) and tree.name[0].isupper()


def _are_one_name(one: Value, other: Value) -> bool:
    """Say whether two sides name the same: `y` and `f(x)` do, `AB` and `CD` do not."""
    if _without_bars(one) == _without_bars(other):
        return True
    if isinstance(one, Words) or isinstance(other, Words):
        return _is_label(one) and _is_label(other)
    if _are_of_other_things(one, other):
        return False
    functions = [isinstance(side, Scalar) and is_function_name(side.tree) for side in (one, other)]
    names = [name_of(side) for side in (one, other)]
    return any(functions) and all(
        is_function or name == "y" for is_function, name in zip(functions, names, strict=True)
    )


def _without_bars(side: Value) -> Value:
    """Return `AB` for the length that `|AB|` is."""
    match side:
        case Scalar(Call("abs", (inside,)), None) if _is_figure(Scalar(inside)):
            return Scalar(inside)
    return side


def _are_of_other_things(one: Value, other: Value) -> bool:
    """Say whether two sides are functions of different points or events: `P(A)`, `P(B)`."""
    match one, other:
        case (
            Scalar(Product((Symbol(), Symbol(first)), is_explicit=False)),
            Scalar(Product((Symbol(), Symbol(second)), is_explicit=False)),
        ):
            return first != second and first[0].isupper() and second[0].isupper()
    return False


def _compare_chains(
    gold: Relation, predicted: Relation, means: Means, same: CompareValues
) -> bool | None:
    if len(gold.signs) != len(predicted.signs):
        return False
    sides = predicted.sides
    if set(gold.signs) == set(predicted.signs) == {"="}:
        return match(gold.sides, sides, same)
    if [TURNED.get(sign) for sign in reversed(predicted.signs)] == list(gold.signs):
        sides = sides[::-1]
    elif gold.signs != predicted.signs:
        return False
    pairs = zip(gold.sides, sides, strict=True)
    return all_of([same(one, other) for one, other in pairs])


def _compare_sides(
    gold: Relation, predicted: Relation, means: Means, same: CompareValues
) -> bool | None:
    one, other = _bare_sides(gold), _bare_sides(predicted)
    if one is None or other is None:
        is_same = gold.signs == predicted.signs
        pairs = zip(gold.sides, predicted.sides, strict=True)
        return all_of([same(a, b) for a, b in pairs]) if is_same else False
    signs = gold.signs[0], predicted.signs[0]
    if signs == ("=", "=") and are_rearranged(one, other):
        return True
    factor = means.ratio(_difference(*one), _difference(*other))
    if not factor:
        return None if factor is None else False
    is_turned = signs[0] in TURNED and factor < 0
    return signs[0] == (TURNED.get(signs[1]) if is_turned else signs[1])


def _bare_sides(relation: Relation) -> Sides | None:
    """Return the two sides, where they are formulas without units."""
    match relation.sides:
        case (Scalar(left, None), Scalar(right, None)):
            return left, right
    return None


def _difference(left: Tree, right: Tree) -> Tree:
    return Sum((left, Negative(right)))
