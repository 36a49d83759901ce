"""Mixing: where a text goes over into another language, and does not only mention its words."""

# ruff: noqa: RUF001 - texts of many languages have letters of many scripts
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from r1data.curation.language.function_words import BITS, CODE_WORDS
from r1data.curation.language.prose import not_prose
from r1data.curation.language.quotes import find_glosses, find_quotes
from r1data.curation.language.regions import Region
from r1data.curation.language.scripts import LATIN, SCRIPT, code_points, scripts_of
from r1data.curation.language.words import Words

MIN_MIXED = 2
"""Foreign words beyond quotes from which a text is mixed: one alone may be a name."""
MIN_RUN = 4
"""Words in the script of the text's own language, beyond quotes, that a span has at least."""
MAX_MENTION = 4
"""Words that a name has at most, and a term that is introduced as one."""
MIN_PHRASE, MIN_LOWER_CASE = 4, 3
"""Latin words in a row in a text of another script that are spoken: so many, one of them a function
word, and so many in lower case and not of programs."""
MIN_SCATTERED, MIN_SCATTERED_SHARE = 4, 0.03
"""Different Latin words, and their share of all words, that are too many for loan words."""
MIN_LOAN_CHARS = 2
GREEK, MIN_GREEK_CHARS = SCRIPT["GREEK"], 3
"""Greek letters, two together too, name variables."""
MENTION = re.compile(
    r"(?:words?|terms?|phrases?|characters?|kanji|names?|named|called|letters?|symbols?|spelled|"
    r"written|pronounced|verbs?|nouns?|titled?|mots?|termes?|expression|appelée?s?|palabras?|"
    r"término|wort|begriff|слов[оа]|термин|называ\w+|имя|शब्द|单词|词语?|短语|叫做?|称为|名为|即)"
    r"[\s:,=]*$",
    re.IGNORECASE,
)
"""What a text says before a word that it mentions."""
MENTIONED = re.compile(
    r"\s*(?:means?\b|meaning\b|in [A-Z]\w+ese\b|signifie|bedeutet|意思是|的意思)"
)
"""What it says after one."""
NUM_CHARS_BEFORE = 24
CODE_SIGN, WORDS_A_SIGN = re.compile(r"[=;{}\[\]<>]|\(\S{0,80}\)"), 5
"""What shows that Latin words are code that is not fenced, where one stands to so few of them."""


class Span(NamedTuple):
    """A stretch of a text in another language than the rest."""

    start: int
    """In code points."""
    end: int
    language: str
    num_words: int
    """Its words beyond quotes; where words are not set apart, about so many."""


def foreign_spans(
    text: str,
    words: Words,
    regions: Iterable[Region],
    language: str,
    allowed: Collection[str] = (),
) -> list[Span]:
    """Return where a text goes over into other languages than its own and those allowed.

    What it quotes, sets in italics, puts in parentheses as a gloss or introduces as a word is
    mentioned, not spoken. Neither are names, nor the loan words of languages in other scripts.

    >>> from r1data.curation.language.regions import find_regions
    >>> from r1data.curation.language.words import find_words
    >>> text = "The word «chat» is so. Then 我们先计算 it."
    >>> words = find_words(text)
    >>> foreign_spans(text, words, find_regions(text, words, "en"), "en")
    [Span(start=28, end=33, language='zh', num_words=2)]
    """
    may_stand = {*allowed, "zh"} if "ja" in allowed else {*allowed}
    regions = [region for region in regions if region.language not in may_stand]
    if not regions:
        return []
    where = [(int(words.start[one.first]), int(words.end[one.last - 1])) for one in regions]
    is_quoted = _is_inside(find_quotes(text, where), words)
    is_set_apart = is_quoted | _is_gloss(find_glosses(text, where), words, regions)
    found = {region: _spoken(words, region, is_set_apart) for region in regions}
    own = scripts_of(language)
    spoken = {
        region: those
        for region, those in found.items()
        if those.size.sum() >= (MIN_RUN if words.script[region.first] in own else 1)
        and not _is_mentioned(text, those)
    }
    if LATIN not in own:
        spoken = _without_loans(text, spoken, int(words.size.sum()))
    return [
        Span(int(those.start[0]), int(those.end[-1]), region.language, int(those.size.sum()))
        for region, those in spoken.items()
    ]


