"""Tasks whose answer is a formula: antiderivatives, products of polynomials.

Formulas are read by the parser of `r1data.answers.math`, whole or not at all; no text is ever
evaluated.
"""

import re
from fractions import Fraction
from functools import reduce
from typing import Annotated

from pydantic import Field

from r1data.answers.gym.entry import BadEntryError, Puzzle
from r1data.answers.math.comparing.means import NUMERIC
from r1data.answers.math.formulas.building import OPEN_LOG
from r1data.answers.math.formulas.derivatives import EULER, derivative
from r1data.answers.math.formulas.expressions import read_expression
from r1data.answers.math.formulas.polynomials import (
    Polynomial,
    TooLargeError,
    add,
    constant,
    generator,
    multiply,
    power,
    value_of,
)
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
    with_parts,
)
from r1data.answers.math.notation.notation import canonical
from r1data.answers.math.notation.tokens import tokenize
from r1data.answers.math.notation.unreadable import UnreadableError
from r1data.answers.math.notation.vocabulary import names

MAX_FORMULA = 1_000
WORD = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{2,}")
WORDS = names(
    "sin cos tan cot sec csc exp log ln sqrt asin acos atan arcsin arccos arctan sinh cosh tanh pi"
)
"""Names of several letters that a formula may hold without a backslash."""
BARS = re.compile(r"\b[Aa]bs\s*\(([^()]*)\)")
LABEL = re.compile(r"^[A-Za-z](?:\([A-Za-z]\))?\s*=(?!=)\s*")
MINUS_ONE = constant(Fraction(-1))
Text = Annotated[str, Field(min_length=1, max_length=MAX_FORMULA)]


class Integration(Puzzle):
    """An integrand, of which any antiderivative is wanted."""

    form = rf"(?s:.{{1,{MAX_FORMULA}}})"
    reason = "many forms of one antiderivative"

    integrand: Text
    variable: Annotated[str, Field(pattern="^[A-Za-z]$")]

    def solved_by(self, answer: str, gold_answer: str) -> bool | None:  # noqa: D102
        integrand, found = read_formula(self.integrand), read_formula(answer)
        if integrand is None:
            raise BadEntryError("its integrand is no formula that is read here")
        if found is None:
            return None
        try:
            slope = derivative(found, self.variable)
        except (UnreadableError, RecursionError):
            return None
        return NUMERIC.equal(integrand, slope)


class PolynomialMultiplication(Puzzle):
    """Polynomials, whose product is wanted without brackets."""

    form = rf"(?s:.{{1,{MAX_FORMULA}}})"
    reason = "terms in any order"

    def solved_by(self, answer: str, gold_answer: str) -> bool | None:  # noqa: D102
        gold, found = read_formula(gold_answer), read_formula(answer)
        if gold is None or (wanted := collected(gold)) is None:
            raise BadEntryError("its answer is no polynomial that is read here")
        return None if found is None else wanted == collected(found)


def read_formula(text: str) -> Tree | None:
    """Return the formula that a text is; None if it is not read: another letter than ASCII, a name.

    `E` is e, `log` is natural, and what stands before an equals sign is a name.

    >>> read_formula("x**2 + C") == read_formula("x^2+C"), read_formula("x.func") is None
    (True, True)
    """
    text = LABEL.sub("", BARS.sub(r"|\1|", canonical(text)))
    if not text.isascii() or len(text) > MAX_FORMULA or "_" in text:
        return None
    if not set(WORD.findall(text)) <= WORDS:
        return None
    try:
        return _natural(read_expression(tokenize(text)))
    except (UnreadableError, RecursionError):
        return None


def _natural(tree: Tree) -> Tree:
    """Return a formula in which `E` is e and every logarithm has its base."""
    if tree == Symbol("E"):
        return EULER
    if isinstance(tree, Call) and tree.name == OPEN_LOG:
        return Call("log", (EULER, *map(_natural, tree.arguments)))
    return with_parts(tree, _natural)


def collected(tree: Tree) -> Polynomial | None:
    """Return the polynomial that a formula without brackets is; None if it has any, or is none.

    A number before a bracket is no fault, as in `2(x + 1)`.
    """
    try:
        return _collected(tree)
    except (TooLargeError, RecursionError, ZeroDivisionError):
        return None


def _collected(tree: Tree) -> Polynomial | None:
    match tree:
        case Number(value):
            return constant(value)
        case Symbol(name) | Constant(name):
            return generator(f"letter {name}")
        case Negative(inside):
            return _product(_collected(inside), MINUS_ONE)
        case Sum(terms):
            return _sum([_collected(term) for term in terms])
        case Product(factors):
            return reduce(_product, map(_collected, factors))
        case Quotient(top, bottom):
            return _product(_collected(top), _inverse(_collected(bottom)))
        case Power(base, exponent):
            return _power(_collected(base), _number(_collected(exponent)))
    return None


def _sum(terms: list[Polynomial | None]) -> Polynomial | None:
    total: Polynomial = {}
    for term in terms:
        if term is None:
            return None
        total = add(total, term)
    return total


def _product(one: Polynomial | None, other: Polynomial | None) -> Polynomial | None:
    """Return a product; None if it would take more than joining two terms."""
    if one is None or other is None:
        return None
    is_joined = len(one) < 2 and len(other) < 2
    is_scaled = value_of(one) is not None or value_of(other) is not None
    return multiply(one, other) if is_joined or is_scaled else None


def _inverse(divisor: Polynomial | None) -> Polynomial | None:
    number = _number(divisor)
    return constant(1 / number) if number else None


def _power(base: Polynomial | None, exponent: Fraction | None) -> Polynomial | None:
    if base is None or exponent is None or exponent.denominator > 1 or exponent < 0:
        return None
    return power(base, int(exponent)) if len(base) < 2 or exponent <= 1 else None


def _number(polynomial: Polynomial | None) -> Fraction | None:
    return None if polynomial is None else value_of(polynomial)
