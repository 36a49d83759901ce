"""Finding the loop of a text: rounds back to back, sentences and n-grams that come too often."""

from typing import NamedTuple

from r1data.curation.loops.loop import Loop, kind_of
from r1data.curation.loops.ngrams import MIN_SHARE, Repeated, repeated_ngrams
from r1data.curation.loops.rounds import find_rounds
from r1data.curation.loops.units import find_often

MAX_NGRAM = 20
"""Times that one 20-gram may stand in a text: the rule of AM-DeepSeek-R1-Distilled."""


class Repetition(NamedTuple):
    """What repeats in a text."""

    loop: Loop | None
    """The loop it falls into, if any."""
    share: float
    """The share of its n-grams that stand earlier in it."""


def find_repetition(raw: bytes) -> Repetition:
    """Return what repeats in the UTF-8 bytes of a text.

    A text whose n-grams are new does not go round, whatever sentence it comes back to: that is
    looked for only where a tenth of them stand earlier.

    >>> find_repetition(b"So we try the other way. Wait, no. " * 9).loop
    Loop(start=0, kind='sentence')
    """
    ngrams = repeated_ngrams(raw)
    loop = find_rounds(raw)
    if loop is None and ngrams.share >= MIN_SHARE:
        loop = _find_scattered(raw, ngrams)
    return Repetition(loop, ngrams.share)


def _find_scattered(raw: bytes, ngrams: Repeated) -> Loop | None:
    """Return what comes too often without standing back to back."""
    unit = find_often(raw)
    if unit is not None:
        start = raw.index(unit)
        return Loop(start, kind_of(_with_ends(raw, start, len(unit))))
    return Loop(ngrams.start, "n-gram") if ngrams.times > MAX_NGRAM else None


def _with_ends(raw: bytes, start: int, size: int) -> bytes:
    """Return what stands at a place, with the end that follows, or line ends on both sides."""
    before, after = raw[max(start - 2, 0) : start], raw[start + size : start + size + 3]
    is_line = before.endswith(b"\n") and after.lstrip(b".!?:; ").startswith(b"\n")
    is_paragraph = before.endswith(b"\n\n") and b"\n\n" in after
    return b"\n\n" if is_paragraph else b"\n" if is_line else b"."
