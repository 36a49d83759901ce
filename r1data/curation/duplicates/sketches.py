"""Sketches of texts: MinHash by one permutation, in bands; texts that share a band are compared.

A hash puts each shingle of a text into one of 125 bins; the smallest hash of each bin is kept, and
an empty bin borrows another's (optimal densification, Shrivastava 2017). Two texts agree in a bin
about as often as they are similar, and 25 bands of 5 bins each are kept as one number each. Of
pairs of long texts whose Jaccard similarity is 0.8, all but one in 20,000 share a band; at 0.7, all
but one in a hundred. What shares a band is a candidate only: its true similarity is measured.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from r1data.curation.duplicates.shingles import batches, shingles
from r1data.curation.duplicates.tokens import ODD, Hashes, Places, mixed

Bands = npt.NDArray[np.int32]
Signatures = npt.NDArray[np.uint16]

NUM_BANDS, BINS_PER_BAND = 25, 5
NUM_BINS = NUM_BANDS * BINS_PER_BAND
EMPTY = np.uint64(2**64 - 1)
HALF = np.uint64(32)
MAX_PROBES = 64
"""Bins an empty one is offered, by hash; then the first that is not empty."""


def sketch(texts: pl.Series, shingle_size: int) -> Bands:
    """Return the bands of each text: a row of 25 numbers; all zeros where there are no tokens."""
    found = [_sketched(batch, shingle_size) for batch in batches(texts)]
    return np.concatenate([np.empty((0, NUM_BANDS), np.int32), *found])


def signatures(texts: pl.Series, shingle_size: int) -> Signatures:
    """Return 125 numbers of each text: the share in which two agree estimates their similarity.

    All zeros where there are no tokens.

    >>> one, other = signatures(pl.Series(["we add 1 and 2", "we add 1 and 3"]), shingle_size=2)
    >>> bool(0.3 < (one == other).mean() < 0.7)
    True
    """
    found = [_signed(batch, shingle_size) for batch in batches(texts)]
    return np.concatenate([np.empty((0, NUM_BINS), np.uint16), *found])


def _signed(texts: pl.Series, shingle_size: int) -> Signatures:
    hashes, bounds = shingles(texts, shingle_size)
    lengths = np.diff(bounds)
    signed = np.zeros((len(texts), NUM_BINS), np.uint16)
    signed[lengths > 0] = _smallest(hashes, lengths[lengths > 0]).astype(np.uint16)
    return signed


def _sketched(texts: pl.Series, shingle_size: int) -> Bands:
    hashes, bounds = shingles(texts, shingle_size)
    lengths = np.diff(bounds)
    bins = _smallest(hashes, lengths[lengths > 0])
    bands = np.zeros((len(texts), NUM_BANDS), np.int32)
    bands[lengths > 0] = _joined(bins)
    return bands


def _smallest(hashes: Hashes, lengths: Places) -> Hashes:
    """Return the smallest hash in each bin of each text, empty bins filled with another's."""
    rows = np.repeat(np.arange(len(lengths)) * NUM_BINS, lengths)
    cells = hashes >> HALF
    cells *= np.uint64(NUM_BINS)
    cells >>= HALF
    bins = np.full(len(lengths) * NUM_BINS, EMPTY)
    np.minimum.at(bins, cells.view(np.int64) + rows, hashes)
    return _filled(bins.reshape(-1, NUM_BINS))


def _filled(bins: Hashes) -> Hashes:
    filled = bins.copy()
    rows, columns = np.nonzero(bins == EMPTY)
    for probe in _probes():
        if not len(rows):
            break
        found = bins[rows, probe[columns]]
        is_found = found != EMPTY
        filled[rows[is_found], columns[is_found]] = found[is_found]
        rows, columns = rows[~is_found], columns[~is_found]
    if len(rows):
        filled[rows, columns] = bins.min(axis=1)[rows]
    return filled


@cache
def _probes() -> npt.NDArray[np.int64]:
    """Return, for each attempt, the bin that each bin borrows from: by hash, the same for all."""
    numbers = np.arange(1, MAX_PROBES * NUM_BINS + 1, dtype=np.uint64) * ODD[0]
    return (mixed(numbers) % np.uint64(NUM_BINS)).astype(np.int64).reshape(-1, NUM_BINS)


def _joined(bins: Hashes) -> Bands:
    """Return each band of some bins as one number, never 0."""
    banded = bins.reshape(-1, NUM_BANDS, BINS_PER_BAND)
    joined = banded[:, :, 0].copy()
    for place in range(1, BINS_PER_BAND):
        joined *= ODD[1]
        joined += banded[:, :, place]
    return ((mixed(joined) >> HALF).astype(np.uint32) | np.uint32(1)).view(np.int32)
