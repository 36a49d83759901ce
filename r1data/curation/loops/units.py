"""Units of a text: what stands between the ends of sentences and lines, and which come again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from r1data.curation.loops.loop import LINE_END, SENTENCE_ENDS

MIN_REPEATS = 4
"""Times that something stands back to back before that is a loop: Olmo 3's filter."""
MIN_BYTES = 200
"""Bytes of a loop at least: a phrase of four letters 50 times, a sentence of fifty four times."""
MIN_EQUAL = MIN_REPEATS - 1
"""Times that a unit stands at equal distances in a loop, of which the first round may begin and the
last may end otherwise."""
LOOKED_AT = ((16, MIN_EQUAL), (1, 24), (0, 1_000))
"""From how many bytes on a unit is looked at that comes how often: in what ends alone make, `!!!!`,
units have none."""
MAX_STEP = 3
"""How often a unit may stand within one round."""
STRIDE, ANCHOR, SURE, MAX_PHRASE = 64, 12, 48, 1_000
"""Within a long unit: how far apart anchors are set, their bytes, the bytes that must agree where
one comes again, and the longest phrase."""
MIN_OFTEN, MIN_OFTEN_BYTES = 10, 40
"""Times that a sentence, line or paragraph may stand anywhere in a text before that is a loop, as
Olmo 3's report has it, and the bytes of one that counts."""
TO_UNITS = bytes(ord("\n") if bytes([byte]) in SENTENCE_ENDS else byte for byte in range(256))
WIDE_ENDS = tuple(end for end in SENTENCE_ENDS if len(end) > 1)

Candidate = tuple[int, int]
"""A place in a text from which something may repeat, and the bytes after which it does."""


def candidates(text: bytes) -> list[Candidate]:
    """Return where something may stand back to back, the first first.

    That is where a unit comes again at equal distances, and where a phrase does within a unit that
    is long enough for a loop.

    >>> candidates(b"So. " + b"We add this to that. " * 4)[0], candidates(b"on and off, " * 20)[0]
    ((3, 21), (0, 12))
    """
    units = split_units(text)
    found = {*_phrases_of(units)} if max(map(len, units)) >= MIN_BYTES else set()
    repeated = [pair for pair in Counter(units).items() if pair[1] >= MIN_EQUAL]
    often = {
        unit
        for unit, count in repeated
        if any(len(unit) >= size and count >= times for size, times in LOOKED_AT)
    }
    if often:
        for places in _places(units, often):
            for step in range(1, min(len(places) - MIN_EQUAL + 1, MAX_STEP) + 1):
                found.update(_steady(places, step))
    return sorted(found)


def find_often(text: bytes) -> bytes | None:
    """Return the first unit that stands too often in a text, wherever it does; None for none.

    >>> find_often(b"I do not see what the question wants here. " * 10)
    b'I do not see what the question wants here'
    """
    counts = Counter(unit.strip() for unit in split_units(text))
    for unit, count in counts.items():
        if count >= MIN_OFTEN and len(unit) >= MIN_OFTEN_BYTES:
            return unit
    return None


def split_units(text: bytes) -> list[bytes]:
    r"""Return the units of a text: it has one byte more than they have for the end of each.

    >>> split_units(b"So 41. No!\n")
    [b'So 41', b' No', b'', b'']
    """
    found = text.translate(TO_UNITS)
    if not text.isascii():
        for end in WIDE_ENDS:
            found = found.replace(end, LINE_END * len(end))
    return found.split(LINE_END)


def _places(units: Sequence[bytes], wanted: set[bytes]) -> Iterable[list[int]]:
    """Return the places of each wanted unit."""
    places: dict[bytes, list[int]] = defaultdict(list)
    starts = list(accumulate(map(len, units), initial=0))
    for number in [number for number, unit in enumerate(units) if unit in wanted]:
        places[units[number]].append(starts[number] + number)
    return places.values()


def _steady(places: Sequence[int], step: int) -> Iterator[Candidate]:
    """Yield where, from places, something comes again at equal distances, and that distance."""
    before = alike = 0
    for number, later in enumerate(places[step:]):
        distance = later - places[number]
        alike = alike + 1 if distance == before else 1
        before = distance
        if alike == MIN_EQUAL - 1:
            yield places[number + 1 - alike], distance


def _phrases_of(units: Sequence[bytes]) -> Iterator[Candidate]:
    """Yield what may repeat within the long ones of some units."""
    starts = list(accumulate(map(len, units), initial=0))
    for number in [number for number, unit in enumerate(units) if len(unit) >= MIN_BYTES]:
        for place, again in _anchors(units[number]):
            yield starts[number] + number + place, again - place


def _anchors(unit: bytes) -> Iterator[tuple[int, int]]:
    """Yield where something stands in a unit, and where it comes again."""
    for place in range(0, len(unit) - SURE, STRIDE):
        anchor = unit[place : place + ANCHOR]
        again = unit.find(anchor, place + 1, place + MAX_PHRASE)
        if again > 0 and unit.startswith(unit[place : place + SURE], again):
            yield place, again
