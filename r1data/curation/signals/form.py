"""Form: whether a completion has one think block and then a response."""

from typing import Literal

import polars as pl

from r1data.completions import part
from r1data.curation.signals.signal import Means, Signal
from r1data.marks import find_marks, has_think_tags
from r1data.text import Reasoning

Expected = Reasoning | Literal["mixed"]
"""What a policy's template says about the think block, or `mixed`: some have one, some none."""


def form(text: str, *, reasoning: Expected = "think") -> str:
    """Return `well_formed`, or the first thing that is wrong with a whole completion.

    DeepSeek-R1's form: the think block comes first, is opened once, closed once and not empty,
    and something follows it; its tags are of any one make. A policy that reasons in the open writes
    no tags, and where some have a block and some none, what has no tags is well-formed too. Tags
    that the text quotes do not count.

    >>> form("<think>2+2</think>4")
    'well_formed'
    >>> form("<think>2+2</think>4</think>4")
    'closed_twice'
    """
    if not text.strip():
        return "empty"
    if reasoning == "none":
        return "has_tags" if has_think_tags(text) else "well_formed"
    if reasoning == "mixed" and not has_think_tags(text):
        return "well_formed"
    parts = part(text)
    opened = [mark for mark in find_marks(text) if mark.kind == "open"]
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


def _measure(texts: pl.DataFrame, means: Means) -> pl.DataFrame:
    forms = [form(text, reasoning=means.reasoning) for text in texts["text"]]
    return pl.DataFrame({"form": forms}, schema={"form": pl.String})


FORM = Signal("form", 2, {"form": pl.String}, _measure)
"""The form is that of the whole completion, prefill included: what training would see."""
