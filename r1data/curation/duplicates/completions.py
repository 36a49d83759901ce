"""Near duplicates among rollouts: completions that say nearly what another one says."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from pydantic import Field

from r1data.curation.duplicates.near import Candidates, NearMatch, find_near
from r1data.curation.duplicates.sketches import NUM_BANDS, sketch
from r1data.curation.duplicates.tokens import Flags

Completions = Callable[[], Iterable[pl.Series]]
"""Yields the completions of a table of rollouts, a shard at a time."""


class NearCompletions(NearMatch):
    """When one rollout is nearly another."""

    within: Literal["prompt", "dataset"] = "prompt"
    """Whether rollouts are compared with those of their own prompt, or with all of the dataset."""
    min_shingles: int = Field(50, ge=0)
    """Completions with fewer different shingles are not compared: short ones may be alike by
    right. Equal ones of one prompt are found all the same."""


def sketch_completions(rollouts: pl.DataFrame, *, shingle_size: int) -> pl.DataFrame:
    """Return a row of `Sketches` for each rollout of a shard; prefills are not compared."""
    bands = sketch(rollouts["completion"], shingle_size)
    return rollouts.select(
        "rollout_id",
        "prompt_id",
        bands=pl.Series(bands, dtype=pl.Array(pl.Int32, NUM_BANDS)).cast(pl.List(pl.Int32)),
    )


def find_near_completions(
    ranked: pl.DataFrame,
    sketches: pl.DataFrame,
    completions: Completions,
    settings: NearCompletions,
    folder: Path | None = None,
) -> pl.DataFrame:
    """Return the near duplicates: `rollout_id`, `duplicate_of` and `similarity`.

    Args:
        ranked: `rollout_id` of those that could be kept, the best first.
        sketches: Of all rollouts of the table, in its order.
        completions: Yields their texts.
        settings: When a rollout is nearly another.
        folder: Where sets of shingles are kept meanwhile.
    """
    places = sketches.select("rollout_id").with_row_index("place")
    order = ranked.join(places, on="rollout_id", how="left", maintain_order="left")["place"]
    bands = sketches["bands"].explode().to_numpy().reshape(-1, NUM_BANDS)
    matches = find_near(
        bands,
        order.cast(pl.Int64).to_numpy(),
        lambda wanted: _candidates(completions(), wanted),
        settings,
        groups=sketches["prompt_id"].hash().to_numpy() if settings.within == "prompt" else None,
        folder=folder,
    )
    rows, names = np.flatnonzero(matches.kept >= 0), sketches["rollout_id"]
    return pl.DataFrame(
        {
            "rollout_id": names.gather(rows),
            "duplicate_of": names.gather(matches.kept[rows]),
            "similarity": matches.similarities[rows],
        }
    )


def _candidates(completions: Iterable[pl.Series], wanted: Flags) -> Iterator[Candidates]:
    start = 0
    for texts in completions:
        chosen = np.flatnonzero(wanted[start : start + len(texts)])
        yield Candidates(chosen + start, texts.gather(chosen))
        start += len(texts)
