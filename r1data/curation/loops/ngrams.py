"""Repeated n-grams: the share of a text's twenty words in a row that stand earlier in it too."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SIZE = 20
"""Words of an n-gram, or characters where no spaces stand between words."""
MIN_SHARE = 0.1
"""The share of repeated n-grams from which the commonest is looked for."""
BASE = np.uint64(0x9E3779B97F4A7C15)
INVERSE = np.uint64(pow(int(BASE), -1, 2**64))
SPACE = ord(" ")
"""This byte and those below it stand between words."""
ALONE = range(0xE3, 0xEA)
"""The first bytes, in UTF-8, of kana and Chinese characters: each is taken for a word."""

Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]


class Repeated(NamedTuple):
    """What n-grams say of a text."""

    share: float
    """The share of n-grams that stand earlier in it."""
    start: int
    """The byte at which the commonest n-gram first stands."""
    times: int
    """How often that stands in it; 1 where few are repeated."""


def repeated_ngrams(raw: bytes) -> Repeated:
    """Return what share of a text's n-grams stand earlier in it, and the commonest one.

    >>> repeated_ngrams(b"so on " * 30), repeated_ngrams(b"so on")
    (Repeated(share=0.9512195121951219, start=0, times=21), Repeated(share=0.0, start=0, times=1))
    """
    hashes, starts = _ngrams(np.frombuffer(raw, np.uint8))
    ordered = np.sort(hashes)
    num_repeated = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
    share = num_repeated / max(len(hashes), 1)
    if share < MIN_SHARE:
        return Repeated(share, 0, 1)
    _, firsts, counts = np.unique(hashes, return_index=True, return_counts=True)
    firsts = firsts[counts == counts.max()]
    return Repeated(share, int(starts[firsts.min()]), int(counts.max()))


def _ngrams(raw: Bytes) -> tuple[Hashes, Places]:
    """Return a hash of each n-gram, and where it starts.

    With the powers of a base as weights, the bytes of any part of a text are the difference of two
    sums; the part's hash is that difference over the power at its start.
    """
    is_space = raw <= SPACE
    begins = np.empty(len(raw), bool)
    begins[:1] = True
    begins[1:] = is_space[:-1]
    begins &= ~is_space
    begins |= (raw - np.uint8(ALONE.start)) < len(ALONE)
    starts = np.flatnonzero(begins)
    sums = np.zeros(len(raw) + 1, np.uint64)
    np.cumsum(raw * _powers(BASE, len(raw)), out=sums[1:])
    ends = np.append(starts[SIZE:], len(raw)) if len(starts) >= SIZE else starts[:0]
    starts = starts[: len(ends)]
    return (sums[ends] - sums[starts]) * _powers(INVERSE, len(raw))[starts], starts


_POWERS: dict[int, Hashes] = {}


def _powers(base: np.uint64, size: int) -> Hashes:
    """Return the first powers of a base, which a process keeps."""
    known = _POWERS.get(int(base), np.empty(0, np.uint64))
    if len(known) < size:
        factors = np.full(max(size, 2 * len(known)), base)
        factors[:1] = 1
        known = _POWERS[int(base)] = np.cumprod(factors, dtype=np.uint64)
    return known[:size]
