"""Layout: how long the longest paragraph is, and how many code blocks the reasoning holds."""

import re

import polars as pl
from pydantic import NonNegativeInt

from r1data.curation.signals.signal import Means, Signal, above
from r1data.settings import Settings

BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
FENCED = re.compile(r"^[^\S\n]*(`{3,}|~{3,})", re.MULTILINE)
COLUMNS = {"longest_paragraph_chars": pl.Int32, "num_code_blocks": pl.Int32}


class LayoutLimits(Settings):
    """The layout beyond which a rollout is left out."""

    max_paragraph_chars: NonNegativeInt | None = 4_000
    """Characters of the longest paragraph of the completion; null for no limit."""
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

    >>> longest_paragraph("one\n\nthree\n \nsix")
    5
    """
    return max(map(len, BLANK_LINE.split(text)))


def num_code_blocks(text: str) -> int:
    r"""Count the code blocks of a text; one that never closes counts.

    >>> num_code_blocks("```python\n1\n```\nand\n```")
    2
    """
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


LAYOUT = Signal("layout", 1, COLUMNS, _measure)
"""Null where there is no completion. DeepSeek-R1 left out chains of thought with long paragraphs
and code blocks (its paper, 2.3.3) and printed no thresholds."""
