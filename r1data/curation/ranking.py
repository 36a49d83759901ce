"""The rank of rollouts among those of their prompt, and which of them say the same."""

from collections.abc import Callable

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.seeds import content_id

FindNear = Callable[[pl.DataFrame], pl.DataFrame]
"""Takes `rollout_id` of rollouts, the best first, and returns those that are near duplicates of a
better one: `rollout_id`, `duplicate_of` and `similarity`."""

DUPLICATE = {"duplicate_of": pl.String, "duplicate_kind": pl.String, "similarity": pl.Float64}


def rank_rollouts(
    eligible: pl.DataFrame, prefer: str, dataset: str, find_near: FindNear | None = None
) -> pl.DataFrame:
    """Return the rank of each eligible rollout and, of those that get none, what they repeat.

    Within a prompt the order is the one that `prefer` says. Where rollouts of several prompts are
    compared, verified ones come first, then those of a better rank, then the longer ones, then the
    order of their ids.
    What repeats a rollout that is a near duplicate itself names the one that is kept.

    Args:
        eligible: Rollouts with their outcome and signals.
        prefer: As in `Selection`.
        dataset: The dataset that decides.
        find_near: Finds near duplicates; without it only equal texts of one prompt are found.
    """
    ordered = _ordered(eligible, prefer, dataset)
    first = pl.col("rollout_id").first().over("prompt_id", "text")
    is_repeat = pl.col("rollout_id") != first
    found = ordered.with_columns(
        duplicate_of=pl.when(is_repeat).then(first),
        duplicate_kind=pl.when(is_repeat).then(pl.lit("exact")),
        similarity=pl.when(is_repeat).then(1.0),
    )
    if find_near is not None:
        found = _with_near(found, find_near)
    is_alone = pl.col("duplicate_of").is_null()
    rank = pl.when(is_alone).then(is_alone.cum_sum().over("prompt_id") - 1)
    return found.select("rollout_id", *DUPLICATE, rank=rank)


def _ordered(eligible: pl.DataFrame, prefer: str, dataset: str) -> pl.DataFrame:
    """Return rollouts prompt by prompt, the best of each first."""
    by_length = ("num_reasoning_chars", "num_response_chars") if prefer == "shortest" else ()
    order = [content_id(dataset, rollout_id) for rollout_id in eligible["rollout_id"]]
    return eligible.with_columns(
        order=pl.Series(order, dtype=pl.String),
        text=pl.coalesce("completion_hash", "rollout_id"),
    ).sort("prompt_id", *by_length, "order")


def _with_near(found: pl.DataFrame, find_near: FindNear) -> pl.DataFrame:
    """Return rollouts with near duplicates marked too, over prompts where that is asked."""
    num_chars = pl.col("num_reasoning_chars") + pl.col("num_response_chars")
    ranked = (
        found.filter(pl.col("duplicate_of").is_null())
        .with_columns(
            is_verified=pl.col("outcome") == Outcome.CORRECT.value,
            place=pl.int_range(pl.len()).over("prompt_id"),
            num_chars=num_chars,
        )
        .sort(
            *("is_verified", "place", "num_chars", "rollout_id"),
            descending=[True, False, True, False],
        )
    )
    texts = found.select(duplicate_of="rollout_id", kept_text="text")
    near = find_near(ranked.select("rollout_id")).join(texts, on="duplicate_of", how="left")
    joined = found.with_columns(own=pl.coalesce("duplicate_of", "rollout_id")).join(
        near,
        left_on="own",
        right_on="rollout_id",
        how="left",
        maintain_order="left",
        suffix="_near",
    )
    is_same_text = pl.col("text") == pl.col("kept_text")
    kind = pl.when(is_same_text).then(pl.lit("exact")).otherwise(pl.lit("near"))
    is_near = pl.col("duplicate_of_near").is_not_null()
    return joined.with_columns(
        pl.coalesce("duplicate_of_near", "duplicate_of").alias("duplicate_of"),
        pl.coalesce("similarity_near", "similarity").alias("similarity"),
        duplicate_kind=pl.when(is_near).then(kind).otherwise("duplicate_kind"),
    )
