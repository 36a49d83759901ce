# ruff: noqa: RUF001 - signs of other scripts are the point

import pytest

from r1data.answers.judging import judge_one
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.writing.scripts import in_ascii_signs, with_indices

DIGITS = {
    "Arabic": "٤٧",
    "Persian": "۴۷",
    "Devanagari": "४७",
    "Bengali": "৪৭",
    "Thai": "๔๗",
    "Tamil": "௪௭",
    "full width": "４７",
    "bold": "\U0001d7d2\U0001d7d5",
    "double-struck": "\U0001d7dc\U0001d7df",
}


@pytest.mark.parametrize("name", DIGITS)
@pytest.mark.parametrize(
    "form", [r"\boxed{%s}", "The answer is %s.", "Thus the total is %s.", "%s"]
)
def test_digits_of_any_script_are_digits(name, form):
    assert judge_one(Item(form % DIGITS[name], "47")).outcome is Outcome.CORRECT
    assert judge_one(Item(form % DIGITS[name], "74")).outcome is Outcome.INCORRECT
    assert judge_one(Item(form % "47", DIGITS[name])).outcome is Outcome.CORRECT


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("٣٫٢٥", "3.25", id="a decimal sign"),
        pytest.param("١٬٢٣٤", "1,234", id="a sign of thousands"),
        pytest.param("٥٠٪", "50%", id="a percent sign"),
        pytest.param("3⁄4", "3/4", id="a fraction slash"),
        pytest.param("\U0001d465 + \U0001d6fc", "x + α", id="letters of mathematics"),
        pytest.param("ℎ", "h", id="Planck's letter"),
        pytest.param("ℝ", "ℝ", id="a set of numbers stays"),
        pytest.param("x²", "x²", id="a power stays"),
        pytest.param("三", "三", id="a numeral of words stays"),
    ],
)
def test_signs_in_any_style_are_those_of_ascii(text, plain):
    assert in_ascii_signs(text) == plain


@pytest.mark.parametrize(
    ("text", "indexed"),
    [
        pytest.param("10⁻¹²", "10^{-12}", id="a negative power"),
        pytest.param("2ⁿ⁺¹", "2^{n+1}", id="a power with a letter"),
        pytest.param("x₁₂", "x_{12}", id="two digits"),
        pytest.param("5³⁄₈", r"5\frac{3}{8}", id="a mixed number"),
        pytest.param("x^2", "x^2", id="nothing to do"),
    ],
)
def test_runs_of_raised_and_lowered_signs_are_one_index(text, indexed):
    assert with_indices(text) == indexed
