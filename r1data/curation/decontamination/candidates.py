"""Candidates: the pairs of texts that share enough grams to be compared."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from r1data.curation.decontamination.grams import TOKENS, WORDS, Stream, streams
from r1data.curation.decontamination.index import Index, Shares, Weights
from r1data.curation.duplicates.shingles import batches
from r1data.curation.duplicates.tokens import Flags, Places

MIN_SHARE, MIN_SHARE_OF_LONG = 0.2, 0.5
"""Of what a benchmark's text says, the share that a text must hold to be compared with it."""
MANY_WORDS = 200
"""A text with more words is a long one: it holds a few grams of anything."""
MIN_GRAMS = 2
"""Grams of words that two texts must share, where the benchmark's text has so many."""
MAX_CANDIDATES = 12
"""Texts of benchmarks that one text is compared with at most: those it holds most of."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text, and one of the benchmarks that it may repeat."""

    row: int
    entry: int


def candidates(texts: pl.Series, index: Index) -> Iterator[Candidate]:
    """Yield what is to be compared, in the order of the texts, the likeliest of a text first."""
    start = 0
    for batch in batches(texts):
        words, tokens = streams(batch)
        found = [
            _by_words(words, index),
            _likely(index.tokens.shares(index.tokens.find(tokens, TOKENS)), MIN_SHARE_OF_LONG),
            _wholes(tokens, index),
        ]
        for row, entry in _best(found):
            yield Candidate(start + row, entry)
        start += len(batch)


Found = tuple[Places, Places, Weights]


def _by_words(words: Stream, index: Index) -> Found:
    shares = index.words.shares(index.words.find(words, WORDS))
    is_long = words.counts[shares.texts] > MANY_WORDS
    texts, entries, likely = _likely(shares, np.where(is_long, MIN_SHARE_OF_LONG, MIN_SHARE))
    return texts, entries, likely


def _likely(shares: Shares, least: float | Weights) -> Found:
    is_enough: Flags = (shares.shares >= least) & (
        (shares.num_grams >= MIN_GRAMS) | (shares.shares >= MIN_SHARE_OF_LONG)
    )
    return shares.texts[is_enough], shares.entries[is_enough], shares.shares[is_enough]


def _wholes(tokens: Stream, index: Index) -> Found:
    """Return the texts that are read as some entry as a whole."""
    hashes = tokens.wholes()
    first = np.searchsorted(index.wholes, hashes, side="left")
    counts = np.where(tokens.counts > 0, np.searchsorted(index.wholes, hashes, "right") - first, 0)
    texts = np.repeat(np.arange(len(hashes)), counts)
    places = np.arange(len(texts)) - np.repeat(np.cumsum(counts) - counts - first, counts)
    return texts, index.whole_entries[places], np.full(len(texts), 2.0)


def _best(found: list[Found]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of all ways of finding, each once, the likeliest few of each text."""
    texts, entries, shares = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.lexsort((entries, -shares, texts))
    seen: set[tuple[int, int]] = set()
    text, count = -1, 0
    for row, entry in zip(texts[order].tolist(), entries[order].tolist(), strict=True):
        text, count = (text, count) if row == text else (row, 0)
        if (row, entry) not in seen and count < MAX_CANDIDATES:
            seen.add((row, entry))
            count += 1
            yield row, entry
