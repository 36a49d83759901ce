r"""Boxes as answers: the last `\boxed{}`, or the list of them that ends a response."""

# ruff: noqa: RUF001 - letters and marks of other scripts are the point

import re

from r1data.text import BOX_COMMAND, box_at, closed_boxes

MAX_GAP = 60
"""Characters between two boxes of one list."""
MAX_BOXES = 50
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


def read_box(text: str) -> str | None:
    r"""Return what the boxes of a text say: the last one, or all of a list that ends with it.

    Open, empty and denied boxes (`not \boxed{1}`) are passed over. A box without braces holds a
    number, a letter or one command; `\fbox{}` counts where there is no `\boxed{}`.

    >>> read_box(r"$x = \boxed{1}$ or $x = \boxed{2}$"), read_box(r"\boxed{1}, no, \boxed{2}")
    ('1, 2', '2')
    >>> read_box(r"$\boxed 5$"), read_box(r"\fbox{5}"), read_box(r"\boxed{}")
    ('5', '5', None)
    """
    command = text.rfind(BOX_COMMAND)
    denied = DENIED.search(text, max(0, command - MAX_GAP), command) if command > 0 else None
    if denied:
        return read_box(text[: denied.start()])
    if command < 0:
        return read_box(text.replace(FRAMED, r"\boxed{")) if FRAMED in text else None
    last = box_at(text, command)
    if last is None and (token := ONE_TOKEN.match(text, command)):
        return next(group for group in token.groups() if group)
    if last is None or not text[slice(*last)].strip():
        full = [span for span in closed_boxes(text) if text[slice(*span)].strip()]
        if not full:
            return None
        last = max(full)
        command = text.rfind(BOX_COMMAND, 0, last[0])
    return _with_those_before(text, command, text[slice(*last)].strip())


def is_box_open(text: str) -> bool:
    r"""Say whether a text ends inside a box.

    >>> is_box_open(r"\boxed{1} and \boxed{2"), is_box_open(r"\boxed{1}")
    (True, False)
    """
    command = text.rfind(BOX_COMMAND)
    return command >= 0 and box_at(text, command) is None and not ONE_TOKEN.match(text, command)


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
