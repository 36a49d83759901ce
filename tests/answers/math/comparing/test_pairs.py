import pytest

from tests.answers.math.written import judged


@pytest.mark.parametrize(
    ("gold", "predicted", "is_same"),
    [
        pytest.param(r"\lambda_a", r"\lambda_a ", True, id="the same"),
        pytest.param(r"\foo_{k}^{n} k", r"\foo_k^n k", True, id="other braces"),
        pytest.param(r"\lambda_a", r"\lambda_b", False, id="another name"),
        pytest.param(r"\foo_C f", r"\foo_C g", None, id="another name in what is not read"),
        pytest.param(r"\foo_1 f", r"\foo_2 f", False, id="another number in what is not read"),
        pytest.param(r"\sum_{k=1}^{100} k", "5050", False, id="not worked out"),
        pytest.param("1/2004!", "1/2006!", False, id="other numbers"),
    ],
)
def test_what_is_not_read_equals_what_is_written_with_the_same_signs(gold, predicted, is_same):
    assert judged(gold, predicted) is is_same


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        pytest.param(r"\sqrt{10^{100}+1}", "10^{50}", id="a root of much and one"),
        pytest.param(r"\sqrt{10^{100}+1} - 10^{50}", "0", id="nearly nothing"),
        pytest.param("10^{60}+1", "10^{60}", id="much and one"),
        pytest.param("e^{200}+1", "e^{200}", id="an exponential and one"),
        pytest.param(r"\ln(10^{100}+1)", r"100\ln 10", id="a logarithm of much and one"),
        pytest.param(r"\tanh 300", "1", id="nearly one"),
        pytest.param(r"\cos 10^{-60}", "1", id="a tiny angle"),
        pytest.param(r"\arctan 10^{80}", r"\frac{\pi}{2}", id="a steep angle"),
        pytest.param(r"e(1+10^{-50})^3", r"e(1+3\cdot 10^{-50}+3\cdot 10^{-100})", id="a cube"),
        pytest.param(r"\sqrt{10^{100000}+1}", "10^{50000}", id="more than is worked out"),
        pytest.param(r"\sqrt{x}+10^{-50}", r"\sqrt{x}", id="a tiny term"),
        pytest.param(r"y = \sqrt{x} + e^{200} + 1", r"y = \sqrt{x} + e^{200}", id="an equation"),
        pytest.param("xy", "|xy|", id="signs that differ"),
        pytest.param("x/y", "|x/y|", id="signs that differ in a quotient"),
        pytest.param("ab", r"\max(ab, -ab)", id="the larger of two signs"),
        pytest.param("x y z w", "|x y z w|", id="one sign of four"),
        pytest.param(r"\lceil\sqrt n\rceil", r"\lceil n/2\rceil", id="alike where n is small"),
        pytest.param(r"\lfloor n/7\rfloor", r"\lfloor (n+1)/7\rfloor", id="alike but in seven"),
        pytest.param(r"\lfloor x\rfloor", "x", id="a number that need not be whole"),
    ],
)
def test_what_differs_far_behind_the_point_or_at_other_points_is_not_equal(gold, predicted):
    assert judged(gold, predicted) is False
    assert judged(predicted, gold) is False


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        pytest.param(r"2^{2024}\ln 4", r"2^{2025}\ln 2", id="large numbers"),
        pytest.param(r"10^{50}+\sqrt2-10^{50}", r"\sqrt2", id="large numbers that cancel"),
        pytest.param(r"\lfloor n^2/4\rfloor", r"\lfloor n/2\rfloor\lceil n/2\rceil", id="whole n"),
        pytest.param(r"\arcsin x + \arccos x", r"\frac{\pi}{2}", id="values near zero only"),
        pytest.param(r"e^{x^2} e^x", "e^{x^2+x}", id="values of all sizes"),
        pytest.param(r"\ln x + \ln y", r"\ln(xy)", id="values of one sign only"),
    ],
)
def test_what_is_equal_stays_so(gold, predicted):
    assert judged(gold, predicted) is True
