r"""Grams of texts: every few words in a row, hashed, by which texts that share something are found.

There are two kinds. *Words* leave out numbers, single letters, the words of any exercise and those
of LaTeX: what is left in a problem in other numbers, formulas or small words. *Tokens* leave out
what only changes looks: they find what has hardly a word, such as `Compute $\sin 60^\circ$`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from r1data.curation.decontamination.readings import GREEK, LOOKS
from r1data.curation.decontamination.word_lists import COMMON, COUNTS, listed
from r1data.curation.duplicates.tokens import (
    ODD,
    Bytes,
    Flags,
    Folding,
    Hashes,
    Places,
    lower_case,
    mixed,
    to_lower,
    token_hashes,
    tokens_of,
)

WORDS, TOKENS = 3, 5
"""How many words, and how many tokens, are a gram."""
ODD_CHARACTERS = (
    (0xAD, 0xAD),
    (0xB2, 0xB3),
    (0xB9, 0xB9),
    (0xBC, 0xBE),
    (0x200B, 0x200D),
    (0x2060, 0x2060),
    (0x2070, 0x2089),
    (0x2100, 0x214F),
    (0x2153, 0x2154),
    (0xFB00, 0xFB06),
    (0xFF01, 0xFF5E),
    (0x1D400, 0x1D7FF),
)
"""Characters that Unicode has in another form too, and those that have no width."""
ODD_CHARACTER = f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in ODD_CHARACTERS)}]"
GLUED = r"[²³¹⁰-₉¼½¾⅓⅔]+"
SILENT = r"[\x{ad}\x{200b}-\x{200d}\x{2060}]"
OF_LATEX = frozenset(
    listed(
        """
        align aligned array cases matrix pmatrix bmatrix vmatrix begin end
        circ degree degrees sqrt infty perp cup cap prod int
        """
    )
)
SIZES = 16
"""Bits of a hash by which a word is looked up among those that are left out."""
SHIFT = np.uint64(64 - SIZES)
LOOK, COMMON_WORD = 1, 2
"""What a word can be that is left out: a command of LaTeX, and one that stands in any exercise."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The words or tokens of some texts, one text after another."""

    hashes: Hashes
    bounds: Places
    """Where those of each text begin and end."""

    @property
    def counts(self) -> Places:
        """How many each text has."""
        return np.diff(self.bounds)

    def grams(self, size: int) -> tuple[Hashes, Places]:
        """Return the grams of all texts, and which text each is of.

        >>> words, *_ = streams(pl.Series(["blue pens cost", "red blue pens cost"]))
        >>> grams, texts = words.grams(3)
        >>> texts.tolist(), bool(grams[0] == grams[2])
        ([0, 1, 1], True)
        """
        hashes = self.runs(size)
        texts, is_whole = self.owners(np.arange(len(hashes)), size)
        return hashes[is_whole], texts[is_whole]

    def runs(self, size: int) -> Hashes:
        """Return a hash from each place on, of grams and of what goes on in the next text."""
        length = len(self.hashes) - size + 1
        if length <= 0:
            return np.empty(0, np.uint64)
        hashes = self.hashes[:length].copy()
        for place in range(1, size):
            hashes *= ODD[1]
            hashes += self.hashes[place : length + place]
        return mixed(hashes)

    def owners(self, places: Places, size: int) -> tuple[Places, Flags]:
        """Return which text is at some places, and whether a gram from there on is all its own."""
        texts = np.searchsorted(self.bounds, places, side="right") - 1
        return texts, places + size <= self.bounds[texts + 1]

    def wholes(self) -> Hashes:
        """Return a hash of each text: equal for equal streams; 0 for an empty one."""
        starts = np.repeat(self.bounds[:-1], self.counts)
        places = (np.arange(len(self.hashes)) - starts + 1).astype(np.uint64)
        found = np.zeros(len(self.hashes) + 1, np.uint64)
        np.cumsum(mixed(self.hashes ^ (places * ODD[1])), out=found[1:])
        return mixed(found[self.bounds[1:]] - found[self.bounds[:-1]])

    def of_texts(self, rows: Places) -> "Stream":
        """Return the stream of some of the texts."""
        counts = self.counts[rows]
        bounds = np.concatenate(([0], np.cumsum(counts)))
        places = np.arange(bounds[-1]) + np.repeat(self.bounds[rows] - bounds[:-1], counts)
        return Stream(self.hashes[places], bounds)


def streams(texts: pl.Series, most_items: int | None = None) -> tuple[Stream, Stream, Stream]:
    """Return the words, the tokens, and the words with the numbers of some texts.

    A text that is null has none.

    Args:
        texts: The texts.
        most_items: Texts with more words and numbers have none of these together.
    """
    found = tokens_of(texts, _in_one_form())
    listed_as = _listed()[(found.hashes >> SHIFT).view(np.int64)]
    is_number = (found.heads - np.uint8(ord("0"))) < 10
    is_word = (listed_as == 0) & ~is_number & (found.sizes > 1)
    tokens = _kept(found.hashes, found.bounds, (listed_as & LOOK) == 0)
    items = _kept(found.hashes, found.bounds, is_word | is_number, most_items)
    return _kept(found.hashes, found.bounds, is_word), tokens, items


def plain(texts: pl.Series) -> pl.Series:
    """Return texts in lower case, with what Unicode has in several forms in one of them."""
    rows = texts.str.contains(ODD_CHARACTER).arg_true()
    odd = texts.gather(rows).str.replace_all(SILENT, "").str.replace_all(GLUED, " ")
    return to_lower(texts.clone().scatter(rows, odd.str.normalize("NFKC")))


@cache
def _in_one_form() -> Folding:
    is_folded = lower_case().is_folded.copy()
    for first, last in ODD_CHARACTERS:
        is_folded[first : last + 1] = True
    return Folding(is_folded, plain)


def _kept(hashes: Hashes, bounds: Places, is_kept: Flags, most: int | None = None) -> Stream:
    """Return what is kept; of texts with more than `most` of it nothing."""
    places = np.flatnonzero(is_kept)
    bounds = np.searchsorted(places, bounds)
    if most is not None:
        counts = np.diff(bounds)
        places = places[np.repeat(counts <= most, counts)]
        bounds = np.concatenate(([0], np.cumsum(np.where(counts <= most, counts, 0))))
    return Stream(hashes[places], bounds)


@cache
def _listed() -> Bytes:
    """What each word is that is left out, by its hash."""
    table = np.zeros(1 << SIZES, np.uint8)
    table[_cells(COMMON | COUNTS.keys())] |= COMMON_WORD
    table[_cells({*LOOKS, *OF_LATEX, *GREEK, *GREEK.values()})] |= LOOK
    return table


def _cells(words: Iterable[str]) -> Places:
    hashes, _ = token_hashes(pl.Series(sorted(words)))
    return np.unique(hashes >> SHIFT).astype(np.int64)
