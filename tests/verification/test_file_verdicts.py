import pytest

from r1data.answers.outcome import Outcome
from r1data.verification.file_verdicts import Agreement, file_outcome, find_verdict_column


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(True, "correct", id="true"),
        pytest.param(1.0, "correct", id="a reward of one"),
        pytest.param([True], "correct", id="a list of one"),
        pytest.param("Correct", "correct", id="a word"),
        pytest.param(False, "incorrect", id="false"),
        pytest.param(0, "incorrect", id="a reward of nought"),
        pytest.param(-1, "incorrect", id="a penalty"),
        pytest.param("FAIL", "incorrect", id="another word"),
        pytest.param(0.5, None, id="in between"),
        pytest.param([True, False], None, id="several"),
        pytest.param(None, None, id="missing"),
        pytest.param("no_answer", None, id="neither"),
    ],
)
def test_a_value_says_right_or_wrong_or_neither(value, said):
    assert file_outcome(value) == said


@pytest.mark.parametrize(
    ("rows", "taken", "column"),
    [
        pytest.param([{"correct": True}, {"correct": None}], (), "correct", id="booleans"),
        pytest.param([{"score": 0.3}, {"score": 1.0}], (), None, id="scores in between"),
        pytest.param([{"correct": "B"}], (), None, id="a letter"),
        pytest.param([{"correct": "1", "reward": 0}], ("correct",), "reward", id="taken"),
        pytest.param([{"correct": None}], (), None, id="nothing but empty cells"),
        pytest.param([], (), None, id="no rows"),
    ],
)
def test_a_column_of_verdicts_is_known_by_its_name_and_all_its_values(rows, taken, column):
    assert find_verdict_column(rows, taken) == column


def test_agreement_counts_the_rows_that_both_judge():
    agreement = Agreement("correct")
    for given, ours in [
        ("correct", Outcome.CORRECT),
        ("incorrect", Outcome.NO_ANSWER),
        ("incorrect", Outcome.CORRECT),
        ("correct", Outcome.UNDECIDED),
        (None, Outcome.CORRECT),
    ]:
        agreement.add(given, ours)
    assert (agreement.num_agreed, agreement.num_compared) == (2, 3)
