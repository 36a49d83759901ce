"""Similarities of vectors: every pair of rows above a threshold, exactly, a block at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from r1data.curation.duplicates.matching import NONE, Matches
from r1data.curation.duplicates.tokens import Hashes, Places

Half = npt.NDArray[np.float16]
"""Vectors of length 1, as they are held."""
BLOCK_ROWS = 1_024
"""Rows of either side that are compared at once: 4 MB of similarities."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of rows that are similar."""

    ours: Places
    theirs: Places
    similarities: npt.NDArray[np.float64]
    """The cosine of their vectors."""


def similarities(ours: Half, theirs: Half, threshold: float) -> Pairs:
    """Return the pairs of a row of ours and one of theirs whose cosine reaches a threshold.

    Every pair is compared. With 384 numbers a vector, one core compares about 50 million pairs a
    second (`python -m performance.semantic_duplicates`).

    >>> same = np.eye(2, dtype=np.float16)
    >>> similarities(same, same[:1], 0.5)
    Pairs(ours=array([0]), theirs=array([0]), similarities=array([1.]))
    """
    found: list[tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]] = [
        (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    ]
    for start in range(0, len(ours), BLOCK_ROWS):
        block = ours[start : start + BLOCK_ROWS].astype(np.float32)
        for place in range(0, len(theirs), BLOCK_ROWS):
            cosines = block @ theirs[place : place + BLOCK_ROWS].astype(np.float32).T
            rows, columns = np.nonzero(cosines >= threshold)
            found.append((rows + start, columns + place, cosines[rows, columns]))
    rows, columns, cosines = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Pairs(rows, columns, cosines.clip(max=1.0).astype(np.float64))


def match_vectors(vectors: Half, groups: Hashes, answers: Hashes, threshold: float) -> Matches:
    """Return which rows are duplicates of which, by the rule of `r1data...matching`.

    Args:
        vectors: Of each row, the best row first; all zeros for what is like nothing.
        groups: The group of each row: those of different groups are never compared.
        answers: Rows whose answers differ are no duplicates; 0: not known.
        threshold: The cosine from which on a row is a duplicate.
    """
    kept, found = np.full(len(vectors), NONE), np.zeros(len(vectors))
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.append(True, groups[order][1:] != groups[order][:-1]))
    for rows in np.split(order, starts[1:]):
        if len(rows) > 1:
            _match_group(vectors, rows, answers, threshold, Matches(kept, found))
    return Matches(kept, found)


def _match_group(
    vectors: Half, rows: Places, answers: Hashes, threshold: float, into: Matches
) -> None:
    """Decide on the rows of a group in their order: each is compared with those that are kept."""
    kept = np.empty(0, np.int64)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        before = similarities(vectors[block], vectors[kept], threshold)
        within = similarities(vectors[block], vectors[block], threshold)
        is_earlier = within.theirs < within.ours
        pairs = Pairs(
            np.concatenate((block[before.ours], block[within.ours[is_earlier]])),
            np.concatenate((kept[before.theirs], block[within.theirs[is_earlier]])),
            np.concatenate((before.similarities, within.similarities[is_earlier])),
        )
        _decide(pairs, answers, into)
        kept = np.concatenate((kept, block[into.kept[block] == NONE]))


def _decide(pairs: Pairs, answers: Hashes, into: Matches) -> None:
    """Decide on rows by their pairs with better ones; those of other answers do not count."""
    ours, theirs = answers[pairs.ours], answers[pairs.theirs]
    may_be_same = (ours == theirs) | (ours == 0) | (theirs == 0)
    order = np.lexsort((pairs.theirs, -pairs.similarities, pairs.ours))
    for place in order[may_be_same[order]].tolist():
        row, better = pairs.ours[place], pairs.theirs[place]
        if into.kept[row] == NONE and into.kept[better] == NONE:
            into.kept[row], into.similarities[row] = better, pairs.similarities[place]
