"""The scoreboard: every policy on every benchmark, in the order of DeepSeek-R1's Table 3."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl

from r1data.evaluation.metrics import ALL, standard_error
from r1data.tables import Scoreboard

ACCURACY = "accuracy"
"""pass@1 without the format rule."""
TOKENS = "mean_tokens"
"""The one metric that is no number from 0 to 1."""


def measure_completions(
    rollouts: pl.DataFrame,
    signals: pl.DataFrame,
    prompts: pl.DataFrame,
    rewards: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return means over completions, whatever their verdicts, by policy, benchmark and metric.

    A rollout without a completion leaves all of them, and one of whose language nothing is known
    leaves `language_consistency`. Each prompt counts once: the mean over prompts of their means.

    Args:
        rollouts: `rollout_id`, `prompt_id`, `policy`, `finish_reason`, `num_completion_tokens` and
            `error_class` of `Rollouts`.
        signals: `rollout_id`, `form` and `language_share` of `Signals`.
        prompts: `prompt_id` and `source` of `Prompts`.
        rewards: Rows of `Rewards`, where reward models scored them; each model is a metric.
    """
    known = rollouts.filter(pl.col("error_class").is_null()).join(
        signals, on="rollout_id", how="left", validate="1:1"
    )
    measures = {
        "format": pl.col("form") == "well_formed",
        "language_consistency": pl.col("language_share"),
        "cut_off": pl.col("finish_reason") == "length",
        TOKENS: pl.col("num_completion_tokens"),
    }
    if rewards is not None:
        by_model = rewards.pivot("model", index="rollout_id", values="reward")
        known = known.join(by_model, on="rollout_id", how="left", validate="1:1")
        measures |= {name: pl.col(name) for name in by_model.columns[1:]}
    by_prompt = known.group_by("policy", "prompt_id").agg(
        num_rollouts=pl.len(),
        **{name: measure.cast(pl.Float64).mean() for name, measure in measures.items()},
    )
    long = by_prompt.join(_benchmarks(prompts), on="prompt_id").unpivot(
        on=list(measures),
        index=["policy", "benchmark", "prompt_id", "num_rollouts"],
        variable_name="metric",
    )
    return (
        long.sort("policy", "benchmark", "metric", "prompt_id")
        .group_by("policy", "benchmark", "metric", maintain_order=True)
        .agg(
            value=pl.col("value").mean(),
            standard_error=standard_error("value"),
            num_prompts=pl.col("value").count(),
            num_rollouts=pl.col("num_rollouts").sum(),
        )
        .filter(pl.col("num_prompts") > 0)
    )


def to_scoreboard(
    scores: pl.DataFrame,
    without_format: pl.DataFrame,
    of_completions: pl.DataFrame,
    *,
    policies: Sequence[str],
    paper_names: Mapping[str, str] = MappingProxyType({}),
) -> pl.DataFrame:
    """Return rows of `Scoreboard` of all that was measured.

    Args:
        scores: Rows of `Scores`.
        without_format: The same by verdicts that need no format; pass@1 is taken from them.
        of_completions: What `measure_completions` found.
        policies: All of them, in their order.
        paper_names: What the paper calls some of them.
    """
    columns = [name for name in Scoreboard.column_names() if name not in ("place", "paper_name")]
    accuracy = without_format.filter(metric="pass@1").with_columns(metric=pl.lit(ACCURACY))
    dtypes = {name: column.dtype for name, column in Scoreboard.columns().items()}
    frames = [
        frame.select(pl.col(name).cast(dtypes[name]) for name in columns)
        for frame in (scores, accuracy, of_completions)
    ]
    places = {policy: place for place, policy in enumerate(policies)}
    named = dict(paper_names) or {"": ""}
    return (
        pl.concat(frames)
        .with_columns(
            place=pl.col("policy").replace_strict(places, return_dtype=pl.Int32),
            paper_name=pl.col("policy").replace_strict(named, default=None, return_dtype=pl.String),
        )
        .select(Scoreboard.column_names())
        .sort("place", "benchmark", "metric")
    )


def wide_scoreboard(scoreboard: pl.DataFrame) -> pl.DataFrame:
    """Return the scoreboard as people read it: a row a policy, a column a benchmark and metric.

    First pass@1 of each benchmark, then what is known over all, then the others of each benchmark.
    A cell is the value with its standard error in brackets. A policy that the paper has a name for
    has that in brackets too.

    Args:
        scoreboard: Rows of `Scoreboard`.
    """
    rows = scoreboard.with_columns(
        column=pl.when(pl.col("benchmark") == ALL)
        .then("metric")
        .otherwise(pl.format("{} {}", "benchmark", "metric")),
        rank=pl.when(pl.col("metric") == "pass@1")
        .then(pl.col("benchmark") != ALL)
        .otherwise(pl.when(pl.col("benchmark") == ALL).then(2).otherwise(3)),
        cell=pl.struct("metric", "value", "standard_error").map_elements(
            lambda row: cell(**row), return_dtype=pl.String
        ),
        policy=pl.concat_str("policy", pl.format(" ({})", "paper_name").fill_null("")),
    ).sort("place", "rank", "benchmark", "metric")
    columns = rows.select("column", "rank", "benchmark", "metric").unique()
    order = columns.sort("rank", "benchmark", "metric")["column"].to_list()
    cells = rows.pivot("column", index="policy", values="cell", maintain_order=True)
    return cells.select("policy", *order)


def cell(metric: str, value: float | None, standard_error: float | None) -> str:
    """Return a value with its standard error, as the scoreboard shows it.

    >>> cell("pass@1", 0.4183, 0.0121), cell("mean_tokens", 85.44, None), cell("pass@1", None, None)
    ('0.418 (0.012)', '85.4', '')
    """
    if value is None:
        return ""
    digits = 1 if metric == TOKENS else 3
    error = "" if standard_error is None else f" ({standard_error:.{digits}f})"
    return f"{value:.{digits}f}{error}"


def _benchmarks(prompts: pl.DataFrame) -> pl.DataFrame:
    """Return each prompt with its benchmarks, `all` among them."""
    sources = prompts.select("prompt_id", benchmark="source").unique()
    return pl.concat([sources, sources.select("prompt_id", benchmark=pl.lit(ALL)).unique()])
