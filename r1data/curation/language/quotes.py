"""Quotes: where a text mentions words without speaking their language."""

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

MAX_QUOTE = 300
"""Characters of a quote; two signs further apart are taken for no pair."""
PAIRS = (
    *("\u201c\u201d", "\u201e\u201c", "\u201e\u201d", "\u00ab\u00bb", "\u00bb\u00ab"),
    *("\u2039\u203a", "\u300c\u300d", "\u300e\u300f", "\u300a\u300b", "\u3010\u3011"),
    "\u2018\u2019",
)
"""Quotation marks that differ at both ends."""
PARENTHESES = ("()", "\uff08\uff09")
ALIKE = ('"', "'", "_", r"\*{1,3}")
"""Signs that are the same at both ends: quotation marks, italics and bold."""
LINE = r"^[ \t]*>[^\n]*"
"""A line of a quotation in Markdown."""


def _between(opening: str, closing: str) -> str:
    signs = re.escape(opening + closing)
    return rf"{re.escape(opening)}[^{signs}\n]{{1,{MAX_QUOTE}}}{re.escape(closing)}"


def _between_alike(sign: str) -> str:
    """Return a pattern of what touches a sign at either end; words touch neither from outside."""
    character = sign[:2] if sign.startswith("\\") else sign
    begin, end = rf"(?<![A-Za-z0-9{character}]){sign}(?=\S)", rf"{sign}(?![A-Za-z0-9{character}])"
    return rf"{begin}[^{character}\n]{{1,{MAX_QUOTE}}}(?<=\S){end}"


QUOTES = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (*(_between(*pair) for pair in PAIRS), *map(_between_alike, ALIKE), LINE)
)
GLOSSES = tuple(re.compile(_between(*pair)) for pair in PARENTHESES)


def find_quotes(text: str, where: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Return where quotes begin and end, a row for each, in order; they may overlap.

    Args:
        text: The text.
        where: Stretches of it that are of interest, in order: only their lines are looked at. No
            quote goes beyond its line.

    >>> find_quotes("The word «chat» is 'cat'.", [(10, 14)]).tolist()
    [[9, 15], [19, 24]]
    """
    return _spans(QUOTES, text, where)


def find_glosses(text: str, where: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Return where parentheses open and close that hold no others, as `find_quotes` does."""
    return _spans(GLOSSES, text, where)


def _spans(
    patterns: tuple[re.Pattern[str], ...], text: str, where: Iterable[tuple[int, int]]
) -> NDArray[np.int64]:
    spans = [
        found.span()
        for first, last in _lines(text, where)
        for pattern in patterns
        for found in pattern.finditer(text, first, last)
    ]
    return np.array(sorted(spans), np.int64).reshape(-1, 2)


def _lines(text: str, where: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where the lines of some stretches begin and end; of those that touch, once."""
    lines: list[tuple[int, int]] = []
    for start, stop in where:
        if lines and stop <= lines[-1][1]:
            continue
        end = text.find("\n", stop)
        end = len(text) if end < 0 else end
        if lines and start <= lines[-1][1]:
            lines[-1] = lines[-1][0], end
        else:
            lines.append((text.rfind("\n", 0, start) + 1, end))
    return lines
