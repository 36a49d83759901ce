"""One text compared with one text of a benchmark: the kind, the score, the spans on both sides.

What is found as it stands, token for token, is found by searching the one row of tokens in the
other. The rest is aligned, and what two texts share is weighed by the rarity of its words.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from r1data.curation.decontamination.alignment import align
from r1data.curation.decontamination.kinds import Kind
from r1data.curation.decontamination.overlap import Content, Overlap, Span, content, overlap, spans
from r1data.curation.decontamination.readings import MASK, Reading, Text
from r1data.curation.decontamination.settings import LEAST_SIMILARITY
from r1data.curation.decontamination.signs import have_same_signs
from r1data.curation.duplicates.guards import SIDES

MIN_WORDS = 8
"""Words that a benchmark's problem must have to be found in other words or numbers."""
MIN_EVIDENCE = 2.0
"""The weight that a benchmark's text must have to be found inside another: a question that says
less is looked for as a line of its own."""
NEARLY = 0.9
"""The similarity, numbers left aside, of two texts that differ in numbers alone."""
WHOLE = 0.97
"""The similarity from which on a part of a text is the benchmark's text."""
LONGER = 1.2
"""How much longer a text is that holds another one inside."""
MIN_NUMBERS_SHARED = 0.75
"""Of the numbers in two texts of which one rewords the other, the share that both have."""
MIN_FORMULAS_SHARED = 0.6
"""The same, of numbers and letters, each as often as it stands there."""
NEEDED, FOR_NUMBERS = 0.9, 0.5
"""The similarity of two texts of which one rewords the other, and how much less will do for each
rare number that both have, down to the least: numbers are what another wording keeps."""
FOR_ALL_NUMBERS, FOR_WORDS, WORDS_OF_ANY = 0.6, 0.05, 3.0
"""The same of two texts taken whole, in whatever order they say it: how much less will do for each
number but 0 and 1, and for each rare word beyond a few."""
MIN_COVERED, COVERED_WITHOUT_NUMBERS = 0.35, 0.6
"""Of the benchmark's different words, weighed, the share that a text must have to be aligned, and
so much if it lacks too many of its numbers to reword it."""
WINDOW = 1.5
"""How much longer than the benchmark's text the part of a text may be that rewords it."""
SAME_DRAWING = 0.9
"""Of the tokens of two drawings, the share that both must have to be the same drawing."""
NOT, NEARLY_SAME = "not", 0.75
OPPOSITES = tuple(
    map(
        frozenset,
        (
            ("min", "max"),
            ("more", "less"),
            ("even", "odd"),
            ("positive", "negative"),
            ("prime", "composite"),
            ("rational", "irrational"),
            ("up", "down"),
            ("before", "after"),
            ("first", "last"),
            ("inside", "outside"),
            ("left", "right"),
            ("sum", "product", "quotient", "difference", "number"),
            ("arithmetic", "geometric"),
            ("area", "perimeter", "volume", "circumference"),
            ("radius", "diameter"),
            ("mean", "median", "mode"),
            ("sin", "cos", "tan"),
            ("row", "column"),
            ("union", "intersection"),
            ("true", "false"),
        ),
    )
)
"""Sides, as `ASKED` has them, that stand opposite to one another."""
ASKED = {**SIDES, "number": "number"}
"""`The number of` stands opposite to `the sum of`; where it does not, it says nothing of a side."""
NUMBER_WEIGHT, UNKNOWN_WEIGHT = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """How a text repeats one of a benchmark."""

    kind: Kind
    score: float
    spans: tuple[Span, ...]


class Rarities(dict[str, float]):
    """What tokens say; what is in no benchmark says most."""

    def __missing__(self, token: str) -> float:
        """Return what an unknown token says."""
        return UNKNOWN_WEIGHT


