import polars as pl
import pytest

from r1data.answers.outcome import Outcome
from r1data.curation.pass_rates import measure_pass_rates
from r1data.protocol import Sampling


def rollouts(num, *, prompt_id="p", revision="v1", sampling_id="s"):
    return pl.DataFrame(
        {
            "rollout_id": [f"{prompt_id}-{revision}-{sampling_id}-{index}" for index in range(num)],
            "prompt_id": prompt_id,
            "policy": "teacher",
            "policy_revision": revision,
            "sampling_id": sampling_id,
            "finish_reason": "stop",
            "num_completion_tokens": 100,
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


def test_how_a_rate_was_measured_stands_beside_it():
    group = rollouts(2)
    sampling = Sampling(group_size=2, temperature=0.6, max_tokens=500, longer_max_tokens=900)
    rates = measure_pass_rates(group, verdicts(group, "correct"), sampling=sampling)
    columns = ("policy", "group_size", "temperature", "max_tokens", "mean_completion_tokens")
    assert rates.select(columns).row(0) == ("teacher", 2, 0.6, 900, 100.0)


def test_where_nobody_knows_the_sampling_nothing_is_said_of_it():
    group = rollouts(1)
    rates = measure_pass_rates(group, verdicts(group, "correct"))
    assert rates.select("group_size", "temperature", "max_tokens").row(0) == (None, None, None)


def majority(*, is_gold, num_votes, num_judged=4):
    row = {"prompt_id": "p", "is_gold": is_gold, "num_votes": num_votes, "num_judged": num_judged}
    rows = [row]
    return pl.DataFrame(rows, schema_overrides={"is_gold": pl.Boolean})


@pytest.mark.parametrize(
    ("outcomes", "num_cut_off", "votes", "expected"),
    [
        pytest.param("iiii", 3, (False, 1), "cut_off", id="most were cut off"),
        pytest.param("nnnn", 3, None, "cut_off", id="cut off before an answer"),
        pytest.param("iiii", 2, (False, 1), None, id="half of them cut off"),
        pytest.param("iiii", 0, (False, 3), "agreement", id="most agree"),
        pytest.param("iiii", 0, (False, 2), None, id="half of them agree"),
        pytest.param("i", 0, (False, 1), None, id="one agrees with nobody"),
        pytest.param("iiic", 0, (False, 3), None, id="no zero"),
        pytest.param("bb", 0, None, None, id="nothing judged"),
    ],
)
def test_a_zero_that_does_not_show_a_hard_prompt_is_marked(outcomes, num_cut_off, votes, expected):
    names = {"i": "incorrect", "c": "correct", "n": "no_answer", "b": "bad_gold"}
    ends = ["length"] * num_cut_off + ["stop"] * (len(outcomes) - num_cut_off)
    group = rollouts(len(outcomes)).with_columns(finish_reason=pl.Series(ends))
    answers = (
        {}
        if votes is None
        else {"majority_answers": majority(is_gold=votes[0], num_votes=votes[1])}
    )
    rates = measure_pass_rates(group, verdicts(group, *(names[o] for o in outcomes)), **answers)
    assert rates.item(0, "zero_reason") == expected


def test_votes_of_other_policies_are_weighed_among_all_that_voted():
    group = rollouts(2)
    wrong = verdicts(group, "incorrect", "incorrect")
    votes = majority(is_gold=False, num_votes=3, num_judged=8)
    rates = measure_pass_rates(group, wrong, majority_answers=votes)
    assert rates.item(0, "zero_reason") is None


ESTIMATES = pl.DataFrame({"num_judged": [2], "num_correct": [1], "unbiased_pass_rate": [0.25]})


def test_a_group_that_stopped_early_has_the_estimate_of_its_counts():
    group = rollouts(2)
    rates = measure_pass_rates(
        group,
        verdicts(group, "correct", "incorrect"),
        sampling=Sampling(group_size=4),
        estimates=ESTIMATES,
    )
    stopped = ("is_stopped_early", "unbiased_pass_rate", "pass_rate")
    assert rates.select(stopped).row(0) == (True, 0.25, 0.5)


def test_a_group_with_a_rollout_that_was_not_judged_has_no_estimate():
    group = rollouts(3)
    rates = measure_pass_rates(
        group,
        verdicts(group, "correct", "incorrect", "timed_out"),
        sampling=Sampling(group_size=4),
        estimates=ESTIMATES,
    )
    assert rates.item(0, "unbiased_pass_rate") is None
