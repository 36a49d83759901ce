"""The rank of rollouts among those of their prompt, and which of them say the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.seeds import content_id

Prefer = Literal["any", "shortest", "longest", "best_judged", "most_diverse"]
LENGTHS = ("num_reasoning_chars", "num_response_chars")
MERITS: Mapping[str, Mapping[str, bool]] = {
    "any": {},
    "shortest": dict.fromkeys(LENGTHS, False),
    "longest": dict.fromkeys(LENGTHS, True),
    "best_judged": {"quality": True},
    "most_diverse": {"place": False},
}
"""The columns by which rollouts of a prompt are preferred, each with whether more is better."""

FindNear = Callable[[pl.DataFrame], pl.DataFrame]
"""Takes `rollout_id` of rollouts, the best first, and returns those that are near duplicates of a
better one: `rollout_id`, `duplicate_of` and `similarity`."""
RankDiverse = Callable[[pl.DataFrame], pl.DataFrame]
"""Takes `rollout_id` and `prompt_id` of rollouts, in an order that decides ties, and returns
`rollout_id`, `place` (from 0, within the prompt, each as far as can be from those before it) and
`distance` (to the nearest of those before it; null for the first)."""

DUPLICATE = {"duplicate_of": pl.String, "duplicate_kind": pl.String, "similarity": pl.Float64}


@dataclass(frozen=True, slots=True)
class Comparing:
    """What compares texts of rollouts, which a ranking does not read itself."""

    find_near: FindNear | None = None
    """Finds near duplicates; without it only equal texts of one prompt are found."""
    rank_diverse: RankDiverse | None = None
    """Ranks by how much rollouts differ; needed where the most diverse are preferred."""


def rank_rollouts(
    eligible: pl.DataFrame, prefer: Prefer, dataset: str, comparing: Comparing | None = None
) -> pl.DataFrame:
    """Return the rank of each eligible rollout and, of those that get none, what they repeat.

    Within a prompt the order is the one that `prefer` says, then by hash. Where rollouts of several
    prompts are compared, verified ones come first, then those of a better rank, then the longer
    ones, then the order of their ids.
    What repeats a rollout that is a near duplicate itself names the one that is kept.

    Args:
        eligible: Rollouts with their outcome and signals and, where the best judged are preferred,
            their `quality`.
        prefer: As in `Selection`.
        dataset: The dataset that decides.
        comparing: What compares their texts.
    """
    comparing = comparing or Comparing()
    ordered = _ordered(eligible, prefer, dataset, comparing.rank_diverse)
    first = pl.col("rollout_id").first().over("prompt_id", "text")
    is_repeat = pl.col("rollout_id") != first
    found = ordered.with_columns(
        duplicate_of=pl.when(is_repeat).then(first),
        duplicate_kind=pl.when(is_repeat).then(pl.lit("exact")),
        similarity=pl.when(is_repeat).then(1.0),
    )
    if comparing.find_near is not None:
        found = _with_near(found, comparing.find_near)
    is_alone = pl.col("duplicate_of").is_null()
    rank = pl.when(is_alone).then(is_alone.cum_sum().over("prompt_id") - 1)
    return found.select("rollout_id", "distance", *DUPLICATE, rank=rank)


def texts_of(rollouts: pl.DataFrame) -> pl.DataFrame:
    """Return rollouts with `text`, which is equal for equal texts; those not hashed all differ."""
    return rollouts.with_columns(text=pl.coalesce("completion_hash", "rollout_id"))


def _ordered(
    eligible: pl.DataFrame, prefer: Prefer, dataset: str, rank_diverse: RankDiverse | None
) -> pl.DataFrame:
    """Return rollouts prompt by prompt, the best of each first."""
    order = [content_id(dataset, rollout_id) for rollout_id in eligible["rollout_id"]]
    by_hash = texts_of(eligible).with_columns(order=pl.Series(order, dtype=pl.String))
    placed = by_hash.sort("prompt_id", "order").with_columns(distance=pl.lit(None, pl.Float64))
    if prefer == "most_diverse":
        if rank_diverse is None:
            raise ValueError("to prefer the most diverse, their texts must be compared")
        found = rank_diverse(placed.select("rollout_id", "prompt_id"))
        placed = placed.drop("distance").join(found, on="rollout_id", how="left")
    merits = MERITS[prefer]
    return placed.sort(
        *("prompt_id", *merits, "order"),
        descending=[False, *merits.values(), False],
        nulls_last=[False, *(True for _ in merits), False],
    )


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
