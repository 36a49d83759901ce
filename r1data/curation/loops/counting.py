"""Rounds that are equal but for a counter, and those of lists and tables, whose numbers differ."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from r1data.curation.loops.units import MIN_BYTES, MIN_REPEATS

MIN_LETTERLESS_BYTES = 1_000
"""Bytes of a loop without letters at least: matrices of zeros and drawings are shorter."""
MIN_COUNTED, MIN_COUNTED_ROUND = 10, 40
"""Rounds that differ in a counter: how many at least, and the bytes of one."""
MIN_LABELLED = 30
"""Such rounds where the counter is a label, as of `Case 7:`: three times as many, as in lists."""
MAX_LAG = 64
"""Rounds after which numbers may come again, as in `a is 1. a is 2. a is 1. a is 2.`"""
MAX_DIGITS = 15
"""Digits of a counter at most."""
NUMBER = re.compile(rb"[0-9]+")
LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
LABEL = re.compile(rb"[\n.!?;] *[-*#(]{0,4} ?(?:[A-Za-z=]+ ){0,2}[0-9]+\**[:.)\n]")


Flags = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.int64]
Numbers = tuple[bytes, ...]


def begins_loop(rounds: Sequence[bytes]) -> int | None:
    """Return the round with which a loop begins, of rounds that are equal but for their numbers.

    Rounds that are wholly equal are a loop, and those in which one number counts up, wherever it
    stands. Where other numbers change they are a list or a table that is worked through.

    >>> begins_loop([b"Let me try this for the %d. time, with more care. " % n for n in range(12)])
    0
    >>> begins_loop([b"n = %d: n^2 + 1 = %d, so it is not a square. " % (n, n * n + 1)
    ...              for n in range(12)]) is None
    True
    """
    if not rounds:
        return None
    numbers = [tuple(NUMBER.findall(text)) for text in rounds]
    ids = _ids(numbers)
    for lag in range(1, min(MAX_LAG, len(rounds) // MIN_REPEATS) + 1):
        first, count = _longest(ids[lag:] == ids[:-lag])
        num_bytes = sum(map(len, rounds[first : first + count + lag]))
        if count >= (MIN_REPEATS - 1) * lag and num_bytes >= _min_bytes(rounds[first]):
            return first
    counted = [_counts(*pair) for pair in pairwise(numbers)]
    first, count = _longest(np.array(counted, bool))
    if len(rounds[first]) >= MIN_COUNTED_ROUND and count + 1 >= _min_counted(rounds[first]):
        return first
    return None


def _ids(numbers: Sequence[Numbers]) -> Ids:
    """Return a number for each round: equal numbers in them, equal number for them."""
    known: dict[Numbers, int] = {}
    return np.array([known.setdefault(found, len(known)) for found in numbers])


def _longest(alike: Flags) -> tuple[int, int]:
    """Return where the longest run of what holds begins, and how long it is."""
    edges = np.flatnonzero(np.diff(alike, prepend=False, append=False))
    if not len(edges):
        return 0, 0
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    longest = int(np.argmax(lengths))
    return int(starts[longest]), int(lengths[longest])


def _counts(one: Numbers, other: Numbers) -> bool:
    """Tell whether of two rounds' numbers only one differs, and is one more in the second."""
    if len(one) != len(other):
        return False
    changed = {(before, after) for before, after in zip(one, other, strict=True) if before != after}
    if not changed:
        return True
    before, after = changed.pop()
    is_small = len(before) <= MAX_DIGITS and len(after) <= MAX_DIGITS
    return not changed and is_small and int(after) == int(before) + 1


def _min_bytes(text: bytes) -> int:
    return MIN_BYTES if LETTER.search(text) else MIN_LETTERLESS_BYTES


def _min_counted(text: bytes) -> int:
    return MIN_LABELLED if LABEL.search(b"\n" + text + text) else MIN_COUNTED
