import pytest

from r1data.verification.math.library import is_equal, pieces


@pytest.mark.parametrize(
    ("gold", "predicted", "is_same"),
    [
        pytest.param(r"\lambda_a", r"\lambda_a ", True, id="the same"),
        pytest.param(r"\lambda_a", r"\lambda_b", False, id="another name"),
        pytest.param(r"\sum_{k=1}^{100} k", "5050", False, id="worked out by math-verify only"),
        pytest.param("1/2004!", "1/2006!", False, id="other numbers"),
    ],
)
def test_only_what_is_made_of_the_same_pieces_is_equal(gold, predicted, is_same):
    assert is_equal(gold, predicted) is is_same


def test_pieces_are_numbers_and_names_in_any_order():
    assert pieces("x + 12") == pieces("12+x") != pieces("x + 1 + 2")
