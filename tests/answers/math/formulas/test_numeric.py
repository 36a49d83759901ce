from fractions import Fraction

import pytest

from r1data.answers.math.formulas.numeric import are_equal, ratio, real_value
from tests.answers.math.written import tree


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        pytest.param("2^{-99}", "2^{-98}", False, id="tiny numbers differ by their ratio"),
        pytest.param("e^{-200}", "e^{-201}", False, id="tinier than the digits"),
        pytest.param(r"\sin \pi", "0", True, id="nearly nothing is nothing"),
        pytest.param("|x|", "x", False, id="signs of both kinds are tried"),
        pytest.param(r"\sqrt{x^2}", "|x|", True, id="a root of a square"),
        pytest.param(r"\ln 4", r"2\ln 2", True, id="logarithms"),
        pytest.param(r"\log 100", "2", True, id="a log without a base may be to ten"),
        pytest.param(r"\log e", "1", True, id="or to e"),
        pytest.param(r"\log 100 + \ln e", "3", True, id="while ln is to e"),
        pytest.param(r"\log 1000 + \log e", "4", False, id="but not to both at once"),
        pytest.param(r"\log_2 8", "3", True, id="a log to base two"),
        pytest.param(r"\sin^2 x + \cos^2 x", "1", True, id="an identity"),
        pytest.param(r"\sqrt[3]{-8}", "-2", True, id="the real cube root"),
        pytest.param(r"\cos 60^\circ", "1/2", True, id="degrees in a function"),
        pytest.param("9^{9^{9^9}}", "1", None, id="an exponent too large"),
        pytest.param(r"\frac{1}{0}", "1", None, id="no value anywhere"),
    ],
)
def test_values_decide(left, right, found):
    assert are_equal(tree(left), tree(right)) is found


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [(r"2\ln x", r"\ln x", 1), (r"-\ln x", r"\ln x", -1), (r"\ln x", "x", 0), ("0", "x", 0)],
)
def test_a_multiple_is_known_by_its_sign(left, right, found):
    assert ratio(tree(left), tree(right)) == found


def test_only_real_numbers_have_a_real_value():
    assert abs(real_value(tree(r"\pi")) - Fraction("3.14159265358979323846")) < Fraction(1, 10**19)
    assert [real_value(tree(text)) for text in ("2i", "x", "e^{999}")] == [None] * 3
