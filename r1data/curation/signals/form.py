"""Form: whether a completion has one think block and then a response."""

import polars as pl

from r1data.curation.signals.signal import Signal
from r1data.text import THINK_END, THINK_START, Reasoning, split_reasoning


def form(text: str, *, reasoning: Reasoning = "think") -> str:
    """Return `well_formed`, or the first thing that is wrong with a whole completion.

    DeepSeek-R1's form: the think block comes first, is opened once, closed once and not empty,
    and something follows it. A policy that reasons in the open writes no tags.

    >>> form("<think>2+2</think>4")
    'well_formed'
    >>> form("<think>2+2</think>4</think>4")
    'closed_twice'
    """
    if not text.strip():
        return "empty"
    if reasoning == "none":
        return "has_tags" if THINK_START in text or THINK_END in text else "well_formed"
    inside, response = split_reasoning(text)
    faults = {
        "not_opened": THINK_START not in text,
        "text_before": not text.lstrip().startswith(THINK_START),
        "opened_twice": text.count(THINK_START) > 1,
        "not_closed": THINK_END not in text,
        "closed_twice": text.count(THINK_END) > 1,
        "no_reasoning": not inside,
        "no_response": not response.strip(),
    }
    return next((fault for fault, is_so in faults.items() if is_so), "well_formed")


def _measure(texts: pl.DataFrame, reasoning: Reasoning) -> pl.DataFrame:
    forms = [form(text, reasoning=reasoning) for text in texts["text"]]
    return pl.DataFrame({"form": forms}, schema={"form": pl.String})


FORM = Signal("form", 1, {"form": pl.String}, _measure)
"""The form is that of the whole completion, prefill included: what training would see."""
