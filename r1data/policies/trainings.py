"""What a training leaves beside its weights: what it logged, and what was sampled in it."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from r1data.tables import RLRollouts, TrainingLogs
from r1data.text import THINK_END, THINK_START

LOG, COMPLETIONS = "log.jsonl", "completions"
"""The names in the folder of the weights; `training/` writes them."""
REWARDS = (
    *("accuracy", "format", "language_consistency", "foreign_words", "repetition"),
    *("soft_overlong", "helpful", "safety"),
)
"""The columns of rewards, by the names under which they are logged."""
FILES_AT_ONCE = 200


def read_log(weights: Path, policy: str) -> pl.DataFrame:
    """Return rows of `TrainingLogs`; of a step that was repeated, the last line counts."""
    found: dict[tuple[int, str], float | None] = {}
    path = weights / LOG
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for entry in map(json.loads, lines):
        step = int(entry.pop("step"))
        found |= {(step, name): _finite(value) for name, value in entry.items()}
    rows = [(policy, step, name, value) for (step, name), value in sorted(found.items())]
    return pl.DataFrame(rows, schema=TrainingLogs.create_empty().schema, orient="row")


def read_rl_rollouts(weights: Path, policy: str) -> Iterator[pl.DataFrame]:
    """Yield rows of `RLRollouts`, as many steps at a time as fit in memory with ease.

    TRL writes a file a step; where completions serve several steps, they stand in each file, and
    the step they were sampled for counts.
    """
    files = sorted((weights / COMPLETIONS).glob("*.parquet"))
    for first in range(0, len(files), FILES_AT_ONCE):
        frames = [_of_file(path, policy) for path in files[first : first + FILES_AT_ONCE]]
        yield pl.concat(frames)


def _of_file(path: Path, policy: str) -> pl.DataFrame:
    """Return the rows of one file that were sampled for its step."""
    found = pl.read_parquet(path)
    here = found.filter(pl.col("sampled_step") == pl.col("step"))
    schema = RLRollouts.create_empty().schema
    texts = [_text(completion) for completion in here["completion"].to_list()]
    known = here.with_columns(
        policy=pl.lit(policy),
        sample_index=pl.int_range(pl.len()),
        completion=pl.Series(texts, dtype=pl.String),
        reward=pl.sum_horizontal(*(_number(here, name) for name in REWARDS)),
        **{name: _number(here, name) for name in REWARDS},
    )
    return known.select(
        (pl.col(name) if name in known.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def _number(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return the rewards of a name, null where TRL has no number or no such reward."""
    if name not in frame.columns:
        return pl.lit(None, pl.Float64)
    return pl.col(name).cast(pl.Float64).fill_nan(None)


def _text(completion: str | list[Mapping[str, Any]]) -> str:
    """Return a completion as one text; TRL may have taken its reasoning out of the message."""
    if isinstance(completion, str):
        return completion
    parts = []
    for message in completion:
        thought = message.get("reasoning_content") or message.get("thinking")
        parts.append(f"{THINK_START}{thought}{THINK_END}" if thought else "")
        parts.append(str(message.get("content") or ""))
    return "".join(parts)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
