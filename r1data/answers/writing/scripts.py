"""Digits, letters and marks of other scripts and styles, as those of ASCII that they stand for."""

# ruff: noqa: RUF001, RUF002 - signs of other scripts are the point

import re
import unicodedata

MARKS = str.maketrans({"٫": ".", "٬": ",", "٪": "%", "،": ",", "؛": ";", "⁄": "/", "∕": "/"})
STYLED = r"\U0001d400-\U0001d7ffℊℎℐℑℒℓℕℙℚℛℜℝℤℬℭℯℰℱℳℴ"
OTHER = re.compile(rf"(?![0-9])\d|[{STYLED}]|[{''.join(map(chr, MARKS))}]")
"""A digit of another script, a letter or a digit in a style of mathematics, or a mark."""
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
SETS = frozenset(map(ord, "ℕℙℚℝℤ"))
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ"
RAISED_FRACTION = re.compile(r"([⁰¹²³⁴-⁹]+)[/⁄∕]([₀-₉]+)")
RAISED_RUN = re.compile(f"[{RAISED}]+")
LOWERED_RUN = re.compile(f"[{LOWERED}]+")


def in_ascii_signs(text: str) -> str:
    """Return a text with the digits of all scripts, and letters in any style, as ASCII's.

    Raised and lowered signs stay, and so do the signs of the sets of numbers.

    >>> in_ascii_signs("٦٣٫٥"), in_ascii_signs("६३"), in_ascii_signs("3⁄4"), in_ascii_signs("x²")
    ('63.5', '63', '3/4', 'x²')
    >>> in_ascii_signs("\N{MATHEMATICAL ITALIC SMALL X} = \N{MATHEMATICAL BOLD DIGIT SIX}")
    'x = 6'
    """
    if text.isascii():
        return text
    return BEYOND_ASCII.sub(lambda run: OTHER.sub(_ascii_sign, run[0]), text)


def with_indices(text: str) -> str:
    r"""Return a text with runs of raised and lowered signs as indices, and fractions of them.

    >>> with_indices("x⁻¹"), with_indices("a₁₂"), with_indices("3¹⁄₂")
    ('x^{-1}', 'a_{12}', '3\\frac{1}{2}')
    """
    if text.isascii():
        return text
    text = RAISED_FRACTION.sub(lambda run: rf"\frac{{{_plain(run[1])}}}{{{_plain(run[2])}}}", text)
    text = RAISED_RUN.sub(lambda run: f"^{{{_plain(run[0])}}}", text)
    return LOWERED_RUN.sub(lambda run: f"_{{{_plain(run[0])}}}", text)


def _ascii_sign(match: re.Match[str]) -> str:
    sign = match[0]
    if ord(sign) in MARKS:
        return sign.translate(MARKS)
    if ord(sign) in SETS:
        return sign
    return str(unicodedata.digit(sign)) if sign.isdecimal() else _plain(sign)


def _plain(signs: str) -> str:
    return unicodedata.normalize("NFKC", signs).replace("\N{MINUS SIGN}", "-")
