"""Completions taken apart: reasoning and response, whatever the make of the think tags."""

import re
from bisect import bisect_left
from collections import Counter
from typing import NamedTuple

from r1data.marks import (
    BEGINNING,
    QUOTES,
    TURN_LABEL,
    TURN_STARTS,
    WORDED,
    Mark,
    find_marks,
    strip_end_tokens,
)

NEVER_ALONE = "details"
"""The make whose closing tag is that of other things too, unless its opening one stands before."""
FENCE = re.compile("`{3,}|~{3,}")
PLAIN = "think"
"""DeepSeek-R1's make, and that of most models."""
OPEN, CLOSE = f"<{PLAIN}>", f"</{PLAIN}>"
OTHER_MARK = re.compile(r"\[[A-Z/|ue]")
"""How a mark in square brackets begins; intervals and TeX's `\\[` begin otherwise."""
FEW = 20
"""Characters that show whether a text begins with a token."""
EXPLAINING = frozenset(["reasoning", "reason", "rationale", "analysis"])
"""Makes whose block may also follow the answer that it explains."""
ANY_MAKE = ""
"""The make of a block that the prompt opened: any closing tag closes it."""


class Parts(NamedTuple):
    """A whole completion, taken apart."""

    reasoning: str | None
    """What stands in and before the last think block; None where none was closed."""
    response: str
    """What follows the reasoning, to the end of the turn, without end tokens."""
    tag: str | None = None
    """The first tag of a think block, as it is written; None where there is none."""
    is_open: bool = False
    """Whether a think block never closes: there is no response then."""
    unfinished: str = ""
    """The reasoning in a block that never closes."""
    ended_by: str | None = None
    """What ends the response before the text ends: a token's text, or the label of another turn."""


def part(text: str, *, is_prefilled: bool = False) -> Parts:
    r"""Take a whole completion apart: its reasoning, its response, and the make of its tags.

    A block is closed by a tag of its own make, or by one of another make that begins a line, where
    its own is missing. A closing tag without an opening one closes what the prompt opened.
    `is_prefilled` says that the prompt opened a block, which the text need not show.

    >>> part("[THINK]2+2[/THINK]4<|im_end|>")
    Parts(reasoning='2+2', response='4', tag='[THINK]', is_open=False, unfinished='', ended_by=None)
    >>> part("2+2 is", is_prefilled=True).unfinished
    '2+2 is'
    """
    return _part_plain(text) or _part_marked(text, is_prefilled)


def _part_plain(text: str) -> Parts | None:
    """Take apart a text with one pair of R1's tags and no other mark; None for any other text.

    Most texts are such, and are parted in a tenth of the time.
    """
    end = text.rfind(CLOSE)
    if end < 0 or not text.startswith(OPEN) or text.count("<") != 2 or text[end - 1] in QUOTES:
        return None
    response = text[end + len(CLOSE) :]
    has_code, has_brackets = "`" in text, "[" in text
    if (has_code or has_brackets) and not (
        text[end - 1] == text[len(OPEN)] == "\n" and response[:1] == "\n" and response.strip()
    ):
        return None
    if "◁" in text or (has_brackets and OTHER_MARK.search(text)):
        return None
    return Parts(text[len(OPEN) : end].strip(), response, OPEN)


def _part_marked(text: str, is_prefilled: bool) -> Parts:
    marks = find_marks(text)
    worded = _part_worded(text, marks)
    if worded is not None:
        return worded
    is_shown = bool(marks) and marks[0].kind == "open" and not text[: marks[0].start].strip()
    if not (marks or is_prefilled or text.lstrip().startswith(("<", "["))):
        return Parts(None, strip_end_tokens(text))
    walk = _Walk(text, marks[0].end if is_shown else 0)
    tags = (text[mark.start : mark.end] for mark in marks if mark.kind != "end")
    if is_prefilled and not is_shown:
        marks = [Mark("open", ANY_MAKE, 0, 0), *marks]
    walk.run(marks)
    return walk.parts(next(tags, None))


def _part_worded(text: str, marks: list[Mark]) -> Parts | None:
    """Take apart a text whose reasoning is announced in words; None for any other."""
    for opening, closing in WORDED:
        begun = opening.match(text)
        if begun is None:
            continue
        closings = list(closing.finditer(text, begun.end()))
        tag = begun[0].strip()
        if not closings:
            return Parts(None, "", tag, is_open=True, unfinished=text[begun.end() :].strip())
        walk = _Walk(text, begun.end())
        walk.close(*closings[-1].span())
        walk.run([mark for mark in marks if mark.start >= closings[-1].end()])
        return walk.parts(tag)
    return None


