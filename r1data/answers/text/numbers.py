r"""The exact number that a whole text is: in digits, in type or words, with a name or a unit.

Each reader takes the forms of the one before it and more. A formula that has a value, such as
`2 + 3` or `\sqrt{4}`, is no number here: the parser of `math` reads those.
"""

import re
from fractions import Fraction

from r1data.answers.text.wording import bare, words
from r1data.answers.writing.thousands import without_commas
from r1data.patterns import lazy

MAX_DIGITS = 400
"""A longer number is compared as text."""
NUMBER = lazy(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:\s*/\s*\d+)?")
FRACTION = lazy(r"\\[dt]?frac\s*\{(\d+)\}\s*\{(\d+)\}|\\[dt]?frac(\d)(\d)")
NAME = lazy(r"^[A-Za-z]\s*=\s*")
POWER_OF_TEN = lazy(r"\s*(?:\\times|×|\*)\s*10(?:\^|\*\*)\{?([-+]?\d{1,3})\}?")  # noqa: RUF001
SCIENTIFIC = lazy(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,3}")


def exact_number(text: str) -> Fraction | None:
    """Return the number that a text in digits is, exactly; None if it is none.

    >>> exact_number("1,234.50"), exact_number("3/4"), exact_number("3 cats") is None
    (Fraction(2469, 2), Fraction(3, 4), True)
    """
    plain = without_commas(text.strip())
    if len(plain) > MAX_DIGITS or not NUMBER.fullmatch(plain) or "./" in plain:
        return None
    top, _, bottom = plain.partition("/")
    if bottom and (int(bottom) == 0 or "." in top):
        return None
    return Fraction(top.strip()) / int(bottom or 1)


def written_number(text: str) -> Fraction | None:
    r"""Return the number that a text is in digits, as a LaTeX fraction or in English words.

    >>> str(written_number(r"$\frac{1}{2}$")), str(written_number("twenty-one"))
    ('1/2', '21')
    """
    plain = FRACTION.sub(_as_ratio, bare(text))
    number = exact_number(plain)
    return _counted(plain, num_words=1) if number is None else number


def stated_number(text: str) -> Fraction | None:
    r"""Return the number that a text gives a letter, or puts before a degree or any one word.

    Scientific notation is read too.

    >>> [str(stated_number(text)) for text in ("x = 5", "1.5e+2", "283°", r"2.32 \times 10^{5}")]
    ['5', '150', '283', '232000']
    >>> stated_number("12 legs") == 12, stated_number("3 or 4") is None
    (True, True)
    """
    stated = NAME.sub("", bare(text)).replace("°", "").replace(r"^\circ", "").strip()
    stated = POWER_OF_TEN.sub(r"e\1", stated)
    if len(stated) <= MAX_DIGITS and SCIENTIFIC.fullmatch(stated):
        return Fraction(stated)
    number = written_number(stated)
    return _counted(stated, num_words=2) if number is None else number


def _counted(text: str, *, num_words: int) -> Fraction | None:
    """Return the number that a text of so many words begins with; the others are letters only."""
    number, *things = words(text) or ("",)
    is_counted = len(things) == num_words - 1 and all(thing.isalpha() for thing in things)
    return exact_number(number) if is_counted else None


def _as_ratio(match: re.Match[str]) -> str:
    return f"{match[1] or match[3]}/{match[2] or match[4]}"
