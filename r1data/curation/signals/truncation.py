"""Truncation: whether a completion was cut off, by its finish reason or by how it ends."""

import re

import polars as pl

from r1data.completions import part
from r1data.curation.content.unfinished import continues_list
from r1data.curation.signals.signal import Means, Signal
from r1data.settings import Settings

FENCE = re.compile(r"^[^\S\n]*(`{3,}|~{3,})", re.MULTILINE)
DELIMITERS = ((r"\[", r"\]"), (r"\(", r"\)"), (r"\begin{", r"\end{"))
TAIL = 2_000
"""Characters at the end in which a formula may stand open."""
LINE = 400
"""Characters of the last line that are looked at."""
NO_END = re.compile(
    r"[,(\[{:，、：（]$|(?<!\S)[=+<-]$|(?<=[\w)\]}])=$"  # noqa: RUF001
)
"""Ends of what goes on: a comma, an opening bracket, an operator that stands apart: `Na+` is
whole."""
ITEM = re.compile(r"\s*(\d{1,3})\.")
"""The number of an item of a list, or a number alone."""
NO_LAST_WORD = re.compile(
    r"[\w,]+ (?:the|an|of|and|or|to|is|are|was|were|that|which|with|from|because|than|but|its"
    r"|their|we)$"
)
"""Words at which prose does not end; an item of a list can, as `what they struggle with`."""
NOT_PROSE = re.compile(r"\s*(?:[-*+#|>•]|\d+[.)]|\$|\\)")
MIN_WORDS = 12
"""Words of a line of prose that does not end without a mark."""
WIDE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
MIN_WIDE = 30
"""Characters of such a line in Chinese or Japanese."""
BARE = re.compile(rf"(?:\S+\s+){{{MIN_WORDS - 1},}}(?![#@])[^\s@|/]*[a-z]")
SIGNED = re.compile(r"[-\u2013\u2014]\s*(?:[A-Z]\S*\s*){1,4}$")
"""What a quotation ends with: who said it."""
FEW_LINES = 20
"""Lines above the last; where one of them ends without a mark too, that is how the text is."""


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
    is_price = paragraph.endswith("$$") and not paragraph.endswith("\n$$")
    return (paragraph.count("$$") % 2 == 1 and not is_price) or _has_open_box(paragraph)


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
    *before, last = text.split("\n")
    line = last[-LINE:]
    item = ITEM.fullmatch(line)
    if NO_END.search(line) or (item is not None and continues_list(int(item[1]), text)):
        return True
    if NOT_PROSE.match(line):
        return False
    if NO_LAST_WORD.search(line):
        return True
    is_wide = WIDE.match(line[-1]) is not None and len(WIDE.findall(line)) >= MIN_WIDE
    return is_wide or (_is_bare(line) and not any(map(_is_bare, before[-FEW_LINES:])))


def _is_bare(line: str) -> bool:
    """Tell whether a line is long, and prose, and ends without a mark.

    Tags of a post, whoever said a quotation, and a row of a table need none.
    """
    end = line[-LINE:]
    return BARE.fullmatch(end) is not None and "|" not in end and SIGNED.search(end) is None


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    reason = pl.col("finish_reason")
    is_sampled = pl.col("completion").is_not_null()
    unsaid = texts.select(pl.when(is_sampled & reason.is_null()).then("text")).to_series()
    breaking = [None if text is None else breaks_off(text) for text in unsaid]
    is_cut = pl.when(is_sampled).then(
        pl.coalesce(reason == "length", pl.Series(breaking, dtype=pl.Boolean))
    )
    return texts.select(is_truncated=is_cut)


TRUNCATION = Signal("truncation", 2, {"is_truncated": pl.Boolean}, _measure)
"""Null where there is no completion."""
