"""The waves in which groups are asked that may stop early, and what decided each prompt."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from r1data.answers.outcome import JUDGED, Outcome
from r1data.generation.early_stop import EarlyStop, Stop
from r1data.protocol import NEVER_ASKED

FindOutcomes = Callable[[Iterable[pl.DataFrame]], Iterator[pl.DataFrame]]
"""Yields of each frame of rollouts, in order, the `rollout_id` and the `outcome` by rule; of those
that were never asked, nothing."""

NumberedPrompts = tuple[int, pl.DataFrame]
"""The number of a block, and its prompts with the `samples` of each."""

COUNTS = ("num_asked", "num_judged", "num_correct")
GROUP_SIZE = pl.col("samples").list.len()
GOES_ON = pl.col("stop").is_null() & (pl.col("num_asked") < GROUP_SIZE)
IN_WORDS: Mapping[str, str] = {
    Stop.ENOUGH_CORRECT: "have enough correct rollouts",
    Stop.TOO_HARD: "are solved too rarely",
    Stop.TOO_EASY: "are solved too often",
}


@dataclass(frozen=True, slots=True)
class Stopping:
    """When prompts stop, and what tells how their rollouts were judged."""

    rule: EarlyStop
    find_outcomes: FindOutcomes


class Waves:
    """The prompts of some blocks, each with what has been asked and judged of it so far."""

    def __init__(self, blocks: Sequence[NumberedPrompts], rule: EarlyStop) -> None:
        nothing = {name: pl.lit(0, pl.Int64) for name in COUNTS}
        self._rule = rule
        self._blocks = {
            number: prompts.with_columns(**nothing, stop=pl.lit(None, pl.String))
            for number, prompts in blocks
        }
        self._num_stopped = Counter[str]()
        self._num_samples = self._num_left_out = self._num_never_judged = 0

    @property
    def num_undecided(self) -> int:
        """The prompts that go on."""
        return sum(prompts.select(GOES_ON.sum()).item() for prompts in self._blocks.values())

    @property
    def num_later(self) -> int:
        """The samples beyond the next wave that are asked if no prompt stops."""
        beyond = pl.col("samples").list.slice(pl.col("num_asked") + self._rule.wave_size).list.len()
        return sum(
            prompts.filter(GOES_ON).select(beyond.sum()).item() for prompts in self._blocks.values()
        )

    def next_wave(self) -> list[NumberedPrompts]:
        """Return the samples to ask now of the prompts that go on, by block."""
        wave = pl.col("samples").list.slice("num_asked", self._rule.wave_size)
        found = [
            (number, prompts.filter(GOES_ON).with_columns(samples=wave))
            for number, prompts in self._blocks.items()
        ]
        return [(number, prompts) for number, prompts in found if prompts.height]

    def take(self, number: int, rollouts: pl.DataFrame, outcomes: pl.DataFrame) -> None:
        """Note what became of a block's wave; where a part of it was never asked, nothing stops."""
        before = self._blocks[number]
        seen = _seen(rollouts, outcomes)
        found = before.join(seen, on="prompt_id", how="left", maintain_order="left").with_columns(
            pl.col(name) + pl.col(f"{name}_new").fill_null(0) for name in COUNTS
        )
        stops = [self._find_stop(row) for row in found.iter_rows(named=True)]
        stop = pl.Series("stop", stops, dtype=pl.String)
        self._blocks[number] = found.with_columns(stop).select(before.columns)

    def pop_decided(self) -> Iterator[NumberedPrompts]:
        """Yield the blocks that are decided, each with what was asked of it; forget them."""
        for number, prompts in list(self._blocks.items()):
            if not prompts.select(GOES_ON.any()).item():
                del self._blocks[number]
                self._count(prompts)
                asked = pl.col("samples").list.head("num_asked")
                yield number, prompts.with_columns(samples=asked)

    def told(self) -> str:
        """Return a line on what was not asked, and why."""
        stopped = [f"{self._num_stopped[why]:,} {words}" for why, words in IN_WORDS.items()]
        unjudged = (
            f"; of {self._num_never_judged:,} no rule judged any rollout, so that they were asked "
            "whole groups"
            if self._num_never_judged
            else ""
        )
        return (
            f"early stop left out {self._num_left_out:,} of {self._num_samples:,} samples: of the "
            f"prompts, {', '.join(stopped)}{unjudged}"
        )

    def _find_stop(self, row: Mapping[str, Any]) -> str | None:
        if row["stop"] is not None or row["has_gap"] is not False:
            return row["stop"]  # type: ignore[no-any-return]
        num_open = len(row["samples"]) - row["num_judged"]
        return self._rule.find_stop(row["num_judged"], row["num_correct"], num_open)

    def _count(self, prompts: pl.DataFrame) -> None:
        is_whole = pl.col("num_asked") == GROUP_SIZE
        self._num_stopped.update(prompts.filter(~is_whole)["stop"])
        self._num_samples += int(prompts.select(GROUP_SIZE.sum()).item())
        self._num_left_out += int(prompts.select((GROUP_SIZE - pl.col("num_asked")).sum()).item())
        self._num_never_judged += prompts.filter(num_judged=0).height


def _seen(rollouts: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Return what is new of each prompt, and whether a part of its wave was never asked."""
    outcome = pl.col("outcome").cast(pl.String)
    return (
        rollouts.select("rollout_id", "prompt_id", "error_class")
        .join(outcomes.select("rollout_id", outcome), on="rollout_id", how="left")
        .group_by("prompt_id")
        .agg(
            num_asked_new=pl.len(),
            num_judged_new=pl.col("outcome").is_in([one.value for one in JUDGED]).sum(),
            num_correct_new=(pl.col("outcome") == Outcome.CORRECT.value).sum(),
            has_gap=pl.col("error_class").is_in(list(NEVER_ASKED)).fill_null(value=False).any(),
        )
    )
