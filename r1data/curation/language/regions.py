"""Regions: the runs of a text's words that are of another language than most of it.

What is written in another script is seen letter by letter. What shares the script is looked for
where function words of another language are frequent, or those of the text's own are missing, and
is believed where fastText agrees. Single words of a language of the same script go unseen.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from r1data.curation.language.function_words import BITS, FUNCTION_WORDS
from r1data.curation.language.identification import (
    function_words,
    guess_languages,
    main_language,
)
from r1data.curation.language.scripts import ALONE, EAST_ASIAN, KANA, SCRIPT, is_in, scripts_of
from r1data.curation.language.words import Words, language_sets

WINDOW = 10
"""Words that are looked at together."""
MIN_FOREIGN = 2
"""Function words of other languages that make a window worth a look."""
MIN_SCORE = 2
"""A region's function words of another language, less those of the text's own, are so many."""
MIN_DIFFERENT = 4
"""Different words of a region in the text's own script."""
SURE_BY_FUNCTION_WORDS = (0.95, 0.9, 0.85, 0.3)
"""Probability by fastText from which a region's language is believed, by how many different
function words of it the region holds; the last for more."""
MIN_UNKNOWN = 10
"""Different words of a region with no more than one such."""
UNLIKELY = 0.2
"""Probability by fastText above which the text's own language is not ruled out."""
MAX_TRIED = 4
"""Other languages that are tried in a zone, those of the most function words first."""
MAX_GAP = 2
"""Words of the text's own script that may stand within a region of another."""
DROP = 3
"""So many function words more of the text's own language end a region."""
MAX_SHOWN = 60
"""Words of a region that fastText is shown."""
MIN_CHINESE = 3
"""Words of a sentence in a Japanese text that is taken for Chinese."""
CHINESE_ONLY = frozenset("们这么说你吗没给让对时个为吧呢它她哪谁很們這麼嗎沒們")
"""Frequent letters of Chinese that Japanese does not have."""
MIN_TOLD = 3
"""Words in a script of many languages from which it is asked which of them they are of."""
DEFAULTS = {SCRIPT["CYRILLIC"]: "ru", SCRIPT["ARABIC"]: "ar", SCRIPT["DEVANAGARI"]: "hi"}
"""The language of a few words in a script of many languages: that of most who use it."""
KIN = ({"da", "no"}, {"hr", "sr"})
"""Languages too near to one another to be told apart in a few words."""


class Region(NamedTuple):
    """Some words in a row, by their places among the text's words."""

    first: int
    last: int
    """The place after the last word."""
    language: str


def find_regions(text: str, words: Words, language: str) -> list[Region]:
    """Return the regions of a text that are of another language than the given one, in order.

    >>> from r1data.curation.language.words import find_words
    >>> text = "So we add. Alors nous avons la somme des deux nombres. That is it 因为 so."
    >>> [region.language for region in find_regions(text, find_words(text), "en")]
    ['fr', 'zh']
    """
    is_own = is_in(words.script, scripts_of(language))
    found = [] if is_own.all() else [*_of_other_scripts(text, words, is_own, language)]
    if language == "ja":
        return sorted([*found, *_chinese(text, words)])
    if {int(script) for script in scripts_of(language)} <= ALONE.keys():
        return found
    return sorted([*found, *_of_same_script(text, words, is_own, language)])


def _of_other_scripts(
    text: str, words: Words, is_own: NDArray[np.bool_], language: str
) -> Iterator[Region]:
    """Yield the runs of words of scripts that a language is not written in."""
    places = np.flatnonzero(~is_own)
    family = np.where(is_in(words.script, EAST_ASIAN), EAST_ASIAN[0], words.script)[places]
    gaps = np.diff(places)
    is_joined = (gaps <= 1) | (
        (gaps <= MAX_GAP + 1) & is_in(words.script[places[1:]], KANA) & (language == "zh")
    )
    breaks = np.flatnonzero(~(is_joined & (np.diff(family) == 0))) + 1
    for run in np.split(places, breaks):
        found = words[int(run[0]) : int(run[-1]) + 1]
        yield Region(int(run[0]), int(run[-1]) + 1, _language_of(text, found))


def _language_of(text: str, words: Words) -> str:
    """Return the language of some words of one script: that of most who use it, if in doubt."""
    script = int(words.script[0])
    if script in EAST_ASIAN:
        return "zh" if set(KANA).isdisjoint(words.script.tolist()) else "ja"
    found = ALONE.get(script)
    if found is None and len(words) >= MIN_TOLD:
        found = main_language(text, words)
    return found or DEFAULTS.get(script, "en")


