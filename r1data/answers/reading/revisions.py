r"""Boxes that what stands behind them withdraws: by a doubt, or by an answer that is another.

A box that is restated behind it stays the answer: in words, with its unit, rounded. Only two
numbers, two letters, two names or two formulas say for sure that the later one replaces it.
"""

# ruff: noqa: RUF001 - dashes and marks of other scripts are the point

import re
from fractions import Fraction

from r1data.answers.reading.bare_answers import PROSE, clean, is_bare
from r1data.answers.reading.final_sentences import read_final_sentence
from r1data.answers.writing.fonts import COMMON
from r1data.answers.writing.fonts import command as font_command
from r1data.answers.writing.letters import LABEL_END, LETTER_IN_PROSE
from r1data.answers.writing.thousands import without_commas, without_latex_separators

CLOSERS = r"(?:[\s*_$.,;:)\]}]|\\[)\]])*"
WITHDRAWN = re.compile(
    rf"(?!\s*\n\s*\n){CLOSERS}(?:[?？](?!\s*(?:yes|correct|right|indeed|exactly|✓|✔|✅))|❌|✗|✘"
    r"|[-–—…\s]*(?:(?:oh|wait|hmm+|but|actually|sorry|oops)\b[,.!…\s–—-]*){0,3}"
    r"(?:(?P<no>no(?:[,.!;]|\s[–—]|\swait\b))|scratch that|correction\b|oops\b"
    r"|(?:(?:that|this|it)(?:['’]s|\s+is|\s+was)|which\s+is|is|was)\s+"
    r"(?:wrong|incorrect|not\s+(?:right|correct|it)\b)))",
    re.IGNORECASE,
)
"""What stands directly behind a box that is taken back."""
NO = re.compile(r"\s*(?:no|false)\b", re.IGNORECASE)
TURNS = (
    r"no|so|thus|hence|therefore|then|actually|wait|sorry|correction|oops|hmm|instead|in the end"
    r"|in conclusion|finally|on reflection|to conclude|(?:i|we) conclude(?: that)?|my mistake"
    r"|and|but|which means(?: that)?|overall|rather|on second thou?ght"
)
PART = r"(?:part|step|question|\(|\w+ (?:part|step|question)\b|(?:the )?(?:first|second|other)\b)"
ANNOUNCED = re.compile(
    rf"(?:^|[\n.?!,;:–—-])[*_\s$)]*(?:(?:{TURNS})\b[,.:!…–—-]*\s+){{0,4}}"
    r"[*_]*(?P<cue>(?:(?:the|my|our)\s+)?(?:(?:final|correct|right|actual|true|revised|corrected"
    rf"|new|best|desired|required)\s+){{0,2}}(?:answer|option|choice)\b(?! (?:to|of|for|in) {PART})"
    r"|####|答案)",
    re.IGNORECASE,
)
IN_FONT = re.compile(rf"{font_command((*COMMON, 'textit'))}\s*\{{([^{{}}]*)\}}")
FRACTION = re.compile(r"\\[dt]?frac\s*\{?(-?[0-9]+)\}?\s*\{?([0-9]+)\}?")
NAME = re.compile(r"^[a-zA-Z](?:_?\w)?\s*=\s*")
NUMBER = re.compile(r"(-?)\s*[$€£¥]?\s*(-?[0-9]+(?:\.[0-9]+)?(?:/[1-9][0-9]*)?)\s*(.*)")
UNIT = re.compile(r"(?:°|\\?%|[^\W\d_]+\.?)?(?: [^\W\d_]+)*")
LETTER = re.compile(rf"\(?({LETTER_IN_PROSE})\)?(?:{LABEL_END}(?:\s.*)?)?")
PROPER = re.compile(r"[A-Z][a-z]+")
DRESS = re.compile(r"\\(?:left|right|[,;!:]|q?quad|cdot)|[\s{}()\[\]\\$*]")
CONVERSIONS = frozenset([7, 12, 24, 60, 3600])


