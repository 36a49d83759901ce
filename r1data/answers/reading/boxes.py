r"""Boxes as answers: the last `\boxed{}`, or the list of them that ends a response."""

# ruff: noqa: RUF001 - letters and marks of other scripts are the point

import re
from typing import NamedTuple

from r1data.answers.reading.asked_forms import as_form
from r1data.answers.writing.fonts import COMMON
from r1data.answers.writing.fonts import command as font_command
from r1data.text import BOX, BOX_COMMAND, box_at, closed_boxes, closing_brace

MAX_GAP = 60
"""Characters between two boxes of one list."""
MAX_BOXES = 50
MAX_PASSED_OVER = 200
"""Boxes that say nothing and are passed over, at most."""
GAP = re.compile(
    r"[\s$*.)\]\\]*(?:q?quad\s*\\?)?(?:text\{\s*)?"
    r"(?:[,;、，]\s*(?:and|or|y|o|et|ou|und|oder|e|和|或)?|and|or|&|y|o|et|ou|und|oder|e|и|или"
    r"|和|或|与|及|と|または|및|또는|và|hoặc)(?:\s*\})?"
    r"[\s$*(\[\\]*(?:q?quad[\s$*(\[\\]*)?(?:[a-zA-Z](?:_\w|_\{\w\})?\s*=\s*)?"
)
"""The text that may stand between two boxes of one list."""
ONE_TOKEN = re.compile(
    r"\\boxed(?:\s*(?P<number>[-+]?[0-9]+(?:[.,][0-9]+)*)(?![\w.]*[\w])"
    r"|\s+(?P<letter>[a-zA-Z])(?!\w)|(?P<command>\\[a-zA-Z]+(?:\{[^{}]*\}){1,2}))"
)
"""TeX needs no braces around one token."""
DENIED = re.compile(r"\b(?:not|n't|instead of|rather than)[\s*_$:]*(?:\\[(\[]\s*)?$")
FRAMED = r"\fbox{"
FRAME = " \t\n$*_`<>[](){}:."
DOTS = re.compile(r"(?:\\[lc]?dots?[a-z]?|\\cdots?|\\quad|\\(?:square|Box|[_,;:!])|[.…_·\s$~])+")
IN_FONT = re.compile(rf"{font_command((*COMMON, 'textit'))}\s*\{{([^{{}}]*)\}}")
DIGIT = re.compile("[0-9]")
PLACEHOLDER = re.compile(
    r"(?:(?:your|the|my|insert|put|write|place|enter|correct|final|numerical|numeric|exact|single"
    r"|actual|computed|option|choice|answer)[\s_-]+){0,4}"
    r"(?:answers?|solution|result|value|option|response"
    r"|(?<=[\s_-])(?:letter|choice|number|integer|expression|fraction|formula))"
    r"(?:[\s_-]+(?:here|goes here|value|letter|choice))?"
    r"|(?:你的|最终|您的)?答案|(?:tu|su|la) respuesta|(?:votre|la) réponse",
    re.IGNORECASE,
)
"""What stands in a box that quotes the instruction."""


class Box(NamedTuple):
    """What the boxes of a text say, and what stands behind them."""

    answer: str
    behind: str


def read_box(text: str, forms: frozenset[str] = frozenset()) -> str | None:
    r"""Return what the boxes of a text say: the last one, or all of a list that ends with it.

    Open, empty and denied boxes (`not \boxed{1}`) are passed over, and those that only repeat the
    form that was asked for (`\boxed{answer}`). A box without braces holds a number, a letter or one
    command; `\fbox{}` counts where there is no `\boxed{}`.

    Args:
        text: What is read.
        forms: Other forms that were asked for, as `asked_forms` returns them.

    >>> read_box(r"$x = \boxed{1}$ or $x = \boxed{2}$"), read_box(r"\boxed{1}, no, \boxed{2}")
    ('1, 2', '2')
    >>> read_box(r"$\boxed 5$"), read_box(r"\fbox{5}"), read_box(r"\boxed{7}; \boxed{answer}")
    ('5', '5', '7')
    """
    found = find_box(text, forms)
    return found.answer if found else None