class _Walk:
    """A pass over a text's marks: where its response begins, and what ends it."""

    def __init__(self, text: str, reasoning_start: int) -> None:
        self._text = text
        self._reasoning_start = reasoning_start
        self._reasoning_end: int | None = None
        self._block: Mark | None = None
        self._end: Mark | None = None
        self._fences: list[int] | None = None
        self._quoted: set[str] = set()
        self._explained = ""
        self._begin(0)

    def run(self, marks: list[Mark]) -> None:
        """Go over the marks; over the rest again where a tag of another make closes a block."""
        stray = self._pass(marks)
        if self._block is not None and stray is not None:
            self.close(marks[stray].start, marks[stray].end)
            self._pass(marks[stray + 1 :])

    def close(self, start: int, end: int) -> None:
        """Note the closing tag of a think block: what follows is the response so far."""
        self._block = None
        self._reasoning_end = start
        self._begin(end)

    def parts(self, tag: str | None) -> Parts:
        """Return what the marks part the text into."""
        if self._block is not None:
            unfinished = self._text[self._block.end :].strip()
            return Parts(None, "", tag, is_open=True, unfinished=unfinished)
        end = self._end or Mark("end", "", len(self._text), len(self._text))
        response = strip_end_tokens(self._text[self._response_start : end.start])
        response = response.rstrip() if self._end else response
        if not response.strip():
            response = strip_end_tokens(self._explained)
        is_followed = bool(strip_end_tokens(self._text[end.start :]).strip())
        ended_by = self._text[end.start : end.end] if is_followed else None
        reasoning = None
        if self._reasoning_end is not None:
            reasoning = self._text[self._reasoning_start : self._reasoning_end].strip()
        return Parts(reasoning, response, tag, ended_by=ended_by)

    def _begin(self, position: int) -> None:
        first = self._text[position : position + FEW].lstrip()
        is_token = first[:1] in ("<", "[", "") and not first.startswith(OPEN)
        opening = BEGINNING.match(self._text, position) if is_token else None
        self._response_start = opening.end() if opening else position
        self._quoted.clear()

    def _pass(self, marks: list[Mark]) -> int | None:
        """Go over the marks; return the place of the last that another make's tag may close by."""
        stray = None
        inside: Counter[str] = Counter()
        for place, mark in enumerate(marks):
            if self._block is not None:
                if self._step_inside(mark, inside):
                    stray = place
            elif self._step_outside(mark, marks[place + 1 : place + 2]):
                return None
            elif self._block is not None:
                inside.clear()
                stray = None
        return stray

    def _step_inside(self, mark: Mark, inside: Counter[str]) -> bool:
        """Take a mark in a block; say whether a tag of another make there may close the block."""
        if mark.kind == "end" or self._block is None:
            return False
        if mark.kind == "open":
            inside[mark.make] += 1
            return False
        is_alone = not inside[mark.make]
        is_any = self._block.make == ANY_MAKE
        if mark.make == self._block.make or (is_any and (is_alone or mark.make == PLAIN)):
            self.close(mark.start, mark.end)
            return False
        inside[mark.make] -= not is_alone
        line_start = self._text.rfind("\n", 0, mark.start) + 1
        is_first = not self._text[line_start : mark.start].strip() and line_start > 0
        return is_alone and is_first and mark.make != NEVER_ALONE

    def _step_outside(self, mark: Mark, following: list[Mark]) -> bool:
        """Take a mark outside all blocks; say whether it ends the response."""
        is_before = mark.start < self._response_start and mark.end <= self._response_start
        if is_before or self._is_fenced(mark):
            return False
        if mark.kind == "open":
            self._end = self._made_up_turn(mark)
            self._block = None if self._end else mark
            before = self._text[self._response_start : mark.start]
            self._explained = before if mark.make in EXPLAINING else ""
        elif mark.kind == "shut":
            if mark.make != NEVER_ALONE:
                self.close(mark.start, mark.end)
        elif not self._is_within(mark, following):
            self._end = mark
        return self._end is not None

    def _is_within(self, mark: Mark, following: list[Mark]) -> bool:
        """Say whether a token's text ends nothing: it begins this turn, or stands in reasoning."""
        if self._reasoning_end is None and following and following[0].kind == "shut":
            return True
        is_first = not self._text[self._response_start : mark.start].strip()
        return is_first and self._text[mark.start : mark.end] in TURN_STARTS

    def _made_up_turn(self, mark: Mark) -> Mark | None:
        """Return where, after a response, a model asks itself something and thinks about that."""
        if self._reasoning_end is None:
            return None
        turn = TURN_LABEL.search(self._text, self._response_start, mark.start)
        if turn is None or not self._text[self._response_start : turn.start()].strip():
            return None
        return Mark("end", "", turn.start() + 1, turn.end())

    def _is_fenced(self, mark: Mark) -> bool:
        """Say whether a mark stands in a fenced block of the response, which shows it."""
        if self._fences is None:
            self._fences = _fences(self._text)
        num_before = bisect_left(self._fences, mark.start)
        num_open = num_before - bisect_left(self._fences, self._response_start)
        is_inside = num_open % 2 == 1 and num_before < len(self._fences)
        if mark.kind != "shut":
            if is_inside and mark.kind == "open":
                self._quoted.add(mark.make)
            return is_inside
        return is_inside and (self._reasoning_end is not None or mark.make in self._quoted)


def _fences(text: str) -> list[int]:
    """Return where the lines stand that open or close a fenced block."""
    found: list[int] = []
    if "```" not in text and "~~~" not in text:
        return found
    for fence in FENCE.finditer(text):
        line_start = text.rfind("\n", 0, fence.start()) + 1
        before = text[max(line_start, fence.start() - 4) : fence.start()]
        if not before.strip() or before.endswith(">"):
            found.append(fence.start())
    return found
