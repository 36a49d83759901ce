"""Joining adjacent parts of a formula: products, mixed numbers, scientific notation, calls."""

from collections.abc import Sequence
from fractions import Fraction

from r1data.answers.math.formulas.tree import (
    ONE,
    Call,
    Constant,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Tree,
)
from r1data.answers.math.notation.unreadable import UnreadableError
from r1data.answers.math.notation.vocabulary import INVERTIBLE

TEN = Number(Fraction(10))
OPEN_LOG = "log?"
r"""A `\log` without a base, which may be e or 10."""
MAX_POWER_OF_TEN = 400


def times(left: Tree, right: Tree, *, is_explicit: bool = False) -> Product:
    """Return a product; its factors stand side by side, unless a sign was written."""
    if isinstance(left, Product):
        return Product((*left.factors, right), is_explicit or left.is_explicit)
    return Product((left, right), is_explicit)


def negative_if(sign: str, tree: Tree) -> Tree:
    """Return the opposite of a tree if the sign before it is a minus."""
    return Negative(tree) if sign == "-" else tree


def scientific(left: Tree, right: Tree) -> Number | None:
    """Return the number that a mantissa times a power of ten is, if that is what it is.

    >>> scientific(Number(Fraction("1.50"), 2), Power(TEN, Number(Fraction(1))))
    Number(value=Fraction(15, 1), num_decimals=1)
    """
    if not (isinstance(left, Number) and isinstance(right, Power) and right.base == TEN):
        return None
    exponent = _integer(right.exponent)
    if exponent is None or abs(exponent) > MAX_POWER_OF_TEN:
        return None
    places = None if left.num_decimals is None else left.num_decimals - exponent
    return Number(left.value * Fraction(10) ** exponent, places)


def mixed_number(left: Tree, right: Tree) -> Number | None:
    r"""Return the mixed number that `3\frac12` is, if the two are one.

    >>> mixed_number(Number(Fraction(3)), Quotient(ONE, Number(Fraction(2))))
    Number(value=Fraction(7, 2), num_decimals=None)
    """
    if not (isinstance(left, Number) and left.num_decimals is None and isinstance(right, Quotient)):
        return None
    top, bottom = _integer(right.top), _integer(right.bottom)
    if top is None or bottom is None or not 0 < top < bottom:
        return None
    return Number(left.value + Fraction(top, bottom))


def called(name: str, base: Tree | None, exponent: Tree | None, arguments: Sequence[Tree]) -> Tree:
    r"""Return a function with its base and its exponent: `\log_2 x`, `\sin^2 x`.

    Raises `UnreadableError` where the function has no base.
    """
    if exponent == Negative(ONE) and base is None and name in INVERTIBLE:
        return Call(f"arc{name}", tuple(arguments))
    tree = _called(name, base, tuple(arguments))
    return tree if exponent is None else Power(tree, exponent)


def _called(name: str, base: Tree | None, arguments: tuple[Tree, ...]) -> Tree:
    if name == "exp":
        return Power(Constant("e"), arguments[0])
    if name == "log" and base is None:
        return Call(OPEN_LOG, arguments)
    if name in ("log", "ln", "lg"):
        default = TEN if name == "lg" else Constant("e")
        return Call("log", (base or default, *arguments))
    if base is not None:
        raise UnreadableError(f"`{name}` has no base")
    return Call(name, arguments)


def _integer(tree: Tree) -> int | None:
    if isinstance(tree, Negative):
        inside = _integer(tree.of)
        return None if inside is None else -inside
    is_integer = isinstance(tree, Number) and tree.value.denominator == 1
    return int(tree.value) if is_integer and isinstance(tree, Number) else None
