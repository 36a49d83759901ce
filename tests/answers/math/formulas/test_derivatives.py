import pytest

from r1data.answers.math.comparing.means import NUMERIC
from r1data.answers.math.formulas.derivatives import derivative
from r1data.answers.math.notation.unreadable import UnreadableError
from tests.answers.math.written import tree


@pytest.mark.parametrize(
    ("formula", "slope"),
    [
        ("7", "0"),
        ("a", "0"),
        ("x^3 - 2x", "3x^2 - 2"),
        ("x \\sin x \\cos x", r"\sin x \cos x + x\cos^2 x - x\sin^2 x"),
        (r"\frac{x}{x+1}", r"\frac{1}{(x+1)^2}"),
        (r"\frac{x^2}{a}", r"\frac{2x}{a}"),
        (r"\sqrt{1 - x^2}", r"\frac{-x}{\sqrt{1 - x^2}}"),
        (r"\sqrt[3]{x}", r"\frac{1}{3\sqrt[3]{x^2}}"),
        ("e^{2x}", "2e^{2x}"),
        ("2^x", r"2^x \ln 2"),
        ("x^x", r"x^x (\ln x + 1)"),
        (r"\ln 3x", r"\frac1x"),
        (r"\ln |x|", r"\frac1x"),
        (r"\log_2 x", r"\frac{1}{x \ln 2}"),
        (r"\tan x", r"\frac{1}{\cos^2 x}"),
        (r"\cot x", r"-\frac{1}{\sin^2 x}"),
        (r"\sec x", r"\sec x \tan x"),
        (r"\csc x", r"-\csc x \cot x"),
        (r"\arcsin x", r"\frac{1}{\sqrt{1 - x^2}}"),
        (r"\arccos x", r"-\frac{1}{\sqrt{1 - x^2}}"),
        (r"\arctan 2x", r"\frac{2}{1 + 4x^2}"),
        (r"\sinh x \cosh x", r"\cosh^2 x + \sinh^2 x"),
        (r"\tanh x", r"\frac{1}{\cosh^2 x}"),
    ],
)
def test_the_derivative_is_the_known_one(formula, slope):
    assert NUMERIC.equal(derivative(tree(formula), "x"), tree(slope))


@pytest.mark.parametrize("formula", [r"\lfloor x \rfloor", "|x|", r"\max(x, 1)", "x!"])
def test_steps_and_corners_have_no_derivative(formula):
    with pytest.raises(UnreadableError):
        derivative(tree(formula), "x")
