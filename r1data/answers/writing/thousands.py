r"""Separators of thousands: `1,234`, `1 234`, `1{,}234`, `1\,234`, `1'234`.

A separator stands between digits, and just three digits follow it: `1,23` and `1,2345` have none.
A bare comma can part the members of a list too. So commas are taken out where no list is read, and
`math` joins digits at commas only outside brackets (`with_digits_joined`).
"""

import re

GROUP = 3
"""Digits of a group, but for the first one, which may be shorter."""
ASCII = "[0-9]"
IN_LATEX = r",\\!\s*|\\[,!;: ]|\{,\}|~|'"
"""Separators that are no list's in LaTeX: spaces by command, a comma in braces, a tie, a quote."""


def _between(separator: str, digit: str) -> re.Pattern[str]:
    return re.compile(rf"(?<={digit})(?:{separator})(?={digit}{{{GROUP}}}(?!{digit}))")


def _grouped(separator: str, before: str, after: str) -> re.Pattern[str]:
    group = rf"{ASCII}{{{GROUP}}}"
    return re.compile(rf"{before}{ASCII}{{1,{GROUP}}}(?:{separator}{group})+{after}")


COMMA = _between(",", r"\d")
LATEX = _between(IN_LATEX, ASCII)
SPACED = _grouped(" ", r"(?<![0-9.])", rf"(?!{ASCII})")
BRACED = _grouped(",", r"(?<=\{)", r"(?=\})")


def without_commas(text: str) -> str:
    """Return a text without the commas that separate thousands.

    >>> without_commas("1,234.50"), without_commas("12,34"), without_commas("1, 234")
    ('1234.50', '12,34', '1, 234')
    """
    return COMMA.sub("", text)


def without_latex_separators(text: str) -> str:
    r"""Return a text without the separators that part no list: those of LaTeX, and quotes.

    >>> without_latex_separators(r"1{,}234\,567"), without_latex_separators("1,234")
    ('1234567', '1,234')
    """
    return LATEX.sub("", text)


def without_spaces(text: str) -> str:
    """Return a text without the spaces in numbers whose groups all have their size.

    >>> without_spaces("12 345 678"), without_spaces("1234 567"), without_spaces("0.1 234")
    ('12345678', '1234 567', '0.1 234')
    """
    return SPACED.sub(lambda number: number[0].replace(" ", ""), text)


def without_commas_in_braces(text: str) -> str:
    r"""Return a text without the commas of numbers that fill their braces: no list does.

    >>> without_commas_in_braces(r"\sqrt{1,234}"), without_commas_in_braces("{1,234,5}")
    ('\\sqrt{1234}', '{1,234,5}')
    """
    return BRACED.sub(lambda number: number[0].replace(",", ""), text)
