"""Rounds of a loop: how often bytes come back to back, and whether their numbers only count.

In the text that is looked at, a number of any length is one zero, so that rounds that count stay
alike when 9 becomes 10.
"""

import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from r1data.curation.loops.counting import MIN_LETTERLESS_BYTES, begins_loop
from r1data.curation.loops.loop import LINE_END, SENTENCE_ENDS, Loop, kind_of
from r1data.curation.loops.units import MIN_BYTES, MIN_REPEATS, candidates

ZEROS = bytes(ord("0") if 48 <= byte < 58 else byte for byte in range(256))
WINDOW = 1_024
"""Bytes that are compared at once to begin with."""

MANY_DIGITS = re.compile(rb"[0-9]{%d}" % MIN_LETTERLESS_BYTES)
ENDS = b"|".join(re.escape(end) for end in (LINE_END, *SENTENCE_ENDS))
BEGINNING = re.compile(rb"(?:" + ENDS + rb")\s*(?=\S)")
"""What stands before a sentence or line."""
MAX_END = max(map(len, SENTENCE_ENDS))
MID_CHARACTER = range(0x80, 0xC0)
"""The bytes, in UTF-8, with which no character begins."""

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


class Run(NamedTuple):
    """A part of a text that equals itself some bytes later."""

    start: int
    end: int
    period: int


def find_rounds(raw: bytes) -> Loop | None:
    """Return the first loop whose rounds stand back to back; None if there is none.

    >>> find_rounds(b"First. " + b"Wait, let me check that once more, slowly. " * 5)
    Loop(start=7, kind='sentence')
    """
    given = np.frombuffer(raw, np.uint8)
    kept = _kept(given)
    folded = np.frombuffer(raw.translate(ZEROS), np.uint8)[kept]
    loop = _first(raw, folded, kept)
    has_digits = len(given) - len(folded) >= MIN_LETTERLESS_BYTES and MANY_DIGITS.search(raw)
    if loop is None and has_digits:
        loop = _first(raw, given, np.ones_like(kept))
    return loop


def _kept(raw: Bytes) -> Flags:
    """Tell which bytes are looked at: all but digits that follow a digit."""
    is_digit = (raw - np.uint8(48)) < 10
    kept = ~is_digit
    kept[1:] |= ~is_digit[:-1]
    kept[:1] = True
    return kept


def _first(raw: bytes, folded: Bytes, kept: Flags) -> Loop | None:
    """Return the first loop of a text that is looked at in another form.

    Args:
        raw: The text as it is.
        folded: What is looked at.
        kept: Which bytes of the text that has.
    """
    done = 0
    text = folded.tobytes()
    for place, period in candidates(text):
        again = place + period
        if place < done or text[place:again] != text[again : again + period]:
            continue
        run = _extended(folded, place, period)
        if run.end - run.start < max(MIN_BYTES, MIN_REPEATS * period):
            continue
        loop = _loop(raw, _bounds(run, kept))
        if loop is not None:
            return loop
        done = run.end
    return None


def _bounds(run: Run, kept: Flags) -> Places:
    """Return where, in the text as it is, each whole round of a run begins and the last ends."""
    num_rounds = (run.end - run.start) // run.period
    places = np.append(np.flatnonzero(kept), len(kept))
    return np.asarray(places[run.start + run.period * np.arange(num_rounds + 1)])


def _loop(raw: bytes, bounds: Places) -> Loop | None:
    """Return the loop that some rounds are; None if they are a list or a table."""
    rounds = [raw[start:end] for start, end in pairwise(bounds.tolist())]
    first = begins_loop(rounds)
    if first is None:
        return None
    start, end = bounds[first : first + 2].tolist()
    return Loop(_beginning(raw, start, end), kind_of(rounds[first]))


def _extended(folded: Bytes, place: int, period: int) -> Run:
    """Return the whole part of a text that equals itself a period later, around a place."""
    end = place + period + _agreeing(folded[place:], folded[place + period :])
    start = place - _agreeing(folded[:place][::-1], folded[: place + period][::-1])
    return Run(start, end, period)


def _agreeing(one: Bytes, other: Bytes) -> int:
    """Return how many bytes at the beginning of two texts are equal."""
    done, window = 0, WINDOW
    length = min(len(one), len(other))
    while done < length:
        upto = min(done + window, length)
        differing = np.flatnonzero(one[done:upto] != other[done:upto])
        if len(differing):
            return done + int(differing[0])
        done, window = upto, window * 2
    return length


def _beginning(raw: bytes, start: int, end: int) -> int:
    """Return where the first round of a loop begins: with a sentence or line, where one does.

    What stands before the loop can end like a round, which is no part of it.
    """
    found = BEGINNING.search(raw, max(start - MAX_END, 0), end)
    if found and start:
        return found.end()
    while start < end - 1 and (raw[start] in MID_CHARACTER or raw[start : start + 1].isspace()):
        start += 1
    return start
