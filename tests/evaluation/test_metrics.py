import math

import polars as pl
import pytest

from r1data.evaluation.metrics import compare_policies, measure_scores, pass_at_k
from r1data.tables import Comparisons, Scores

C, I, N, U, F, T = "correct", "incorrect", "no_answer", "undecided", "failed", "timed_out"  # noqa: E741


def tables(groups, answers=None):
    rows = [
        {
            "rollout_id": f"{policy}/{prompt}/{n}",
            "policy": policy,
            "prompt_id": prompt,
            "outcome": outcome,
            "predicted_answer": (answers or {}).get((policy, prompt), [None] * 99)[n],
        }
        for (policy, prompt), outcomes in groups.items()
        for n, outcome in enumerate(outcomes)
    ]
    frame = pl.DataFrame(rows, schema_overrides={"predicted_answer": pl.String})
    rollouts = frame.select("rollout_id", "policy", "prompt_id")
    return rollouts, frame.select("rollout_id", "outcome", "predicted_answer")


def benchmarks(**sources):
    rows = [(prompt, source) for source, prompts in sources.items() for prompt in prompts]
    return pl.DataFrame(rows, schema=["prompt_id", "source"], orient="row")


def row(frame, **key):
    return frame.row(
        by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in key.items()), named=True
    )


def test_pass_at_1_is_the_mean_over_prompts_of_their_shares():
    groups = {("base", "a"): [C, C, C, I], ("base", "b"): [I, N]}
    scores = measure_scores(*tables(groups), benchmarks(gsm8k="ab"))
    found = row(scores, benchmark="gsm8k", metric="pass@1")
    assert found["value"] == pytest.approx((3 / 4 + 0) / 2)
    assert found["standard_error"] == pytest.approx(0.75 / math.sqrt(2) / math.sqrt(2))
    assert (found["num_prompts"], found["num_rollouts"], found["num_judged"]) == (2, 6, 6)


def test_rollouts_that_could_not_be_judged_leave_the_denominator_and_are_counted():
    groups = {("base", "a"): [C, U, F, T], ("base", "b"): [F, F, T, None], ("base", "c"): [I] * 4}
    scores = measure_scores(*tables(groups), benchmarks(gsm8k="abc"))
    found = row(scores, benchmark="all", metric="pass@1")
    assert found["value"] == 0.5
    assert (found["num_prompts"], found["num_rollouts"], found["num_judged"]) == (2, 12, 5)
    assert (found["num_failed"], found["num_timed_out"]) == (3, 2)


def test_a_policy_of_which_nothing_was_judged_has_no_value_but_a_row():
    scores = measure_scores(*tables({("base", "a"): [F, T]}), benchmarks(gsm8k="a"))
    found = row(scores, benchmark="all", metric="pass@1")
    assert (found["value"], found["standard_error"], found["num_prompts"]) == (None, None, 0)


def test_one_prompt_has_no_standard_error():
    scores = measure_scores(*tables({("base", "a"): [C]}), benchmarks(gsm8k="a"))
    assert row(scores, benchmark="all", metric="pass@1")["standard_error"] is None


def test_a_rollout_without_a_verdict_is_not_judged():
    rollouts, verdicts = tables({("base", "a"): [C, I]})
    scores = measure_scores(rollouts, verdicts[:1], benchmarks(gsm8k="a"))
    assert row(scores, benchmark="all", metric="pass@1")["value"] == 1.0


def test_a_prompt_in_two_benchmarks_counts_once_in_all():
    groups = {("base", "a"): [C], ("base", "b"): [I]}
    scores = measure_scores(*tables(groups), benchmarks(gsm8k="ab", math500="a"))
    assert scores["benchmark"].to_list() == ["all", "gsm8k", "math500"]
    assert row(scores, benchmark="all")["num_prompts"] == 2
    assert row(scores, benchmark="math500")["value"] == 1.0


