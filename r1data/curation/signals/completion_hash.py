"""The hash of a completion, by which equal texts are found."""

import polars as pl

from r1data.curation.signals.signal import Means, Signal
from r1data.seeds import content_id


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    hashes = [None if text is None else content_id(text) for text in texts["completion"]]
    return pl.DataFrame({"completion_hash": hashes}, schema={"completion_hash": pl.String})


COMPLETION_HASH = Signal("completion_hash", 1, {"completion_hash": pl.String}, _measure)
"""Null where there is no completion."""
