"""Lengths of the reasoning and of the response, in characters."""

import polars as pl

from r1data.curation.signals.signal import Means, Signal


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    return texts.select(
        num_reasoning_chars=pl.col("reasoning").str.len_chars().cast(pl.Int32),
        num_response_chars=pl.col("response").str.len_chars().cast(pl.Int32),
    )


LENGTHS = Signal(
    "lengths", 2, {"num_reasoning_chars": pl.Int32, "num_response_chars": pl.Int32}, _measure
)
"""White space at the ends of either does not count."""
