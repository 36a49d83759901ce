r"""Comparing formulas by their values at several points, to as many digits as tell; workers only.

Two formulas that agree at every point where both have a value are taken to be equal. They agree to
forty-five digits where everything in them is of usual size. Where numbers are huge or tiny, what
sets two formulas apart may stand behind as many digits as those have (`\sqrt{10^{100} + 1}` and
`10^{50}`): then they must agree to several times as many, or nothing is said.
"""

from fractions import Fraction

from r1data.answers.math.formulas.building import OPEN_LOG
from r1data.answers.math.formulas.evaluation import (
    DIGITS,
    Evaluation,
    MpNumber,
    NotRealError,
    ValuelessError,
)
from r1data.answers.math.formulas.points import Points, Values
from r1data.answers.math.formulas.tree import Tree

USUAL_BITS = 64
"""Formulas whose numbers are together no farther from 1 are told apart by the usual digits."""
MAX_REAL = 10**50
BITS_OF_NOISE = 166
"""A difference so far below the largest number met may be but rounding, in powers of two."""


def are_equal(left: Tree, right: Tree) -> bool | None:
    r"""Say whether two formulas have the same values; None where no common point was found.

    A `\log` without a base may be to base e or 10; it has one base in both formulas.
    """
    points = Points(left, right)
    found = [
        _agree(left, right, points, base)
        for base in (("e", "10") if points.has_open_base else ("e",))
    ]
    return True if True in found else found[0]


def _agree(left: Tree, right: Tree, points: Points, base: str) -> bool | None:
    num_agreed = 0
    for attempt in range(points.num_tries):
        try:
            if not _agree_at(left, right, points, attempt, base):
                return False
        except NotRealError:
            if points.has_absolutes and _is_one_real(left, right, points.at(attempt, base)):
                return False
            continue
        except ValuelessError:
            continue
        num_agreed += 1
        if num_agreed == points.num_wanted:
            return True
    return True if num_agreed > 1 else None


def _is_one_real(left: Tree, right: Tree, values: Values) -> bool:
    r"""Say whether just one formula is real at a point: `\ln|x|` is where `\ln x` is not."""
    import mpmath

    found = 0
    for tree in (left, right):
        with mpmath.workdps(DIGITS):
            try:
                Evaluation(values).value(tree)
            except NotRealError:
                continue
            except ValuelessError:
                return False
        found += 1
    return found == 1


def _agree_at(left: Tree, right: Tree, points: Points, attempt: int, base: str) -> bool:
    """Compare the values at a point: quickly, then to as many digits as their sizes ask for."""
    import mpmath

    with mpmath.workdps(DIGITS):
        evaluation = Evaluation(points.at(attempt, base))
        one, other = evaluation.value(left), evaluation.value(right)
        difference, scale = abs(one - other), max(abs(one), abs(other))
        is_noise = mpmath.mag(difference) < evaluation.largest - BITS_OF_NOISE
        if difference > scale * _tiny(DIGITS) and scale > _tiny(DIGITS) and not is_noise:
            return False
        if evaluation.bits <= USUAL_BITS and scale > _tiny(DIGITS) and not is_noise:
            return True
    digits = max(4 * DIGITS, evaluation.num_digits)
    with mpmath.workdps(digits):
        evaluation = Evaluation(points.at(attempt, base))
        one, other = evaluation.value(left), evaluation.value(right)
        difference, scale = abs(one - other), max(abs(one), abs(other))
        return bool(scale <= _tiny(digits) or difference <= scale * _tiny(digits))


def _tiny(digits: int) -> MpNumber:
    """Return what counts as nothing among so many digits."""
    import mpmath

    return mpmath.mpf(10) ** (-3 * digits // 4)


def ratio(left: Tree, right: Tree) -> Fraction | None:
    """Return 1 or -1 if one formula is a positive or negative multiple of the other, else 0."""
    points = Points(left, right)
    found: list[tuple[MpNumber, int]] = []
    are_nothing = False
    for attempt in range(points.num_tries):
        try:
            one = _ratio_at(left, right, points, attempt)
        except ValuelessError:
            continue
        if one is None:
            are_nothing = True
            continue
        found.append(one)
        if not _is_same_ratio(found[0], found[-1]):
            return Fraction(0)
        if len(found) == points.num_wanted:
            break
    if not found and are_nothing:
        return Fraction(0)
    if not found or (points.variables and len(found) == 1):
        return None
    return Fraction(1 if found[0][0].real > 0 else -1)


def _ratio_at(left: Tree, right: Tree, points: Points, attempt: int) -> tuple[MpNumber, int] | None:
    """Return a ratio and its digits; 0 where either formula is nothing, None where both are."""
    import mpmath

    digits = DIGITS
    for _ in range(2):
        with mpmath.workdps(digits):
            evaluation = Evaluation(points.at(attempt))
            one, other = evaluation.value(left), evaluation.value(right)
            smaller, larger = sorted((abs(one), abs(other)))
            found = mpmath.mpf(0) if smaller < _tiny(digits) else one / other
            are_nothing = larger < _tiny(digits)
        if evaluation.bits <= USUAL_BITS:
            break
        digits = max(4 * DIGITS, evaluation.num_digits)
    return None if are_nothing else (found, digits)


def _is_same_ratio(first: tuple[MpNumber, int], other: tuple[MpNumber, int]) -> bool:
    import mpmath

    digits = min(first[1], other[1])
    with mpmath.workdps(digits):
        size = abs(first[0])
        is_real = abs(other[0].imag) <= _tiny(digits)
        return bool(size and is_real and abs(other[0] - first[0]) <= _tiny(digits) * size)


def real_value(tree: Tree) -> Fraction | None:
    """Return the real number that a formula is, to fifty digits."""
    import mpmath

    with mpmath.workdps(DIGITS):
        try:
            found = Evaluation({OPEN_LOG: mpmath.e * 1}).value(tree)
        except ValuelessError:
            return None
        if abs(found.imag) > _tiny(DIGITS) or abs(found.real) > MAX_REAL:
            return None
        return Fraction(mpmath.nstr(found.real, 50, min_fixed=-60, max_fixed=60))
