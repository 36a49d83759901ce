"""Marks of contamination: what decides on a row, of all that was found of it."""

import polars as pl

from r1data.curation.decontamination.settings import Decontamination

LABEL = pl.format("{}/{}", "benchmark", "benchmark_row")


def worst_of_each(contaminations: pl.DataFrame, settings: Decontamination) -> pl.DataFrame:
    """Return the gravest of what was found of each row, one that drops it before others.

    The columns are `row`, `contaminated_by`, `contamination_kind`, `contamination_score` and
    `is_dropped`.

    Args:
        contaminations: Rows of `Contaminations`.
        settings: Which kinds drop a row.
    """
    return (
        contaminations.with_columns(is_dropped=settings.drops(), rank=pl.col("kind").to_physical())
        .sort(
            *("row", "is_dropped", "rank", "score", "benchmark", "benchmark_row"),
            descending=[False, True, False, True, False, False],
        )
        .unique("row", keep="first", maintain_order=True)
        .select(
            "row",
            "is_dropped",
            contaminated_by=LABEL,
            contamination_kind=pl.col("kind").cast(pl.String),
            contamination_score="score",
        )
    )
