"""Measuring every signal on the rollouts of a shard."""

from collections.abc import Sequence

import polars as pl

from r1data.curation.signals.completion_hash import COMPLETION_HASH
from r1data.curation.signals.form import FORM
from r1data.curation.signals.lengths import LENGTHS
from r1data.curation.signals.signal import Signal, shown
from r1data.text import Reasoning

SIGNALS: Sequence[Signal] = (FORM, LENGTHS, COMPLETION_HASH)
"""The one list of what is measured."""


def signal_versions() -> dict[str, int]:
    """Return the version of each signal by its name: part of what decides a table of signals."""
    return {signal.name: signal.version for signal in SIGNALS}


def measure_signals(rollouts: pl.DataFrame, *, reasoning: Reasoning) -> pl.DataFrame:
    """Return a row of `Signals` for each rollout of a shard.

    Args:
        rollouts: Rows of `Rollouts`; those without a completion are measured as empty.
        reasoning: What the policy's template says about the think block.
    """
    texts = shown(rollouts)
    measured = [signal.measure(texts, reasoning) for signal in SIGNALS]
    return pl.concat([rollouts.select("rollout_id", "prompt_id"), *measured], how="horizontal")
