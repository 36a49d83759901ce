"""Near duplicates among ranked rows: candidates by shared bands, a true check, and who is kept.

The rule: rows are decided on in their order, the best first. A row is a near duplicate if its true
similarity to a better row that is kept reaches the threshold; of several such rows it is recorded
as the duplicate of the most similar one it was compared with. So nothing drifts: a row never leaves
for one that left itself, nor for one that it only resembles by way of a third.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from r1data.curation.duplicates.sketches import Bands
from r1data.curation.duplicates.tokens import Flags, Hashes, Places

Similarities = npt.NDArray[np.float64]
Compare = Callable[[Places, Places], Similarities]
"""Takes the rows of some pairs, in two arrays, and returns the similarity of each."""

MAX_ROUNDS = 64
"""Rows of one bucket that all others of it are compared with, one a round: the best first."""
MAX_PASSES = 8
"""Passes over all buckets: another one where the row that a row had left for then left itself."""
NONE = -1


@dataclass(frozen=True, slots=True)
class Matches:
    """For each row, which one is kept in its place."""

    kept: Places
    """The row that is kept; -1 where the row itself is."""
    similarities: Similarities
    """To that row; 0 where there is none."""


def candidate_keys(bands: Bands, groups: Hashes) -> Hashes:
    """Return the keys by which rows become candidates: equal if a band and the group are.

    Args:
        bands: A row of `sketch` each; all zeros for what is like nothing.
        groups: The group of each row: those of different groups are never compared.
    """
    keys = bands.view(np.uint32).astype(np.uint64)
    keys ^= (groups << np.uint64(32))[:, None]
    keys[(bands == 0).all(axis=1)] = 0
    return keys


def sharing(keys: Hashes) -> Flags:
    """Tell which rows share a key with another one: all that a comparison can be asked about."""
    found = np.zeros(len(keys), bool)
    for column in keys.T:
        found |= pl.Series(column).is_duplicated().to_numpy() & (column != 0)
    return found


def match(keys: Hashes, compare: Compare, threshold: float) -> Matches:
    """Return which rows are near duplicates of which, see above.

    Rows that share no key are not compared. In a bucket of more than 64 rows that are unlike one
    another, the rest are compared with the best 64 only.

    Args:
        keys: Of each row, the best row first.
        compare: Tells the true similarity of pairs.
        threshold: The similarity from which on a row is a duplicate.
    """
    comparisons = _Comparisons(compare, threshold, len(keys))
    for _ in range(MAX_PASSES):
        if not _pass_over(keys, comparisons):
            break
    return comparisons.decided


def _pass_over(keys: Hashes, comparisons: "_Comparisons") -> bool:
    """Compare rows bucket by bucket; tell whether a row that had left for another is back."""
    is_open, has_left = keys != 0, np.zeros(len(keys), bool)
    for _ in range(MAX_ROUNDS):
        led = _led_pairs(keys, is_open, comparisons.decided.kept == NONE)
        if not len(led):
            break
        comparisons.add(led)
        has_left |= comparisons.decided.kept != NONE
    return bool((has_left & (comparisons.decided.kept == NONE)).any())


class _Comparisons:
    """The pairs that were compared, and what follows from those that are similar."""

    def __init__(self, compare: Compare, threshold: float, num_rows: int) -> None:
        self._compare, self._threshold, self._num_rows = compare, threshold, num_rows
        self._known = self._similar = np.empty(0, np.int64)
        self._similarities = np.empty(0)
        self.decided = _decide(self._similar, self._similarities, num_rows)

    def add(self, pairs: Places) -> None:
        """Compare the pairs that are new, and decide again."""
        new = np.setdiff1d(pairs, self._known, assume_unique=True)
        measured = self._compare(*np.divmod(new, self._num_rows))
        is_similar = measured >= self._threshold
        self._known = np.union1d(self._known, new)
        if not is_similar.any():
            return
        self._similar = np.concatenate((self._similar, new[is_similar]))
        self._similarities = np.concatenate((self._similarities, measured[is_similar]))
        self.decided = _decide(self._similar, self._similarities, self._num_rows)


def _led_pairs(keys: Hashes, is_open: Flags, is_kept: Flags) -> Places:
    """Return the pairs of the best row of each bucket with the others of it, and close that row.

    A pair is one number: the better row times the number of rows, and the other row.
    """
    found = [np.empty(0, np.int64)]
    for column, is_open_here in zip(keys.T, is_open.T, strict=True):
        order, is_first = _buckets(column, np.flatnonzero(is_open_here & is_kept))
        leaders = order[is_first]
        led = leaders[np.cumsum(is_first) - 1] * len(keys) + order
        found.append(led[~is_first])
        is_open_here[leaders] = False
    return np.unique(np.concatenate(found))


def _buckets(column: Hashes, rows: Places) -> tuple[Places, Flags]:
    """Return rows sorted by their key, the better first, and which are the first of a key."""
    order = rows[np.argsort(column[rows], kind="stable")]
    found = column[order]
    return order, np.append(True, found[1:] != found[:-1])[: len(order)]


def _decide(pairs: Places, similarities: Similarities, num_rows: int) -> Matches:
    """Decide on all rows in their order, by the pairs that are similar."""
    kept, found = np.full(num_rows, NONE), np.zeros(num_rows)
    better, worse = np.divmod(pairs, max(num_rows, 1))
    order = np.lexsort((better, -similarities, worse))
    listed = (values[order].tolist() for values in (better, worse, similarities))
    for first, second, similarity in zip(*listed, strict=True):
        if kept[first] == NONE and kept[second] == NONE:
            kept[second], found[second] = first, similarity
    return Matches(kept, found)
