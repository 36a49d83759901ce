from fractions import Fraction

import pytest

from r1data.answers.math.formulas.polynomials import (
    MAX_BITS,
    MAX_NAME,
    MAX_TERMS,
    UNIT,
    TooLargeError,
    add,
    constant,
    generator,
    has_opaque,
    multiply,
    opaque,
    power,
    square_root,
    value_of,
)

X, Y = generator("x"), generator("y")


def test_sums_and_products_obey_the_laws_of_arithmetic():
    assert add(X, Y) == add(Y, X)
    assert multiply(X, Y) == multiply(Y, X)
    assert multiply(X, add(X, Y)) == add(multiply(X, X), multiply(X, Y))
    assert add(X, X, -1) == {}
    assert multiply(X, UNIT) == X


@pytest.mark.parametrize("number", [0, 1, 2, 12, -3, Fraction(1, 2), Fraction(-8, 9)])
def test_a_square_root_times_itself_is_the_number(number):
    root = square_root(Fraction(number))
    assert value_of(multiply(root, root)) == number


def test_roots_of_products_are_products_of_roots():
    one, other = square_root(Fraction(6)), square_root(Fraction(10))
    assert multiply(one, other) == square_root(Fraction(60))


def test_i_has_four_powers():
    i = generator("i")
    assert [value_of(power(i, exponent)) for exponent in (0, 2, 4)] == [1, -1, 1]
    assert power(i, 5) == i


def test_what_is_opaque_is_told():
    assert [has_opaque(polynomial) for polynomial in (opaque("f"), X, UNIT)] == [True, False, False]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: constant(Fraction(2**MAX_BITS)), id="a number"),
        pytest.param(lambda: power(constant(Fraction(9)), 9**9), id="a power of a number"),
        pytest.param(lambda: power(add(X, Y), 41), id="a power of a sum"),
        pytest.param(lambda: square_root(Fraction(10**18 + 3)), id="a root"),
        pytest.param(lambda: opaque("f" * (MAX_NAME + 1)), id="a name"),
        pytest.param(
            lambda: add({((f"x{n}", 1),): Fraction(1) for n in range(MAX_TERMS)}, X), id="terms"
        ),
    ],
)
def test_what_is_too_large_raises_at_once(make):
    with pytest.raises(TooLargeError):
        make()
