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
from r1data.curation.decontamination.word_lists import COMMON, listed
from r1data.curation.duplicates.facts import NUMBER_WORDS
from r1data.curation.duplicates.tokens import (
    ODD,
    Flags,
    Hashes,
    Places,
    mixed,
    token_hashes,
    tokens_of,
)

WORDS, TOKENS = 3, 5
"""How many words, and how many tokens, are a gram."""
ODD_CHARACTERS = (
    r"[\x{ad}\x{200b}-\x{200d}\x{2060}²³¹⁰-₉¼½¾⅓⅔\x{fb00}-\x{fb06}\x{ff01}-\x{ff5e}"
    r"\x{1d400}-\x{1d7ff}\x{2100}-\x{214f}]"
)
"""Characters that Unicode has in another form too, that have no width."""
GLUED = r"[²³¹⁰-₉¼½¾⅓⅔]+"
SILENT = r"[\x{ad}\x{200b}-\x{200d}\x{2060}]"
ENVIRONMENTS = frozenset(
    listed("align aligned array cases matrix pmatrix bmatrix vmatrix begin end")
)
SIZES = 16
"""Bits of a hash by which a word is looked up among those that are left out."""
SHIFT = np.uint64(64 - SIZES)


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

        >>> words, _ = streams(pl.Series(["blue pens cost", "red blue pens cost"]))
        >>> grams, texts = words.grams(3)
        >>> texts.tolist(), bool(grams[0] == grams[2])
        ([0, 1, 1], True)
        """
        length = len(self.hashes) - size + 1
        if length <= 0:
            return np.empty(0, np.uint64), np.empty(0, np.int64)
        hashes = self.hashes[:length].copy()
        for place in range(1, size):
            hashes *= ODD[1]
            hashes += self.hashes[place : length + place]
        texts = np.repeat(np.arange(len(self.bounds) - 1), self.counts)[:length]
        is_whole = np.arange(size, len(self.hashes) + 1) <= self.bounds[texts + 1]
        return mixed(hashes[is_whole]), texts[is_whole]

    def wholes(self) -> Hashes:
        """Return a hash of each text: equal for equal streams; 0 for an empty one."""
        starts = np.repeat(self.bounds[:-1], self.counts)
        places = (np.arange(len(self.hashes)) - starts + 1).astype(np.uint64)
        summed = np.concatenate(([0], np.cumsum(mixed(self.hashes ^ (places * ODD[1])))))
        found = summed.astype(np.uint64)
        return mixed(found[self.bounds[1:]] - found[self.bounds[:-1]])


def streams(texts: pl.Series) -> tuple[Stream, Stream]:
    """Return the words and the tokens of some texts; a text that is null has none."""
    found = tokens_of(plain(texts))
    is_token = ~_listed(found.hashes, _looks())
    tokens = _kept(found.hashes, found.bounds, is_token)
    is_number = (found.heads - np.uint8(ord("0"))) < 10
    is_word = is_token & ~is_number & (found.sizes > 1) & ~_listed(found.hashes, _common())
    return _kept(found.hashes, found.bounds, is_word), tokens


def plain(texts: pl.Series) -> pl.Series:
    """Return texts with what Unicode has in several forms in one of them."""
    rows = texts.str.contains(ODD_CHARACTERS).fill_null(False).arg_true()
    if not len(rows):
        return texts
    odd = texts.gather(rows).str.replace_all(SILENT, "").str.replace_all(GLUED, " ")
    return texts.scatter(rows, odd.str.normalize("NFKC"))


def _kept(hashes: Hashes, bounds: Places, is_kept: Flags) -> Stream:
    before = np.concatenate(([0], np.cumsum(is_kept)))
    return Stream(hashes[is_kept], before[bounds])


def _listed(hashes: Hashes, table: Flags) -> Flags:
    return table[(hashes >> SHIFT).astype(np.int64)]


@cache
def _looks() -> Flags:
    return _table({*LOOKS, *ENVIRONMENTS, *GREEK, *GREEK.values()})


@cache
def _common() -> Flags:
    return _table(COMMON | NUMBER_WORDS.keys())


def _table(words: Iterable[str]) -> Flags:
    table = np.zeros(1 << SIZES, bool)
    hashes, _ = token_hashes(pl.Series(sorted(words)))
    table[(hashes >> SHIFT).astype(np.int64)] = True
    return table
