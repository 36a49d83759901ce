"""Rewards of rollouts: what reward models make of completions that were sampled."""

from collections.abc import Mapping
from typing import cast

import polars as pl

from r1data.evaluation.reward_models import Messages, RewardModel
from r1data.policies.templates import Template
from r1data.tables import Rewards

ASKED_PLAINLY = Template()
"""The problem as it is: what a policy was told about the form of its answer is no part of it."""


def reward_completions(
    rollouts: pl.DataFrame, prompts: pl.DataFrame, models: Mapping[str, RewardModel]
) -> pl.DataFrame:
    """Return a row of `Rewards` for each rollout of a shard and each model.

    A rollout without a completion has no reward.

    Args:
        rollouts: `rollout_id`, `prompt_id`, `prefill` and `completion` of `Rollouts`.
        prompts: `prompt_id`, `problem`, `system_message` and `earlier_turns`, each prompt once.
        models: By name.
    """
    rows = rollouts.join(prompts, on="prompt_id", how="left", maintain_order="left")
    written = rows.filter(pl.col("completion").is_not_null())
    asked = [
        cast("Messages", ASKED_PLAINLY.messages(*row))
        for row in written.select("problem", "system_message", "earlier_turns").iter_rows()
    ]
    texts = (written["prefill"] + written["completion"]).to_list()
    keys, columns = rows.select("rollout_id", "prompt_id"), Rewards.column_names()
    frames = [Rewards.create_empty().select(columns)]
    for name, model in models.items():
        rewards = pl.Series("reward", model.rewards(asked, texts), dtype=pl.Float64)
        found = written.select("rollout_id").with_columns(rewards)
        frames.append(
            keys.join(found, on="rollout_id", how="left", maintain_order="left")
            .with_columns(model=pl.lit(name))
            .select(columns)
        )
    return pl.concat(frames)