def is_withdrawn(box: str, behind: str) -> bool:
    """Say whether what follows a box directly takes it back: a question mark, `no`, `is wrong`.

    >>> is_withdrawn("4", "? No, 5."), is_withdrawn("4", ", not 5."), is_withdrawn("no", ". No, ")
    (True, False, False)
    """
    found = WITHDRAWN.match(behind)
    return found is not None and not (found["no"] and NO.match(IN_FONT.sub(r"\1", box)))


def read_revision(box: str, behind: str) -> str | None:
    """Return the answer that is announced behind a box, where it is surely another, or None.

    >>> read_revision("4", ". Hmm. So the final answer is 3.")
    '3'
    >>> read_revision("4", ". The answer is four."), read_revision("4", ". The answer is 4 m.")
    (None, None)
    """
    cues = list(ANNOUNCED.finditer(behind))
    later = read_final_sentence(behind[cues[-1].start("cue") :]) if cues else None
    return later if later and is_surely_another(box, later) else None


def is_surely_another(answer: str, later: str) -> bool:
    r"""Say whether two answers are surely not the same: two numbers, letters, names or formulas.

    What a unit, a share, rounding or words may explain is not sure.

    >>> is_surely_another("4", "3"), is_surely_another("4", "four"), is_surely_another("B", "3")
    (True, False, False)
    """
    return _is_another(_plain(answer), _plain(later))


def _plain(answer: str) -> str:
    """Return an answer without fonts, delimiters, thousands commas and the name of a value."""
    text = FRACTION.sub(r"\1/\2", IN_FONT.sub(r"\1", clean(answer)).replace("−", "-"))
    text = without_commas(without_latex_separators(text))
    return NAME.sub("", text.replace(r"\$", "").replace("$", "").strip()).strip(" .")


def _is_another(box: str, later: str) -> bool:
    one, other = _number(box), _number(later)
    if one and other:
        return _is_another_number(one, other)
    if one or other:
        return False
    letter, later_letter = LETTER.fullmatch(box), LETTER.fullmatch(later)
    if letter and later_letter:
        return letter[1] != later_letter[1]
    if PROPER.fullmatch(box) and PROPER.fullmatch(later):
        return box != later and not NO.match(box) and not NO.match(later)
    return _is_another_formula(box, later)


def _number(text: str) -> tuple[Fraction, str] | None:
    """Return a number and its unit; None for what is more than that."""
    found = NUMBER.fullmatch(text)
    if found is None or not UNIT.fullmatch(found[3]) or PROSE.search(found[3]):
        return None
    return Fraction(found[2]) * (-1 if found[1] else 1), found[3].casefold()


def _is_another_number(one: tuple[Fraction, str], other: tuple[Fraction, str]) -> bool:
    """Say whether two numbers differ by more than a unit, a share or rounding may explain."""
    (first, unit), (second, other_unit) = one, other
    if first == second or (unit and other_unit and unit[:3] != other_unit[:3]):
        return False
    has_one_unit = unit != other_unit
    ratio = max(first, second, key=abs) / min(first, second, key=abs) if first and second else None
    if has_one_unit and ratio is not None and (_is_power_of_ten(ratio) or ratio in CONVERSIONS):
        return False
    is_whole = first.denominator == second.denominator == 1
    return is_whole or ratio is None or not Fraction(97, 100) < ratio < Fraction(103, 100)


def _is_power_of_ten(ratio: Fraction) -> bool:
    return ratio.denominator == 1 and str(ratio.numerator).strip("0") == "1"


def _is_another_formula(box: str, later: str) -> bool:
    if not (is_bare(box) and is_bare(later)) or box.count(",") != later.count(","):
        return False
    one, other = DRESS.sub("", box), DRESS.sub("", later)
    has_words = re.search(r"[a-zA-Z]{3,}", one + " " + other)
    return not has_words and one not in other and other not in one
