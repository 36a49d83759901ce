from fractions import Fraction

import pytest

from r1data.answers.math.formulas.tree import (
    Number,
    Power,
    Symbol,
    Undone,
    is_left_undone,
    literal_value,
    symbols,
)
from r1data.answers.math.notation.unreadable import UnreadableError
from tests.answers.math.written import tree


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("2^10", "2^{10}", id="a power of many digits"),
        pytest.param("-2^2", "-(2^2)", id="a minus before a power"),
        pytest.param("2^3^2", "2^{3^2}", id="powers from the right"),
        pytest.param(r"\frac12", r"\frac{1}{2}", id="a fraction of digits"),
        pytest.param("1/2/3", "(1/2)/3", id="quotients from the left"),
        pytest.param(r"\sqrt2", r"\sqrt{2}", id="a root of a digit"),
        pytest.param(r"\sin 2x", r"\sin(2x)", id="a function of a product"),
        pytest.param(r"\sin -x", r"\sin(-x)", id="a function of an opposite"),
        pytest.param(r"\sin^2 x", r"(\sin x)^2", id="a power of a function"),
        pytest.param(r"\sin^{-1} x", r"\arcsin x", id="an inverse function"),
        pytest.param(r"\lg x", r"\log_{10} x", id="the logarithm to base ten"),
        pytest.param(r"\exp(x)", "e^{x}", id="the exponential function"),
        pytest.param(r"\left|x\right|", "|x|", id="bars"),
        pytest.param("f'", r"f^{\prime}", id="primes"),
    ],
)
def test_two_ways_to_write_one_tree(text, same):
    assert tree(text) == tree(same)


@pytest.mark.parametrize(
    ("text", "value", "num_decimals"),
    [
        pytest.param(r"3\frac12", Fraction(7, 2), None, id="mixed number"),
        pytest.param("3 1/2", Fraction(7, 2), None, id="mixed number with a slash"),
        pytest.param(r"1.50\times 10^3", Fraction(1500), -1, id="scientific notation"),
        pytest.param(r"0.1\overline{6}", Fraction(1, 6), None, id="repeating decimal"),
        pytest.param("2.50", Fraction(5, 2), 2, id="decimal"),
    ],
)
def test_one_number_however_it_is_written(text, value, num_decimals):
    assert tree(text) == Number(value, num_decimals)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2 3", id="numbers side by side"),
        pytest.param("x 2 3", id="numbers side by side after a letter"),
        pytest.param("1_2", id="a number in a base"),
        pytest.param("2 +", id="an end too early"),
        pytest.param("(1", id="an open bracket"),
        pytest.param(r"\foo", id="an unknown command"),
        pytest.param(r"\gcd_2 x", id="a base where there is none"),
        pytest.param(r"\angle", id="an angle without a name"),
        pytest.param("1/" * 200 + "1", id="nested too deeply"),
        pytest.param("x = 1", id="a relation"),
    ],
)
def test_what_has_no_place_in_a_tree_is_not_read(text):
    with pytest.raises(UnreadableError):
        tree(text)


def test_subscripts_and_figures_belong_to_the_name():
    assert symbols(tree(r"x_{12} + \angle ABC + \vec{v}")) == {"x_12", "angle ABC", "vec v"}


def test_constants_are_no_variables():
    assert symbols(tree(r"e^{i\pi} + e_1")) == {"e_1"}


def test_what_follows_a_sum_sign_belongs_to_it():
    assert isinstance(tree(r"\sum_{k=1}^{9} k + 1"), Undone)


@pytest.mark.parametrize(
    ("text", "is_undone"),
    [
        ("6^2 + 6", True),
        (r"3 \cdot 4", True),
        (r"2\pi", False),
        (r"3\frac12", False),
        (r"2 \times 10^{5}", False),
        ("7!", False),
        ("2x", False),
    ],
)
def test_arithmetic_that_is_still_to_be_done(text, is_undone):
    assert is_left_undone(tree(text)) is is_undone


def test_a_division_by_zero_has_no_literal_value():
    assert literal_value(tree("1/0")) is None
    assert literal_value(Power(Symbol("x"), Number(Fraction(2)))) is None
