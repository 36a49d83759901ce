import polars as pl
import pytest

from r1data.answers.outcome import Outcome
from r1data.curation.pass_rates import measure_pass_rates


def rollouts(num, *, prompt_id="p", revision="v1", sampling_id="s"):
    return pl.DataFrame(
        {
            "rollout_id": [f"{prompt_id}-{revision}-{sampling_id}-{index}" for index in range(num)],
            "prompt_id": prompt_id,
            "policy": "teacher",
            "policy_revision": revision,
            "sampling_id": sampling_id,
        }
    )


def verdicts(frame, *outcomes):
    return pl.DataFrame(
        {"rollout_id": frame["rollout_id"].head(len(outcomes)), "outcome": list(outcomes)},
        schema={"rollout_id": pl.String, "outcome": pl.String},
    )


def test_the_pass_rate_is_correct_over_judged():
    group = rollouts(4)
    judged = verdicts(group, "correct", "incorrect", "no_answer", "correct")
    assert measure_pass_rates(group, judged).item(0, "pass_rate") == 0.5


@pytest.mark.parametrize("outcome", ["undecided", "bad_gold", "timed_out", "failed"])
def test_rollouts_that_could_not_be_judged_leave_the_denominator(outcome):
    group = rollouts(3)
    rates = measure_pass_rates(group, verdicts(group, "correct", "incorrect", Outcome(outcome)))
    assert rates.select("num_rollouts", "num_judged", "pass_rate").row(0) == (3, 2, 0.5)


def test_a_rollout_without_a_verdict_is_counted_but_not_judged():
    group = rollouts(3)
    rates = measure_pass_rates(group, verdicts(group, "correct"))
    assert rates.select("num_rollouts", "num_judged", "num_correct").row(0) == (3, 1, 1)


def test_nothing_judged_is_a_null_rate_and_not_zero():
    group = rollouts(2)
    rates = measure_pass_rates(group, verdicts(group, "bad_gold"))
    assert rates.item(0, "pass_rate") is None


def test_policies_and_samplings_of_one_prompt_are_counted_apart():
    groups = [rollouts(1), rollouts(1, revision="v2"), rollouts(1, sampling_id="t")]
    frame = pl.concat(groups)
    rates = measure_pass_rates(frame, verdicts(frame, "correct", "incorrect", "correct"))
    assert rates["pass_rate"].to_list() == [1.0, 0.0, 1.0]


def test_two_verdicts_on_one_rollout_are_refused():
    group = rollouts(1)
    twice = pl.concat([verdicts(group, "correct"), verdicts(group, "incorrect")])
    with pytest.raises(ValueError, match="rollout p-v1-s-0 has more than one verdict"):
        measure_pass_rates(group, twice)
