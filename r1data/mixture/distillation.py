"""Distillation targets: the rows of a mixture that students are trained on."""

import polars as pl

from r1data.tables import HELD_OUT, Mixtures


def to_distillation_targets(mixture: pl.DataFrame, *, dataset: str, first_row: int) -> pl.DataFrame:
    """Return the rows of a shard of a mixture that are trained on, as a set of its own.

    DeepSeek-R1's students were trained on the rows of the mixture as they are, by supervised
    fine-tuning alone (its paper, B.4.3). What is held out stays out of every student too.

    Args:
        mixture: Rows of `Mixtures`.
        dataset: Name of the set.
        first_row: Position in the set of the shard's first row.
    """
    trained = mixture.filter(pl.col("split").ne_missing(HELD_OUT))
    return trained.with_columns(
        dataset=pl.lit(dataset),
        row=pl.int_range(pl.len()) + first_row,
        split=pl.lit(None, pl.String),
    ).select(Mixtures.column_names())


def num_targets(mixture: pl.DataFrame) -> int:
    """Return how many rows of a shard become targets; `split` is all that is read."""
    return mixture.filter(pl.col("split").ne_missing(HELD_OUT)).height
