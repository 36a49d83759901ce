"""Tokens of texts: words, and single characters where a script has no spaces between words.

All texts of a frame are read at once, as one buffer of UTF-8 in which numpy marks where tokens
begin and end: per text that costs some 20 microseconds for 900 words. A token is a run of letters,
digits and marks; in Chinese, Japanese, Thai, Lao, Khmer, Burmese and Tibetan it is one character.
Whatever is neither separates tokens and is not compared here.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

WITHOUT_SPACES = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x312F),  # kana, bopomofo
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Chinese characters
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
)
"""Letters in these ranges, and all from `ALONE_BEYOND`, are tokens of their own."""
ALONE_BEYOND = 0x20000
IN_WORD, ALONE, UNFOLDED = 1, 2, 4
"""What a character can be: a part of a word, a token alone, and one with a form of lower case or a
mark that may join its letter."""

CHUNK = 8
"""Bytes of a token that are hashed at once."""
TO_LOWER = np.uint8(ord("a") - ord("A"))
MASKS = np.array([(1 << 8 * size) - 1 for size in range(CHUNK + 1)], np.uint64)
ODD = tuple(map(np.uint64, (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)))
SHIFT = np.uint64(32)
SPACE, LINE_END = ord(" "), ord("\n")


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of some texts, one text after another."""

    hashes: Hashes
    bounds: Places
    """Where the tokens of each text begin and end: one more than there are texts."""
    heads: Bytes
    """The first byte of each token, a capital in lower case."""
    sizes: Places
    """The bytes of each token."""


@dataclass(frozen=True, slots=True)
class Folding:
    """How words with some characters are read, so that others that say the same are read alike.

    What stands between two spaces is folded whole; without such a character it is read as it is.
    """

    is_folded: Flags
    """Which characters up to `ALONE_BEYOND` have what they stand in folded."""
    fold: Callable[[pl.Series], pl.Series]
    """Returns what is folded, in lower case."""


def token_hashes(texts: pl.Series) -> tuple[Hashes, Places]:
    """Return the hashes of all tokens of some texts, and where those of each text begin and end.

    Capitals do not count, nor whether an accent is one character with its letter or two. A text
    that is null has no tokens.

    >>> hashes, bounds = token_hashes(pl.Series(["1+1, so Two", None, "SO two"]))
    >>> bounds.tolist(), (hashes[2:4] == hashes[4:]).all()
    ([0, 4, 4, 6], np.True_)
    """
    found = _read(texts, lower_case())
    return _hash(found), found.bounds


def tokens_of(texts: pl.Series, folding: Folding | None = None) -> Tokens:
    """Return all tokens of some texts, as `token_hashes` reads them.

    Args:
        texts: The texts.
        folding: How some of their words are folded, if not as `lower_case` does it.
    """
    found = _read(texts, folding or lower_case())
    return Tokens(_hash(found), found.bounds, found.buffer[found.starts], found.sizes)


@dataclass(frozen=True, slots=True)
class Spans:
    """Where in a buffer the tokens of some texts stand."""

    buffer: Bytes
    bounds: Places
    """Where the tokens of each text begin and end: one more than there are texts."""
    starts: Places
    """The byte at which each token begins."""
    sizes: Places


def _read(texts: pl.Series, folding: Folding) -> Spans:
    buffer, ends_of_texts = _buffer(texts + "\n")
    characters = _characters(buffer[:-CHUNK])
    unfolded = characters.firsts[folding.is_folded[characters.points]]
    if len(unfolded):
        buffer, ends_of_texts = _folded(buffer, ends_of_texts, unfolded, folding)
        characters = _characters(buffer[:-CHUNK])
    starts, ends = _spans(buffer[:-CHUNK], characters)
    bounds = np.concatenate(([0], np.searchsorted(starts, ends_of_texts)))
    return Spans(buffer, bounds, starts, ends - starts)


@cache
def lower_case() -> Folding:
    """Return the folding of texts with capitals beyond A to Z or marks that may join a letter."""
    return Folding((_traits() & UNFOLDED) > 0, to_lower)


def to_lower(texts: pl.Series) -> pl.Series:
    """Return texts in lower case, with accents joined to their letters."""
    return texts.str.normalize("NFC").str.to_lowercase()


def mixed(hashes: Hashes) -> Hashes:
    """Return hashes whose upper half depends on all bits of what they were made of, in place."""
    hashes ^= hashes >> SHIFT
    hashes *= ODD[0]
    return hashes


def _buffer(lines: pl.Series) -> tuple[Bytes, Places]:
    """Return the bytes of lines, A to Z in lower case, and where each line ends; 8 zeros follow."""
    bounds, data = lines.to_arrow().buffers()[1:]
    ends = np.frombuffer(bounds, np.int64)[1 : len(lines) + 1]
    size = int(ends[-1]) if len(ends) else 0
    buffer = np.zeros(size + CHUNK, np.uint8)
    if size:
        buffer[:size] = np.frombuffer(data, np.uint8)[:size]
    buffer += ((buffer - np.uint8(ord("A"))) < 26).view(np.uint8) * TO_LOWER
    return buffer, ends


