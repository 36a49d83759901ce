r"""The options of a choice question, from its choices or from the text of its problem.

Read are `(A) ...`, `A. ...`, `A) ...`, `A: ...`, in lines or in one line, also as `\textbf{(A)}`,
in small letters, and a list of lines with dashes under `Options:`. Letters must begin at A and
follow one another; of several such runs the last one counts.
"""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

from r1data.answers.text.numbers import written_number
from r1data.answers.text.wording import bare, is_same
from r1data.answers.writing.fonts import COMMON, command
from r1data.answers.writing.letters import LABEL_END, LETTER, LETTERS
from r1data.patterns import lazy

Options = dict[str, str]
"""The text of each option by its letter."""

COMMAND = rf"(?:{command((*COMMON, 'bf', 'rm'))}\s*\{{?\s*|\*\*)?"
"""Labels are set in common fonts, or in ones that hold to the end of a group: `{\\bf (A)}`."""
END = r"(?:\s*\}|\*\*)?"
STYLES = tuple(
    lazy(form, re.MULTILINE)
    for form in (
        rf"{COMMAND}\(\s*({LETTER})\s*\){END}",
        rf"^[ \t]*(?:[-*] )?{COMMAND}({LETTER}){LABEL_END}{END}(?=\s|\$|\\)",
        rf"(?:(?<=\s)|(?<=^)){COMMAND}({LETTER}){LABEL_END}{END}(?=\s)",
        rf"(?:(?<=\s)|(?<=^))\(({LETTER.lower()})\)(?=\s)",
        rf"^[ \t]*({LETTER.lower()})[.)](?=\s)",
    )
)
DASHES = lazy(r"(?:options|choices)\s*:\s*\n((?:\s*[-*•] [^\n]*\n?)+)", re.IGNORECASE)
SPACING = lazy(r"\\q?quad(?![a-zA-Z])|\\ |~|\\hspace\{[^{}]*\}|\\(?:newline|par)(?![a-zA-Z])")
NONE_OF = lazy(
    r"(?:none|neither|not any)(?: one)?(?: of)?(?: the)?(?: (?:these|those|them|others?|above|given"
    r"|listed|options|choices|answers|statements))*(?: (?:is|are) (?:correct|true|right))?"
)
CLOSE = Fraction(1, 50)
"""A number this close to an option, relatively, may be the option rounded."""
MAX_CHARS = 20_000
NUMBER_LABEL = lazy(r"(?:(?:option|choice|answer) )?\(?([0-9]{1,2})\)?[.:]?(?:\s+(.+))?")


@lru_cache(maxsize=5_000)
def _parsed(choices: tuple[str, ...], problem: str) -> tuple[tuple[str, str], ...]:
    if choices:
        return tuple(zip(LETTERS, _without_labels(choices), strict=False))
    if len(problem) > MAX_CHARS:
        return ()
    runs = [run for style in STYLES if len(run := _last_run(style, problem)) >= 2]
    if runs:
        return tuple(max(runs, key=len).items())
    dashes = DASHES.search(problem)
    lines = re.findall(r"[-*•] ([^\n]+)", dashes[1]) if dashes else []
    return tuple(zip(LETTERS, map(str.strip, lines), strict=False))


def read_options(choices: tuple[str, ...], problem: str) -> Options:
    r"""Return the options of a question by their letters; empty if it has none.

    >>> read_options((), "Is it\n(A) red\n(B) blue")
    {'A': 'red', 'B': 'blue'}
    >>> read_options((), r"$\textbf{(A)}\ 2\qquad\textbf{(B)}\ 3$")
    {'A': '2', 'B': '3'}
    >>> read_options(("A. red", "B. blue"), "")
    {'A': 'red', 'B': 'blue'}
    """
    return dict(_parsed(choices, problem))


