"""The facts a rollout is judged by: of each prompt that was answered, the row that was asked."""

from typing import Any

import polars as pl


def judging_facts(prompts: pl.DataFrame, rollouts: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the row of each prompt that was answered, by id; of several rows the one asked."""
    answered = prompts.join(rollouts, on="prompt_id", how="semi")
    asked_last = answered.sort(pl.col("drop_reason").is_null(), maintain_order=True)
    return {row["prompt_id"]: row for row in asked_last.iter_rows(named=True)}
