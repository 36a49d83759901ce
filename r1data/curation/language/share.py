"""Language share: the part of a text's words that belongs to a language."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from r1data.curation.language.identification import main_language
from r1data.curation.language.regions import Region, find_regions
from r1data.curation.language.scripts import VARIANTS, is_in, scripts_of
from r1data.curation.language.words import Words, find_words

MIN_OWN_SHARE = 0.3
"""A text is held to be of the language it should be of where this share of its words can be."""
MIN_WORDS = 8
"""So is one of fewer words, if they are in a script of that language."""


def language_share(text: str, language: str) -> float | None:
    r"""Return the share of a text's words that are of a language; None if it has no words.

    DeepSeek-R1's measure of language consistency, eq. 7 of its paper. Where words are not set
    apart, two Chinese or Japanese characters, or five Thai ones, count as a word.

    >>> language_share(r"我们先计算 $x+1$ 然后 check 一下", "zh")
    0.8
    >>> language_share("$x = 1$", "zh") is None
    True
    """
    words = find_words(text)
    language = VARIANTS.get(language, language)
    base = base_language(text, words, language) or language
    return share_of(words, words_of(words, find_regions(text, words, base), language, base))


def base_language(text: str, words: Words, language: str | None) -> str | None:
    """Return the language most of a text is in, or the one it should be of where that is not sure.

    Args:
        text: The text.
        words: Its words.
        language: The language it should be of, if any is known.
    """
    found = main_language(text, words)
    if language is None or found is None or found == language:
        return found or language
    size = int(words.size.sum())
    if size < MIN_WORDS and not {*scripts_of(language)}.isdisjoint(scripts_of(found)):
        return language
    regions = find_regions(text, words, language)
    share = share_of(words, words_of(words, regions, language, language))
    return language if share and share >= MIN_OWN_SHARE else found


def words_of(
    words: Words, regions: Iterable[Region], language: str, base: str
) -> NDArray[np.bool_]:
    """Say of each word of a text whether it is of a language.

    Args:
        words: The words of the text.
        regions: Those of other languages than its base language.
        language: The language that is asked for.
        base: The base language.
    """
    is_of_it = is_in(words.script, scripts_of(language))
    shares_script = not {*scripts_of(base)}.isdisjoint(scripts_of(language))
    if base != language and shares_script:
        is_of_it[:] = False
    for region in regions:
        if region.language == language:
            is_of_it[region.first : region.last] = True
        elif base == language or shares_script:
            is_of_it[region.first : region.last] = False
    return is_of_it


def share_of(words: Words, is_of_it: NDArray[np.bool_]) -> float | None:
    """Return the share of some words of which something is so; None if there are none."""
    total = int(words.size.sum())
    return int(words.size @ is_of_it) / total if total else None
