import math
import xml.etree.ElementTree as ET

import polars as pl
import pytest

from r1data.evaluation.metrics import measure_scores
from r1data.evaluation.rewarded import reward_completions
from r1data.evaluation.scoreboard import measure_completions, to_scoreboard, wide_scoreboard
from r1data.evaluation.scoreboard_plot import scoreboard_plot
from r1data.tables import Rewards, Scoreboard
from tests.evaluation.test_metrics import C, I, N, benchmarks, row, tables

GROUPS = {
    ("base", "a"): [C, I],
    ("base", "b"): [I, N],
    ("base", "c"): [C, C],
    ("sft", "a"): [C, C],
    ("sft", "b"): [C, I],
    ("sft", "c"): [C, C],
}
SOURCES = benchmarks(gsm8k="ab", aime="c")


def completions(groups=GROUPS, **columns):
    """Rollouts with their signals: ten tokens each, all well-formed and of one language."""
    rollouts, _ = tables(groups)
    size = rollouts.height
    given = {
        "finish_reason": ["stop"] * size,
        "num_completion_tokens": [10] * size,
        "error_class": [None] * size,
        "form": ["well_formed"] * size,
        "language_share": [1.0] * size,
        **columns,
    }
    kinds = {"error_class": pl.String, "language_share": pl.Float64, "finish_reason": pl.String}
    frame = rollouts.with_columns(
        pl.Series(name, values, dtype=kinds.get(name)) for name, values in given.items()
    )
    signals = ("rollout_id", "form", "language_share")
    return frame.drop(signals[1:]), frame.select(signals)


def board(groups=GROUPS, sources=SOURCES, policies=("base", "sft")):
    rollouts, verdicts = tables(groups)
    scores = measure_scores(rollouts, verdicts, sources)
    lenient = verdicts.with_columns(outcome=pl.col("outcome").replace({N: C}))
    without = measure_scores(rollouts, lenient, sources)
    found = measure_completions(*completions(groups), sources)
    return to_scoreboard(scores, without, found, policies=policies)


def test_the_scoreboard_has_each_policy_in_its_place_and_fits_its_table():
    found = board(policies=("sft", "base"))
    Scoreboard.validate(found)
    assert found["policy"].unique(maintain_order=True).to_list() == ["sft", "base"]
    assert found["place"].unique().sort().to_list() == [0, 1]


def test_accuracy_is_pass_at_1_of_the_verdicts_without_the_format_rule():
    found = board()
    asked = {"policy": "base", "benchmark": "gsm8k"}
    assert row(found, metric="pass@1", **asked)["value"] == 0.25
    assert row(found, metric="accuracy", **asked)["value"] == 0.5
    assert row(found, metric="accuracy", **asked)["standard_error"] is not None


def test_each_prompt_counts_once_in_means_over_completions():
    groups = {("base", "a"): [C, C, C], ("base", "b"): [I]}
    given = completions(groups, num_completion_tokens=[10, 20, 30, 40])
    found = measure_completions(*given, benchmarks(gsm8k="ab"))
    tokens = row(found, metric="mean_tokens", benchmark="gsm8k")
    assert tokens["value"] == pytest.approx((20 + 40) / 2)
    assert tokens["standard_error"] == pytest.approx(math.sqrt(200) / math.sqrt(2))
    assert (tokens["num_prompts"], tokens["num_rollouts"]) == (2, 4)


@pytest.mark.parametrize(
    ("columns", "metric", "value"),
    [
        pytest.param({"form": ["not_closed", "well_formed"]}, "format", 0.5, id="form"),
        pytest.param({"language_share": [0.5, None]}, "language_consistency", 0.5, id="language"),
        pytest.param({"finish_reason": ["length", "stop"]}, "cut_off", 0.5, id="cut off"),
        pytest.param({"num_completion_tokens": [None, 6]}, "mean_tokens", 6.0, id="tokens"),
        pytest.param({"error_class": ["refused", None]}, "format", 1.0, id="no completion"),
    ],
)
def test_what_is_not_known_of_a_completion_leaves_the_mean(columns, metric, value):
    given = completions({("base", "a"): [C, I]}, **columns)
    found = measure_completions(*given, benchmarks(gsm8k="a"))
    assert row(found, metric=metric, benchmark="all")["value"] == value


