"""One text compared with one text of a benchmark: the kind, the score, the spans on both sides.

What is found as it stands, token for token, is found by searching the one row of tokens in the
other. The rest is aligned, and what two texts share is weighed by the rarity of its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from r1data.curation.decontamination.alignment import align
from r1data.curation.decontamination.kinds import Kind
from r1data.curation.decontamination.overlap import Overlap, Span, overlap, spans
from r1data.curation.decontamination.readings import MASK, Reading
from r1data.curation.decontamination.settings import LEAST_SIMILARITY
from r1data.curation.duplicates.facts import facts

MIN_WORDS = 8
"""Words that a benchmark's problem must have for another with other numbers to be its copy."""
MIN_EVIDENCE = 2.0
"""The weight that a benchmark's text must have to be found inside another: a question that is
shorter is looked for as a whole text alone."""
NEARLY = 0.9
"""The similarity, numbers left aside, of two texts that differ in numbers alone."""
WHOLE = 0.95
"""The similarity from which on a part of a text is the benchmark's text."""
LONGER = 1.2
"""How much longer a text is that holds another one inside."""
MIN_NUMBERS_SHARED = 0.75
"""Of the numbers in two texts of which one rewords the other, the share that both have."""
WINDOW = 1.5
"""How much longer than the benchmark's text the part of a text may be that rewords it."""
NUMBER_WEIGHT, UNKNOWN_WEIGHT = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """How a text repeats one of a benchmark."""

    kind: Kind
    score: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its reading."""

    text: str
    reading: Reading

    @property
    def num_words(self) -> int:
        """How many tokens are words and no letters or numbers."""
        return sum(len(token) > 1 and not token[0].isdigit() for token in self.reading.tokens)


class Comparison:
    """Compares texts with those of benchmarks, by what their words say."""

    def __init__(self, rarities: Mapping[str, float]) -> None:
        self._rarities = rarities

    def compare(self, text: Text, row: Text, *, is_question: bool) -> Match | None:
        """Return how a text repeats a benchmark's; None if it does not.

        Args:
            text: The text.
            row: The benchmark's.
            is_question: Whether it is a question: a solution in other numbers or words is another.
        """
        found = _same(text, row) or self._held(text, row)
        if found is not None or not is_question:
            return found
        return self._aligned(text, row)

    def weight(self, token: str) -> float:
        """Return what a token says, between 0 and 1."""
        if token == MASK:
            return NUMBER_WEIGHT
        return self._rarities.get(token, UNKNOWN_WEIGHT)

    def _held(self, text: Text, row: Text) -> Match | None:
        """Return the match of a text that holds the benchmark's whole, token for token."""
        if sum(map(self.weight, row.reading.tokens)) < MIN_EVIDENCE:
            return None
        place = _place(row.reading.tokens, text.reading.tokens)
        if place is None:
            return None
        pairs = [(place + number, number) for number in range(len(row.reading.tokens))]
        found = spans(text.reading, row.reading, pairs)
        if _have_same_signs(text.text[found[0][0] : found[-1][1]], row.text):
            return Match("embedded", 1.0, found)
        return Match("numbers_changed", NEARLY, found) if row.num_words >= MIN_WORDS else None

    def _aligned(self, text: Text, row: Text) -> Match | None:
        start, stop = self._window(text.reading, row.reading)
        shown = text.reading.masked[start:stop]
        pairs = [(one + start, other) for one, other in align(shown, row.reading.masked)]
        shared = overlap(text.reading, row.reading, pairs, self.weight)
        if shared is None:
            return None
        kind = self._kind(text, row, shared)
        return None if kind is None else Match(*kind, shared.spans)

    def _kind(self, text: Text, row: Text, shared: Overlap) -> tuple[Kind, float] | None:
        if shared.numbers_shared < 1 and shared.masked_similarity >= NEARLY:
            is_copy = row.num_words >= MIN_WORDS
            return ("numbers_changed", shared.similarity) if is_copy else None
        if shared.numbers_shared < MIN_NUMBERS_SHARED:
            return None
        is_longer = len(text.reading.tokens) > LONGER * len(row.reading.tokens)
        if shared.similarity >= WHOLE and is_longer:
            return "embedded", shared.similarity
        is_reworded = shared.similarity >= LEAST_SIMILARITY and row.num_words >= MIN_WORDS
        return ("reworded", shared.similarity) if is_reworded else None

    def _window(self, text: Reading, row: Reading) -> tuple[int, int]:
        """Return the part of a text that holds most of the benchmark's words."""
        size = int(WINDOW * len(row.tokens)) + 10
        if len(text.tokens) <= 2 * size:
            return 0, len(text.tokens)
        wanted = set(row.masked)
        weights = [self.weight(token) if token in wanted else 0.0 for token in text.masked]
        total = best = sum(weights[:size])
        place = 0
        for end in range(size, len(weights)):
            total += weights[end] - weights[end - size]
            if total > best:
                best, place = total, end - size + 1
        return place, place + size


def _same(text: Text, row: Text) -> Match | None:
    """Return the match of two texts that are read alike; None if they are not."""
    if text.reading.tokens != row.reading.tokens:
        return None
    one, other = text.text.strip(), row.text.strip()
    whole = (_bounds(text.text) + _bounds(row.text),)
    if one == other:
        return Match("verbatim", 1.0, whole)
    if _have_same_signs(one, other):
        return Match("formatted", 1.0, whole)
    return Match("numbers_changed", NEARLY, whole) if row.num_words >= MIN_WORDS else None


def _bounds(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    return start, len(text.rstrip())


def _have_same_signs(one: str, other: str) -> bool:
    return facts(one) == facts(other)


def _place(tokens: tuple[str, ...], text: tuple[str, ...]) -> int | None:
    """Return from where on some tokens stand in a text, one after another."""
    if len(tokens) > len(text):
        return None
    shown = f" {' '.join(text)} "
    found = shown.find(f" {' '.join(tokens)} ")
    return None if found < 0 else shown.count(" ", 0, found)
