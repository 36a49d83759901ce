"""Which kinds of contamination drop a row."""

from typing import ClassVar

import polars as pl
from pydantic import Field

from r1data.curation.decontamination.kinds import Kind
from r1data.settings import Settings

LEAST_SIMILARITY = 0.45
"""Texts with the same numbers that are less similar are not recorded as reworded."""

LEAST_COSINE = 0.8
"""The cosine of two vectors from which on two problems can say the same: ours, and not measured,
since no model that knows several languages was at hand."""


class Decontamination(Settings):
    """Which prompts are dropped for what they share with the benchmarks of the recipe.

    All that is found stands in the table, whatever the settings: another choice measures nothing
    again.
    """

    later: ClassVar[frozenset[str]] = frozenset({"min_cosine"})
    drop: tuple[Kind, ...] = ("verbatim", "formatted", "embedded", "reworded", "translated")
    """The kinds for which a row is dropped; the others are recorded. A problem that differs from a
    benchmark's in its numbers is another problem, and generators make nothing else."""
    min_similarity: float = Field(LEAST_SIMILARITY, ge=LEAST_SIMILARITY, le=1)
    """The score from which on a row is dropped as `reworded`."""
    min_cosine: float = Field(LEAST_COSINE, ge=LEAST_COSINE, le=1)
    """The score from which on a row is dropped as `translated`."""

    def drops(self) -> pl.Expr:
        """Return what says of a row of `Contaminations` that it drops its text."""
        kind, score = pl.col("kind").cast(pl.String), pl.col("score")
        is_unlike = ((kind == "reworded") & (score < self.min_similarity)) | (
            (kind == "translated") & (score < self.min_cosine)
        )
        return kind.is_in(list(self.drop)) & ~is_unlike


class Quotes(Decontamination):
    """Which rollouts are dropped for what they quote of the benchmarks of the recipe."""

    drop: tuple[Kind, ...] = ("verbatim", "formatted", "embedded")
    """The kinds for which a rollout is dropped; the others are recorded."""
