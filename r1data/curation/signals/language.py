"""Language: of what language the problem and the completion are, and whether it is mixed."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from pydantic import Field

from r1data.curation.language.identification import main_language
from r1data.curation.language.mixing import foreign_spans, is_mixed
from r1data.curation.language.names import asks_for_any, language_code, named_languages
from r1data.curation.language.regions import find_regions
from r1data.curation.language.share import base_language, share_of, words_of
from r1data.curation.language.words import find_words
from r1data.curation.signals.signal import Means, Signal
from r1data.settings import Settings

SPAN = pl.Struct({"start": pl.Int32, "end": pl.Int32, "language": pl.String})
COLUMNS: dict[str, Any] = {
    "problem_language": pl.String,
    "reasoning_language": pl.String,
    "response_language": pl.String,
    "language_share": pl.Float64,
    "has_mixed_language": pl.Boolean,
    "foreign_spans": pl.List(SPAN),
}


ENOUGH_WORDS = 8
"""Words of a problem by which its language can be told."""
ENOUGH_IN_SCRIPT = dict.fromkeys(("ja", "ko", "th", "zh"), 4)
"""Fewer will do where the letters alone tell it; two characters or so count as a word."""


HEAD = 64
"""Characters by which a part of a text is looked for."""


class LanguageLimits(Settings):
    """The languages for which a rollout is left out."""

    min_share: float | None = Field(0.7, ge=0, le=1)
    """The least share of the reasoning's words that are of the problem's language, or of one that
    the problem asks for; null for no limit. A rollout without words, or whose problem's language is
    not known, is kept."""
    allow_mixed: bool = False
    """Whether a completion may go over into another language."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is beyond a limit, by drop reason."""
        share = (
            pl.lit(False) if self.min_share is None else pl.col("language_share") < self.min_share
        )
        return {
            "wrong_language": share,
            "mixed_language": pl.col("has_mixed_language") & (not self.allow_mixed),
        }


class Asked(NamedTuple):
    """What a problem says about languages."""

    language: str | None
    """Its own, which the completion should be of."""
    allowed: Collection[str]
    """Those it is about, or holds words of: a completion may hold them too."""
    is_sure: bool = True
    """Whether its own language is known well enough to hold a completion against it: stated, or
    read from enough words, none of which asks for a language that it does not name."""


def read_problem(problem: str | None, stated: str | None) -> Asked:
    """Return what a problem says about languages; a language that its source states is believed.

    >>> read_problem("Translate the word 'chat' into French, please.", None)
    Asked(language='en', allowed={'fr'}, is_sure=False)
    """
    text = problem or ""
    words = find_words(text)
    read = main_language(text, words)
    language = language_code(stated or "") or read
    base = read or language
    held = {region.language for region in find_regions(text, words, base)} if base else set()
    enough = ENOUGH_IN_SCRIPT.get(language or "", ENOUGH_WORDS)
    is_sure = bool(language_code(stated or "")) or int(words.size.sum()) >= enough
    return Asked(language, named_languages(text) | held, is_sure and not asks_for_any(text))


class Found(NamedTuple):
    """What is measured on a completion, in the order of `COLUMNS`."""

    problem_language: str | None = None
    reasoning_language: str | None = None
    response_language: str | None = None
    language_share: float | None = None
    has_mixed_language: bool | None = None
    foreign_spans: list[dict[str, Any]] | None = None


def read_completion(text: str, reasoning: str, response: str, asked: Asked) -> Found:
    """Return the languages of a completion's parts, and where it goes over into others.

    Args:
        text: The whole completion: spans are in its code points.
        reasoning: The part of it that is reasoning; empty where there is none.
        response: The part that follows.
        asked: What its problem says.
    """
    words = find_words(text)
    start = _place_of(reasoning, text)
    end = len(text) - len(response) if text.endswith(response) else text.rfind(response)
    thought = words.places(start, start + len(reasoning))
    answer = words.places(end, end + len(response))
    languages = main_language(text, words[thought]), main_language(text, words[answer])
    known = {*languages, asked.language} - {None}
    base = known.pop() if len(known) == 1 else base_language(text, words, asked.language)
    if base is None:
        return Found(asked.language, has_mixed_language=False, foreign_spans=[])
    regions = find_regions(text, words, base)
    spans = foreign_spans(text, words, regions, base, asked.allowed)
    share = None
    if asked.language and asked.is_sure:
        of = thought if reasoning else slice(None)
        is_asked_for = np.logical_or.reduce(
            [words_of(words, regions, one, base) for one in (asked.language, *asked.allowed)]
        )
        share = share_of(words[of], is_asked_for[of])
    return Found(
        asked.language,
        *languages,
        share,
        is_mixed(spans),
        [{"start": one.start, "end": one.end, "language": one.language} for one in spans],
    )


def _place_of(part: str, text: str) -> int:
    """Return where a part of a text begins; what `str.find` does, which prepares for long parts."""
    place = text.find(part[:HEAD])
    return place if text.startswith(part, place) else text.find(part)


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    prompts = texts.select("problem", "language").unique().iter_rows()
    asked = {prompt: read_problem(*prompt) for prompt in prompts}
    of = ("text", "reasoning", "response", "problem", "language")
    shown = texts.select(pl.col("completion").str.len_chars(), *of)
    rows = [
        Found()
        if num_chars is None
        else _without_prefill(
            read_completion(text, reasoning, response, asked[problem, language]),
            len(text) - num_chars,
        )
        for num_chars, text, reasoning, response, problem, language in shown.iter_rows()
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _without_prefill(found: Found, num_chars: int) -> Found:
    """Return what was found with spans in code points of the completion, not of its prefill."""
    if num_chars <= 0 or not found.foreign_spans:
        return found
    spans = [
        {**span, "start": max(0, span["start"] - num_chars), "end": span["end"] - num_chars}
        for span in found.foreign_spans
        if span["end"] > num_chars
    ]
    return found._replace(foreign_spans=spans)


LANGUAGE = Signal("language", 3, COLUMNS, _measure, needs_prompts=True)
"""All null where there is no completion."""