def _of_same_script(
    text: str, words: Words, is_own: NDArray[np.bool_], language: str
) -> Iterator[Region]:
    """Yield the runs of words of other languages of the same script."""
    own = np.uint64(BITS.get(language, 0))
    sets = language_sets()
    is_function = ((sets & own) != 0)[words.listed]
    is_foreign = ((sets != 0) & ((sets & own) == 0))[words.listed] & is_own
    is_end = is_function | ~is_own
    for first, last in _zones(is_end, is_foreign, has_list=own != 0):
        found = _by_function_words(words[first:last], is_end[first:last])
        if not found and not is_end[first:last].any():
            found = [(0, last - first)]
        for start, end in found:
            widened = _widened(words, is_end, first + start, first + end)
            for region in dict.fromkeys([(first + start, first + end), widened]):
                other = _other_language(text, words[slice(*region)], language)
                if other:
                    yield Region(*widened, other)
                    break


def _by_function_words(words: Words, is_end: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the runs in which function words of one other language outweigh the text's own."""
    found: list[tuple[int, int, int]] = []
    for language, count in list(function_words(words.listed[~is_end]).items())[:MAX_TRIED]:
        if count >= MIN_SCORE:
            is_of_it = (words.languages & np.uint64(BITS[language])) != 0
            found += _runs((is_of_it & ~is_end).astype(int) - (is_end & ~is_of_it))
    chosen: list[tuple[int, int]] = []
    for _, first, last in sorted(found, reverse=True):
        if all(last <= start or end <= first for start, end in chosen):
            chosen.append((first, last))
    return chosen


def _runs(scores: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yield the runs of high scores: the sum of each, its first place and the one after it."""
    total = best = first = last = 0
    for place in np.flatnonzero(scores).tolist():
        score = int(scores[place])
        if total == 0 and score > 0:
            first, best = place, 0
        total = max(0, total + score)
        if total > best:
            best, last = total, place + 1
        if best - total >= min(DROP, best):
            if best >= MIN_SCORE:
                yield best, first, last
            total = best = 0
    if best >= MIN_SCORE:
        yield best, first, last


def _widened(words: Words, is_end: NDArray[np.bool_], first: int, last: int) -> tuple[int, int]:
    """Return a run with the other words of its first and last sentence up to one of the text's."""
    sentences = words.sentence
    while first > 0 and not is_end[first - 1] and sentences[first - 1] == sentences[first]:
        first -= 1
    while last < len(words) and not is_end[last] and sentences[last] == sentences[last - 1]:
        last += 1
    return first, last


def _other_language(text: str, words: Words, language: str) -> str | None:
    """Return the language of some words if that is surely another than a given one."""
    shown = words[:MAX_SHOWN]
    different = {word.lower() for word in shown.texts(text)}
    is_known = shown.languages != 0
    if len(different) < (MIN_DIFFERENT if is_known.sum() >= MIN_FOREIGN else MIN_UNKNOWN):
        return None
    guesses = guess_languages(shown.texts(text))
    other = main_language(text, shown)
    if other is None or other == language or guesses.get(language, 0.0) > UNLIKELY:
        return None
    if any({language, other} <= kin for kin in KIN):
        return None
    known = {*FUNCTION_WORDS.get(other, "").split()}
    needed = SURE_BY_FUNCTION_WORDS[min(len(different & known), len(SURE_BY_FUNCTION_WORDS) - 1)]
    is_long = len(different) >= MIN_UNKNOWN or len(different & known) >= MIN_FOREIGN
    return other if is_long and guesses.get(other, 0.0) >= needed else None


def _chinese(text: str, words: Words) -> Iterator[Region]:
    """Yield the sentences of a Japanese text that are Chinese: without kana, and of its letters."""
    is_kana = is_in(words.script, KANA)
    sizes = np.bincount(words.sentence, weights=words.size * is_in(words.script, EAST_ASIAN))
    kana = np.bincount(words.sentence, weights=is_kana)
    for sentence in np.flatnonzero((sizes >= MIN_CHINESE) & (kana == 0)).tolist():
        first, last = np.searchsorted(words.sentence, [sentence, sentence + 1]).tolist()
        if not CHINESE_ONLY.isdisjoint("".join(words[first:last].texts(text))):
            yield Region(first, last, "zh")


def _zones(
    is_end: NDArray[np.bool_], is_foreign: NDArray[np.bool_], *, has_list: bool
) -> list[tuple[int, int]]:
    """Return where windows are worth a look, those that touch joined: first places, and after."""
    window = min(WINDOW, len(is_end))
    if not window:
        return []
    own, foreign = (_in_windows(one, window) for one in (is_end, is_foreign))
    is_odd = (foreign >= MIN_FOREIGN) & (foreign >= own)
    if has_list and window == WINDOW:
        is_odd |= own == 0
    places = np.flatnonzero(is_odd)
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > window) + 1
    return [(int(run[0]), int(run[-1]) + window) for run in np.split(places, breaks)]


def _in_windows(mask: NDArray[np.bool_], window: int) -> NDArray[np.int64]:
    sums = np.zeros(len(mask) + 1, np.int64)
    mask.cumsum(out=sums[1:])
    found: NDArray[np.int64] = sums[window:] - sums[:-window]
    return found
