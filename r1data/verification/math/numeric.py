"""Comparing formulas by their values, to sixty digits and at several points; in the workers only.

Two formulas that agree to fifty digits at every point where both have a value are taken to be
equal: what agrees by chance to so many digits is not what people or models write. The points are
fixed, of both signs, and far from whole numbers.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from r1data.seeds import derive_seed
from r1data.verification.math.building import OPEN_LOG
from r1data.verification.math.tree import (
    Call,
    Constant,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Tree,
    symbols,
    walk,
)
from r1data.verification.math.vocabulary import names

DIGITS = 60
AGREED = 45
NUM_POINTS = 4
MAX_TRIES = 12
MAX_EXPONENT = 10**7
MAX_REAL = 10**50

MpNumber = Any
"""A real or complex number of mpmath, which has no types."""
Values = Mapping[str, MpNumber]


class ValuelessError(ArithmeticError):
    """A formula has no value at a point, or none that can be worked out."""


def are_equal(left: Tree, right: Tree) -> bool | None:
    r"""Say whether two formulas have the same values; None where no common point was found.

    A `\log` without a base may be to base e or 10; it has one base in both formulas.
    """
    has_open_base = any(
        isinstance(part, Call) and part.name == OPEN_LOG for part in (*walk(left), *walk(right))
    )
    found = [_agree(left, right, base) for base in (("e", "10") if has_open_base else ("e",))]
    return True if True in found else found[0]


def _agree(left: Tree, right: Tree, base: str) -> bool | None:
    variables = sorted(symbols(left) | symbols(right))
    num_agreed = 0
    for attempt in range(MAX_TRIES if variables else 1):
        try:
            if not _agree_at(left, right, attempt, variables, base):
                return False
        except ValuelessError:
            continue
        num_agreed += 1
        if num_agreed == NUM_POINTS or not variables:
            return True
    return True if num_agreed > 1 else None


def _agree_at(left: Tree, right: Tree, attempt: int, variables: list[str], base: str) -> bool:
    """Compare the values at a point; what is nearly nothing is looked at more closely."""
    import mpmath

    for digits in (DIGITS, 4 * DIGITS):
        with mpmath.workdps(digits):
            values = {name: _point(name, attempt) for name in variables}
            values[OPEN_LOG] = mpmath.e * 1 if base == "e" else mpmath.mpf(10)
            one, other = value(left, values), value(right, values)
            scale = max(abs(one), abs(other))
            if scale > mpmath.mpf(10) ** (-3 * digits // 4):
                return bool(abs(one - other) <= scale * mpmath.mpf(10) ** (-3 * digits // 4))
    return True


def ratio(left: Tree, right: Tree) -> Fraction | None:
    """Return 1 or -1 if one formula is a positive or negative multiple of the other, else 0."""
    import mpmath

    variables = sorted(symbols(left) | symbols(right))
    found: list[MpNumber] = []
    with mpmath.workdps(DIGITS):
        tiny = mpmath.mpf(10) ** -AGREED
        for attempt in range(MAX_TRIES):
            values = {name: _point(name, attempt) for name in variables} | {OPEN_LOG: mpmath.e * 1}
            try:
                one, other = value(left, values), value(right, values)
            except ValuelessError:
                continue
            if abs(one) < tiny or abs(other) < tiny:
                return Fraction(0)
            found.append(one / other)
            if abs(found[-1] - found[0]) > tiny * abs(found[0]) or abs(found[-1].imag) > tiny:
                return Fraction(0)
            if len(found) == NUM_POINTS:
                return Fraction(1 if found[0].real > 0 else -1)
    return None


def real_value(tree: Tree) -> Fraction | None:
    """Return the real number that a formula without variables is, to fifty digits."""
    import mpmath

    with mpmath.workdps(DIGITS):
        try:
            found = value(tree, {OPEN_LOG: mpmath.e * 1})
        except ValuelessError:
            return None
        if abs(found.imag) > mpmath.mpf(10) ** -AGREED or abs(found.real) > MAX_REAL:
            return None
        return Fraction(mpmath.nstr(found.real, 50, min_fixed=-60, max_fixed=60))


def value(tree: Tree, values: Values) -> MpNumber:
    """Return the value of a formula at a point, a complex number of mpmath.

    Raises `ValuelessError`.
    """
    import mpmath

    try:
        found = mpmath.mpc(_value(tree, values))
    except (ZeroDivisionError, ValueError, OverflowError, TypeError, KeyError) as error:
        raise ValuelessError(str(error)) from error
    if not mpmath.isfinite(found):
        raise ValuelessError("it is not finite")
    return found


def _value(tree: Tree, values: Values) -> MpNumber:
    import mpmath

    match tree:
        case Number(number):
            return mpmath.mpf(number.numerator) / number.denominator
        case Symbol(name) | Constant(name):
            return values[name] if isinstance(tree, Symbol) else _constant(name)
        case Negative(inside):
            return -_value(inside, values)
        case Sum(parts):
            return mpmath.fsum(_value(part, values) for part in parts)
        case Product(parts):
            return mpmath.fprod(_value(part, values) for part in parts)
        case Quotient(one, other) | Power(one, other):
            combine = _divided if isinstance(tree, Quotient) else _power
            return combine(_value(one, values), _value(other, values))
        case Call():
            return _call(tree, values)
    raise ValuelessError("it is not worked out")


def _constant(name: str) -> MpNumber:
    import mpmath

    return {"pi": mpmath.pi, "e": mpmath.e, "i": mpmath.j, "oo": mpmath.inf}[name] * 1


def _divided(top: MpNumber, bottom: MpNumber) -> MpNumber:
    return top / bottom


def _power(base: MpNumber, exponent: MpNumber) -> MpNumber:
    if abs(exponent) > MAX_EXPONENT:
        raise ValuelessError("an exponent is too large")
    return base**exponent


def _call(tree: Call, values: Values) -> MpNumber:
    import mpmath

    arguments = [_value(argument, values) for argument in tree.arguments]
    if tree.name in ("root", "log", OPEN_LOG) and len(values) > 1 and arguments[-1].real < 0:
        raise ValuelessError("it is not real there")
    if tree.name == "root":
        return _root(*arguments)
    if tree.name in ("max", "min"):
        return (max if tree.name == "max" else min)(argument.real for argument in arguments)
    if tree.name == OPEN_LOG:
        return mpmath.log(arguments[0]) / mpmath.log(values[OPEN_LOG])
    function = _functions().get(tree.name)
    if function is None:
        raise ValuelessError(f"{tree.name} has no value here")
    return function(*arguments)


def _root(degree: MpNumber, of: MpNumber) -> MpNumber:
    """Return a root: of a negative number with an odd degree, the real one."""
    is_real = not getattr(of, "imag", 0) and not getattr(degree, "imag", 0)
    if is_real and of.real < 0 and int(degree.real) == degree.real and int(degree.real) % 2:
        return -((-of.real) ** (1 / degree.real))
    return of ** (1 / degree)


@cache
def _functions() -> dict[str, Callable[..., MpNumber]]:
    """Return the functions that have values, by name."""
    import mpmath

    same = names("sin cos tan cot sec csc sinh cosh tanh floor ceil factorial binomial arg")
    return {
        **{name: getattr(mpmath, name) for name in same},
        "arcsin": mpmath.asin,
        "arccos": mpmath.acos,
        "arctan": mpmath.atan,
        "arccot": mpmath.acot,
        "factorial2": mpmath.fac2,
        "abs": abs,
        "log": lambda base, of: mpmath.log(of) / mpmath.log(base),
        "Re": mpmath.re,
        "Im": mpmath.im,
    }


def _point(name: str, attempt: int) -> MpNumber:
    """Return the value of a variable in an attempt: of either sign, between 0.3 and 3.3."""
    import mpmath

    seed = derive_seed("numeric", name, attempt)
    size = mpmath.mpf(seed % 3_000_017) / 1_000_003 + mpmath.mpf("0.3")
    is_negative = attempt == 1 or (attempt > 1 and (seed >> 40) % 2)
    return -size if is_negative else size
