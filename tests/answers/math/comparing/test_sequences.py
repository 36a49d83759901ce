from functools import partial

import pytest

from r1data.answers.math.comparing.compare import compare
from r1data.answers.math.comparing.means import EXACT
from r1data.answers.math.comparing.sequences import compare_sequence
from r1data.answers.math.values.parsing import read_value
from r1data.answers.math.values.question import UNKNOWN


def compared(gold, predicted):
    same = partial(compare, means=EXACT, question=UNKNOWN)
    return compare_sequence(read_value(gold), read_value(predicted), EXACT, UNKNOWN, same)


@pytest.mark.parametrize(
    ("gold", "predicted", "found"),
    [
        pytest.param("(1, 2)", "(1, 2)", True, id="a tuple"),
        pytest.param("(1, 2)", "1, 2", True, id="a tuple without brackets"),
        pytest.param("(1, 2)", "(2, 1)", False, id="a tuple in another order"),
        pytest.param("(1, 2)", r"\{1, 2\}", False, id="a set for a tuple"),
        pytest.param("(1, 2)", "[1, 2]", False, id="other brackets"),
        pytest.param("(1, 2)", "x = 1, y = 2", True, id="members with names"),
        pytest.param("(1, 2)", r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", True, id="a column"),
        pytest.param(r"\{1, 2\}", "2, 1", True, id="a set in another order"),
        pytest.param(r"\{1, 2\}", "S = \\{1, 2\\}", True, id="a set with a name"),
        pytest.param(r"\{1, 2\}", "[1, 2]", False, id="an interval for a set"),
        pytest.param(r"\{5\}", "5", True, id="one member without brackets"),
        pytest.param("1, 2", "1", False, id="a member too few"),
        pytest.param("1, 2", "1, 2, 3", False, id="a member too many"),
        pytest.param("1, 1", "1, 2", False, id="a member twice"),
        pytest.param("1:2:3", "2:4:6", True, id="a ratio"),
        pytest.param("1:2:3", "2:4:5", False, id="another ratio"),
        pytest.param("1:2:3", "1, 2, 3", False, id="a list for a ratio"),
        pytest.param(r"1, \ln 4", r"2\ln 2, 1", None, id="a member that only values can tell"),
    ],
)
def test_members_are_compared_as_the_brackets_want(gold, predicted, found):
    assert compared(gold, predicted) is found
