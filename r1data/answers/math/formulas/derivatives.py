"""The derivative of a formula, as a formula; nothing is simplified."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from r1data.answers.math.formulas.tree import (
    ONE,
    TWO,
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
    with_parts,
)
from r1data.answers.math.notation.unreadable import UnreadableError

ZERO = Number(Fraction(0))
EULER = Constant("e")


def derivative(tree: Tree, variable: str) -> Tree:
    """Return the derivative of a formula by a variable; other letters are constants.

    The logarithm of an absolute value is the usual one, whose derivative has no bars. Raises
    `UnreadableError` for a function whose derivative is not known here, or is none: rounding has
    steps, and an absolute value a corner, which would let constants differ from place to place.
    """
    if variable not in symbols(tree):
        return ZERO
    if isinstance(tree, Sum | Negative):
        return with_parts(tree, lambda part: derivative(part, variable))
    match tree:
        case Symbol():
            return ONE
        case Product(factors):
            return _of_product(factors, variable)
        case Quotient(top, bottom):
            return _of_quotient(top, bottom, variable)
        case Power(base, exponent):
            return _of_power(base, exponent, variable)
        case Call(name, arguments):
            return _of_call(name, arguments, variable)
    raise UnreadableError("it has no derivative")


def _of_product(factors: tuple[Tree, ...], variable: str) -> Tree:
    return Sum(
        tuple(
            _times(*factors[:place], derivative(factor, variable), *factors[place + 1 :])
            for place, factor in enumerate(factors)
            if variable in symbols(factor)
        )
    )


def _of_quotient(top: Tree, bottom: Tree, variable: str) -> Tree:
    if variable not in symbols(bottom):
        return Quotient(derivative(top, variable), bottom)
    first = _times(derivative(top, variable), bottom)
    second = _times(top, derivative(bottom, variable))
    return Quotient(Sum((first, Negative(second))), Power(bottom, TWO))


def _of_power(base: Tree, exponent: Tree, variable: str) -> Tree:
    if variable not in symbols(exponent):
        lowered = Power(base, Sum((exponent, Negative(ONE))))
        return _times(exponent, lowered, derivative(base, variable))
    growth = _times(derivative(exponent, variable), _log(base))
    if variable in symbols(base):
        inside = Quotient(_times(exponent, derivative(base, variable)), base)
        growth = Sum((growth, inside))
    return _times(Power(base, exponent), growth)


def _of_call(name: str, arguments: tuple[Tree, ...], variable: str) -> Tree:
    *parameters, of = arguments
    if any(variable in symbols(parameter) for parameter in parameters):
        raise UnreadableError(f"`{name}` has no derivative here")
    if name == "root":
        root = Call(name, (parameters[0], of))
        return Quotient(_times(root, derivative(of, variable)), _times(parameters[0], of))
    if name == "log":
        if isinstance(of, Call) and of.name == "abs":
            (of,) = of.arguments
        return Quotient(derivative(of, variable), _times(of, _log(parameters[0])))
    if name not in OUTER or parameters:
        raise UnreadableError(f"`{name}` has no derivative here")
    return _times(OUTER[name](of), derivative(of, variable))


def _times(*factors: Tree) -> Tree:
    return Product(factors, is_explicit=True)


def _log(of: Tree) -> Tree:
    return ONE if of == EULER else Call("log", (EULER, of))


def _one_over(of: Tree) -> Tree:
    return Quotient(ONE, of)


def _root(of: Tree) -> Tree:
    return Call("root", (TWO, of))


def _squared(name: str, of: Tree) -> Tree:
    return Power(Call(name, (of,)), TWO)


def _one_minus_square(of: Tree) -> Tree:
    return Sum((ONE, Negative(Power(of, TWO))))


def _one_plus_square(of: Tree) -> Tree:
    return Sum((ONE, Power(of, TWO)))


OUTER: Mapping[str, Callable[[Tree], Tree]] = {
    "sin": lambda of: Call("cos", (of,)),
    "cos": lambda of: Negative(Call("sin", (of,))),
    "tan": lambda of: _one_over(_squared("cos", of)),
    "cot": lambda of: Negative(_one_over(_squared("sin", of))),
    "sec": lambda of: _times(Call("sec", (of,)), Call("tan", (of,))),
    "csc": lambda of: Negative(_times(Call("csc", (of,)), Call("cot", (of,)))),
    "arcsin": lambda of: _one_over(_root(_one_minus_square(of))),
    "arccos": lambda of: Negative(_one_over(_root(_one_minus_square(of)))),
    "arctan": lambda of: _one_over(_one_plus_square(of)),
    "arccot": lambda of: Negative(_one_over(_one_plus_square(of))),
    "sinh": lambda of: Call("cosh", (of,)),
    "cosh": lambda of: Call("sinh", (of,)),
    "tanh": lambda of: _one_over(_squared("cosh", of)),
}
"""The derivative of a function of one argument, at that argument."""
