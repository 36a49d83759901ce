"""Truncation: whether a completion was cut off, by its finish reason or by how it ends."""

import re

import polars as pl

from r1data.completions import part
from r1data.curation.signals.signal import Means, Signal
from r1data.settings import Settings

FENCE = re.compile(r"^[^\S\n]*(`{3,}|~{3,})", re.MULTILINE)
DELIMITERS = ((r"\[", r"\]"), (r"\(", r"\)"), (r"\begin{", r"\end{"))
TAIL = 2_000
"""Characters at the end in which a formula may stand open."""
LINE = 400
"""Characters of the last line that are looked at."""
NO_END = re.compile(
    r"[,(\[{:，、：（]$|(?<![=+<-])[=+<-]$|(?:^|\n)\s*\d{1,3}\.$"  # noqa: RUF001
    r"|[\w,]+ (?:the|an|of|and|or|to|is|are|was|were|that|which|with|from|because|than|but|its"
    r"|their|we)$"
)
"""Ends of what goes on: a comma, an opening bracket, an operator, a number of a list, `the`."""
NOT_PROSE = re.compile(r"\s*(?:[-*+#|>•]|\d+[.)]|\$|\\)")
MIN_WORDS = 12
"""Words of a line of prose that does not end without a mark."""
WIDE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
MIN_WIDE = 30
"""Characters of such a line in Chinese or Japanese."""
BARE = re.compile(rf"(?:\S+\s+){{{MIN_WORDS - 1},}}\S*[a-z]")


class TruncationLimits(Settings):
    """Completions that break off are left out, besides those that ended at the token limit."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it was cut off."""
        return {"truncated": pl.col("is_truncated")}


def breaks_off(text: str) -> bool:
    r"""Tell whether a whole completion ends where nothing can end.

    That is in a think block, a code block, a formula or a box that stays open, after a comma or
    `the`, or in a long line of prose without a mark. In doubt it does not.

    >>> breaks_off("<think>2 + 2"), breaks_off(r"so \[x = 2"), breaks_off("It is 4, and the")
    (True, True, True)
    >>> breaks_off("<think>2 + 2</think>4"), breaks_off(r"so \[x = 2\]"), breaks_off("4 apples")
    (False, False, False)
    """
    parts = part(text)
    if parts.is_open:
        return True
    response = parts.response.strip()
    return bool(response) and (_is_open(response) or _goes_on(response))


def _is_open(text: str) -> bool:
    """Tell whether a code block, a formula or a box stands open at the end of a text."""
    if _has_open_fence(text):
        return True
    tail = text[-TAIL:]
    if any(tail.rfind(opening) > tail.rfind(closing) for opening, closing in DELIMITERS):
        return True
    paragraph = tail[tail.rfind("\n\n") + 1 :]
    return paragraph.count("$$") % 2 == 1 or _has_open_box(paragraph)


def _has_open_fence(text: str) -> bool:
    opening = ""
    for fence in FENCE.finditer(text):
        if not opening:
            opening = fence[1]
        elif fence[1].startswith(opening):
            opening = ""
    return bool(opening)


def _has_open_box(text: str) -> bool:
    box = text.rfind(r"\boxed{")
    return box >= 0 and text.count("{", box) > text.count("}", box)


def _goes_on(text: str) -> bool:
    """Tell whether the last line of a text asks for more."""
    line = text[text.rfind("\n") + 1 :][-LINE:]
    if NO_END.search(line):
        return True
    if NOT_PROSE.match(line):
        return False
    is_wide = WIDE.match(line[-1]) is not None and len(WIDE.findall(line)) >= MIN_WIDE
    return is_wide or BARE.fullmatch(line) is not None


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    rows = texts.select("completion", "text", "finish_reason").iter_rows()
    found = [None if completion is None else _is_cut(text, why) for completion, text, why in rows]
    return pl.DataFrame({"is_truncated": found}, schema={"is_truncated": pl.Boolean})


def _is_cut(text: str, finish_reason: str | None) -> bool:
    """Tell whether a completion was cut off: by its finish reason, or else by how it ends."""
    return breaks_off(text) if finish_reason is None else finish_reason == "length"


TRUNCATION = Signal("truncation", 1, {"is_truncated": pl.Boolean}, _measure)
"""Null where there is no completion."""
