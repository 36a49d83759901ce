"""The value of a formula at a point, and how many digits its numbers ask for; workers only."""

from collections.abc import Callable
from functools import cache
from typing import Any

from r1data.answers.math.formulas.building import OPEN_LOG
from r1data.answers.math.formulas.points import Values
from r1data.answers.math.formulas.tree import (
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
)
from r1data.answers.math.notation.vocabulary import names

DIGITS = 60
MAX_DIGITS = 10_000
DIGITS_PER_BIT = 4 * 0.30103
"""Digits worked out for each bit of magnitude: four times what the bit is."""
MAX_EXPONENT = 10**7
MAX_REPEATED = 1_000

MpNumber = Any
"""A real or complex number of mpmath, which has no types."""


class ValuelessError(ArithmeticError):
    """A formula has no value at a point, or none that can be worked out."""


class NotRealError(ValuelessError):
    """A root or a logarithm is not real at a point where the variables are."""


class Evaluation:
    """The working out of formulas at a point, at mpmath's precision of the moment."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.bits = 0
        """How far all numbers met are from 1, in powers of two, together."""
        self.largest = 0
        """The largest power of two among them."""

    @property
    def num_digits(self) -> int:
        """How many digits tell formulas of such numbers apart.

        Raises `ValuelessError` if they are too many to be worked out.
        """
        digits = DIGITS + int(self.bits * DIGITS_PER_BIT)
        if digits > MAX_DIGITS:
            raise ValuelessError("its numbers are too large, or too small, to be told apart")
        return digits

    def value(self, tree: Tree) -> MpNumber:
        """Return the value of a formula, a complex number.

        Raises `ValuelessError`.
        """
        import mpmath

        try:
            found = mpmath.mpc(self._value(tree))
        except (ZeroDivisionError, ValueError, OverflowError, TypeError, KeyError) as error:
            raise ValuelessError(str(error)) from error
        if not mpmath.isfinite(found):
            raise ValuelessError("it is not finite")
        return found

    def _value(self, tree: Tree) -> MpNumber:
        import mpmath

        found = self._worked_out(tree)
        size = mpmath.mag(found)
        if isinstance(size, int):
            self.bits += abs(size)
            self.largest = max(self.largest, size)
        return found

    def _worked_out(self, tree: Tree) -> MpNumber:
        import mpmath

        match tree:
            case Number(number):
                self.bits += number.denominator.bit_length()
                return mpmath.mpf(number.numerator) / number.denominator
            case Symbol(name):
                return self.values[name]
            case Constant(name):
                return {"pi": mpmath.pi, "e": mpmath.e, "i": mpmath.j, "oo": mpmath.inf}[name] * 1
            case Negative(inside):
                return -self._value(inside)
            case Sum(parts):
                return mpmath.fsum(map(self._value, parts))
            case Product(parts):
                return mpmath.fprod(map(self._value, parts))
            case Quotient(top, bottom):
                return self._value(top) / self._value(bottom)
        return self._raised_or_called(tree)

    def _raised_or_called(self, tree: Tree) -> MpNumber:
        if isinstance(tree, Power):
            return self._power(tree.base, tree.exponent)
        if isinstance(tree, Call):
            return self._call(tree)
        raise ValuelessError("it is not worked out")

    def _power(self, base: Tree, exponent: Tree) -> MpNumber:
        """Raise to a power; what a base of several terms holds counts as often as it says."""
        before = self.bits
        raised = self._value(base)
        inside = self.bits - before
        times = self._value(exponent)
        if abs(times) > MAX_EXPONENT:
            raise ValuelessError("an exponent is too large")
        if isinstance(base, Negative):
            base = base.of
        if not isinstance(base, Number | Symbol | Constant):
            self.bits += inside * min(int(abs(times)), MAX_REPEATED)
        return raised**times

    def _call(self, tree: Call) -> MpNumber:
        import mpmath

        arguments = [self._value(argument) for argument in tree.arguments]
        last = arguments[-1]
        if tree.name in ("root", "log", OPEN_LOG) and len(self.values) > 1 and last.real < 0:
            raise NotRealError("it is not real there")
        if tree.name in SATURATING:
            self.bits += min(2 * int(abs(last)), MAX_EXPONENT)
        if tree.name == "root":
            return _root(*arguments)
        if tree.name in ("max", "min"):
            return (max if tree.name == "max" else min)(argument.real for argument in arguments)
        if tree.name == OPEN_LOG:
            return mpmath.log(arguments[0]) / mpmath.log(self.values[OPEN_LOG])
        function = _functions().get(tree.name)
        if function is None:
            raise ValuelessError(f"{tree.name} has no value here")
        return function(*arguments)


SATURATING = names("sinh cosh tanh")
"""Functions that hold exponentials which their values do not show."""


def _root(degree: MpNumber, of: MpNumber) -> MpNumber:
    """Return a root: of a negative number with an odd degree, the real one."""
    is_real = not getattr(of, "imag", 0) and not getattr(degree, "imag", 0)
    if is_real and of.real < 0 and int(degree.real) == degree.real and int(degree.real) % 2:
        return -((-of.real) ** (1 / degree.real))
    return of ** (1 / degree)


def _snapped(value: MpNumber) -> MpNumber:
    """Return the whole number that a value is but for rounding, else the value."""
    import mpmath

    nearest = mpmath.nint(value)
    return nearest if abs(value - nearest) < mpmath.mpf(10) ** (-mpmath.mp.dps // 2) else value


@cache
def _functions() -> dict[str, Callable[..., MpNumber]]:
    """Return the functions that have values, by name."""
    import mpmath

    same = names("sin cos tan cot sec csc sinh cosh tanh factorial binomial arg")
    return {
        **{name: getattr(mpmath, name) for name in same},
        "arcsin": mpmath.asin,
        "arccos": mpmath.acos,
        "arctan": mpmath.atan,
        "arccot": mpmath.acot,
        "factorial2": mpmath.fac2,
        "abs": abs,
        "floor": lambda of: mpmath.floor(_snapped(of)),
        "ceil": lambda of: mpmath.ceil(_snapped(of)),
        "log": lambda base, of: mpmath.log(of) / mpmath.log(base),
        "Re": mpmath.re,
        "Im": mpmath.im,
    }
