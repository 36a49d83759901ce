"""Comparing numbers and formulas: names before them, rounding, what is left undone."""

from fractions import Fraction
from itertools import pairwise

from r1data.answers.math.comparing.conversion import in_one_unit
from r1data.answers.math.comparing.means import EXACT, Means, any_of
from r1data.answers.math.formulas.tree import (
    Call,
    Negative,
    Number,
    Product,
    Quotient,
    Symbol,
    Tree,
    Undone,
    is_left_undone,
    symbols,
    walk,
)
from r1data.answers.math.values.question import Question
from r1data.answers.math.values.values import (
    Based,
    Relation,
    Scalar,
    Sequenced,
    Value,
    Words,
    name_of,
    trees_of,
)

FUNCTION_NAMES = frozenset("fghFGHPQVNTS")
MAX_LABEL = 40
NEARNESS = 90
"""A number must come within this part of a decimal it rounds to: 0.54 is not 0.5, 1/3 is 0.33."""


def compare_scalar(gold: Scalar, predicted: Value, means: Means, question: Question) -> bool | None:
    """Say whether a predicted value is a number or a formula; None where means cannot tell.

    A gold answer that is a number worked out to the end wants one: `6^2 + 6` is no 42.
    """
    found = _scalar_of(predicted, gold)
    if found is None or (_is_literal(gold.tree) and is_left_undone(found.tree)):
        return False
    if _has_undone(gold.tree) or _has_undone(found.tree):
        return gold == found
    pairs = in_one_unit(gold, found, question)
    return any_of([_compare_trees(one, other, means) for one, other in pairs])


def _scalar_of(predicted: Value, gold: Scalar) -> Scalar | None:
    """Take the value out of `x = 5`, of brackets around one value, and of `{5}`."""
    if isinstance(predicted, Relation):
        side = _telling_side(predicted, gold)
        return None if side is None else _scalar_of(side, gold)
    if isinstance(predicted, Sequenced) and _is_one(predicted):
        predicted = predicted.members[0]
    if isinstance(predicted, Based) and predicted.base == 10:
        return Scalar(Number(Fraction(predicted.digits)))
    return predicted if isinstance(predicted, Scalar) else None


def _is_one(several: Sequenced) -> bool:
    """Say whether members are one, or the same said again: `3/4, or 0.75`."""
    if len(several.members) < 2:
        return len(several.members) == 1
    trees = trees_of(several.members)
    if trees is None or several.opening or several.join != "or":
        return False
    return all(EXACT.equal(trees[0], tree) for tree in trees[1:])


def _telling_side(relation: Relation, gold: Scalar) -> Value | None:
    """Return the side of a relation that is the answer; None if it says something else."""
    *before, last = relation.sides
    signs = set(relation.signs)
    if signs <= {"=", "in", "~"} and all(_is_label(side, gold) for side in before):
        return last
    if (numbers := _numeric_chain(relation, gold)) is not None:
        return numbers
    is_turned = signs == {"="} and len(relation.sides) == 2 and name_of(last)
    return relation.sides[0] if is_turned else None


def _numeric_chain(relation: Relation, gold: Scalar) -> Value | None:
    """Return what a chain such as `3/4 = 0.75` is equal to, after its label: `x = 3/4 = 0.75`.

    A chain that is worked out to the end is its last side.
    """
    if not set(relation.signs) <= {"=", "~"}:
        return None
    is_labelled = len(relation.sides) > 2 and relation.signs[0] == "="
    if is_labelled and _is_label(relation.sides[0], gold):
        relation = Relation(relation.sides[1:], relation.signs[1:])
    if not _is_numeric_chain(relation):
        return None
    first, last = relation.sides[0], relation.sides[-1]
    is_done = isinstance(last, Scalar) and not is_left_undone(last.tree)
    return last if is_done and "~" not in relation.signs else first


def _is_numeric_chain(chain: Relation) -> bool:
    """Say whether a chain holds, by exact arithmetic; `~` may be about."""
    trees = trees_of(chain.sides)
    if trees is None or any(symbols(tree) for tree in trees):
        return False
    links = zip(pairwise(trees), chain.signs, strict=True)
    return all(sign == "~" or EXACT.equal(one, other) for (one, other), sign in links)


def _is_label(side: Value, gold: Scalar) -> bool:
    r"""Say whether a side only names what the other is: `x`, `f(x)`, `|AB|`, `\angle ABC`.

    What is made of unknowns is none: `\frac{x}{2} = 18` says something else than `x = 18`. A
    problem that asks for just that has its name taken off before.
    """
    if isinstance(side, Words):
        return len(side.text) <= MAX_LABEL
    if not isinstance(side, Scalar) or side.unit is not None:
        return False
    tree = side.tree
    if isinstance(tree, Symbol) or is_function_name(tree):
        return True
    is_free = not symbols(tree) & symbols(gold.tree)
    return is_free and is_figure(tree)


def is_function_name(tree: Tree) -> bool:
    """Say whether a tree is `f(x)`, which is read as a product, or the largest of it."""
    match tree:
        case Product((Symbol(function), Symbol()), is_explicit=False):
            return function in FUNCTION_NAMES
        case Product((Call("max" | "min", (Symbol(function),)), Symbol()), is_explicit=False):
            return function in FUNCTION_NAMES
    return False


def is_figure(tree: Tree) -> bool:
    r"""Say whether a tree is made of points and figures alone: `AB`, `|AB|`, `\sin \angle A`."""
    names = symbols(tree)
    has_numbers = any(isinstance(part, Number) for part in walk(tree))
    is_named = all(name[0].isupper() or " " in name for name in names)
    return (
        isinstance(tree, Product | Call | Quotient) and is_named and bool(names) and not has_numbers
    )


def _compare_trees(gold: Tree, predicted: Tree, means: Means) -> bool | None:
    found = means.equal(gold, predicted)
    return _rounds_to(gold, predicted, means) if found is False else found


def _rounds_to(gold: Tree, predicted: Tree, means: Means) -> bool | None:
    """Say whether a number rounds to a decimal gold answer, at the digits that has.

    The gold answer is a rounded number only if it has digits after the point, or is a decimal
    times a power of ten; and a prediction must come near it too.
    """
    decimal, sign = _written(gold), -1 if isinstance(gold, Negative) else 1
    if decimal is None or decimal.num_decimals is None:
        return False
    written = _written(predicted)
    digits = None if written is None else written.num_decimals
    if digits is not None and digits < decimal.num_decimals:
        return False
    value = means.real(predicted)
    if value is None:
        return None
    difference = abs(value - sign * decimal.value)
    unit = Fraction(10) ** -decimal.num_decimals
    return difference <= unit / 2 and difference * NEARNESS <= abs(decimal.value)


def _written(tree: Tree) -> Number | None:
    """Return the number that a tree is as it was written, its sign aside."""
    number = tree.of if isinstance(tree, Negative) else tree
    return number if isinstance(number, Number) else None


def _is_literal(tree: Tree) -> bool:
    """Say whether a gold answer is a number worked out to the end."""
    if isinstance(tree, Negative):
        return _is_literal(tree.of)
    if isinstance(tree, Quotient):
        return _is_literal(tree.top) and _is_literal(tree.bottom)
    return isinstance(tree, Number)


def _has_undone(tree: Tree) -> bool:
    return any(isinstance(part, Undone) for part in walk(tree))
