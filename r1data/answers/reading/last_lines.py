"""Bare last lines: a line that is nothing but an answer."""

# ruff: noqa: RUF001 - marks of other scripts are the point

from r1data.answers.reading.bare_answers import OPTION, PROSE, RELATION, clean, is_bare
from r1data.answers.reading.cues import CUES_BY_STEM
from r1data.answers.reading.decorations import without_pictures
from r1data.answers.writing.letters import LETTER_IN_PROSE, label
from r1data.patterns import lazy
from r1data.text import BOX_COMMAND

MAX_CHARS = 200
BOLD_OPTION = lazy(rf"\*\*{label(LETTER_IN_PROSE)}\s[^*\n]{{1,80}}\*\*\.?")
"""An option that stands out from the options that a text may end with."""
MAX_WORDS = 5
MAX_PHRASE = 60
SENTENCE = lazy(r"[.!;。！；]\s*\S|[，。0-9]|\.\.$|^\{[\"']")
"""Signs that a line is no phrase: more than one sentence, or a number that merely stands in it."""


def read_last_line(text: str) -> str | None:
    r"""Return the last line of a text, if it is nothing but an answer.

    That is a number (with a unit), a formula with no relation but `variable = value`, a letter,
    yes or no. A text that is one line of a few words is an answer as a whole.

    >>> read_last_line("3 * 4 = 12"), read_last_line("x + 1 = 3\nx = 2"), read_last_line("Paris")
    (None, 'x = 2', 'Paris')
    """
    text = text.strip()
    line = without_pictures(text[text.rfind("\n") + 1 :])
    if line.endswith((r"\]", "$$")):
        line = _display(text) or line
    if not line or len(line) > MAX_CHARS or BOX_COMMAND in line:
        return None
    if BOLD_OPTION.fullmatch(line):
        return line.strip("*. ")
    if is_bare(line) or (line == text and _is_phrase(line)):
        return clean(line) or None
    return None


def _display(text: str) -> str | None:
    """Return the displayed formula that a text ends with, if it stands on lines of its own."""
    opening = r"\[" if text.endswith(r"\]") else "$$"
    start = text.rfind(opening, max(0, len(text) - MAX_CHARS), len(text) - 2)
    line_start = text.rfind("\n", 0, max(0, start)) + 1
    is_alone = start >= 0 and not text[line_start:start].strip()
    return " ".join(text[start:].split()) if is_alone else None


def _is_phrase(line: str) -> bool:
    if option := OPTION.match(line.strip("*_ ")):
        line = line.strip("*_ ")
        line = line[option.end() :]
        if is_bare(line):
            return True
    is_short = len(line.split()) <= MAX_WORDS and len(line) <= MAX_PHRASE
    return (
        is_short
        and not any(pattern.search(line) for pattern in (PROSE, SENTENCE, RELATION))
        and not any(stem in line.lower() for stem in CUES_BY_STEM)
    )
