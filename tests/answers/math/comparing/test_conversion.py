import pytest

from r1data.answers.math.comparing.conversion import in_one_unit
from r1data.answers.math.formulas.exact import are_equal
from r1data.answers.math.values.parsing import read_value
from r1data.answers.math.values.question import Question


@pytest.mark.parametrize(
    ("gold", "predicted", "asks_percent", "equal"),
    [
        pytest.param("5 m", "500 cm", None, [True], id="converted"),
        pytest.param("5 m", "500", None, [False], id="a unit left out is the same unit"),
        pytest.param("5 m", "5 s", None, [], id="units of other things"),
        pytest.param("5 units", "5", None, [True], id="units that measure nothing"),
        pytest.param(r"180^\circ", r"\pi", None, [True], id="an angle with a pi"),
        pytest.param(r"180^\circ", "180", None, [True], id="an angle without a unit"),
        pytest.param(r"180^\circ", r"\pi \text{ rad}", None, [True], id="degrees and radians"),
        pytest.param("£5", "5 pounds", None, [True], id="pounds of money"),
        pytest.param(r"25\%", "25", None, [True, False], id="a percentage, or a share"),
        pytest.param(r"25\%", "0.25", True, [False], id="percents are asked for"),
        pytest.param(r"25\%", "0.25", False, [True], id="no percents are asked for"),
        pytest.param("0.25", r"25\%", None, [True], id="a small number is a share"),
    ],
)
def test_formulas_are_brought_into_one_unit(gold, predicted, asks_percent, equal):
    question = Question(asks_percent=asks_percent)
    pairs = in_one_unit(read_value(gold), read_value(predicted), question)
    assert [are_equal(one, other) for one, other in pairs] == equal