def _folded(
    buffer: Bytes, ends: Places, unfolded: Places, folding: Folding
) -> tuple[Bytes, Places]:
    """Return a buffer with what stands around some characters folded, and where lines end then."""
    spaces = np.flatnonzero((buffer == SPACE) | (buffer == LINE_END))
    after = np.unique(np.searchsorted(spaces, unfolded))
    stops = spaces[after]
    starts = np.where(after > 0, spaces[after - 1] + 1, 0)
    data = buffer.tobytes()
    spans = list(zip(starts.tolist(), stops.tolist(), strict=True))
    folded = folding.fold(pl.Series([data[start:stop].decode() for start, stop in spans]))
    pieces, at = [], 0
    for (start, stop), text in zip(spans, folded, strict=True):
        pieces += [data[at:start], text.encode()]
        at = stop
    grown = np.cumsum(folded.str.len_bytes().to_numpy().astype(np.int64) - (stops - starts))
    shifts = np.concatenate(([0], grown))[np.searchsorted(stops, ends)]
    return np.frombuffer(b"".join([*pieces, data[at:]]), np.uint8), ends + shifts


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a buffer that take several bytes."""

    firsts: Places
    """Where each begins."""
    sizes: Places
    """How many bytes each takes."""
    points: Places
    """Its code point; `ALONE_BEYOND` for all beyond."""
    traits: Bytes
    """What each is: of `IN_WORD`, `ALONE` and `UNFOLDED` those that hold."""


def _characters(buffer: Bytes) -> Characters:
    if buffer.max(initial=0) < 0x80:
        none = np.empty(0, np.int64)
        return Characters(none, none, none, np.empty(0, np.uint8))
    firsts = np.flatnonzero(buffer >= 0xC0)
    heads = buffer[firsts]
    sizes = 2 + (heads >= 0xE0).astype(np.int64) + (heads >= 0xF0)
    points = heads.astype(np.int64) & (0x7F >> sizes)
    for place in range(1, 4):
        reached = place < sizes
        points[reached] = points[reached] << 6 | buffer[firsts[reached] + place] & 0x3F
    points = np.minimum(points, ALONE_BEYOND)
    return Characters(firsts, sizes, points, _traits()[points])


@cache
def _traits() -> Bytes:
    """The traits of each character up to `ALONE_BEYOND`."""
    characters = [chr(point) for point in range(ALONE_BEYOND + 1)]
    kinds = [unicodedata.category(character)[0] for character in characters]
    traits = np.array([kind in "LMN" for kind in kinds], np.uint8) * IN_WORD
    for first, last in WITHOUT_SPACES:
        traits[first : last + 1] *= ALONE // IN_WORD
    is_folded = [
        kind != "M" and character.lower() == character
        for kind, character in zip(kinds, characters, strict=True)
    ]
    traits[~np.array(is_folded)] |= UNFOLDED
    return traits


def _spans(buffer: Bytes, characters: Characters) -> tuple[Places, Places]:
    """Return where tokens start and end. The buffer begins and ends with what is no token."""
    in_word = ((buffer - np.uint8(ord("a"))) < 26) | ((buffer - np.uint8(ord("0"))) < 10)
    firsts, sizes = characters.firsts, characters.sizes
    in_words = (characters.traits & IN_WORD) > 0
    for place in range(sizes.max(initial=0)):
        reached = in_words & (place < sizes)
        in_word[firsts[reached] + place] = True
    edges = np.flatnonzero(np.diff(in_word, prepend=False))
    starts, ends = edges[::2], edges[1::2]
    alone = (characters.traits & ALONE) > 0
    if alone.any():
        starts = np.sort(np.concatenate((starts, firsts[alone])), kind="stable")
        ends = np.sort(np.concatenate((ends, (firsts + sizes)[alone])), kind="stable")
    return starts, ends


def _hash(spans: Spans) -> Hashes:
    """Return a hash of each token, made of all its bytes, eight at a time."""
    buffer, starts, sizes = spans.buffer, spans.starts, spans.sizes
    at = np.ndarray((max(len(buffer) - CHUNK + 1, 0),), "<u8", buffer, strides=(1,))
    hashes = at[starts]
    hashes &= MASKS.take(np.minimum(sizes, CHUNK))
    mixed(hashes)
    longer = np.flatnonzero(sizes > CHUNK)
    done = CHUNK
    while len(longer):
        left = sizes[longer] - done
        chunk = at[starts[longer] + done] & MASKS[np.minimum(left, CHUNK)]
        hashes[longer] = mixed(hashes[longer] * ODD[1] + chunk)
        longer = longer[left > CHUNK]
        done += CHUNK
    return hashes
