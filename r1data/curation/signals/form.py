"""Form: whether a completion has one think block and then a response."""

from collections.abc import Sequence
from typing import Literal

import polars as pl

from r1data.completions import Parts, part
from r1data.curation.signals.signal import Means, Signal
from r1data.marks import Mark, find_marks, has_think_tags
from r1data.text import Reasoning

Expected = Reasoning | Literal["mixed"]
"""What a policy's template says about the think block, or `mixed`: some have one, some none."""


def form(text: str, *, reasoning: Expected = "think") -> str:
    """Return `well_formed`, or the first thing that is wrong with a whole completion.

    DeepSeek-R1's form: the think block comes first, is opened once, closed once and not empty,
    and something follows it; its tags are of any one make. A policy that reasons in the open writes
    no tags, and where some have a block and some none, what has none is well-formed too. Tags that
    the text quotes do not count.

    >>> form("<think>2+2</think>4")
    'well_formed'
    >>> form("<think>2+2</think>4</think>4")
    'closed_twice'
    """
    if not text.strip():
        return "empty"
    if reasoning == "none":
        return "has_tags" if has_think_tags(text) else "well_formed"
    parts = part(text)
    opened = [mark for mark in find_marks(text) if mark.kind == "open"]
    if reasoning == "mixed" and _is_plain(text, parts, opened):
        return "well_formed"
    closed = [mark for mark in find_marks(text) if mark.kind == "shut"]
    make = opened[0].make if opened else None
    is_worded = parts.reasoning is not None and not opened and not closed
    faults = {
        "not_opened": not opened and not is_worded,
        "text_before": bool(opened) and bool(text[: opened[0].start].strip()),
        "opened_twice": sum(mark.make == make for mark in opened) > 1,
        "not_closed": not any(mark.make == make for mark in closed) and not is_worded,
        "closed_twice": sum(mark.make == make for mark in closed) > 1,
        "no_reasoning": not parts.reasoning,
        "no_response": not parts.response.strip(),
    }
    return next((fault for fault, is_so in faults.items() if is_so), "well_formed")


def _is_plain(text: str, parts: Parts, opened: Sequence[Mark]) -> bool:
    """Tell whether a completion is a response alone, or has an empty think block before it."""
    if parts.is_open or parts.reasoning or not parts.response.strip():
        return False
    return parts.reasoning is None or (bool(opened) and not text[: opened[0].start].strip())


def _measure(texts: pl.DataFrame, means: Means) -> pl.DataFrame:
    forms = [form(text, reasoning=means.reasoning) for text in texts["text"]]
    return pl.DataFrame({"form": forms}, schema={"form": pl.String})


FORM = Signal("form", 2, {"form": pl.String}, _measure)
"""The form is that of the whole completion, prefill included: what training would see."""
