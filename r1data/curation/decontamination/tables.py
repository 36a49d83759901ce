"""Contamination of tables: the texts of prompts, of rollouts and of benchmarks."""

import polars as pl

from r1data.curation.decontamination.find import find_contamination
from r1data.curation.decontamination.index import COLUMNS, Index
from r1data.curation.duplicates.exact import LABEL, asked_texts
from r1data.tables import Contaminations

PROMPT_COLUMNS = ("source", "upstream_row", "prompt_id", "problem", "choices")
ROLLOUT_COLUMNS = ("rollout_id", "prompt_id", "policy", "completion")
BENCHMARK_COLUMNS = (*PROMPT_COLUMNS, "reference_solution")
SAMPLE_OF_PROMPTS, SAMPLE_OF_ROLLOUTS = 20_000, 4_000
"""Texts by which boilerplate is told, at most; of rollouts, one of a prompt."""


def benchmark_texts(benchmarks: pl.DataFrame) -> pl.DataFrame:
    """Return the texts of benchmark problems as `Index.of` takes them.

    A problem with choices is a text with them and one without them, unless the benchmark asks that
    of several: `Which of the following is true?` is nobody's.
    """
    labels = {"benchmark": pl.col("source"), "benchmark_row": pl.col("upstream_row")}
    asked = benchmarks.with_columns(asked=asked_texts(benchmarks))
    alone = asked.filter(pl.col("choices").is_not_null() & ~pl.col("problem").is_duplicated())
    frames = [
        frame.select(**labels, part=pl.lit(part), text=pl.col(column))
        for frame, part, column in (
            (asked, "question", "asked"),
            (alone, "question", "problem"),
            (asked, "solution", "reference_solution"),
        )
    ]
    return pl.concat(frames).drop_nulls("text").select(list(COLUMNS))


def prompt_texts(prompts: pl.DataFrame) -> pl.Series:
    """Return what prompts ask: their problems, with their choices."""
    return asked_texts(prompts)


def rollout_texts(rollouts: pl.DataFrame) -> pl.Series:
    """Return the completions of some rollouts, one of each prompt."""
    return rollouts.unique("prompt_id", keep="first", maintain_order=True)["completion"]


def prompts_that_repeat(prompts: pl.DataFrame, *, index: Index) -> pl.DataFrame:
    """Return a row of `Contaminations` for each pair of a prompt and a benchmark's row."""
    labels = prompts.select(
        LABEL.alias("label"), "source", "prompt_id", rollout_id=pl.lit(None, pl.String)
    )
    return _found(asked_texts(prompts), labels, index)


def rollouts_that_quote(rollouts: pl.DataFrame, *, index: Index) -> pl.DataFrame:
    """Return a row of `Contaminations` for each pair of a rollout and a benchmark's row."""
    labels = rollouts.select("rollout_id", "prompt_id", label="rollout_id", source="policy")
    return _found(rollouts["completion"], labels, index)


def _found(texts: pl.Series, labels: pl.DataFrame, index: Index) -> pl.DataFrame:
    found = find_contamination(texts, index)
    of_rows = labels[found["row"]]
    columns = Contaminations.columns()
    return (
        pl.concat([found.drop("row"), of_rows.rename({"label": "row"})], how="horizontal")
        .with_columns(pl.col(name).cast(columns[name].dtype) for name in ("part", "kind"))
        .select(list(columns))
    )
