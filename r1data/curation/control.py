"""The control of a filter: as many rollouts as it drops, drawn by lot."""

import polars as pl

from r1data.seeds import content_id

DRAWN = "control"
"""The drop reason of what is drawn."""
PURPOSE = "control"


def draw_control(candidates: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """Return `rollout_id` of the candidates that leave in place of those that a filter drops.

    How many texts the filter drops of each prompt is dealt out anew, by hash, among the prompts
    with as many candidates; which texts of a prompt leave is decided by hash too. So both sides
    drop as many texts, keep as many of as many prompts, and differ in nothing but the choice. Equal
    texts of a prompt count once and leave together.

    Args:
        candidates: The rollouts that nothing but the filter drops: `rollout_id`, `prompt_id`,
            `text` (equal for equal texts) and `is_filtered`, whether the filter drops it.
        dataset: The dataset that decides.
    """
    texts = candidates.group_by("prompt_id", "text").agg(pl.col("is_filtered").all())
    lots = [content_id(PURPOSE, dataset, *key) for key in texts.select("prompt_id", "text").rows()]
    counted = texts.group_by("prompt_id").agg(size=pl.len(), dropped=pl.col("is_filtered").sum())
    drawn = (
        texts.with_columns(lot=pl.Series(lots, dtype=pl.String))
        .join(_dealt(counted, dataset), on="prompt_id")
        .filter(pl.col("lot").rank("ordinal").over("prompt_id") <= pl.col("dropped"))
    )
    leaving = candidates.join(drawn, on=["prompt_id", "text"], how="semi", maintain_order="left")
    return leaving.select("rollout_id")


def _dealt(counted: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """Return the counts of prompts of one size in another order among the same prompts."""
    lots = [content_id(PURPOSE, dataset, prompt_id) for prompt_id in counted["prompt_id"]]
    by_lot = counted.with_columns(lot=pl.Series(lots, dtype=pl.String)).sort("size", "lot")
    by_name = counted.sort("size", "prompt_id")
    return by_lot.select("prompt_id", dropped=by_name["dropped"])
