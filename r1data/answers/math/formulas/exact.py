"""A normal form for formulas, in which equal formulas compare equal: exact, and without SymPy.

A formula becomes a fraction of two polynomials. Square roots of different primes, i and pi are
independent over the rationals, so where nothing opaque is called two formulas are equal if and only
if they are the same. Where something opaque is called (a logarithm, a power with a variable
exponent), being the same still means being equal, but differing means nothing.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import ceil, comb, factorial, floor, gcd

from r1data.answers.math.formulas.polynomials import (
    OPAQUE,
    UNIT,
    Polynomial,
    TooLargeError,
    add,
    constant,
    generator,
    has_opaque,
    multiple_of,
    multiply,
    opaque,
    power,
    square_root,
    value_of,
)
from r1data.answers.math.formulas.tree import (
    ONE,
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
    literal_value,
)

MAX_FACTORIAL = 3_000

Form = tuple[Polynomial, Polynomial]
"""Numerator and denominator."""
Sides = tuple[Tree, Tree]
"""The sides of an equation."""


def are_equal(left: Tree, right: Tree) -> bool | None:
    r"""Say whether two formulas are equal; None where that cannot be said exactly.

    >>> two, root = Number(Fraction(2)), Call("root", (Number(Fraction(2)), Number(Fraction(2))))
    >>> are_equal(Quotient(ONE, root), Quotient(root, two))
    True
    >>> are_equal(Power(two, Symbol("x")), Power(two, Symbol("y"))) is None
    True
    """
    one, other = literal_value(left), literal_value(right)
    if one is not None and other is not None:
        return one == other
    if left == right:
        return True
    try:
        (a, b), (c, d) = form(left), form(right)
        difference = add(multiply(a, d), multiply(c, b), -1)
    except (TooLargeError, RecursionError):
        return None
    except ZeroDivisionError:
        return False
    if not difference:
        return True
    return None if has_opaque(difference) else False


def ratio(left: Tree, right: Tree) -> Fraction | None:
    """Return the rational number that one formula is of the other; 0 if it is no multiple of it.

    None where that cannot be said exactly. Nothing is a multiple of zero here, nor zero of it.
    """
    try:
        (a, b), (c, d) = form(left), form(right)
        one, other = multiply(a, d), multiply(c, b)
    except (TooLargeError, RecursionError):
        return None
    except ZeroDivisionError:
        return Fraction(0)
    found = multiple_of(one, other)
    return None if not found and (has_opaque(one) or has_opaque(other)) else found


def are_rearranged(one: Sides, other: Sides) -> bool:
    """Say whether two equations of single terms differ only in what they are solved for.

    No variable of theirs may be zero: `PV = nRT` is `P = nRT/V`.
    """
    try:
        cleared, other_cleared = _cleared(*one), _cleared(*other)
    except (TooLargeError, ZeroDivisionError, RecursionError):
        return False
    return multiple_of(cleared, other_cleared) != 0


def _cleared(left: Tree, right: Tree) -> Polynomial:
    """Return the difference of two single terms times their denominators; else nothing."""
    (a, b), (c, d) = form(left), form(right)
    are_single = all(len(terms) == 1 and not has_opaque(terms) for terms in (a, b, c, d))
    return add(multiply(a, d), multiply(c, b), -1) if are_single else {}


def rational(tree: Tree) -> Fraction | None:
    """Return the rational number that a formula is, if it is one and that can be said exactly."""
    literal = literal_value(tree)
    if literal is not None:
        return literal
    try:
        return _value(form(tree))
    except (TooLargeError, ZeroDivisionError, RecursionError):
        return None


@lru_cache(maxsize=20_000)
def form(tree: Tree) -> Form:
    """Return the normal form of a formula.

    Raises `TooLargeError`, and `ZeroDivisionError` where it divides by zero.
    """
    worked_out = FORMS.get(type(tree))
    return worked_out(tree) if worked_out else (opaque(repr(tree)), UNIT)


def _number(tree: Number) -> Form:
    return constant(tree.value), UNIT


def _symbol(tree: Symbol) -> Form:
    return generator(tree.name), UNIT


def _constant(tree: Constant) -> Form:
    if tree.name == "oo":
        raise TooLargeError
    return generator(f"{OPAQUE}e" if tree.name == "e" else tree.name), UNIT


def _negative(tree: Negative) -> Form:
    top, bottom = form(tree.of)
    return {key: -value for key, value in top.items()}, bottom


def _sum(tree: Sum) -> Form:
    top, bottom = form(tree.terms[0])
    for term in tree.terms[1:]:
        other_top, other_bottom = form(term)
        if bottom == other_bottom:
            top = add(top, other_top)
        else:
            top = add(multiply(top, other_bottom), multiply(other_top, bottom))
            bottom = multiply(bottom, other_bottom)
    return top, bottom


def _product(tree: Product) -> Form:
    top, bottom = form(tree.factors[0])
    for factor in tree.factors[1:]:
        other_top, other_bottom = form(factor)
        top, bottom = multiply(top, other_top), multiply(bottom, other_bottom)
    return top, bottom


def _quotient(tree: Quotient) -> Form:
    (a, b), (c, d) = form(tree.top), form(tree.bottom)
    if not c:
        raise ZeroDivisionError
    return _reduced(multiply(a, d), multiply(b, c))


def _reduced(top: Polynomial, bottom: Polynomial) -> Form:
    """Divide by the denominator at once where it is a rational number."""
    by = value_of(bottom)
    return ({key: value / by for key, value in top.items()}, UNIT) if by else (top, bottom)


def _power(tree: Power) -> Form:
    base, raised = form(tree.base), form(tree.exponent)
    exponent = _value(raised)
    if exponent is None:
        return opaque(f"{_frozen(base)}^{_frozen(raised)}"), UNIT
    if exponent.denominator == 1:
        return _integer_power(base, exponent.numerator)
    if exponent.denominator == 2:
        return _integer_power(_square_root(base), exponent.numerator)
    return opaque(f"{_frozen(base)}^{exponent}"), UNIT


def _integer_power(base: Form, exponent: int) -> Form:
    top, bottom = base
    if exponent < 0:
        if not top:
            raise ZeroDivisionError
        top, bottom, exponent = bottom, top, -exponent
    return _reduced(power(top, exponent), power(bottom, exponent))


def _square_root(of: Form) -> Form:
    value = _value(of)
    return (opaque(f"{_frozen(of)}^1/2") if value is None else square_root(value)), UNIT


def _call(tree: Call) -> Form:
    if tree.name == "root":
        degree, of = tree.arguments
        return _power(Power(of, Quotient(ONE, degree)))
    forms = [form(argument) for argument in tree.arguments]
    numbers = [number for number in map(_value, forms) if number is not None]
    value = _called(tree.name, numbers) if len(numbers) == len(forms) else None
    if value is not None:
        return constant(value), UNIT
    return opaque(f"{tree.name}({','.join(map(_frozen, forms))})"), UNIT


def _called(name: str, numbers: list[Fraction]) -> Fraction | None:
    """Return the value of a function of rational numbers, where it is rational for certain."""
    if name in OF_RATIONALS:
        return OF_RATIONALS[name](numbers)
    is_small = all(number.denominator == 1 and 0 <= number <= MAX_FACTORIAL for number in numbers)
    if name not in OF_INTEGERS or not is_small:
        return None
    return Fraction(OF_INTEGERS[name](*(number.numerator for number in numbers)))


def _value(found: Form) -> Fraction | None:
    top, bottom = map(value_of, found)
    return None if top is None or not bottom else top / bottom


def _frozen(found: Form) -> str:
    return "/".join(
        repr(sorted((key, str(value)) for key, value in polynomial.items())) for polynomial in found
    )


OF_RATIONALS: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "abs": lambda numbers: abs(numbers[0]),
    "floor": lambda numbers: Fraction(floor(numbers[0])),
    "ceil": lambda numbers: Fraction(ceil(numbers[0])),
    "max": max,
    "min": min,
}
OF_INTEGERS: dict[str, Callable[..., int]] = {"factorial": factorial, "binomial": comb, "gcd": gcd}
FORMS: dict[type[Tree], Callable[..., Form]] = {
    Number: _number,
    Symbol: _symbol,
    Constant: _constant,
    Negative: _negative,
    Sum: _sum,
    Product: _product,
    Quotient: _quotient,
    Power: _power,
    Call: _call,
}
