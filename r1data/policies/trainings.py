"""What a training leaves: what it logged, what was sampled in it, and how long it took."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from r1data.tables import RLRollouts, TrainingLogs
from r1data.text import THINK_END, THINK_START, Reasoning

LOG, COMPLETIONS = "log.jsonl", "completions"
"""The names in the folder of the weights; `training/` writes them."""
RewardName = Literal[
    "accuracy",
    "format",
    "language_consistency",
    "foreign_words",
    "repetition",
    "soft_overlong",
]
"""The rewards by rule, see `training/rewards.py`."""
ModelRewardName = Literal["helpful", "safety"]
"""The rewards by models, which are also what `kind` says of their prompts."""
REWARDS: tuple[str, ...] = (*get_args(RewardName), *get_args(ModelRewardName))
"""The columns of rewards, by the names under which they are logged."""
WEIGHTS, REASONING = "reward_weights", "reasoning"
"""What metrics.json says of the rewards: the weight of each by its name, where they differ, and
what reasoning looks like."""
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
    told = _metrics(weights)
    files = sorted((weights / COMPLETIONS).glob("*.parquet"))
    for first in range(0, len(files), FILES_AT_ONCE):
        frames = [_of_file(path, policy, told) for path in files[first : first + FILES_AT_ONCE]]
        yield pl.concat(frames)


def sampled_text(
    completion: str | Sequence[Mapping[str, Any]], reasoning: Reasoning = "think"
) -> str:
    """Return what was sampled, whether TRL gives it as a text or as messages.

    Where TRL took a message apart, the reasoning is joined back in front.

    >>> sampled_text([{"role": "assistant", "content": "4", "reasoning_content": "2 + 2"}])
    '<think>2 + 2</think>4'
    """
    if isinstance(completion, str):
        return completion
    opening = THINK_START if reasoning == "think" else ""
    texts = []
    for message in completion:
        thought = message.get("reasoning_content") or message.get("thinking")
        texts.append(f"{opening}{thought}{THINK_END}" if thought else "")
        texts.append(_content(message))
    return "".join(texts)


def trained_seconds(models: Path) -> float:
    """Return how long all models in a folder were trained, those that are not finished included.

    What a publication that was killed left beside its weights says nothing that they do not say.
    """
    folders = [path for path in sorted(models.glob("*")) if path.is_dir()]
    return sum(
        seconds_so_far(path) if path.suffix == PARTIAL else _took(path)
        for path in folders
        if path.suffix != PARTIAL or not path.with_suffix("").exists()
    )


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
    with suppress(ValueError, KeyError, TypeError):
        return float(_metrics(weights)["seconds"])
    return 0.0


def _metrics(weights: Path) -> dict[str, Any]:
    """Return what weights say of their training; nothing where they do not say it."""
    with suppress(OSError, ValueError):
        found = json.loads((weights / METRICS).read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def _of_file(path: Path, policy: str, told: Mapping[str, Any]) -> pl.DataFrame:
    """Return the rows of one file that were sampled for its step."""
    found = pl.read_parquet(path)
    here = found.filter(pl.col("sampled_step") == pl.col("step"))
    schema = RLRollouts.create_empty().schema
    reasoning = told.get(REASONING, "think")
    texts = [sampled_text(completion, reasoning) for completion in here["completion"].to_list()]
    known = here.with_columns(
        policy=pl.lit(policy),
        sample_index=pl.int_range(pl.len()),
        completion=pl.Series(texts, dtype=pl.String),
        reward=_total(here, told.get(WEIGHTS) or {}),
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


def _total(frame: pl.DataFrame, weights: Mapping[str, float]) -> pl.Expr:
    """Return the sum of the rewards by their weights, null where there is none of them."""
    rewards = {name: _number(frame, name) for name in REWARDS}
    weighed = [reward * weights.get(name, 1.0) for name, reward in rewards.items()]
    is_rewarded = pl.any_horizontal(reward.is_not_null() for reward in rewards.values())
    return pl.when(is_rewarded).then(pl.sum_horizontal(weighed))


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(block.get("text", "")) for block in content)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
