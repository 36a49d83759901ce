"""Words: where those of a text stand, in what script, and whose function words they are."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from r1data.curation.language.function_words import NO_WORDS, languages_by_word
from r1data.curation.language.prose import not_prose
from r1data.curation.language.scripts import (
    CHARS_A_WORD,
    END,
    HANGUL,
    LATIN,
    MARK,
    PART,
    UNSPACED,
    ascii_bytes,
    code_points,
    kinds_of,
    lower_of,
)

MAX_NAME = 4
"""Capitals up to this many are points, triangles or acronyms."""
BASE = 0xCD613E30D8F16ADF
"""An odd number under which no two function words share a place."""
SHIFT = np.uint64(64 - 20)
"""What is left of a word's hash are 20 bits: few function words share a place."""
NO_WORD = np.uint64(1 << 63)
BACKSLASH, DOT = map(ord, "\\.")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in order: arrays with an entry for each.

    Formulas, code, identifiers, single letters, names of points and functions are no words.
    """

    start: NDArray[np.int64]
    """Where it begins, in code points."""
    end: NDArray[np.int64]
    script: NDArray[np.uint8]
    """Its kind, see `r1data.curation.language.scripts`."""
    size: NDArray[np.int64]
    """How many words it counts for: more than one where words are not set apart."""
    listed: NDArray[np.int16]
    """The place among `language_sets` of the languages that it is a function word of."""
    sentence: NDArray[np.int64]
    """The number of the sentence it stands in."""

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, of: slice | NDArray[np.bool_]) -> "Words":
        return Words(
            self.start[of],
            self.end[of],
            self.script[of],
            self.size[of],
            self.listed[of],
            self.sentence[of],
        )

    @property
    def languages(self) -> NDArray[np.uint64]:
        """The bits of the languages that each is a function word of."""
        return language_sets()[self.listed]

    def places(self, start: int, end: int) -> slice:
        """Return the places of those that stand between two places of the text."""
        return slice(*np.searchsorted(self.start, [start, end]).tolist())

    def texts(self, text: str) -> list[str]:
        """Return what they read in their text."""
        pairs = zip(self.start.tolist(), self.end.tolist(), strict=True)
        return [text[start:end] for start, end in pairs]


def find_words(text: str) -> Words:
    r"""Return the words of a text.

    >>> text = r"Let $x = the$ sum, my_name and 首先 ABC"
    >>> words = find_words(text)
    >>> [text[start:end] for start, end in zip(words.start, words.end)]
    ['Let', 'sum', 'and', '首先']
    """
    codes = code_points(text)
    known = ascii_bytes(codes)
    kinds = kinds_of(codes, known)
    start, end, script = _prose_runs(text, codes, kinds)
    lower = lower_of(codes, known)
    listed = _listed(lower, start, end)
    is_word = listed != len(language_sets()) - 1
    if len(start):
        is_word[_capitals(lower != codes, start, end)] = False
        is_word[_named(codes, kinds, start, end)] = False
    start, end, script, listed = _chosen(is_word, start, end, script, listed)
    sentence = _counts(start, (kinds == END).nonzero()[0]).cumsum()
    return Words(start, end, script, _sizes(start, end, script), listed, sentence)


def _prose_runs(
    text: str, codes: NDArray[np.unsignedinteger], kinds: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return the runs of letters in prose, two of them at least, and the script of each."""
    start, end = _runs(kinds)
    script = np.maximum(kinds[start], kinds[end - 1])
    is_word = (script >= LATIN) & ((end - start > 1) | (script >= HANGUL))
    is_word[start.searchsorted(_parts(kinds), side="right") - 1] = False
    spans = not_prose(text, codes)
    if len(spans):
        depth = _counts(start, spans[:, 0]) - _counts(start, spans[:, 1])
        is_word &= depth.cumsum() == 0
    start, end, script = _chosen(is_word, start, end, script)
    return start, end, script


