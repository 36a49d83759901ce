"""Comparing two formulas, exactly or by values in a worker; `all` and `any` with unknowns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from r1data.answers.math.formulas import exact, numeric
from r1data.answers.math.formulas.tree import Tree
from r1data.answers.math.values.values import Value

Member = TypeVar("Member")
CompareValues = Callable[[Value, Value], bool | None]
"""A comparator of values whose means and question are settled."""


@dataclass(frozen=True, slots=True)
class Means:
    """A way to compare formulas: exactly, or in a worker by their values too."""

    equal: Callable[[Tree, Tree], bool | None]
    """Whether two are equal; None if these means cannot tell."""
    ratio: Callable[[Tree, Tree], Fraction | None]
    """A positive number if the first is a positive multiple of the second, a negative one if a
    negative multiple; 0 if it is no multiple; None if these means cannot tell."""
    real: Callable[[Tree], Fraction | None]
    """The real number that a formula is, to many digits; None if these means cannot tell."""


EXACT = Means(exact.are_equal, exact.ratio, exact.rational)


def _equal(left: Tree, right: Tree) -> bool | None:
    found = exact.are_equal(left, right)
    return numeric.are_equal(left, right) if found is None else found


def _ratio(left: Tree, right: Tree) -> Fraction | None:
    found = exact.ratio(left, right)
    return numeric.ratio(left, right) if found is None else found


def _real(tree: Tree) -> Fraction | None:
    found = exact.rational(tree)
    return numeric.real_value(tree) if found is None else found


NUMERIC = Means(_equal, _ratio, _real)
"""For workers only: values take time."""


def all_of(found: Sequence[bool | None]) -> bool | None:
    """Return whether all are true; None if that depends on what is unknown."""
    if False in found:
        return False
    return None if None in found else True


def any_of(found: Sequence[bool | None]) -> bool | None:
    """Return whether any is true; None if that depends on what is unknown."""
    if True in found:
        return True
    return None if None in found else False


def match(
    left: Sequence[Member],
    right: Sequence[Member],
    same: Callable[[Member, Member], bool | None],
) -> bool | None:
    """Say whether each member has a partner of its own on the other side, of equal length."""
    free = list(right)
    is_unknown = False
    for member in left:
        found = [same(member, other) for other in free]
        if True in found:
            del free[found.index(True)]
        elif None in found:
            is_unknown = True
        else:
            return False
    return None if is_unknown else True
