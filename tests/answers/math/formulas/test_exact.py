from fractions import Fraction

import pytest

from r1data.answers.math.formulas.exact import are_equal, are_rearranged, ratio, rational
from tests.answers.math.written import tree

SAME = [
    ("x + y", "y + x"),
    ("2x", "x + x"),
    ("(x-1)(x+1)", "x^2 - 1"),
    ("(a+b)^3", "a^3 + 3a^2b + 3ab^2 + b^3"),
    (r"\frac{1}{1+\sqrt{2}}", r"\sqrt{2} - 1"),
    (r"3\sqrt{13}", r"\sqrt{117}"),
    (r"\frac{\sqrt{6}}{\sqrt{2}}", r"\sqrt{3}"),
    (r"\sqrt{-4}", "2i"),
    (r"(1+i)^2", "2i"),
    (r"\frac{x^2-1}{x-1}", "x+1"),
    (r"2^{-2}", "0.25"),
    (r"\binom{5}{2}", "10"),
    (r"5!", "120"),
    (r"\lfloor 2.5 \rfloor", "2"),
    (r"\ln 2 + \ln 3", r"\ln 3 + \ln 2"),
    (r"\log_2 (1+x)", r"\log_2 (x+1)"),
]
DIFFERENT = [
    ("2^{-99}", "2^{-98}"),
    (r"\sqrt{2}", "1.41421356"),
    (r"\pi", "3.14159265358979"),
    (r"\sqrt{2} + \sqrt{3}", r"\sqrt{5}"),
    ("x", "y"),
    (r"\sqrt{2}", r"-\sqrt{2}"),
    ("2i", "-2i"),
    ("1/0", "1"),
]
UNKNOWN = [
    pytest.param(r"\ln 4", r"2\ln 2", id="logarithms"),
    pytest.param(r"\sin x", r"\cos x", id="functions"),
    pytest.param("2^x", "4^{x/2}", id="variable exponents"),
    pytest.param(r"\sqrt{x^2}", "|x|", id="roots of variables"),
    pytest.param("e", "2.718281828", id="e"),
    pytest.param("(a+b+c+d)^{30}", "1", id="too many terms"),
    pytest.param("9^{9^{9}}", "1", id="a number too large"),
    pytest.param("99999999!", "1", id="a factorial too large"),
    pytest.param(r"\sqrt{1000000000000000003}", "2x", id="a radicand too large"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_equal_formulas_are_equal_both_ways(left, right):
    assert are_equal(tree(left), tree(right)) is True
    assert are_equal(tree(right), tree(left)) is True


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_formulas_are_different_both_ways(left, right):
    assert are_equal(tree(left), tree(right)) is False
    assert are_equal(tree(right), tree(left)) is False


@pytest.mark.parametrize(("left", "right"), UNKNOWN)
def test_what_cannot_be_said_exactly_is_not_said(left, right):
    assert are_equal(tree(left), tree(right)) is None


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        pytest.param("2x - 2y", "3y - 3x", Fraction(-2, 3), id="a negative multiple"),
        pytest.param("x + 1", "x + 2", 0, id="no multiple"),
        pytest.param("0", "0", 0, id="nothing is a multiple of nothing"),
        pytest.param(r"\ln x", r"\ln y", None, id="not known"),
        pytest.param("1/0", "x", 0, id="no value"),
    ],
)
def test_how_many_times_one_formula_is_another(left, right, found):
    assert ratio(tree(left), tree(right)) == found


def test_only_certain_numbers_are_rational():
    texts = [r"\sqrt{4}", r"\frac{1}{3} + 1", r"\sqrt{2}", "1/0", r"\infty", "x - x"]
    assert [rational(tree(text)) for text in texts] == [2, Fraction(4, 3), None, None, None, 0]


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        pytest.param(("PV", "nRT"), ("P", r"\frac{nRT}{V}"), True, id="solved for another"),
        pytest.param(("xy", "2"), ("y", "x/2"), False, id="turned the wrong way"),
        pytest.param(("x^2", "x"), ("x", "1"), False, id="a variable that may be zero is kept"),
        pytest.param(("y", "x+1"), ("y/(x+1)", "1"), False, id="no single terms"),
        pytest.param(("x", "x"), ("y", "y"), False, id="always true"),
    ],
)
def test_equations_of_single_terms_may_be_solved_for_any_variable(one, other, are):
    assert are_rearranged(tuple(map(tree, one)), tuple(map(tree, other))) is are