def _parts(kinds: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the places of the digits and `_` that stand beside a letter."""
    is_letter = kinds > PART
    is_beside = np.zeros(len(kinds), bool)
    is_beside[1:] = is_letter[:-1]
    is_beside[:-1] |= is_letter[1:]
    return np.flatnonzero(is_beside & (kinds == PART))


def _chosen(is_chosen: NDArray[np.bool_], *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    places = is_chosen.nonzero()[0]
    return tuple(array[places] for array in arrays)


def _counts(start: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many of some places stand between the beginning of each run and the one before."""
    counts: NDArray[np.int64] = np.bincount(start.searchsorted(places), None, len(start) + 1)
    return counts[: len(start)]


def _sizes(
    start: NDArray[np.int64], end: NDArray[np.int64], script: NDArray[np.uint8]
) -> NDArray[np.int64]:
    if not len(script) or script.max() < UNSPACED:
        return np.ones(len(script), np.int64)
    sizes = np.rint((end - start) / CHARS_A_WORD[script]).astype(np.int64)
    counted: NDArray[np.int64] = np.maximum(1, np.where(script >= UNSPACED, sizes, 1))
    return counted


def _runs(kinds: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of letters, digits and marks begin and end; a change of script ends one."""
    inside = np.zeros(len(kinds) + 2, bool)
    inside[1:-1] = kinds >= PART
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    start, end = edges[::2], edges[1::2]
    if len(kinds) and kinds.max() > LATIN:
        changes = (_is_change(kinds[:-1], kinds[1:])).nonzero()[0] + 1
        start, end = (np.sort(np.concatenate([one, changes])) for one in (start, end))
    return start, end


def _is_change(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Say where a run of one script goes over into another; Chinese and kana may stand in one."""
    is_other = (before != after) & (before >= PART) & (after >= PART)
    is_unspaced = (before >= UNSPACED) | (after >= UNSPACED)
    are_letters = (before >= LATIN) & (after >= LATIN)
    found: NDArray[np.bool_] = (
        is_other & (are_letters | is_unspaced) & (before != MARK) & (after != MARK)
    )
    return found


def _at(edges: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the runs, of one at least, that have their edge at one of some places."""
    runs = np.minimum(edges.searchsorted(places), len(edges) - 1)
    found: NDArray[np.int64] = runs[edges[runs] == places]
    return found


def _capitals(
    is_capital: NDArray[np.bool_], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the short runs that begin with two capitals."""
    runs = _at(start, (is_capital[:-1] & is_capital[1:]).nonzero()[0])
    length = end[runs] - start[runs]
    return runs[(length > 1) & (length <= MAX_NAME)]


def _named(
    codes: NDArray[np.unsignedinteger],
    kinds: NDArray[np.uint8],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> NDArray[np.int64]:
    r"""Return the runs that are a command (`\frac`) or a part of a dotted name (`math.pi`)."""
    commands = (codes == BACKSLASH).nonzero()[0]
    dots = (codes[1:-1] == DOT).nonzero()[0] + 1
    after, before = dots[kinds[dots - 1] >= LATIN], dots[kinds[dots + 1] >= LATIN]
    return np.concatenate([_at(start, commands + 1), _at(start, after + 1), _at(end, before)])


@dataclass(frozen=True, slots=True)
class _Known:
    """Function words by their hash."""

    places: NDArray[np.int16]
    """By a hash's first bits: the place of the word in what follows; 0 for none."""
    hashes: NDArray[np.uint64]
    listed: NDArray[np.int16]
    """See `Words.listed`."""


@lru_cache(maxsize=1)
def language_sets() -> NDArray[np.uint64]:
    """Return the different bits of languages that words have, in order: first none, last `NO_WORD`.

    >>> language_sets()[[0, -1]].tolist() == [0, int(NO_WORD)]
    True
    """
    return np.array(sorted({0, *languages_by_word().values(), int(NO_WORD)}), np.uint64)


@lru_cache(maxsize=1)
def _known() -> _Known:
    bits = languages_by_word() | dict.fromkeys(NO_WORDS, int(NO_WORD))
    hashes = np.array([0, *map(_hash_of, bits)], np.uint64)
    places = np.zeros(1 << (64 - int(SHIFT)), np.int16)
    places[hashes[1:] >> SHIFT] = np.arange(1, len(hashes))
    listed = np.searchsorted(language_sets(), np.array([0, *bits.values()], np.uint64))
    return _Known(places, hashes, listed.astype(np.int16))


def _hash_of(word: str) -> int:
    codes = np.array([ord(letter) for letter in word], np.uint32)
    return int(_hashes(codes, np.array([0]), np.array([len(codes)]))[0])


def _listed(
    lower: NDArray[np.unsignedinteger], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.int16]:
    """Return the place of the languages that each run is a function word of."""
    known, hashes = _known(), _hashes(lower, start, end)
    places = known.places[hashes >> SHIFT]
    return np.where(known.hashes[places] == hashes, known.listed[places], np.int16(0))


def _hashes(
    lower: NDArray[np.unsignedinteger], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return a hash of each run, given a text in lower case, from sums that all runs share."""
    powers, inverse = _powers(1 << max(8, len(lower)).bit_length())
    sums = np.zeros(len(lower) + 1, np.uint64)
    (lower * powers[: len(lower)]).cumsum(out=sums[1:])
    mixed = (sums[end] - sums[start]) * inverse[start]
    mixed ^= mixed >> np.uint64(32)
    found: NDArray[np.uint64] = mixed * np.uint64(BASE)
    return found


@lru_cache(maxsize=1)
def _longest() -> list[tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
    return []


def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the powers of an odd number modulo 2^64, and those of its inverse."""
    made = _longest()
    if not made or len(made[0][0]) < count:
        made[:] = [(_powers_of(BASE, count), _powers_of(pow(BASE, -1, 1 << 64), count))]
    return made[0]


def _powers_of(base: int, count: int) -> NDArray[np.uint64]:
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)