def is_mixed(spans: Iterable[Span]) -> bool:
    """Tell whether a text with these foreign spans mixes languages."""
    return sum(span.num_words for span in spans) >= MIN_MIXED


def _spoken(words: Words, region: Region, is_set_apart: NDArray[np.bool_]) -> Words:
    """Return the words of a region that are not set apart."""
    of = slice(region.first, region.last)
    return words[of][~is_set_apart[of]]


def _is_inside(spans: NDArray[np.int64], words: Words) -> NDArray[np.bool_]:
    """Say of each word whether it stands in one of some spans."""
    edges = np.zeros(len(words) + 1, np.int64)
    first = np.searchsorted(words.start, spans[:, 0])
    last = np.searchsorted(words.end, spans[:, 1], side="right")
    is_any = last > first
    np.add.at(edges, first[is_any], 1)
    np.add.at(edges, last[is_any], -1)
    inside: NDArray[np.bool_] = np.cumsum(edges)[:-1] > 0
    return inside


def _is_gloss(glosses: NDArray[np.int64], words: Words, regions: list[Region]) -> NDArray[np.bool_]:
    """Say of each word whether it stands in parentheses that hold no word of the text's own."""
    is_foreign = np.zeros(len(words), bool)
    for region in regions:
        is_foreign[region.first : region.last] = True
    num_own = np.concatenate([[0], np.cumsum(~is_foreign)])
    first = np.searchsorted(words.start, glosses[:, 0])
    last = np.searchsorted(words.end, glosses[:, 1], side="right")
    return _is_inside(glosses[num_own[np.maximum(first, last)] == num_own[first]], words)


def _is_mentioned(text: str, words: Words) -> bool:
    """Tell whether some words are code, a name, a Greek variable, or introduced as words."""
    if words.script[0] == LATIN and _num_signs(text, words) * WORDS_A_SIGN > len(words):
        return True
    if words.script[0] == GREEK and (words.end - words.start).max() < MIN_GREEK_CHARS:
        return True
    if words.size.sum() > MAX_MENTION:
        return False
    if all(one[0].isupper() for one in words.texts(text)):
        return True
    start, end = int(words.start[0]), int(words.end[-1])
    before = text[max(0, start - NUM_CHARS_BEFORE) : start]
    return bool(MENTION.search(before) or MENTIONED.match(text, end))


def _num_signs(text: str, words: Words) -> int:
    """Return how many signs of code stand between some words, beside those of formulas."""
    stretch = text[int(words.start[0]) : int(words.end[-1])]
    num_signs = len(CODE_SIGN.findall(stretch))
    spans = not_prose(stretch, code_points(stretch)).tolist() if num_signs else []
    return num_signs - sum(len(CODE_SIGN.findall(stretch, *span)) for span in spans)


def _without_loans(text: str, spoken: dict[Region, Words], num_words: int) -> dict[Region, Words]:
    """Return regions without the Latin words that a text in another script may hold."""
    loans = {
        region: _loans(text, those)
        for region, those in spoken.items()
        if those.script[0] == LATIN and not _is_phrase(text, those, region.language)
    }
    num_different = len({word for words in loans.values() for word in words})
    share = sum(map(len, loans.values())) / num_words
    are_many = num_different >= MIN_SCATTERED and share >= MIN_SCATTERED_SHARE
    return {
        region: those
        for region, those in spoken.items()
        if region not in loans or (are_many and loans[region])
    }


def _is_phrase(text: str, words: Words, language: str) -> bool:
    """Tell whether some words in a row are spoken in a language, and no names or code."""
    is_function = (words.languages & np.uint64(BITS.get(language, 0))) != 0
    are_enough = len(words) >= MIN_PHRASE and bool(is_function.any())
    return are_enough and len(_loans(text, words)) >= MIN_LOWER_CASE


def _loans(text: str, words: Words) -> list[str]:
    """Return the words that are neither names nor of programs."""
    return [
        word
        for word in words.texts(text)
        if word.islower() and len(word) >= MIN_LOAN_CHARS and word not in CODE_WORDS
    ]
