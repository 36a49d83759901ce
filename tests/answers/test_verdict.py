import pytest

from r1data.answers.outcome import JUDGED, Outcome
from r1data.answers.verdict import Verdict


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_judged_verdicts_carry_a_reward(outcome):
    assert (Verdict(outcome).reward is not None) == (outcome in JUDGED)


def test_only_correct_is_rewarded():
    assert [outcome for outcome in Outcome if Verdict(outcome).reward] == [Outcome.CORRECT]
