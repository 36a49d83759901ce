"""The index of all benchmarks: which of their texts hold a gram, and how much that says.

A gram says the less, the more of the benchmarks' texts and of the texts to be compared hold it:
boilerplate says nothing. It is counted over a sample of these texts, by those that hold little else
of a benchmark's text, so that a problem that leaked many times does not become boilerplate.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from r1data.curation.decontamination.grams import TOKENS, WORDS, Stream, streams
from r1data.curation.decontamination.holders import Grams, Weights
from r1data.curation.decontamination.readings import Text, read
from r1data.curation.decontamination.word_lists import COMMON
from r1data.curation.duplicates.shingles import batches
from r1data.curation.duplicates.tokens import Flags, Hashes, Places

COLUMNS = {
    "benchmark": pl.String,
    "benchmark_row": pl.String,
    "part": pl.String,
    "text": pl.String,
}
"""What a frame of benchmarks has: a text each, whose part is `question` or `solution`."""
BATCH_BYTES = 2**20
"""Text worked on at once."""
MAX_ASKERS = 200
"""Questions of benchmarks that may hold a word or number by which another wording is found."""
FEW_WORDS = 8
"""Texts of benchmarks with fewer words are found by their tokens too."""
MAX_SHARE, MIN_HOLDERS = 0.002, 8
"""A gram that more than this share of them hold, and more than so many, is boilerplate."""
LEAST_WEIGHT = 0.15


@dataclass(frozen=True)
class Index:
    """All texts of the benchmarks, and what finds those that another text holds."""

    entries: tuple[str, ...]
    """The different texts."""
    labels: pl.DataFrame
    """`entry`, `benchmark`, `benchmark_row` and `part`: whose text each entry is."""
    words: Grams
    tokens: Grams
    rare: Grams
    """Single words and numbers of questions that few of them have."""
    wholes: Hashes
    """The hashes of whole texts, sorted."""
    whole_entries: Places
    whole_sizes: Flags
    """Whether any whole text has so many tokens."""
    rarities: dict[str, float]
    """What each word of the benchmarks says, between 0 and 1: the less, the more texts have it."""

    @classmethod
    def of(cls, benchmarks: pl.DataFrame) -> "Index":
        """Return the index of some benchmarks: a frame of `COLUMNS`; empty texts are passed over.

        >>> rows = [("aime", "1", "question", "How many pens does Ann have?")]
        >>> Index.of(pl.DataFrame(rows, schema=COLUMNS, orient="row")).entries
        ('How many pens does Ann have?',)
        """
        given = benchmarks.filter(pl.col("text").str.strip_chars() != "")
        texts = given["text"].unique(maintain_order=True)
        numbers = pl.DataFrame({"text": texts}).with_row_index("entry")
        labels = given.join(numbers, on="text", how="left", maintain_order="left").drop("text")
        questions = set(labels.filter(part="question")["entry"])
        is_question = np.array([number in questions for number in range(len(texts))], bool)
        words, tokens, rare, whole = _grams_of(texts, is_question)
        wholes = whole.wholes()
        order = np.argsort(wholes, kind="stable")
        return cls(
            entries=tuple(texts),
            labels=labels.select(pl.col("entry").cast(pl.Int64), pl.exclude("entry")),
            words=words,
            tokens=tokens,
            rare=rare,
            wholes=wholes[order],
            whole_entries=order,
            whole_sizes=np.append(np.bincount(whole.counts) > 0, False),
            rarities=_rarities(texts),
        )

    def weighed(self, samples: Iterable[pl.Series]) -> "Index":
        """Return the index with what samples of the texts to be compared have as boilerplate."""
        words, tokens = np.zeros(len(self.words.hashes)), np.zeros(len(self.tokens.hashes))
        num_texts = 0
        for batch in (batch for sample in samples for batch in batches(sample, BATCH_BYTES)):
            word_stream, token_stream, _ = streams(batch, most_items=0)
            words += self.words.num_strangers(self.words.find(word_stream, WORDS))
            tokens += self.tokens.num_strangers(self.tokens.find(token_stream, TOKENS))
            num_texts += len(batch)
        weigh = _weigher(num_texts)
        return replace(
            self,
            words=self.words.weighed(self.words.weights * weigh(words)),
            tokens=self.tokens.weighed(self.tokens.weights * weigh(tokens)),
        )

    @cached_property
    def texts(self) -> "Texts":
        """The entries with their readings, each made when it is first asked for."""
        return Texts(self.entries)


class Texts:
    """Some texts with their readings, each made once."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts
        self._known: dict[int, Text] = {}

    def __getitem__(self, number: int) -> Text:
        if number not in self._known:
            self._known[number] = Text.of(self._texts[number])
        return self._known[number]


def _grams_of(texts: pl.Series, is_question: Flags) -> tuple[Grams, Grams, Grams, Stream]:
    """Return grams of words, of tokens of texts with few words, rare words, and all tokens."""
    words, tokens, items = streams(texts)
    item_hashes, item_holders = items.grams(1)
    is_asked = is_question[item_holders]
    gram_hashes, holders = words.grams(WORDS)
    token_hashes, token_holders = tokens.grams(TOKENS)
    is_short = (words.counts < FEW_WORDS)[token_holders]
    return (
        Grams.of(gram_hashes, holders, len(texts)),
        Grams.of(token_hashes[is_short], token_holders[is_short], len(texts)),
        Grams.of(item_hashes[is_asked], item_holders[is_asked], len(texts), MAX_ASKERS),
        tokens,
    )


def _weigher(num_texts: int) -> Callable[[Weights], Weights]:
    """Return what turns how many strangers hold a gram into what it still says: 0 to 1."""
    most = max(MIN_HOLDERS, MAX_SHARE * num_texts)

    def weigh(num_holders: Weights) -> Weights:
        said: Weights = np.clip(1 - np.log1p(num_holders) / np.log1p(most), 0, 1)
        return said

    return weigh


def _rarities(texts: pl.Series) -> dict[str, float]:
    """Return what each word says: by the logarithm of the share of texts that have it."""
    counts: dict[str, int] = {}
    for text in texts:
        for token in set(read(text).tokens):
            counts[token] = counts.get(token, 0) + 1
    scale = np.log(max(len(texts), 1_000))
    return {
        token: _rarity(token, 1 - float(np.log(count)) / scale) for token, count in counts.items()
    }


def _rarity(token: str, rarity: float) -> float:
    if token in COMMON or (len(token) == 1 and not token.isdigit()):
        return LEAST_WEIGHT
    return max(LEAST_WEIGHT, rarity)
