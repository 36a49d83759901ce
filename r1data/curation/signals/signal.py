"""The contract of a signal: the declaration in its module, and the columns it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from r1data.completions import part
from r1data.text import Reasoning

OF_ROLLOUTS = {
    "completion": pl.String,
    "prefill": pl.String,
    "finish_reason": pl.String,
    "num_completion_tokens": pl.Int32,
}
OF_PROMPTS = {"problem": pl.String, "language": pl.String}
"""Columns of prompts that signals are shown; null unless one of them `needs_prompts`."""
PARTS = {"text": pl.String, "reasoning": pl.String, "response": pl.String}
SHOWN = {**OF_ROLLOUTS, **OF_PROMPTS, **PARTS}
"""The columns a signal is shown: the completion as it was sampled (null if there is none) and why
it ended, the problem with the language its source states, the whole text with its prefill, and what
stands in its think block and after it, these three empty where nothing was sampled. Of a
file's rows the finish reason `stop` is not shown: it is assumed where the file says nothing."""


@dataclass(frozen=True, slots=True)
class Means:
    """What signals are measured with, beside the texts."""

    reasoning: Reasoning | Literal["mixed"]
    """What the policy's template says about the think block; `mixed`, some have one, some none."""
    classifier: tuple[Path, int] | None = None
    """The file of the quality classifier, and how many characters of a text it looks at."""
    tokenizer: Path | None = None
    """The file of the tokenizer that counts tokens."""


class MissingMeans(ValueError):
    """A signal is asked for without what it is measured with: no fault of the texts."""


Measure = Callable[[pl.DataFrame, Means], pl.DataFrame]
"""From a frame of `SHOWN` columns to a frame of a signal's own: a row for each row, in order."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that is measured on each rollout alone."""

    name: str
    version: int
    """Raised by hand when its values change."""
    columns: Mapping[str, Any]
    """The columns of `Signals` that it fills, with their types."""
    measure: Measure
    needs_prompts: bool = False
    """Whether it looks at the problem."""
    needs_classifier: bool = False
    """Whether it asks the quality classifier of the round."""
    needs_tokenizer: bool = False
    """Whether it counts by the round's tokenizer."""


def of_each_once(texts: pl.Series, measure: Callable[[str], Any], dtype: pl.DataType) -> pl.Series:
    """Return what is measured on each text, equal ones once; null where there is none."""
    found = {text: measure(text) for text in texts.unique().drop_nulls()}
    return pl.Series([found.get(text) for text in texts], dtype=dtype)


def above(column: str | pl.Expr, limit: float | None) -> pl.Expr:
    """Return what says that a column is above a limit: never if there is none."""
    value = pl.col(column) if isinstance(column, str) else column
    return pl.lit(False) if limit is None else value > limit


def shown(rollouts: pl.DataFrame, prompts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what signals are shown of rollouts, each text taken apart once.

    Reasoning that was cut off counts as reasoning here: it has a length.

    Args:
        rollouts: Rows with `OF_ROLLOUTS` columns, of which those but the texts may be missing.
        prompts: Of these rollouts, each once: `prompt_id` and `OF_PROMPTS`.
    """
    if prompts is None:
        asked = rollouts
    else:
        asked = rollouts.join(prompts, on="prompt_id", how="left", maintain_order="left")
    given = asked.select(
        pl.col(name).cast(kind) if name in asked.columns else pl.lit(None, kind).alias(name)
        for name, kind in {**OF_ROLLOUTS, **OF_PROMPTS}.items()
    )
    if "file_row" in asked.columns:
        is_assumed = asked["file_row"].is_not_null() & (given["finish_reason"] == "stop")
        given = given.with_columns(finish_reason=pl.when(~is_assumed).then("finish_reason"))
    texts = given.select("prefill", "completion").iter_rows()
    parts = pl.DataFrame([_parts(*pair) for pair in texts], schema=PARTS, orient="row")
    return pl.concat([given, parts], how="horizontal")


def _parts(prefill: str, completion: str | None) -> tuple[str, str, str]:
    if completion is None or not completion.strip():
        return "", "", ""
    text = prefill + completion
    parts = part(text)
    reasoning = parts.unfinished if parts.reasoning is None else parts.reasoning
    return text, reasoning, parts.response.strip()
