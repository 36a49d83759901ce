r"""The words of an answer: case, articles, quotation marks and typesetting taken off.

Case, articles, quotation marks, full stops, hyphens and the commands that set a text in type do not
count. Numbers in words become digits. Plurals, signs and the letters of a name do count.
"""

import re
import unicodedata
from functools import lru_cache

from r1data.answers.text.number_words import in_digits
from r1data.answers.writing.fonts import IN_WORDS, command
from r1data.answers.writing.scripts import in_ascii_signs
from r1data.answers.writing.thousands import without_commas
from r1data.text import fold

MARKS = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys("‘’‛′´`", "'")  # noqa: RUF001 - quotation marks are what is meant
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")  # noqa: RUF001 - dashes are what is meant
    | {"\u3000": " ", "\u00a0": " ", "。": ".", "、": ","}
)
SET_IN_TYPE = re.compile(rf"{command(IN_WORDS)}\s*\{{([^{{}}]*)\}}")
EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)([^*_]+)(?<=\S)\1(?![\w*])")
DRESS = re.compile(r"\\[,!;:]|\\(?:left|right|displaystyle)(?![a-zA-Z])")
PAIRS = (
    *(("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"), (r"\boxed{", "}")),
    *(('"', '"'), ("'", "'"), ("`", "`"), ("*", "*"), ("{", "}")),
)
PREFIX = re.compile(
    r"(?:(?:so|thus|therefore|hence),? )?(?:(?:the|my) )?(?:(?:final|correct|right) )?"
    r"(?:answer|result|solution)(?: is|:)(?: that)?:? ?(?=\S)",
    re.IGNORECASE,
)
INITIALS = re.compile(r"\b[a-z]\.(?: ?[a-z]\.)+ ?")
ROMAN = re.compile(r"(?<=[a-z] )(?=[IVX]{2}|[IV]\b)X{0,3}(?:IX|IV|V?I{0,3})(?<=[IVX])\b")
WORD = re.compile(
    r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)[^\W_]*|[^\W_][^\W_+#']*(?:'[^\W_]+)*(?:[+#]|-(?!\w))*"
    r"|[^\s\w.,;:!?\"'()-]"
)
MARKED = re.compile(r"(?<![a-z\d])([a-z]|\d+)([!'])(?![\w'])")
"""A letter or a number with a sign behind it that is mathematics, not punctuation."""
AFTER_A_LETTER = frozenset(["minor", "major", "flat", "sharp", "positive", "negative"])
"""Words before which `a` is a letter, not an article."""


@lru_cache(maxsize=20_000)
def bare(answer: str) -> str:
    r"""Return an answer without what sets it in type or leads up to it; case is kept.

    >>> bare(r"$\text{Not  Valid}$."), bare("The answer is **Paris**."), bare("“yes”")
    ('Not Valid', 'Paris', 'yes')
    """
    text = fold(in_ascii_signs(answer.translate(MARKS))).replace("\\ ", " ").replace("~", " ")
    for _ in range(3):
        before = text
        text = EMPHASIS.sub(r"\2", DRESS.sub("", SET_IN_TYPE.sub(r"\1", text))).strip()
        text = PREFIX.sub("", text, count=1) if PREFIX.match(text) else text
        text = _unwrapped(text)
        if text == before:
            break
    return fold(text)


@lru_cache(maxsize=20_000)
def words(answer: str) -> tuple[str, ...]:
    r"""Return the words of an answer, in small letters, numbers in digits, without articles.

    >>> words("The twenty-one U.S. cities"), words("Vitamin A"), words("World War II")
    (('21', 'us', 'cities'), ('vitamin', 'a'), ('world', 'war', '2'))
    """
    text = ROMAN.sub(_roman_value, bare(answer)).casefold().replace("&", " and ")
    text = MARKED.sub(_spelled, INITIALS.sub(_joined, without_commas(text)))
    found = [word.replace("'", "") for word in WORD.findall(_without_hyphens(text))]
    found = [word for word in found if word != "$" or len(found) == 1]
    kept = [word for n, word in enumerate(found) if not _is_article(found, n)]
    return in_digits(tuple(kept))


def is_same(one: str, other: str) -> bool:
    """Say whether two answers are the same words; accents count where both sides write some.

    >>> is_same("Café", "cafe"), is_same("the Moon", "moon"), is_same("résumé", "resumé")
    (True, True, False)
    """
    first, second = words(one), words(other)
    if not first or not second:
        return bool(bare(one)) and bare(one) == bare(other)
    return first == second or _but_for_accents(first, second)


def _but_for_accents(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    if len(first) != len(second):
        return False
    plain = [tuple(without_accents(word) for word in side) for side in (first, second)]
    return plain[0] == plain[1] and (plain[0] == first or plain[1] == second)


def without_accents(word: str) -> str:
    """Return a word with the accents of its Latin letters taken off.

    >>> without_accents("é"), without_accents("й")
    ('e', 'й')
    """
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    kept = [
        part
        for before, part in zip(" " + parts, parts, strict=False)
        if not (unicodedata.combining(part) and before.isascii() and before.isalpha())
    ]
    return unicodedata.normalize("NFC", "".join(kept))


def _unwrapped(text: str) -> str:
    if text.endswith(".") and not text.endswith(".."):
        text = text[:-1].rstrip()
    for start, end in PAIRS:
        inner = text[len(start) : len(text) - len(end)]
        if text.startswith(start) and text.endswith(end) and inner and end not in inner:
            return inner.strip()
    return text


def _roman_value(match: re.Match[str]) -> str:
    """Return a Roman numeral of two letters or more, behind a word, in digits."""
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in match[0]]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return str(sum(-value if value < following else value for value, following in pairs))


def _joined(match: re.Match[str]) -> str:
    return f"{match[0].replace('.', '').replace(' ', '')} "


def _spelled(match: re.Match[str]) -> str:
    return f"{match[1]} {'factorial' if match[2] == '!' else 'prime'} "


def _without_hyphens(text: str) -> str:
    """Part words that a hyphen joins; a minus before a number stays."""
    text = re.sub(r"^-\s+(?=[\d.])", "-", text)
    return re.sub(r"(?<=\w)-(?=\w)|(?<=\s)-(?=\D)", " ", text)


def _is_article(found: list[str], position: int) -> bool:
    word, following = found[position], found[position + 1 : position + 2]
    if not following or len(following[0]) == 1 or following[0] in AFTER_A_LETTER:
        return False
    return word == "the" or (position == 0 and word in ("a", "an"))
