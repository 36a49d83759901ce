"""Signals: what is measured on a completion, before any threshold."""

from typing import Literal

import dataframely as dy
import polars as pl

from r1data.seeds import content_id
from r1data.tables import Signals
from r1data.text import THINK_END, THINK_START, split_reasoning, whole_completion

Reasoning = Literal["think", "prefilled", "none"]
"""What the policy's template says about the think block."""

MEASURED = {
    "form": pl.String,
    "num_reasoning_chars": pl.Int32,
    "num_response_chars": pl.Int32,
    "completion_hash": pl.String,
}


def measure_signals(rollouts: pl.DataFrame, *, reasoning: Reasoning) -> dy.DataFrame[Signals]:
    """Measure each rollout of a shard; one without a completion is `empty`.

    The form is that of the whole completion, prefill included: what training would see.
    """
    texts = rollouts.select("completion", "prefill").iter_rows()
    measured = [_measure(completion, prefill, reasoning) for completion, prefill in texts]
    keys = rollouts.select("rollout_id", "prompt_id")
    return Signals.validate(
        keys.hstack(pl.DataFrame(measured, schema=MEASURED, orient="row")), cast=True
    )


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


def _measure(
    completion: str | None, prefill: str, reasoning: Reasoning
) -> tuple[str, int, int, str | None]:
    if completion is None:
        return ("empty", 0, 0, None)
    is_prefilled = reasoning == "prefilled"
    text = (
        whole_completion(completion, prefill, is_prefilled=is_prefilled)
        if completion.strip()
        else ""
    )
    inside, response = split_reasoning(text)
    if inside is None:
        inside = text.partition(THINK_START)[2].strip()
    return (
        form(text, reasoning=reasoning),
        len(inside),
        len(response.strip()),
        content_id(completion),
    )
