"""Layout: how long the longest paragraph is, and how many code blocks the reasoning holds."""

import re

import polars as pl
from pydantic import NonNegativeInt

from r1data.curation.signals.signal import Means, Signal, above
from r1data.settings import Settings

BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
FENCES = ("```", "~~~")
FENCED = re.compile(r"^[^\S\n]*(`{3,}|~{3,})", re.MULTILINE)
COLUMNS = {"longest_paragraph_chars": pl.Int32, "num_code_blocks": pl.Int32}


class LayoutLimits(Settings):
    """The layout beyond which a rollout is left out."""

    max_paragraph_chars: NonNegativeInt | None = 4_000
    """Characters of the longest paragraph of the completion; null for no limit. Of the traces of
    DeepSeek-R1's distilled models one in 700 has a longer one, of its own one in twenty."""
    max_code_blocks: NonNegativeInt | None = 0
    """Code blocks in the reasoning; null for no limit."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it is beyond a limit, by drop reason."""
        return {
            "long_paragraph": above("longest_paragraph_chars", self.max_paragraph_chars),
            "code_in_reasoning": above("num_code_blocks", self.max_code_blocks),
        }


def longest_paragraph(text: str) -> int:
    r"""Return the characters of the longest paragraph; a blank line ends one.

    White space at its ends does not count. Only what may hold the longest one is searched for
    blank lines that have white space.

    >>> longest_paragraph("one\n\nthree\n \nsix")
    5
    """
    longest = 0
    for block in sorted(text.split("\n\n"), key=len, reverse=True):
        if len(block) <= longest:
            break
        longest = max(longest, *(len(part.strip()) for part in BLANK_LINE.split(block)))
    return longest


def num_code_blocks(text: str) -> int:
    r"""Count the code blocks of a text; one that never closes counts.

    >>> num_code_blocks("```python\n1\n```\nand\n```")
    2
    """
    if not any(fence in text for fence in FENCES):
        return 0
    blocks, opening = 0, ""
    for fence in FENCED.finditer(text):
        if not opening:
            blocks, opening = blocks + 1, fence[1]
        elif fence[1].startswith(opening):
            opening = ""
    return blocks


def without_code(text: str) -> str:
    r"""Return a text without its code blocks; one that never closes goes to the end.

    >>> without_code("a\n```python\n1\n```\nb")
    'a\n\nb'
    """
    kept, start, opening = [], 0, ""
    for fence in FENCED.finditer(text):
        if not opening:
            kept.append(text[start : fence.start()])
            opening = fence[1]
        elif fence[1].startswith(opening):
            opening, start = "", fence.end()
    return "".join(kept) if opening else "".join([*kept, text[start:]])


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    rows = [
        (None, None) if text is None else (longest_paragraph(text), num_code_blocks(reasoning))
        for text, reasoning in texts.select("completion", "reasoning").iter_rows()
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


LAYOUT = Signal("layout", 2, COLUMNS, _measure)
"""Null where there is no completion. DeepSeek-R1 left out chains of thought with long paragraphs
and code blocks (its paper, 2.3.3) and printed no thresholds."""