@pytest.mark.parametrize(
    ("outcomes", "answers", "value"),
    [
        pytest.param([C, C, I, I, I], ["4", "8/2", "5", "6", "7"], 1.0, id="written differently"),
        pytest.param([C, I, I], ["4", "5", "5"], 0.0, id="outvoted"),
        pytest.param([C, I], ["4", "5"], 0.5, id="tied"),
        pytest.param([C, N, N], ["4", None, None], 1.0, id="silence is no vote"),
        pytest.param([N, N], [None, None], 0.0, id="nobody votes"),
        pytest.param([C, T, T], ["4", "9!", "9!"], 1.0, id="the unjudged have no vote"),
    ],
)
def test_cons_at_k_is_the_vote_of_the_group(outcomes, answers, value):
    frames = tables({("base", "a"): outcomes}, {("base", "a"): answers})
    scores = measure_scores(*frames, benchmarks(gsm8k="a"))
    assert row(scores, benchmark="all", metric=f"cons@{len(outcomes)}")["value"] == value


@pytest.mark.parametrize(
    ("outcomes", "value"),
    [
        pytest.param([I, C, I], 1.0, id="one of the group"),
        pytest.param([I, I, N], 0.0, id="none of it"),
        pytest.param([C, C, T], None, id="too few were judged"),
    ],
)
def test_pass_at_k_asks_whether_one_of_the_group_is_correct(outcomes, value):
    scores = measure_scores(*tables({("base", "a"): outcomes}), benchmarks(gsm8k="a"))
    assert row(scores, benchmark="all", metric="pass@3")["value"] == value


def test_scores_and_comparisons_fit_their_tables():
    groups = {("base", "a"): [C, I], ("sft", "a"): [C, C]}
    frames = (*tables(groups), benchmarks(gsm8k="a"))
    Scores.validate(measure_scores(*frames))
    Comparisons.validate(compare_policies(*frames, baseline="base"))


def test_differences_are_paired_by_prompt():
    groups = {
        ("base", "easy"): [C, C],
        ("base", "hard"): [I, I],
        ("sft", "easy"): [C, C],
        ("sft", "hard"): [C, I],
        ("base", "lost"): [F],
        ("sft", "lost"): [C],
        ("sft", "new"): [C],
    }
    sources = benchmarks(gsm8k=["easy", "hard", "lost", "new"])
    comparisons = compare_policies(*tables(groups), sources, baseline="base")
    found = row(comparisons, benchmark="all", metric="pass@1")
    assert (found["policy"], found["baseline"], found["num_prompts"]) == ("sft", "base", 2)
    assert found["difference"] == 0.25
    assert found["standard_error"] == pytest.approx(0.25)


def test_what_makes_a_prompt_hard_for_both_cancels():
    prompts = [f"p{n}" for n in range(20)]
    groups = {("base", p): [C if n % 2 else I] * 2 for n, p in enumerate(prompts)}
    groups |= {("sft", p): outcomes for (_, p), outcomes in groups.items()}
    comparisons = compare_policies(*tables(groups), benchmarks(gsm8k=prompts), baseline="base")
    found = row(comparisons, benchmark="all", metric="pass@1")
    assert (found["difference"], found["standard_error"]) == (0.0, 0.0)


def test_an_unknown_baseline_raises():
    with pytest.raises(ValueError, match="baseline 'bass'; compare with one of base"):
        compare_policies(*tables({("base", "a"): [C]}), benchmarks(gsm8k="a"), baseline="bass")


@pytest.mark.parametrize(("n", "c", "k"), [(4, 1, 0), (4, 1, 5), (4, 5, 1), (4, -1, 1)])
def test_pass_at_k_outside_its_domain_raises(n, c, k):
    with pytest.raises(ValueError, match="not defined"):
        pass_at_k(n, c, k)


def test_pass_at_k_is_the_share_of_draws_with_a_correct_one():
    assert pass_at_k(num_samples=5, num_correct=2, k=2) == pytest.approx(7 / 10)