def find_box(text: str, forms: frozenset[str] = frozenset()) -> Box | None:
    r"""Return what `read_box` does, with what stands behind it.

    >>> find_box(r"\boxed{7}? No.")
    Box(answer='7', behind='? No.')
    """
    if BOX_COMMAND not in text:
        return find_box(text.replace(FRAMED, r"\boxed{"), forms) if FRAMED in text else None
    whole = text
    closed: dict[int, tuple[int, int]] | None = None
    command = text.rfind(BOX_COMMAND)
    for _ in range(MAX_PASSED_OVER):
        if command < 0:
            break
        if _is_denied(text, command):
            text = text[:command]
        elif opening := BOX.match(text, command):
            span = closed.get(opening.end()) if closed is not None else box_at(text, command)
            if span and (answer := _answer_in(text, command, span, forms)):
                return Box(answer, whole[span[1] + 1 :])
            closed = _spans(text) if closed is None else closed
        elif token := ONE_TOKEN.match(text, command):
            answer = next(group for group in token.groups() if group)
            return Box(answer, whole[token.end() :])
        command = text.rfind(BOX_COMMAND, 0, command)
    return None


def _is_denied(text: str, command: int) -> bool:
    start = max(0, command - MAX_GAP)
    before = text[start:command]
    is_possible = "not" in before or "n't" in before or "instead" in before or "rather" in before
    return is_possible and DENIED.search(text, start, command) is not None


def _spans(text: str) -> dict[int, tuple[int, int]]:
    """Return where the contents of closed boxes stand, by where they begin."""
    return {start: (start, end) for start, end in closed_boxes(text)}


def _answer_in(text: str, command: int, span: tuple[int, int], forms: frozenset[str]) -> str | None:
    """Return what the box at a command says, with those before it of one list."""
    content = text[slice(*span)].strip()
    if not content or (forms and as_form(content) in forms):
        return None
    answer = _with_those_before(text, command, content)
    is_alone = answer == content
    return None if is_placeholder(content) and (is_alone or not DOTS.fullmatch(content)) else answer


def is_placeholder(answer: str) -> bool:
    r"""Say whether what stands for an answer only repeats the form that was asked for.

    >>> is_placeholder("your answer"), is_placeholder(r"\ldots"), is_placeholder("7")
    (True, True, False)
    """
    if DIGIT.search(answer):
        return False
    bare = IN_FONT.sub(r"\1", answer).strip()
    return bool(DOTS.fullmatch(bare) or PLACEHOLDER.fullmatch(bare.strip(FRAME)))


def is_box_open(text: str) -> bool:
    r"""Say whether the last box of a text never closes: what stands before it was taken back.

    A command without a brace mentions the box, unless the text ends with it; so does a brace that a
    back-tick follows.

    >>> is_box_open(r"\boxed{1} and \boxed{2"), is_box_open(r"\boxed{1}, in a \boxed as asked")
    (True, False)
    """
    command = text.rfind(BOX_COMMAND)
    if command >= 0 and not text[command + len(BOX_COMMAND) :].strip():
        return True
    while command >= 0:
        if opening := BOX.match(text, command):
            start = opening.end()
            return not text.startswith("`", start) and closing_brace(text, start) < 0
        command = text.rfind(BOX_COMMAND, 0, command)
    return False


def _with_those_before(text: str, command: int, answer: str) -> str:
    answers = [answer]
    while len(answers) < MAX_BOXES and "}" in text[max(0, command - MAX_GAP) : command]:
        before = text.rfind(BOX_COMMAND, 0, command)
        span = box_at(text, before) if before >= 0 else None
        if span is None or not span[1] < command <= span[1] + MAX_GAP:
            break
        if not GAP.fullmatch(text, span[1] + 1, command):
            break
        answers.append(text[slice(*span)].strip())
        command = before
    return ", ".join(dict.fromkeys(filter(None, reversed(answers))))
