import pytest

from r1data.answers.choice.forms import option_texts
from r1data.records.read import as_text


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        pytest.param(["red", 4], ("red", "4"), id="a list"),
        pytest.param({"B": "blue", "A": "red"}, ("red", "blue"), id="an object of letters"),
        pytest.param(
            {"text": ["red", "blue"], "label": ["A", "B"]}, ("red", "blue"), id="two lists"
        ),
        pytest.param(
            {"text": ["red", "blue"], "label": ["B", "A"]}, ("blue", "red"), id="labels turned"
        ),
        pytest.param(
            {"text": ["red", "blue"], "label": ["1", "2"]}, ("1. red", "2. blue"), id="numbers"
        ),
        pytest.param(
            [{"label": "A", "text": "red"}, {"label": "B", "text": "blue"}],
            ("red", "blue"),
            id="a list of objects",
        ),
        pytest.param([{"content": "red"}, {"content": "blue"}], ("red", "blue"), id="no labels"),
        pytest.param([], (), id="none"),
        pytest.param({"text": ["red"], "label": ["A", "B"]}, None, id="lists of unlike length"),
        pytest.param({"text": ["red", "blue"], "label": ["x", "y"]}, None, id="other labels"),
        pytest.param([{"colour": "red"}], None, id="objects without a text"),
        pytest.param("red", None, id="a text"),
        pytest.param(4, None, id="a number"),
    ],
)
def test_options_are_read_in_the_forms_that_sources_have(value, texts):
    assert option_texts(value, as_text) == texts
