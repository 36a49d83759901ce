"""What two aligned texts share: where, and how much of what they say."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from r1data.curation.decontamination.readings import Reading

Pairs = list[tuple[int, int]]
"""Places of tokens that two texts share, in their order, in each."""
Span = tuple[int, int, int, int]
"""Where a piece stands in the text and in the benchmark's: start and end, start and end."""
Weight = Callable[[str], float]

MAX_GAP = 3
"""Tokens that differ inside one span."""
FEW = 6
"""Numbers and letters of which a formula has more."""
NONE_OR_ONE, SMALL = frozenset("01"), frozenset("012")
MIN_WORD_WEIGHT = 0.3
"""What a word must say to be any evidence."""
STRAY = 0.5
"""What a token that differs takes from a stretch of shared ones, of its weight."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a text and a benchmark's share."""

    similarity: float
    """Of all they say, weighed, the share that both say; numbers count as they are."""
    masked_similarity: float
    """The same with all numbers taken for the same one."""
    has_same_numbers: bool
    """Whether each number stands in both, and as often."""
    numbers_shared: float
    """Of the different numbers in either, the share that both have; 1 if there are none."""
    formulas_shared: float
    """Of the numbers and letters in either, each as often as it stands there, the share that both
    have; 1 if there are few."""
    numbers_weight: float
    """What the different numbers say that both have."""
    only_ours: tuple[str, ...]
    """The tokens that the benchmark's text has not, or not so often."""
    only_theirs: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What two texts say both, wherever they say it."""

    similarity: float
    """Of all they say, weighed, the share that both say."""
    numbers_weight: float
    """What the different numbers but 0 and 1 say that both have."""
    words_weight: float
    """What the different words say that both have, but those of any text."""


def content(ours: Sequence[str], theirs: Sequence[str], weight: Weight) -> Content:
    """Return what two texts say both, in whatever order.

    >>> content(["3", "pens", "of", "tom"], ["tom", "has", "3"], lambda token: 1.0)
    Content(similarity=0.5714285714285714, numbers_weight=1.0, words_weight=1.0)
    """
    shared = _common(ours, theirs)
    said = _sum(ours, weight) + _sum(theirs, weight)
    words = {token for token in shared if len(token) > 1 and not token[0].isdigit()}
    return Content(
        similarity=2 * _sum(shared, weight) / max(said, 1e-9),
        numbers_weight=_sum(_numbers(shared).keys() - NONE_OR_ONE, weight),
        words_weight=sum(said for said in map(weight, words) if said > MIN_WORD_WEIGHT),
    )


def overlap(text: Reading, row: Reading, pairs: Pairs, weight: Weight) -> Overlap | None:
    """Return what a stretch of a text shares with a benchmark's text; None if nothing.

    Args:
        text: The text.
        row: The benchmark's.
        pairs: How the two are aligned, whatever their numbers.
        weight: What a token says.
    """
    pairs = _stretch(text, pairs, weight)
    if not pairs:
        return None
    start, stop = pairs[0][0], pairs[-1][0] + 1
    start, stop = _widened(text, row, pairs, start, stop)
    shown = text.tokens[start:stop]
    shared = _common(shown, row.tokens)
    masked = _common(text.masked[start:stop], row.masked)
    said = _sum(shown, weight) + _sum(row.tokens, weight)
    masked_said = _sum(text.masked[start:stop], weight) + _sum(row.masked, weight)
    return Overlap(
        similarity=2 * _sum(shared, weight) / max(said, 1e-9),
        masked_similarity=2 * _sum(masked, weight) / max(masked_said, 1e-9),
        has_same_numbers=_numbers(shown) == _numbers(row.tokens),
        numbers_shared=_numbers_shared(shown, row.tokens),
        formulas_shared=_formulas_shared(shown, row.tokens),
        numbers_weight=_sum((_numbers(shown).keys() & _numbers(row.tokens).keys()) - SMALL, weight),
        only_ours=_without(shown, row.tokens),
        only_theirs=_without(row.tokens, shown),
        spans=spans(text, row, pairs),
    )


def spans(text: Reading, row: Reading, pairs: Pairs) -> tuple[Span, ...]:
    """Return where the aligned pieces stand in both texts, in code points.

    Tokens a few apart are one piece.
    """
    found: list[Span] = []
    before = (-MAX_GAP, -MAX_GAP)
    for one, other in pairs:
        piece = text.starts[one], text.ends[one], row.starts[other], row.ends[other]
        is_near = found and one - before[0] <= MAX_GAP and other - before[1] <= MAX_GAP
        if is_near:
            first = found.pop()
            piece = first[0], piece[1], first[2], piece[3]
        found.append(piece)
        before = one, other
    return tuple(found)


def _stretch(text: Reading, pairs: Pairs, weight: Weight) -> Pairs:
    """Return the pairs of the stretch in which most is shared and little differs."""
    best, best_range = 0.0, (0, 0)
    total, first, last = 0.0, 0, -1
    for number, (place, _) in enumerate(pairs):
        if last >= 0:
            total -= STRAY * _sum(text.tokens[last + 1 : place], weight)
        if total <= 0:
            total, first = 0.0, number
        total += weight(text.tokens[place])
        last = place
        if total > best:
            best, best_range = total, (first, number + 1)
    return pairs[slice(*best_range)]


def _widened(text: Reading, row: Reading, pairs: Pairs, start: int, stop: int) -> tuple[int, int]:
    """Return a stretch with as much around it as the benchmark's text has around its part."""
    before, after = pairs[0][1], len(row.tokens) - pairs[-1][1] - 1
    return max(0, start - before), min(len(text.tokens), stop + after)


def _common(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Return the tokens that two texts share, each as often as both have it."""
    return list((Counter(one) & Counter(other)).elements())


def _without(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """Return the tokens of one text that the other has not, or not so often."""
    return tuple((Counter(one) - Counter(other)).elements())


def _numbers_shared(one: Iterable[str], other: Iterable[str]) -> float:
    ours, theirs = (_numbers(of).keys() - NONE_OR_ONE for of in (one, other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 1.0


def _formulas_shared(one: Iterable[str], other: Iterable[str]) -> float:
    ours, theirs = (
        Counter(token for token in of if token[0].isdigit() or len(token) == 1)
        for of in (one, other)
    )
    if max(ours.total(), theirs.total()) < FEW:
        return 1.0
    return (ours & theirs).total() / (ours | theirs).total()


def _numbers(tokens: Iterable[str]) -> Counter[str]:
    return Counter(token for token in tokens if token[0].isdigit())


def _sum(tokens: Iterable[str], weight: Weight) -> float:
    return sum(map(weight, tokens))
