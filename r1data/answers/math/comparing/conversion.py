"""Bringing two formulas into one unit: degrees and radians, percents, currencies, lengths."""

from fractions import Fraction

from r1data.answers.math.formulas.exact import rational
from r1data.answers.math.formulas.tree import Constant, Number, Product, Tree, walk
from r1data.answers.math.values.question import Question
from r1data.answers.math.values.units import Unit, read_unit
from r1data.answers.math.values.values import Scalar

ANGLES = {(("degree", 1),), (("radian", 1),)}
POUNDS = {read_unit("£"), read_unit("pound")}

TreePairs = list[tuple[Tree, Tree]]


def in_one_unit(gold: Scalar, predicted: Scalar, question: Question) -> TreePairs:
    """Return the pairs of formulas of which one must be equal; none where the units differ.

    A unit that one side leaves out is the other's. A percentage is also the share that it is,
    unless the problem asks for percents; what is no percentage is one only if it may be asked for.
    An angle with a pi in it and no unit is in radians.
    """
    one, other = _measure(gold.unit), _measure(predicted.unit)
    if gold.unit == predicted.unit or not (one or other):
        return [(gold.tree, predicted.tree)]
    if one and other:
        return _converted(gold.tree, one, predicted.tree, other)
    unit = one or other
    if unit and unit.is_share:
        return _as_shares(gold, predicted, question)
    bare = predicted if one else gold
    if unit and unit.is_degree and Constant("pi") in walk(bare.tree):
        return [(_radians(gold), _radians(predicted))]
    return [(gold.tree, predicted.tree)]


def _measure(unit: Unit | None) -> Unit | None:
    """Return a unit that measures something: `units` do not."""
    return unit if unit and unit.dimensions else None


def _converted(left: Tree, one: Unit, right: Tree, other: Unit) -> TreePairs:
    if {one.dimensions, other.dimensions} == ANGLES:
        return [(_radians(Scalar(left, one)), _radians(Scalar(right, other)))]
    if {one, other} == POUNDS:
        return [(left, right)]
    if one.dimensions != other.dimensions:
        return []
    factor = other.factor / one.factor
    return [(left, right if factor == 1 else _scaled(right, factor))]


def _as_shares(gold: Scalar, predicted: Scalar, question: Question) -> TreePairs:
    number = rational(gold.tree)
    is_small = number is not None and abs(number) <= 1
    may_be_bare = question.asks_percent or (question.asks_percent is None and not is_small)
    pairs = [(gold.tree, predicted.tree)] if may_be_bare else []
    if not question.asks_percent:
        pairs.append((_share(gold), _share(predicted)))
    return pairs


def _scaled(tree: Tree, factor: Fraction) -> Tree:
    return Product((Number(factor), tree))


def _share(scalar: Scalar) -> Tree:
    is_share = scalar.unit is not None and scalar.unit.is_share
    return _scaled(scalar.tree, Fraction(1, 100)) if is_share else scalar.tree


def _radians(scalar: Scalar) -> Tree:
    is_degree = scalar.unit is not None and scalar.unit.is_degree
    turn = Product((Number(Fraction(1, 180)), Constant("pi"), scalar.tree))
    return turn if is_degree else scalar.tree