class Comparison:
    """Compares texts with those of benchmarks, by what their words say."""

    def __init__(self, rarities: Mapping[str, float]) -> None:
        self.weight = Rarities({**rarities, MASK: NUMBER_WEIGHT}).__getitem__
        """Returns what a token says, between 0 and 1."""

    def compare(self, text: Text, row: Text, *, is_question: bool) -> Match | None:
        """Return how a text repeats a benchmark's; None if it does not.

        Args:
            text: The text.
            row: The benchmark's.
            is_question: Whether it is a question: a solution in other numbers or words is another,
                and one of a few words is nobody's.
        """
        if not is_question and row.num_words < MIN_WORDS:
            return None
        found = _same(text, row) or self._held(text, row)
        if found is not None or not is_question or row.num_words < MIN_WORDS:
            return found
        return self._aligned(text, row) if self._may_reword(text, row) else None

    def _held(self, text: Text, row: Text) -> Match | None:
        """Return the match of a text that holds the benchmark's whole, token for token."""
        place = _place(row.reading.tokens, text.reading.tokens)
        if place is None:
            return None
        evidence = sum(map(self.weight, row.reading.tokens))
        if evidence < MIN_EVIDENCE and not _stands_alone(text, place, len(row.reading.tokens)):
            return None
        pairs = [(place + number, number) for number in range(len(row.reading.tokens))]
        found = spans(text.reading, row.reading, pairs)
        if have_same_signs(_shown(text, place, len(row.reading.tokens)), row.text):
            return Match("embedded", 1.0, found)
        return Match("numbers_changed", NEARLY, found) if row.num_words >= MIN_WORDS else None

    def _aligned(self, text: Text, row: Text) -> Match | None:
        start, stop = self._window(text.prose, row.prose)
        shown = text.prose.masked[start:stop]
        pairs = [(one + start, other) for one, other in align(shown, row.prose.masked)]
        shared = overlap(text.prose, row.prose, pairs, self.weight)
        if shared is None:
            return None
        is_other = _ask_opposites(shared) or _is_redrawn(text, row)
        if (is_other or not shared.has_same_numbers) and shared.masked_similarity >= NEARLY:
            return Match("numbers_changed", shared.similarity, shared.spans)
        if is_other or not _has_same_facts(shared):
            return None
        if shared.similarity >= WHOLE and _is_longer(text, row):
            return Match("embedded", shared.similarity, shared.spans)
        whole = content(text.prose.tokens[start:stop], row.prose.tokens, self.weight)
        score = _score_of_rewording(shared, whole)
        return None if score is None else Match("reworded", score, shared.spans)

    def _may_reword(self, text: Text, row: Text) -> bool:
        """Tell whether a text has so many words and numbers that it is worth to be aligned."""
        covered = self._covered(text, row)
        if covered >= COVERED_WITHOUT_NUMBERS:
            return True
        has_numbers = len(text.numbers & row.numbers) >= MIN_NUMBERS_SHARED * len(row.numbers)
        return covered >= MIN_COVERED and has_numbers

    def _covered(self, text: Text, row: Text) -> float:
        """Return how much of what the benchmark's words say the text says anywhere."""
        shared = sum(map(self.weight, row.words & text.words))
        return shared / max(1e-9, sum(map(self.weight, row.words)))

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


def _has_same_facts(shared: Overlap) -> bool:
    """Tell whether two texts have so many numbers and letters in common as rewordings have."""
    return (
        shared.numbers_shared >= MIN_NUMBERS_SHARED
        and shared.formulas_shared >= MIN_FORMULAS_SHARED
    )


def _score_of_rewording(shared: Overlap, whole: Content) -> float | None:
    """Return how alike two texts are, if so much that one rewords the other."""
    needed = NEEDED - FOR_NUMBERS * shared.numbers_weight
    if shared.similarity >= max(LEAST_SIMILARITY, needed):
        return shared.similarity
    of_words = max(0.0, whole.words_weight - WORDS_OF_ANY)
    needed = NEEDED - FOR_ALL_NUMBERS * whole.numbers_weight - FOR_WORDS * of_words
    return whole.similarity if whole.similarity >= max(LEAST_SIMILARITY, needed) else None


def _is_redrawn(text: Text, row: Text) -> bool:
    """Tell whether both texts have a drawing, and not the same."""
    if text.prose is text.reading or row.prose is row.reading:
        return False
    ours, theirs = (Counter(one.reading.tokens) - Counter(one.prose.tokens) for one in (text, row))
    return (ours & theirs).total() < SAME_DRAWING * max(ours.total(), theirs.total())


def _ask_opposites(shared: Overlap) -> bool:
    """Tell whether two texts have words that stand opposite to one another.

    Of two texts that are nearly the same, one that denies something is another one too.
    """
    ours, theirs = (
        {ASKED[token] for token in tokens if token in ASKED}
        for tokens in (shared.only_ours, shared.only_theirs)
    )
    if shared.similarity >= NEARLY_SAME and (NOT in ours) != (NOT in theirs):
        return True
    return any(ours & group - theirs and theirs & group - ours for group in OPPOSITES)


def _same(text: Text, row: Text) -> Match | None:
    """Return the match of two texts that are read alike; None if they are not."""
    if text.reading.tokens != row.reading.tokens:
        return None
    one, other = text.text.strip(), row.text.strip()
    whole = (_bounds(text.text) + _bounds(row.text),)
    if one == other:
        return Match("verbatim", 1.0, whole)
    if have_same_signs(one, other):
        return Match("formatted", 1.0, whole)
    return Match("numbers_changed", NEARLY, whole) if row.num_words >= MIN_WORDS else None


def _is_longer(text: Text, row: Text) -> bool:
    return len(text.reading.tokens) > LONGER * len(row.reading.tokens)


def _bounds(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    return start, len(text.rstrip())


def _shown(text: Text, place: int, count: int) -> str:
    """Return what so many tokens of a text are from a place on, with all signs around them."""
    starts, ends = text.reading.starts, text.reading.ends
    last = place + count
    return text.text[ends[place - 1] if place else 0 : starts[last] if last < len(starts) else None]


def _stands_alone(text: Text, place: int, count: int) -> bool:
    """Tell whether so many tokens from a place on are all that stands on their lines."""
    starts, ends = text.reading.starts, text.reading.ends
    last = place + count - 1
    before = text.text[ends[place - 1] : starts[place]] if place else "\n"
    after = text.text[ends[last] : starts[last + 1]] if last + 1 < len(starts) else "\n"
    return "\n" in before and "\n" in after


def _place(tokens: tuple[str, ...], text: tuple[str, ...]) -> int | None:
    """Return from where on some tokens stand in a text, one after another."""
    if len(tokens) > len(text):
        return None
    shown = f" {' '.join(text)} "
    found = shown.find(f" {' '.join(tokens)} ")
    return None if found < 0 else shown.count(" ", 0, found)
