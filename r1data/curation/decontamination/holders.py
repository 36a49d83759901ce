"""Grams of benchmarks: which of their texts hold each, and how much of a text others hold."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from r1data.curation.decontamination.grams import Stream
from r1data.curation.duplicates.tokens import Flags, Hashes, Places

Weights = npt.NDArray[np.float64]

MAX_HOLDERS = 32
"""Texts of benchmarks that may hold a gram by which a text is found; others hold boilerplate."""
BITS = 22
"""Bits of a hash by which it is looked up whether any gram has it."""
RELATED = 0.8
"""Texts that hold so large a share of a benchmark's text are no strangers to it."""
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Hits:
    """The grams of benchmarks that some texts hold, each as often as they hold it."""

    texts: Places
    grams: Places

    def once(self) -> "Hits":
        """Return each gram once a text, both in their order."""
        most = self.grams.max(initial=0) + 1
        pairs = np.sort(self.texts * most + self.grams)
        is_new = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
        return Hits(*np.divmod(pairs[is_new], most))


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the benchmarks' texts some texts hold."""

    texts: Places
    entries: Places
    shares: Weights
    """Of the weight of all grams of the benchmark's text."""
    num_grams: Places


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of one kind, and which entries of the index hold each."""

    hashes: Hashes
    """Sorted."""
    starts: Places
    """Where the holders of each begin, and where the last ones end."""
    holders: npt.NDArray[np.int32]
    weights: Weights
    """What each gram says, between 0 and 1."""
    totals: Weights
    """Of each entry, the sum of its grams' weights."""
    bitmap: Flags

    @classmethod
    def of(
        cls, hashes: Hashes, entries: Places, num_entries: int, max_holders: int = MAX_HOLDERS
    ) -> "Grams":
        """Return the grams that some entries hold; those that too many hold are left out."""
        order = np.lexsort((entries, hashes))
        hashes, entries = hashes[order], entries[order]
        is_new = np.append(True, (hashes[1:] != hashes[:-1]) | (entries[1:] != entries[:-1]))
        hashes, entries = hashes[is_new[: len(hashes)]], entries[is_new[: len(entries)]]
        found, counts = np.unique(hashes, return_counts=True)
        is_kept = counts <= max_holders
        bitmap = np.zeros(1 << BITS, bool)
        bitmap[_cells(found[is_kept])] = True
        weights = 1 - np.log(counts[is_kept]) / np.log(max(num_entries, 2 * max_holders))
        made = cls(
            hashes=found[is_kept],
            starts=np.concatenate(([0], np.cumsum(counts[is_kept]))),
            holders=entries[np.repeat(is_kept, counts)].astype(np.int32),
            weights=weights,
            totals=np.zeros(num_entries),
            bitmap=bitmap,
        )
        return made.weighed(weights)

    def weighed(self, weights: Weights) -> "Grams":
        """Return the same grams with other weights."""
        counts = np.diff(self.starts)
        totals = np.bincount(self.holders, np.repeat(weights, counts), len(self.totals))
        return replace(self, weights=weights, totals=totals.astype(np.float64))

    def find(self, stream: Stream, size: int) -> Hits:
        """Return the grams that some texts hold."""
        hashes = stream.runs(size)
        maybe = np.flatnonzero(self.bitmap.take(_cells(hashes)))
        places = np.searchsorted(self.hashes, hashes[maybe])
        places[places == len(self.hashes)] = 0
        is_found = self.hashes[places] == hashes[maybe] if len(self.hashes) else maybe < 0
        texts, is_whole = stream.owners(maybe[is_found], size)
        return Hits(texts[is_whole], places[is_found][is_whole])

    def shares(self, hits: Hits, least: Weights) -> Shares:
        """Return how much of each entry the texts hold, where that may be enough.

        Args:
            hits: What they hold.
            least: The share that is enough for each text.
        """
        hits = hits.once()
        texts, entries, hit = self.expanded(hits)
        pairs = texts * len(self.totals) + entries
        weights = self.weights[hits.grams][hit]
        needed = least[texts] * self.totals[entries] - ROUNDING
        kept = np.flatnonzero(_at_most(pairs, weights) >= needed)
        pairs, which = np.unique(pairs[kept], return_inverse=True)
        sums = np.bincount(which, weights[kept], len(pairs))
        found, held = np.divmod(pairs, max(1, len(self.totals)))
        shares = sums / np.maximum(self.totals[held], 1e-9)
        return Shares(found, held, shares, np.bincount(which, minlength=len(pairs)))

    def expanded(self, hits: Hits) -> tuple[Places, Places, Places]:
        """Return each hit once for every entry that holds its gram: text, entry and hit."""
        counts = self.starts[hits.grams + 1] - self.starts[hits.grams]
        which = np.repeat(np.arange(len(counts)), counts)
        offsets = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        holders = self.holders[self.starts[hits.grams][which] + offsets]
        return hits.texts[which], holders.astype(np.int64), which

    def num_strangers(self, hits: Hits) -> Places:
        """Return how many texts hold each gram and little else of any entry that has it."""
        hits = hits.once()
        texts, entries, hit = self.expanded(hits)
        pairs = texts * len(self.totals) + entries
        _, which, counts = np.unique(pairs, return_inverse=True, return_counts=True)
        sizes = np.bincount(self.holders, minlength=len(self.totals))
        is_related = counts[which] >= RELATED * sizes[entries]
        related = np.bincount(hit[is_related], minlength=len(hits.grams)) > 0
        return np.bincount(hits.grams[~related], minlength=len(self.hashes))


def _at_most(numbers: Places, weights: Weights) -> Weights:
    """Return what equal numbers weigh together, or more: some are taken for the same one."""
    cells = numbers & ((1 << (4 * len(numbers)).bit_length()) - 1)
    sums: Weights = np.bincount(cells, weights).astype(np.float64, copy=False)[cells]
    return sums


def _cells(hashes: Hashes) -> Places:
    return (hashes >> np.uint64(64 - BITS)).view(np.int64)
