"""Candidates: the pairs of texts that share enough grams to be compared."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from r1data.curation.decontamination.grams import TOKENS, WORDS, Stream, streams
from r1data.curation.decontamination.holders import Shares, Weights
from r1data.curation.decontamination.index import BATCH_BYTES, Index
from r1data.curation.duplicates.shingles import batches
from r1data.curation.duplicates.tokens import Flags, Places

MIN_SHARE, MIN_SHARE_OF_LONG, MIN_SHARE_OF_TOKENS = 0.2, 0.7, 0.8
"""Of what a benchmark's text says, the share that a text must hold to be compared with it."""
MANY_WORDS = 200
"""A text with more words is a long one: it holds a few grams of anything."""
MANY_TOKENS = 300
"""Of a text with more tokens, no single line is looked at."""
MIN_GRAMS, MIN_GRAMS_OF_LONG = 2, 4
"""Grams of words that two texts must share, and so many if the one is long."""
MIN_SHARE_OF_RARE, MIN_SHARE_OF_FEW, MIN_RARE = 0.35, 0.6, 3
"""Of what is rare in a question, by weight and by number, what a text in other words must hold."""
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
    for batch in batches(texts, BATCH_BYTES):
        words, tokens, items = streams(batch, MANY_WORDS)
        found = [
            _by_words(words, index),
            _by_rare(items, index),
            _by_tokens(tokens, index),
            _wholes(tokens, index),
            _lines(batch, tokens, index),
        ]
        for row, entry in _best(found):
            yield Candidate(start + row, entry)
        start += len(batch)


Found = tuple[Places, Places, Weights]


def _by_words(words: Stream, index: Index) -> Found:
    least = np.where(words.counts > MANY_WORDS, MIN_SHARE_OF_LONG, MIN_SHARE)
    shares = index.words.shares(index.words.find(words, WORDS), least)
    is_long = words.counts[shares.texts] > MANY_WORDS
    few = np.where(is_long, MIN_GRAMS_OF_LONG, MIN_GRAMS)
    is_enough = (shares.shares >= least[shares.texts]) & (shares.num_grams >= few)
    is_all = ~is_long & (shares.shares >= MIN_SHARE_OF_LONG)
    return _chosen(shares, is_enough | is_all)


def _by_tokens(tokens: Stream, index: Index) -> Found:
    """Return the texts that hold nearly all of one that has few words."""
    least = np.full(len(tokens.counts), MIN_SHARE_OF_TOKENS)
    shares = index.tokens.shares(index.tokens.find(tokens, TOKENS), least)
    return _chosen(shares, shares.shares >= MIN_SHARE_OF_TOKENS)


def _by_rare(items: Stream, index: Index) -> Found:
    """Return the short texts that hold much of what is rare in a question, in whatever order."""
    least = np.full(len(items.counts), MIN_SHARE_OF_RARE)
    shares = index.rare.shares(index.rare.find(items, 1), least)
    is_few = (shares.num_grams == MIN_RARE - 1) & (shares.shares >= MIN_SHARE_OF_FEW)
    is_enough = (shares.shares >= MIN_SHARE_OF_RARE) & (shares.num_grams >= MIN_RARE) | is_few
    return _chosen(shares, is_enough)


def _chosen(shares: Shares, is_chosen: Flags) -> Found:
    return shares.texts[is_chosen], shares.entries[is_chosen], shares.shares[is_chosen]


def _lines(texts: pl.Series, tokens: Stream, index: Index) -> Found:
    """Return the short texts of which a line is read as some entry."""
    rows = np.flatnonzero((tokens.counts <= MANY_TOKENS) & (tokens.counts > 0))
    if len(rows):
        rows = rows[texts.gather(rows).str.contains("\n", literal=True).to_numpy()]
    if not len(rows):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    lines = texts.gather(rows).str.split("\n")
    owners = np.repeat(rows, lines.list.len().to_numpy())
    _, found, _ = streams(lines.explode(empty_as_null=True), most_items=0)
    of_lines, entries, shares = _wholes(found, index)
    return owners[of_lines], entries, shares


def _wholes(tokens: Stream, index: Index) -> Found:
    """Return the texts that are read as some entry as a whole."""
    is_size = index.whole_sizes[np.minimum(tokens.counts, len(index.whole_sizes) - 1)]
    rows = np.flatnonzero(is_size & (tokens.counts > 0))
    hashes = tokens.of_texts(rows).wholes()
    first = np.searchsorted(index.wholes, hashes, side="left")
    counts = np.searchsorted(index.wholes, hashes, side="right") - first
    texts = np.repeat(rows, counts)
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
