"""Near duplicates of a whole table: its rows by their bands, then the texts of candidates alone.

Two passes read the texts, a shard at a time: the first keeps 100 bytes a row, the second the sets
of shingles of those rows that share a band with another, on disk. What is decided between them and
after them is decided in one process, on numbers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import polars as pl
from pydantic import Field

from r1data.curation.duplicates.jaccard import ShingleSets
from r1data.curation.duplicates.matching import Matches, candidate_keys, match, sharing
from r1data.curation.duplicates.sketches import Bands
from r1data.curation.duplicates.tokens import Flags, Hashes, Places
from r1data.settings import Settings


class NearMatch(Settings):
    """When one text is nearly another."""

    threshold: float = Field(0.8, ge=0.7, le=1)
    """The Jaccard similarity of two texts' sets of shingles from which on they are duplicates. At
    0.8, one word of 41 may differ, or four of 200 that stand apart; below 0.7 too few would be
    found."""
    shingle_size: int = Field(5, ge=2, le=13)
    """Tokens of a shingle: words, and single characters in scripts without spaces."""
    min_shingles: int = Field(0, ge=0)
    """Texts with fewer different shingles are not compared, not even with equal ones."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Some rows whose texts are compared."""

    rows: Places
    """Their numbers in the table."""
    texts: pl.Series
    groups: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))
    """Rows of different groups are never duplicates; empty: all are of one group."""
    answers: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))
    """Rows whose answers differ are no duplicates; 0, or empty: not known."""


Read = Callable[[Flags], Iterable[Candidates]]
"""Yields the candidates among a table's rows, of which it is told."""


def find_near(
    bands: Bands,
    order: Places,
    read: Read,
    settings: NearMatch,
    *,
    groups: Hashes | None = None,
    folder: Path | None = None,
) -> Matches:
    """Return which rows of a table are near duplicates of which, by `r1data...matching`'s rule.

    Args:
        bands: The sketch of each row of the table.
        order: The rows that may be duplicates or have some, the best first.
        read: Yields candidates with their texts.
        settings: When a text is nearly another.
        groups: The group of each row, as far as it is known without its text.
        folder: Where a file without a name keeps 4 bytes a token of candidates meanwhile.
    """
    num_rows = len(bands)
    groups = np.zeros(num_rows, np.uint64) if groups is None else groups.copy()
    answers = np.zeros(num_rows, np.uint64)
    wanted = np.zeros(num_rows, bool)
    order = order[sharing(candidate_keys(bands[order], groups[order]))]
    wanted[order] = True
    with TemporaryFile(dir=folder) as file:
        sets = ShingleSets(file, num_rows, settings.shingle_size)
        for found in read(wanted):
            sets.add(found.rows, found.texts)
            groups[found.rows[: len(found.groups)]] ^= found.groups
            answers[found.rows[: len(found.answers)]] = found.answers

        def compare(firsts: Places, seconds: Places) -> np.ndarray:
            first, second = order[firsts], order[seconds]
            similarities = sets.compare(first, second, settings.threshold)
            similarities[sets.counts[first] < settings.min_shingles] = 0
            differ = (answers[first] != answers[second]) & (answers[first] > 0)
            similarities[differ & (answers[second] > 0)] = 0
            return similarities

        matches = match(candidate_keys(bands[order], groups[order]), compare, settings.threshold)
    return in_table(matches, order, num_rows)


def in_table(matches: Matches, order: Places, num_rows: int) -> Matches:
    """Return matches by the rows' numbers in the table, no longer by their rank."""
    kept, similarities = np.full(num_rows, -1), np.zeros(num_rows)
    is_dropped = matches.kept >= 0
    kept[order[is_dropped]] = order[matches.kept[is_dropped]]
    similarities[order] = matches.similarities
    return Matches(kept, similarities)
