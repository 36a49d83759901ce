"""Words: where those of a text stand, in what script, and whose function words they are."""

from dataclasses import dataclass
from functools import lru_cache

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
    character_tables,
)

MAX_NAME = 4
"""Capitals up to this many are points, triangles or acronyms."""
BASE = 0xCD613E30D8F16ADF
"""An odd number under which no two function words share a place."""
SHIFT = np.uint64(64 - 20)
"""What is left of a word's hash are 20 bits: few function words share a place."""
NO_WORD = np.uint64(1 << 63)
BACKSLASH, DOT, HYPHEN = map(ord, "\\.-")


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
    languages: NDArray[np.uint64]
    """The bits of the languages that it is a function word of."""
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
            self.languages[of],
            self.sentence[of],
        )

    def places(self, start: int, end: int) -> slice:
        """Return the places of those that stand between two places of the text."""
        return slice(*np.searchsorted(self.start, [start, end]).tolist())

    def texts(self, text: str) -> list[str]:
        """Return what they read in their text."""
        pairs = zip(self.start.tolist(), self.end.tolist(), strict=True)
        return [text[start:end] for start, end in pairs]


def code_points(text: str) -> NDArray[np.unsignedinteger]:
    """Return a text's code points."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def find_words(text: str) -> Words:
    r"""Return the words of a text.

    >>> text = r"Let $x = the$ sum, my_name and 首先 ABC"
    >>> words = find_words(text)
    >>> [text[start:end] for start, end in zip(words.start, words.end)]
    ['Let', 'sum', 'and', '首先']
    """
    codes = code_points(text)
    kinds = character_tables().kinds[codes]
    start, end = _runs(kinds, is_latin=text.isascii())
    script = np.maximum(kinds[start], kinds[end - 1])
    capitals = _letters(codes, start) & _letters(codes, start + 1, end)
    languages = _function_words(codes, start, end)
    is_word = (
        (script >= LATIN)
        & ~_holds(kinds == PART, start, end)
        & ((end - start > 1) | (script >= HANGUL))
        & ~(capitals & (end - start <= MAX_NAME))
        & (languages != NO_WORD)
        & ~_is_named(codes, kinds, start, end)
        & ~_is_inside(not_prose(text, codes), start)
    )
    start, end, script, languages = (of[is_word] for of in (start, end, script, languages))
    sentence = np.cumsum(kinds == END)[start]
    return Words(start, end, script, _sizes(start, end, script), languages, sentence)


def _sizes(
    start: NDArray[np.int64], end: NDArray[np.int64], script: NDArray[np.uint8]
) -> NDArray[np.int64]:
    if not len(script) or script.max() < UNSPACED:
        return np.ones(len(script), np.int64)
    sizes = np.rint((end - start) / CHARS_A_WORD[script]).astype(np.int64)
    counted: NDArray[np.int64] = np.maximum(1, np.where(script >= UNSPACED, sizes, 1))
    return counted


def _runs(
    kinds: NDArray[np.uint8], *, is_latin: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of letters, digits and marks begin and end; a change of script ends one."""
    inside = np.zeros(len(kinds) + 2, bool)
    inside[1:-1] = kinds >= PART
    begins = inside[1:] & ~inside[:-1]
    ends = inside[:-1] & ~inside[1:]
    if not is_latin:
        changes = np.flatnonzero(_is_change(kinds[:-1], kinds[1:])) + 1
        begins[changes] = ends[changes] = True
    return np.flatnonzero(begins), np.flatnonzero(ends)


def _is_change(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Say where a run of one script goes over into another; Chinese and kana may stand in one."""
    is_other = (before != after) & (before >= PART) & (after >= PART)
    is_unspaced = (before >= UNSPACED) | (after >= UNSPACED)
    are_letters = (before >= LATIN) & (after >= LATIN)
    found: NDArray[np.bool_] = (
        is_other & (are_letters | is_unspaced) & (before != MARK) & (after != MARK)
    )
    return found


def _holds(
    mask: NDArray[np.bool_], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say of each run whether something is so of one of its characters."""
    places = np.flatnonzero(mask)
    return np.searchsorted(places, start) < np.searchsorted(places, end)


def _is_inside(spans: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each run whether it begins in one of some spans."""
    if not len(spans):
        return np.zeros(len(start), bool)
    place = np.searchsorted(spans[:, 0], start, side="right") - 1
    found: NDArray[np.bool_] = (place >= 0) & (start < spans[place, 1])
    return found


def _letters(
    codes: NDArray[np.unsignedinteger],
    place: NDArray[np.int64],
    before: NDArray[np.int64] | None = None,
) -> NDArray[np.bool_]:
    """Say where a capital stands; after the end of its run there is none."""
    there = codes[np.minimum(place, len(codes) - 1)]
    is_capital = character_tables().lower[there] != there
    found: NDArray[np.bool_] = is_capital if before is None else is_capital & (place < before)
    return found


def _is_named(
    codes: NDArray[np.unsignedinteger],
    kinds: NDArray[np.uint8],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> NDArray[np.bool_]:
    r"""Say of each run whether it is a command (`\frac`) or a part of a dotted name (`math.pi`)."""
    padded = np.zeros(len(codes) + 4, codes.dtype)
    padded[2:-2] = codes
    letters = np.zeros(len(codes) + 4, bool)
    letters[2:-2] = kinds >= LATIN
    before, after = padded[start + 1], padded[end + 2]
    is_command = before == BACKSLASH
    follows = (before == DOT) & letters[start]
    goes_on = (after == DOT) & letters[np.minimum(end + 3, len(letters) - 1)]
    found: NDArray[np.bool_] = is_command | follows | goes_on
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """Function words by their hash."""

    places: NDArray[np.int16]
    """By a hash's first bits: the place of the word in what follows; 0 for none."""
    hashes: NDArray[np.uint64]
    languages: NDArray[np.uint64]


@lru_cache(maxsize=1)
def _known() -> _Known:
    bits = {word: np.uint64(bits) for word, bits in languages_by_word().items()}
    bits |= dict.fromkeys(NO_WORDS, NO_WORD)
    hashes = np.array([0, *map(_hash_of, bits)], np.uint64)
    places = np.zeros(1 << (64 - int(SHIFT)), np.int16)
    places[hashes[1:] >> SHIFT] = np.arange(1, len(hashes))
    return _Known(places, hashes, np.array([0, *bits.values()], np.uint64))


def _hash_of(word: str) -> int:
    codes = np.array([ord(letter) for letter in word], np.uint32)
    return int(_hashes(codes, np.array([0]), np.array([len(codes)]))[0])


def _function_words(
    codes: NDArray[np.unsignedinteger], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return the bits of the languages that each run is a function word of."""
    known, hashes = _known(), _hashes(codes, start, end)
    places = known.places[hashes >> SHIFT]
    return np.where(known.hashes[places] == hashes, known.languages[places], np.uint64(0))


def _hashes(
    codes: NDArray[np.unsignedinteger], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return a hash of each run in lower case, from sums that all runs share."""
    powers, inverse = _powers(1 << max(8, len(codes)).bit_length())
    terms = character_tables().lower[codes] * powers[: len(codes)]
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)])
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
