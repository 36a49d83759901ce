"""What a training leaves: what it logged, what was sampled in it, and how long it took."""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
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
METRICS, PARTIAL, SECONDS = "metrics.json", ".partial", "seconds"
"""What the folder of weights says of their training, how the name of a folder ends that training
still works in, and the file in it that says how long."""


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


def trained_seconds(models: Path) -> float:
    """Return how long all models in a folder were trained, those that are not finished included."""
    folders = [path for path in sorted(models.glob("*")) if path.is_dir()]
    return sum(seconds_so_far(path) if path.suffix == PARTIAL else _took(path) for path in folders)


def unfinished(weights: Path) -> Path:
    """Return the folder that the training of some weights works in."""
    return weights.with_name(f"{weights.name}{PARTIAL}")


def seconds_so_far(partial: Path) -> float:
    """Return how long a model that is not finished was trained, by the folder it is trained in."""
    with suppress(OSError, ValueError):
        return float((partial / SECONDS).read_text(encoding="utf-8"))
    return 0.0


def _took(weights: Path) -> float:
    """Return how long weights were trained; 0 where nothing says it, as of weights unpacked."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return float(json.loads((weights / METRICS).read_text(encoding="utf-8"))["seconds"])
    return 0.0


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
