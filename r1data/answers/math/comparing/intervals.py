"""Sets of real numbers as intervals: from brackets, inequalities, unions and alternatives."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, nan

from r1data.answers.math.comparing.means import Means, all_of, match
from r1data.answers.math.formulas.exact import rational
from r1data.answers.math.formulas.tree import Constant, Negative, Tree, walk
from r1data.answers.math.values.values import (
    Reals,
    Relation,
    Scalar,
    Sequenced,
    UnionOfSets,
    Value,
    Words,
    name_of,
    trees_of,
)

INFINITY: Tree = Constant("oo")
ALL_WORDS = ("all real numbers", "all reals", "real numbers", "the set of all real numbers")


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two, each of which may belong to it."""

    low: Tree
    high: Tree
    has_low: bool
    has_high: bool


EVERYTHING = Interval(Negative(INFINITY), INFINITY, has_low=False, has_high=False)


def intervals_of(value: Value) -> list[Interval] | None:
    """Return the intervals that a value is; None if it is no set of real numbers known here."""
    if isinstance(value, Reals):
        return [EVERYTHING]
    if isinstance(value, Words):
        words = value.text.replace(r"\text", "").strip("{} .").lower()
        return [EVERYTHING] if words in ALL_WORDS else None
    if isinstance(value, UnionOfSets):
        return _together(value.parts)
    if isinstance(value, Relation):
        return _of_relation(value)
    if isinstance(value, Sequenced):
        return _of_sequence(value)
    return None


def compare_intervals(gold: Value, predicted: Value, means: Means) -> bool | None:
    """Say whether two values are the same intervals, in any order."""
    one, other = intervals_of(gold), intervals_of(predicted)
    if one is None or other is None:
        return False
    if len(one) != len(other):
        one, other = _merged(one), _merged(other)
    if len(one) != len(other):
        return False
    return match(one, other, lambda left, right: _compare(left, right, means))


def _merged(intervals: list[Interval]) -> list[Interval]:
    """Join intervals that overlap or touch, where all their ends are rational or infinite."""
    if not all(_has_place(end) for one in intervals for end in (one.low, one.high)):
        return intervals
    found: list[Interval] = []
    for one in sorted(intervals, key=lambda one: (_place(one.low), not one.has_low)):
        if found and _touch(found[-1], one):
            found[-1] = _joined(found[-1], one)
        else:
            found.append(one)
    return found


def _touch(left: Interval, right: Interval) -> bool:
    end, start = _place(left.high), _place(right.low)
    return end > start or (end == start and (left.has_high or right.has_low))


def _joined(left: Interval, right: Interval) -> Interval:
    end, other = _place(left.high), _place(right.high)
    if end == other:
        return replace(left, has_high=left.has_high or right.has_high)
    longer = left if end > other else right
    return replace(left, high=longer.high, has_high=longer.has_high)


def _has_place(end: Tree) -> bool:
    return end in (INFINITY, Negative(INFINITY)) or rational(end) is not None


def _place(end: Tree) -> Fraction | float:
    """Return where an end is; not a number where it has no place."""
    if end in (INFINITY, Negative(INFINITY)):
        return inf if end == INFINITY else -inf
    found = rational(end)
    return nan if found is None else found


def _compare(left: Interval, right: Interval, means: Means) -> bool | None:
    if (left.has_low, left.has_high) != (right.has_low, right.has_high):
        return False
    ends = ((left.low, right.low), (left.high, right.high))
    return all_of([_compare_ends(one, other, means) for one, other in ends])


def _compare_ends(left: Tree, right: Tree, means: Means) -> bool | None:
    if INFINITY in (*walk(left), *walk(right)):
        return left == right
    return means.equal(left, right)


def _together(parts: tuple[Value, ...]) -> list[Interval] | None:
    found = [intervals_of(part) for part in parts]
    return [one for part in found for one in part or []] if None not in found else None


def _of_sequence(value: Sequenced) -> list[Interval] | None:
    if not value.opening:
        if value.join == "and":
            return _both(value.members)
        return _together(value.members)
    if value.opening == r"\{":
        trees = trees_of(value.members)
        return None if trees is None else [Interval(tree, tree, True, True) for tree in trees]
    if len(value.members) != 2:
        return None
    low, high = value.members
    if not (isinstance(low, Scalar) and isinstance(high, Scalar)):
        return None
    return [_between(low.tree, high.tree, value.opening == "[", value.closing == "]")]


def _between(low: Tree, high: Tree, has_low: bool, has_high: bool) -> Interval:
    return Interval(low, high, has_low and low != Negative(INFINITY), has_high and high != INFINITY)


def _of_relation(value: Relation) -> list[Interval] | None:
    sides, signs = value.sides, value.signs
    if signs == ("in",):
        return intervals_of(sides[1])
    if signs == ("=",) and (name_of(sides[0]) or isinstance(sides[0], Words)):
        if isinstance(sides[1], Scalar):
            return [Interval(sides[1].tree, sides[1].tree, has_low=True, has_high=True)]
        return intervals_of(sides[1])
    trees = trees_of(sides)
    if trees is None:
        return None
    if signs == ("!=",) and name_of(sides[0]):
        return [
            replace(EVERYTHING, high=trees[1]),
            replace(EVERYTHING, low=trees[1]),
        ]
    return _of_inequality(sides, signs, trees)


def _of_inequality(
    sides: tuple[Value, ...], signs: tuple[str, ...], trees: list[Tree]
) -> list[Interval] | None:
    if any(sign not in ("<", "<=", ">", ">=") for sign in signs):
        return None
    if len(sides) == 2:
        if name_of(sides[1]):
            trees, signs = trees[::-1], (_flipped(signs[0]),)
        elif not name_of(sides[0]):
            return None
        return [_half(trees[1], signs[0])]
    if len(sides) != 3 or not name_of(sides[1]):
        return None
    if signs[0][0] != signs[1][0]:
        return None
    if signs[0][0] == ">":
        trees, signs = trees[::-1], (_flipped(signs[1]), _flipped(signs[0]))
    return [_between(trees[0], trees[2], signs[0] == "<=", signs[1] == "<=")]


def _flipped(sign: str) -> str:
    return sign.translate(str.maketrans("<>", "><"))


def _half(end: Tree, sign: str) -> Interval:
    if sign[0] == "<":
        return replace(EVERYTHING, high=end, has_high=sign == "<=")
    return replace(EVERYTHING, low=end, has_low=sign == ">=")


def _both(parts: tuple[Value, ...]) -> list[Interval] | None:
    """Read `x > 1 and x < 3`: a lower and an upper bound together."""
    found = _together(parts)
    if found is None or len(found) != 2:
        return found
    lower = [one for one in found if one.high == INFINITY]
    upper = [one for one in found if one.low == Negative(INFINITY)]
    if len(lower) == len(upper) == 1 and lower[0] is not upper[0]:
        return [replace(lower[0], high=upper[0].high, has_high=upper[0].has_high)]
    return found
