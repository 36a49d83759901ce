import pytest

from r1data.tables import Outcome
from r1data.verification.short_text import TextVerifier
from r1data.verification.verdict import Item

VERIFIER = TextVerifier()


@pytest.mark.parametrize(
    ("response", "gold", "outcome"),
    [
        pytest.param(r"\boxed{\text{Knight}}", "knight", Outcome.CORRECT, id="case and command"),
        pytest.param("<answer>a, b</answer>", "a,  b", Outcome.CORRECT, id="white space"),
        pytest.param("<answer>b, a</answer>", "a, b", Outcome.INCORRECT, id="order"),
        pytest.param(r"\boxed{knights}", "knight", Outcome.INCORRECT, id="more than the gold"),
        pytest.param("a knight", "knight", Outcome.NO_ANSWER, id="in the text only"),
        pytest.param(r"\boxed{" + "a" * 3000 + "}", "knight", Outcome.NO_ANSWER, id="long"),
        pytest.param(r"\boxed{knight}", " ", Outcome.BAD_GOLD, id="blank gold"),
    ],
)
def test_verify(response, gold, outcome):
    assert VERIFIER.verify([Item(response, gold)], None)[0].outcome is outcome


def test_text_with_open_braces_verifies_itself():
    gold = "while (x) {"
    assert VERIFIER.verify([Item(VERIFIER.as_response(gold), gold)], None)[0].reward == 1.0
