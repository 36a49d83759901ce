"""Fenced blocks of a response: their language, their text, and whether each is closed."""

import re
from dataclasses import dataclass

MARKS = ("```", "~~~")
TAB = 4
MAX_INDENT = 4
"""A line that is indented by so much more than its block began is text, as in Markdown."""
STRING_PARTS = re.compile(r"\\.|'''|\"\"\"|'|\"|#|\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block."""

    language: str
    """In lower case; empty where none is named."""
    text: str
    is_closed: bool


def fenced_blocks(response: str) -> list[Block]:
    r'''Return the fenced blocks of a text, in order.

    A fence inside a triple-quoted string of Python closes nothing where the block has another that
    does: docstrings have fences of their own.

    >>> fenced_blocks("```py\nx = 1\n```")
    [Block(language='py', text='x = 1\n', is_closed=True)]
    >>> len(fenced_blocks('```py\n"""\n```\n"""\n```'))
    1
    '''
    lines = response.splitlines(keepends=True)
    blocks: list[Block] = []
    number, is_quote_known = 0, True
    while number < len(lines):
        opened = _opening(lines[number])
        number += 1
        if not opened:
            continue
        end, is_quote_known = _end(lines, number, opened, is_quote_known=is_quote_known)
        is_closed = end < len(lines)
        blocks.append(Block(opened.language, "".join(lines[number:end]), is_closed))
        number = end + 1
    return blocks


@dataclass(frozen=True, slots=True)
class _Opening:
    mark: str
    indent: int
    language: str

    def is_closed_by(self, line: str) -> bool:
        """Say whether a line is the block's closing fence."""
        shown = line.strip()
        is_fence = shown.startswith(self.mark) and not shown.strip(self.mark[0])
        return is_fence and _indent(line) < self.indent + MAX_INDENT


def _opening(line: str) -> _Opening | None:
    """Return what a line opens; a fence of backticks has none after it, else it quotes a word."""
    shown = line.strip()
    if not shown.startswith(MARKS):
        return None
    rest = shown.lstrip(shown[0])
    if shown[0] == "`" and "`" in rest:
        return None
    language = (rest.split() or [""])[0].casefold().strip("{}.")
    return _Opening(shown[: len(shown) - len(rest)], _indent(line), language)


def _end(
    lines: list[str], start: int, opened: _Opening, *, is_quote_known: bool
) -> tuple[int, bool]:
    """Return the line that closes a block, and whether strings may still be looked at.

    They are not after one that never ends: each line is then read once more at most.
    """
    first = 0
    quote = ""
    for number in range(start, len(lines)):
        if opened.is_closed_by(lines[number]):
            if not (quote and is_quote_known):
                return number, is_quote_known
            first = first or number
        elif is_quote_known:
            quote = _quote_after(lines[number], quote)
    return first or len(lines), is_quote_known and not first


def _quote_after(line: str, quote: str) -> str:
    """Return the triple quote that a line leaves open, given the one that was open before it."""
    single = ""
    for found in STRING_PARTS.finditer(line):
        part = found[0]
        if part == "#" and not (quote or single):
            break
        if quote:
            quote = "" if part == quote else quote
        elif single:
            single = "" if part in (single, "\n") else single
        elif len(part) == len('"""'):
            quote = part
        elif part in ("'", '"'):
            single = part
    return quote


def _indent(line: str) -> int:
    shown = line.expandtabs(TAB)
    return len(shown) - len(shown.lstrip())
