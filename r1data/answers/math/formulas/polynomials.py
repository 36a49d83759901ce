"""Polynomials with rational coefficients, in variables, `pi`, `i` and square roots of primes.

Whatever else a formula calls is a generator too, taken as it stands: an opaque one. Sizes are
capped: this runs outside the workers, on what a model wrote.
"""

from fractions import Fraction
from math import isqrt

MAX_TERMS = 150
MAX_PRODUCTS = 10 * MAX_TERMS
MAX_BITS = 40_000
MAX_EXPONENT = 40
MAX_RADICAND = 10**8
MAX_NAME = 2_000

Monomial = tuple[tuple[str, int], ...]
"""Generators with their powers, sorted by name."""
Polynomial = dict[Monomial, Fraction]

CONSTANT: Monomial = ()
UNIT: Polynomial = {CONSTANT: Fraction(1)}
ROOT, OPAQUE = "√", "?"


class TooLargeError(ArithmeticError):
    """A formula is too large to be worked out here."""


def constant(value: Fraction) -> Polynomial:
    """Return the polynomial that a rational number is.

    Raises `TooLargeError`.
    """
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise TooLargeError
    return {CONSTANT: value} if value else {}


def generator(name: str) -> Polynomial:
    """Return the polynomial that a generator is."""
    return {((name, 1),): Fraction(1)}


def opaque(name: str) -> Polynomial:
    """Return the generator that stands for what is not worked out here.

    Raises `TooLargeError`.
    """
    if len(name) > MAX_NAME:
        raise TooLargeError
    return generator(OPAQUE + name)


def has_opaque(polynomial: Polynomial) -> bool:
    """Say whether a polynomial may be equal to another that differs from it."""
    return any(name.startswith(OPAQUE) for monomial in polynomial for name, _ in monomial)


def value_of(polynomial: Polynomial) -> Fraction | None:
    """Return the rational number that a polynomial is, if it is one.

    >>> value_of({}), value_of(generator("x"))
    (Fraction(0, 1), None)
    """
    return polynomial.get(CONSTANT, Fraction(0)) if polynomial.keys() <= {CONSTANT} else None


def multiple_of(left: Polynomial, right: Polynomial) -> Fraction:
    """Return how many times one polynomial is another; 0 if it is no multiple, or is zero.

    >>> multiple_of({CONSTANT: Fraction(6)}, {CONSTANT: Fraction(4)}), multiple_of({}, {})
    (Fraction(3, 2), Fraction(0, 1))
    """
    if not left or left.keys() != right.keys():
        return Fraction(0)
    ratios = {left[key] / right[key] for key in left}
    return ratios.pop() if len(ratios) == 1 else Fraction(0)


def add(left: Polynomial, right: Polynomial, sign: int = 1) -> Polynomial:
    """Return a sum, or with `sign` -1 a difference.

    Raises `TooLargeError`.
    """
    total = dict(left)
    for key, value in right.items():
        found = total.get(key, 0) + sign * value
        if found:
            total[key] = found
        else:
            del total[key]
    if len(total) > MAX_TERMS:
        raise TooLargeError
    return total


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """Return a product.

    Raises `TooLargeError`.
    """
    if left is UNIT or right is UNIT:
        return right if left is UNIT else left
    if len(left) * len(right) > MAX_PRODUCTS:
        raise TooLargeError
    total: Polynomial = {}
    for key, value in left.items():
        for other_key, other_value in right.items():
            factor, product = _multiply(key, other_key)
            found = total.get(product, 0) + value * other_value * factor
            total[product] = found
            if found.numerator.bit_length() > MAX_BITS:
                raise TooLargeError
    return {key: value for key, value in total.items() if value}


def power(base: Polynomial, exponent: int) -> Polynomial:
    """Return a power with an exponent that is not negative.

    Raises `TooLargeError`.
    """
    value = value_of(base)
    if value is not None:
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if bits > 1 and bits * exponent > MAX_BITS:
            raise TooLargeError
        return constant(value**exponent) if exponent else UNIT
    if len(base) == 1 and exponent <= MAX_BITS:
        ((monomial, factor),) = base.items()
        if factor == 1 and all(_is_free(name) for name, _ in monomial):
            return {tuple((name, times * exponent) for name, times in monomial): factor}
    if exponent > MAX_EXPONENT:
        raise TooLargeError
    found = UNIT
    for _ in range(exponent):
        found = multiply(found, base)
    return found


def square_root(value: Fraction) -> Polynomial:
    """Return the square root of a rational number, over the square roots of primes.

    Raises `TooLargeError`.

    >>> square_root(Fraction(-12))
    {(('i', 1), ('√3', 1)): Fraction(2, 1)}
    """
    inside = abs(value.numerator) * value.denominator
    whole = isqrt(inside)
    is_square = whole * whole == inside
    outside, primes = (whole, list[int]()) if is_square else _square_free(inside)
    names = [f"{ROOT}{prime}" for prime in primes] + (["i"] if value < 0 else [])
    roots = {tuple(sorted((name, 1) for name in names)): Fraction(1)}
    return multiply(constant(Fraction(outside, value.denominator)), roots)


def _square_free(number: int) -> tuple[int, list[int]]:
    """Return the root of the largest square in a number, and the primes of what is left."""
    if number > MAX_RADICAND:
        raise TooLargeError
    outside, primes, prime = 1, list[int](), 2
    while prime * prime <= number:
        times = 0
        while number % prime == 0:
            number //= prime
            times += 1
        outside *= prime ** (times // 2)
        if times % 2:
            primes.append(prime)
        prime += 1 if prime == 2 else 2
    return outside, [*primes, number] if number > 1 else primes


def _multiply(left: Monomial, right: Monomial) -> tuple[int, Monomial]:
    """Multiply monomials; squares of square roots, of i too, go into the factor."""
    if not left or not right:
        return 1, left or right
    powers = dict(left)
    factor = 1
    for name, times in right:
        powers[name] = powers.get(name, 0) + times
    for name in [name for name, times in powers.items() if times > 1 and not _is_free(name)]:
        square = -1 if name == "i" else int(name.removeprefix(ROOT))
        factor *= square ** (powers[name] // 2)
        powers[name] %= 2
    return factor, tuple(sorted(item for item in powers.items() if item[1]))


def _is_free(name: str) -> bool:
    return name != "i" and not name.startswith(ROOT)
