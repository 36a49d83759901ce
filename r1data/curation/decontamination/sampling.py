"""Samples of texts, drawn evenly from all over them."""

import numpy as np
import polars as pl


def evenly(texts: pl.Series, size: int) -> pl.Series:
    """Return at most so many texts, in their order, at equal distances.

    >>> evenly(pl.Series(["a", "b", "c", "d", "e"]), 3).to_list()
    ['a', 'c', 'e']
    """
    if len(texts) <= size:
        return texts
    return texts.gather(np.linspace(0, len(texts) - 1, size).astype(np.int64))
