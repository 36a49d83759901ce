"""Which kinds of contamination drop a row."""

import polars as pl
from pydantic import Field

from r1data.curation.decontamination.kinds import Kind
from r1data.settings import Settings

LEAST_SIMILARITY = 0.6
"""Texts with the same numbers that are less similar are not recorded as reworded."""


class Decontamination(Settings):
    """Which prompts are dropped for what they share with the benchmarks of the recipe.

    All that is found stands in the table, whatever the settings: another choice measures nothing
    again.
    """

    drop: tuple[Kind, ...] = ("verbatim", "formatted", "embedded", "reworded", "translated")
    """The kinds for which a row is dropped; the others are recorded. A problem that differs from a
    benchmark's in its numbers is another problem, and generators make nothing else."""
    min_similarity: float = Field(0.75, ge=LEAST_SIMILARITY, le=1)
    """The score from which on a row is dropped as `reworded`."""

    def drops(self) -> pl.Expr:
        """Return what says of a row of `Contaminations` that it drops its text."""
        is_similar = (pl.col("kind") != "reworded") | (pl.col("score") >= self.min_similarity)
        return pl.col("kind").cast(pl.String).is_in(list(self.drop)) & is_similar


class Quotes(Decontamination):
    """Which rollouts are dropped for what they quote of the benchmarks of the recipe."""

    drop: tuple[Kind, ...] = ("verbatim", "formatted", "embedded")
    """The kinds for which a rollout is dropped; the others are recorded."""
