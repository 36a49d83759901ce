"""The contract of a signal: the declaration in its module, and the columns it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from r1data.completions import part
from r1data.text import Reasoning

SHOWN = {
    "completion": pl.String,
    "text": pl.String,
    "reasoning": pl.String,
    "response": pl.String,
}
"""The columns a signal is shown: the completion as it was sampled (null if there is none), the
whole text with its prefill, and what stands in its think block and after it, all three empty where
nothing was sampled."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that is measured on each rollout alone."""

    name: str
    version: int
    """Raised by hand when its values change."""
    columns: Mapping[str, Any]
    """The columns of `Signals` that it fills, with their types."""
    measure: Callable[[pl.DataFrame, Reasoning], pl.DataFrame]
    """From a frame of `SHOWN` columns, and what the policy's template says about the think block,
    to a frame of its own columns: a row for each row, in order."""


def shown(rollouts: pl.DataFrame) -> pl.DataFrame:
    """Return what signals are shown of rollouts, each text taken apart once.

    Reasoning that was cut off counts as reasoning here: it has a length.
    """
    rows = [
        (completion, *_parts(prefill, completion))
        for completion, prefill in rollouts.select("completion", "prefill").iter_rows()
    ]
    return pl.DataFrame(rows, schema=SHOWN, orient="row")


def _parts(prefill: str, completion: str | None) -> tuple[str, str, str]:
    if completion is None or not completion.strip():
        return "", "", ""
    text = prefill + completion
    parts = part(text)
    reasoning = parts.unfinished if parts.reasoning is None else parts.reasoning
    return text, reasoning, parts.response.strip()