def find_option(text: str, options: Options) -> str | None:
    """Return the letter of the one option whose text an answer is; None if there is no such.

    >>> find_option("0.50", {"A": "1/2", "B": "2"}), find_option("blue", {"A": "red"}) is None
    ('A', True)
    >>> find_option("none of the above", {"A": "1", "B": "None of these"})
    'B'
    """
    for is_match in (_is_text, _is_text_but_for_spaces, is_same, _is_equal_number, _is_none_of):
        found = [letter for letter, option in options.items() if is_match(text, option)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def as_letter(text: str, choices: tuple[str, ...], options: Options) -> str:
    """Return an answer by the number of an option as its letter, where choices are numbered.

    >>> as_letter("(2)", ("1. red", "2. blue"), {"A": "red", "B": "blue"})
    'B'
    >>> as_letter("2", ("red", "blue"), {"A": "red", "B": "blue"})
    '2'
    """
    numbered = NUMBER_LABEL.fullmatch(bare(text))
    if not numbered or not all(_ends_of_labels(choices, range(1, len(choices) + 1))):
        return text
    place = int(numbered[1]) - 1
    if not 0 <= place < len(choices) or (find_option(numbered[1], options) and not numbered[2]):
        return text
    rest = f". {numbered[2]}" if numbered[2] else ""
    return f"{LETTERS[place]}{rest}"


def is_index(gold_answer: str, options: Options) -> bool:
    """Say whether a gold answer is a whole number that may count the options, and no option.

    Some sources count from 0 and some from 1, so an index names no option for sure.

    >>> is_index("1", {"A": "red", "B": "blue"}), is_index("1", {"A": "1", "B": "2"})
    (True, False)
    """
    text = bare(gold_answer)
    is_number = text.isdecimal() and len(text) <= 2 and int(text) <= len(options)
    return is_number and find_option(text, options) is None


def is_no_option(text: str, options: Options) -> bool:
    """Say whether an answer is a number that is clearly none of these options, all numbers.

    >>> is_no_option("44", {"B": "42"}), is_no_option("0.33", {"B": "1/3"})
    (True, False)
    """
    number, numbers = written_number(text), [written_number(option) for option in options.values()]
    return number is not None and all(
        option is not None and abs(number - option) > CLOSE * abs(option) for option in numbers
    )


def _is_text(text: str, option: str) -> bool:
    return bare(text) == bare(option)


def _is_text_but_for_spaces(text: str, option: str) -> bool:
    return bare(text).replace(" ", "") == bare(option).replace(" ", "")


def _is_equal_number(text: str, option: str) -> bool:
    number = written_number(text)
    return number is not None and number == written_number(option)


def _is_none_of(text: str, option: str) -> bool:
    return all(NONE_OF.fullmatch(bare(side).casefold()) for side in (text, option))


def _without_labels(choices: Sequence[str]) -> list[str]:
    """Return choices without letters or numbers before them, if all have theirs."""
    ends = _ends_of_labels(choices, LETTERS)
    if not all(ends):
        ends = _ends_of_labels(choices, range(1, len(choices) + 1))
    is_labelled = all(ends) and len(ends) == len(choices)
    return [
        choice[end if is_labelled else 0 :].strip()
        for choice, end in zip(choices, ends, strict=False)
    ]


def _ends_of_labels(choices: Sequence[str], labels: Iterable[str | int]) -> list[int]:
    """Return where the label before each choice ends; 0 where it has none."""
    found = [
        re.match(rf"\s*\(?{label}{LABEL_END}\s+", choice, re.IGNORECASE)
        for label, choice in zip(labels, choices, strict=False)
    ]
    return [match.end() if match else 0 for match in found]


def _last_run(style: re.Pattern[str], problem: str) -> Options:
    """Return the last options in a style whose letters begin at A and follow one another."""
    found = list(style.finditer(problem))
    run: list[re.Match[str]] = []
    last: list[re.Match[str]] = []
    for match in found:
        letter = match[1].upper()
        if letter == "A":
            run = [match]
        elif 0 < len(run) < len(LETTERS) and letter == LETTERS[len(run)]:
            run.append(match)
        last = run if len(run) >= 2 else last
    ends = [*(match.start() for match in last[1:]), len(problem)] if last else []
    return {
        match[1].upper(): _option_text(problem[match.end() : end])
        for match, end in zip(last, ends, strict=True)
    }


def _option_text(text: str) -> str:
    """Return the text between two labels as the option that it is."""
    first = SPACING.sub(" ", text).strip().split("\n\n")[0].split("\n")[0].strip()
    plain = re.sub(r"(?:\\\\|[,;$]| and| or)\s*$", "", first).strip()
    if plain.count("$") % 2:
        plain = plain.strip("$").strip()
    if plain.count("{") < plain.count("}"):
        plain = plain.lstrip("} ")
    return plain