def test_rewards_are_on_the_scoreboard_where_a_model_gave_them():
    rollouts, signals = completions({("base", "a"): [C, I]})
    rewards = pl.concat(
        rollouts.select("rollout_id", model=pl.lit(model), reward=pl.Series(values))
        for model, values in {"helpful_model": [0.25, 0.75], "safety_model": [1.0, None]}.items()
    )
    found = measure_completions(rollouts, signals, benchmarks(gsm8k="a"), rewards)
    assert row(found, metric="helpful_model", benchmark="all")["value"] == 0.5
    assert row(found, metric="safety_model", benchmark="all")["value"] == 1.0
    without = measure_completions(rollouts, signals, benchmarks(gsm8k="a"))
    assert set(without["metric"]).isdisjoint({"helpful_model", "safety_model"})


def test_completions_are_rewarded_as_the_problem_was_asked_and_those_without_a_text_are_not():
    asked = []

    class Lengths:
        def rewards(self, prompts, completions):
            asked.extend(prompts)
            return [len(text) / 10 for text in completions]

    rollouts = pl.DataFrame(
        {
            "rollout_id": ["r0", "r1", "r2"],
            "prompt_id": ["a", "b", "a"],
            "prefill": ["<", "", ""],
            "completion": ["one", None, "two"],
        }
    )
    prompts = pl.DataFrame(
        {"prompt_id": ["a", "b"], "problem": ["1 + 1", "2"], "system_message": ["Be kind.", None]}
    ).with_columns(earlier_turns=pl.lit(None))
    found = reward_completions(rollouts, prompts, {"helpful_model": Lengths()})
    Rewards.validate(found)
    assert found["reward"].to_list() == [0.4, None, 0.3]
    assert [message["content"] for message in asked[0]] == ["Be kind.", "1 + 1"]


def test_groups_of_another_size_on_each_benchmark_have_k_of_their_own_and_none_over_all():
    groups = {("base", "a"): [C, I], ("base", "b"): [I, I], ("base", "c"): [C, I, I]}
    scores = measure_scores(*tables(groups), SOURCES, by_benchmark=True)
    metrics = scores.group_by("benchmark").agg(pl.col("metric").sort()).sort("benchmark")
    assert metrics.rows() == [
        ("aime", ["cons@3", "pass@1", "pass@3"]),
        ("all", ["pass@1"]),
        ("gsm8k", ["cons@2", "pass@1", "pass@2"]),
    ]


def test_a_policy_that_the_paper_has_a_name_for_is_shown_with_it():
    rollouts, verdicts = tables(GROUPS)
    scores = measure_scores(rollouts, verdicts, SOURCES)
    found = to_scoreboard(
        scores,
        scores,
        measure_completions(*completions(), SOURCES),
        policies=("base", "sft"),
        paper_names={"sft": "R1-Dev3"},
    )
    assert set(found.select("policy", "paper_name").rows()) == {("base", None), ("sft", "R1-Dev3")}
    assert wide_scoreboard(found)["policy"].to_list() == ["base", "sft (R1-Dev3)"]


def test_the_wide_form_is_a_row_a_policy_with_pass_at_1_first():
    wide = wide_scoreboard(board())
    assert wide["policy"].to_list() == ["base", "sft"]
    assert wide.columns[:4] == ["policy", "pass@1", "aime pass@1", "gsm8k pass@1"]
    assert wide.columns[4:9] == ["accuracy", "cons@2", "cut_off", "format", "language_consistency"]
    assert wide["gsm8k pass@1"].to_list() == ["0.250 (0.250)", "0.750 (0.250)"]
    assert wide["mean_tokens"][0] == "10.0 (0.0)"


def test_the_plot_has_a_bar_for_each_policy_on_each_benchmark():
    picture = ET.fromstring(scoreboard_plot(board()))
    texts = [node.text for node in picture.iter() if node.tag.endswith("text")]
    assert [text for text in texts if text.startswith("pass@1: ")] == [
        "pass@1: all",
        "pass@1: aime",
        "pass@1: gsm8k",
    ]
    assert texts.count("base") == texts.count("sft") == 3
    assert sum(node.tag.endswith("rect") for node in picture.iter()) == 6


def test_names_in_the_plot_are_escaped():
    hostile = "<script>&"
    picture = scoreboard_plot(board({(hostile, "a"): [C]}, benchmarks(gsm8k="a"), (hostile,)))
    assert "<script>" not in picture
    assert hostile in [node.text for node in ET.fromstring(picture).iter()]
