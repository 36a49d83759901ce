"""True similarity: the Jaccard index of two texts' sets of shingles.

The sets of all candidates together can be larger than memory, so they lie in a file. A shingle is
kept as 32 bits of its hash.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl

from r1data.curation.duplicates.shingles import batches, shingles
from r1data.curation.duplicates.tokens import Hashes, Places

HIGH = np.uint64(32)
BATCH_SHINGLES = 2**15
"""Shingles of pairs that are compared at once."""
BYTES = 4


class ShingleSets:
    """The sets of shingles of some rows, on disk, by the rows' numbers."""

    def __init__(self, file: BinaryIO, num_rows: int, shingle_size: int) -> None:
        self._file = file
        self._size = shingle_size
        self._starts = np.zeros(num_rows, np.int64)
        self.counts = np.zeros(num_rows, np.int64)
        """The size of each row's set."""
        self._written = 0

    def add(self, rows: Places, texts: pl.Series) -> None:
        """Add the sets of some rows' texts."""
        done = 0
        for batch in batches(texts):
            sets, counts = _sets(batch, self._size)
            ends = self._written + np.cumsum(counts)
            numbers = rows[done : done + len(batch)]
            self._starts[numbers], self.counts[numbers] = ends - counts, counts
            self._file.write(sets.tobytes())
            self._written += len(sets)
            done += len(batch)
        self._file.flush()

    def compare(self, firsts: Places, seconds: Places, least: float) -> npt.NDArray[np.float64]:
        """Return the Jaccard index of each pair of rows; 0 where sizes rule out that it is `least`.

        >>> from tempfile import TemporaryFile
        >>> with TemporaryFile() as file:
        ...     sets = ShingleSets(file, num_rows=2, shingle_size=2)
        ...     sets.add(np.array([0, 1]), pl.Series(["we add 1", "we add 2"]))
        ...     sets.compare(np.array([0]), np.array([1]), least=0.1).tolist()
        [0.3333333333333333]
        """
        found = np.zeros(len(firsts))
        sizes = np.sort((self.counts[firsts], self.counts[seconds]), axis=0)
        possible = np.flatnonzero(sizes[0] >= least * np.maximum(sizes[1], 1))
        for chosen in _batched(possible, sizes.sum(axis=0)):
            shared = self._num_shared(firsts[chosen], seconds[chosen])
            found[chosen] = shared / (sizes[:, chosen].sum(axis=0) - shared)
        return found

    def _num_shared(self, firsts: Places, seconds: Places) -> Places:
        """Return how many shingles each pair shares: two sorted runs, merged."""
        merged = np.concatenate((self._numbered(firsts), self._numbered(seconds)))
        merged.sort(kind="stable")
        is_shared = merged[1:] == merged[:-1]
        pairs = (merged[1:][is_shared] >> HIGH).astype(np.int64)
        return np.bincount(pairs, minlength=len(firsts))

    def _numbered(self, rows: Places) -> Hashes:
        """Return the rows' sets one after another, each shingle with its place in `rows` before."""
        counts = self.counts[rows]
        sets = np.concatenate([np.empty(0, np.uint32), *map(self._read, rows.tolist())])
        numbered: Hashes = np.repeat(np.arange(len(rows), dtype=np.uint64) << HIGH, counts)
        numbered |= sets
        return numbered

    def _read(self, row: int) -> npt.NDArray[np.uint32]:
        self._file.seek(int(self._starts[row]) * BYTES)
        return np.frombuffer(self._file.read(int(self.counts[row]) * BYTES), np.uint32)


def _sets(texts: pl.Series, size: int) -> tuple[npt.NDArray[np.uint32], Places]:
    """Return the sets of some texts, each sorted, and how large they are."""
    hashes, bounds = shingles(texts, size)
    found = (hashes >> HIGH).astype(np.uint32)
    for start, end in pairwise(bounds.tolist()):
        found[start:end].sort()
    is_new = np.append(True, found[1:] != found[:-1])[: len(found)]
    is_new[bounds[:-1][np.diff(bounds) > 0]] = True
    return found[is_new], np.diff(np.append(0, np.cumsum(is_new))[bounds])


def _batched(pairs: Places, sizes: Places) -> Iterator[Places]:
    """Yield some pairs in batches of about so many shingles."""
    numbers = np.cumsum(sizes[pairs]) // BATCH_SHINGLES
    yield from (found for found in np.split(pairs, np.flatnonzero(np.diff(numbers)) + 1))
