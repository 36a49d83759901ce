"""Shingles of texts: every few tokens in a row, hashed, by which texts are compared.

Before its first and after its last token a text is taken to go on with nothing, so that each token
stands in as many shingles as any other: a last word that differs counts as much as one within.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from r1data.curation.duplicates.tokens import ODD, Hashes, Places, mixed, token_hashes

BATCH_BYTES = 2**17
"""Text worked on at once: enough that calls cost little, and what is made of it fits a cache."""


def batches(texts: pl.Series, size: int = BATCH_BYTES) -> Iterator[pl.Series]:
    """Yield texts in their order, in batches of about so many bytes, which fit a cache."""
    sizes = texts.str.len_bytes().fill_null(0).cum_sum() // size
    for start, length in _runs(sizes.to_numpy()):
        yield texts.slice(start, length)


def shingles(texts: pl.Series, size: int) -> tuple[Hashes, Places]:
    """Return the shingles of each text, in order, and where those of each begin and end.

    A text without tokens has none; one of `n` tokens has `n + size - 1`.

    >>> hashes, bounds = shingles(pl.Series(["so we add", "", "we add"]), size=2)
    >>> bounds.tolist(), [len(set(hashes[:4]) & set(hashes[4:]))]
    ([0, 4, 4, 7], [2])
    """
    tokens, bounds = token_hashes(texts)
    counts = np.diff(bounds)
    counts = counts[counts > 0]
    around = size - 1
    padded = _padded(tokens, counts, around)
    hashes = padded[: len(padded) - around].copy()
    for place in range(1, size):
        hashes *= ODD[1]
        hashes += padded[place : len(padded) - around + place]
    lengths = np.diff(bounds)
    return mixed(hashes), np.concatenate(([0], np.cumsum(lengths + around * (lengths > 0))))


def _padded(tokens: Hashes, counts: Places, around: int) -> Hashes:
    """Return tokens with so many zeros before, between and after the texts that they make."""
    gaps = np.cumsum(np.append(0, counts + around))
    is_token = np.ones(len(tokens) + (len(counts) + 1) * around, bool)
    is_token[(gaps[:, None] + np.arange(around)).ravel()] = False
    padded = np.zeros(len(is_token), np.uint64)
    padded[is_token] = tokens
    return padded


def _runs(values: Places) -> Iterator[tuple[int, int]]:
    """Yield where runs of equal values start, and how long they are."""
    starts = np.flatnonzero(np.diff(values, prepend=-1))
    lengths = np.diff(starts, append=len(values))
    yield from zip(starts.tolist(), lengths.tolist(), strict=True)
