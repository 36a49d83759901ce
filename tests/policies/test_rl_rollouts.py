"""What is read of the completions that TRL left of a training by rewards."""

import json

import polars as pl
import pytest

from r1data.policies.trainings import REWARDS, read_rl_rollouts
from r1data.tables import RLRollouts

ROW = {"prompt_id": "p", "step": 1, "sampled_step": 1, "completion": "a", "advantage": 0.0}


def read(folder, metrics, *rows):
    (folder / "completions").mkdir()
    frame = pl.DataFrame([ROW | row for row in rows], strict=False)
    frame.write_parquet(folder / "completions" / "completions_00001.parquet")
    if metrics is not None:
        (folder / "metrics.json").write_text(json.dumps(metrics))
    found = pl.concat(read_rl_rollouts(folder, "r1_zero"))
    return RLRollouts.validate(found, cast=True)


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        pytest.param(None, [1.5, 0.5, None], id="nothing is known"),
        pytest.param({"num_steps": 1}, [1.5, 0.5, None], id="all count alike"),
        pytest.param(
            {"reward_weights": {"accuracy": 2.0, "format": 0.0}}, [2.0, 0.0, None], id="weights"
        ),
    ],
)
def test_a_reward_is_the_sum_by_the_weights_and_null_where_nothing_was_rewarded(
    tmp_path, metrics, expected
):
    nan = float("nan")
    rewards = [
        {"accuracy": 1.0, "format": 0.5},
        {"accuracy": nan, "format": 0.5},
        {"accuracy": nan, "format": nan},
    ]
    assert read(tmp_path, metrics, *rewards)["reward"].to_list() == expected


@pytest.mark.parametrize(
    ("reasoning", "text"),
    [
        pytest.param("think", "<think>2 + 2</think>4", id="its own tag"),
        pytest.param("prefilled", "2 + 2</think>4", id="the prompt's tag"),
    ],
)
def test_reasoning_that_trl_took_out_gets_no_tag_that_was_not_sampled(tmp_path, reasoning, text):
    apart = [{"role": "assistant", "content": "4", "reasoning_content": "2 + 2"}]
    found = read(tmp_path, {"reasoning": reasoning}, {"completion": apart, "accuracy": 1.0})
    assert found["completion"].to_list() == [text]


def test_every_reward_has_a_column_and_what_computes_it():
    pytest.importorskip("trl")
    from training import grpo

    assert {*REWARDS} <= {*RLRollouts.column_names()}
    assert (*grpo.REWARDS, *grpo.MODELS) == REWARDS
