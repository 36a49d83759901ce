"""Benchmark metrics over groups of verdicts, with standard errors clustered by prompt."""

from math import comb

import polars as pl

from r1data.answers.outcome import JUDGED, Outcome
from r1data.tables import Comparisons, Scores

ALL = "all"
"""Stands for all benchmarks together; a prompt that is in two of them counts once."""

COUNTS = ("num_rollouts", "num_judged", "num_failed", "num_timed_out")


def pass_at_k(num_samples: int, num_correct: int, k: int) -> float:
    """Return the unbiased pass@k estimate of Chen et al. (2021).

    >>> pass_at_k(num_samples=4, num_correct=1, k=1), pass_at_k(num_samples=4, num_correct=2, k=3)
    (0.25, 1.0)
    """
    if not 0 <= num_correct <= num_samples or not 1 <= k <= num_samples:
        raise ValueError(
            f"pass@{k} of {num_correct} correct among {num_samples} samples is not defined; "
            "give 1 <= k <= samples and 0 <= correct <= samples"
        )
    return 1.0 - comb(num_samples - num_correct, k) / comb(num_samples, k)


def measure_scores(
    rollouts: pl.DataFrame,
    verdicts: pl.DataFrame,
    prompts: pl.DataFrame,
    *,
    by_benchmark: bool = False,
) -> pl.DataFrame:
    """Score policies on benchmarks: rows of `Scores`, by the source of the prompts and over all.

    The metrics are pass@1, the mean over prompts of the share of judged rollouts that are correct,
    and for groups of k > 1 pass@k, the share of prompts of which one of k rollouts is correct (a
    prompt of whose rollouts fewer than k were judged leaves that mean), and cons@k, the share of
    prompts whose most frequent answer is correct (a tie counts in part). A prompt of whose
    rollouts none was judged leaves all means; the counts beside them show how many rollouts were
    not judged, and why. Of a single prompt there is no standard error: null.

    Args:
        rollouts: Rows of `Rollouts`, of any number of policies.
        verdicts: Rows of `Verdicts`, at most one for each rollout; a rollout without is not judged.
        prompts: Rows of `Prompts`, those that were answered.
        by_benchmark: Whether each benchmark has groups of a size of its own: k is that size, and
            only pass@1 is known over all.
    """
    by_metric = _by_metric(_by_prompt(rollouts, verdicts, prompts), by_benchmark=by_benchmark)
    scores = by_metric.group_by("policy", "benchmark", "metric").agg(
        value=pl.col("value").mean(),
        standard_error=standard_error("value"),
        num_prompts=pl.col("value").count(),
        **{count: pl.col(count).sum() for count in COUNTS},
    )
    return _rows_of(Scores.create_empty(), scores)


def compare_policies(
    rollouts: pl.DataFrame,
    verdicts: pl.DataFrame,
    prompts: pl.DataFrame,
    *,
    baseline: str,
    by_benchmark: bool = False,
) -> pl.DataFrame:
    """Compare each policy with the baseline on the same prompts: rows of `Comparisons`.

    The differences are paired by prompt, so what makes a prompt hard for both cancels; prompts
    that were not judged for both leave. The arguments are those of `measure_scores`.
    """
    by_metric = _by_metric(_by_prompt(rollouts, verdicts, prompts), by_benchmark=by_benchmark)
    policies = by_metric["policy"].unique().sort().to_list()
    if baseline not in policies:
        known = ", ".join(policies)
        raise ValueError(f"no rollouts of the baseline {baseline!r}; compare with one of {known}")
    pair = ["benchmark", "metric", "prompt_id"]
    theirs = by_metric.filter(policy=baseline).select(*pair, baseline_value="value")
    comparisons = (
        by_metric.filter(pl.col("policy") != baseline)
        .join(theirs, on=pair, how="left")
        .with_columns(difference=pl.col("value") - pl.col("baseline_value"))
        .group_by("policy", "benchmark", "metric")
        .agg(
            baseline=pl.lit(baseline),
            difference=pl.col("difference").mean(),
            standard_error=standard_error("difference"),
            num_prompts=pl.col("difference").count(),
        )
    )
    return _rows_of(Comparisons.create_empty(), comparisons)


def _by_prompt(
    rollouts: pl.DataFrame, verdicts: pl.DataFrame, prompts: pl.DataFrame
) -> pl.DataFrame:
    """Return counts and votes by policy, benchmark and prompt, in an order that sums depend on."""
    sources = prompts.select("prompt_id", benchmark="source").unique()
    everything = sources.select("prompt_id", benchmark=pl.lit(ALL)).unique()
    group = ["policy", "prompt_id"]
    judged = _judged(rollouts, verdicts)
    counted = judged.group_by(group).agg(
        num_rollouts=pl.len(),
        num_judged=pl.col("is_judged").sum(),
        num_correct=pl.col("is_correct").sum(),
        num_failed=pl.col("is_failed").sum(),
        num_timed_out=pl.col("is_timed_out").sum(),
    )
    return (
        counted.join(_majorities(judged), on=group, how="left")
        .join(pl.concat([sources, everything]), on="prompt_id")
        .sort("policy", "benchmark", "prompt_id")
    )


def _judged(rollouts: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    found = verdicts.select("rollout_id", "predicted_answer", pl.col("outcome").cast(pl.String))
    is_one_of = {
        "is_judged": JUDGED,
        "is_correct": (Outcome.CORRECT,),
        "is_failed": (Outcome.FAILED,),
        "is_timed_out": (Outcome.TIMED_OUT,),
    }
    return (
        rollouts.select("rollout_id", "policy", "prompt_id")
        .join(found, on="rollout_id", how="left", validate="1:1")
        .with_columns(
            pl.col("outcome").is_in([one.value for one in outcomes]).fill_null(value=False).alias(n)
            for n, outcomes in is_one_of.items()
        )
    )


def _majorities(judged: pl.DataFrame) -> pl.DataFrame:
    """Return how far the most frequent answer of each group is correct: 0, 1, or a tie's part.

    All correct rollouts vote for one answer, however they write it.
    """
    votes = (
        judged.filter("is_judged", pl.col("predicted_answer").is_not_null())
        .group_by(
            "policy",
            "prompt_id",
            "is_correct",
            answer=pl.when(~pl.col("is_correct")).then("predicted_answer"),
        )
        .len()
        .filter(pl.col("len") == pl.col("len").max().over("policy", "prompt_id"))
    )
    return votes.group_by("policy", "prompt_id").agg(majority=pl.col("is_correct").mean())


def _by_metric(by_prompt: pl.DataFrame, *, by_benchmark: bool) -> pl.DataFrame:
    """Return a row with a `value` for each metric; null where nothing was judged."""
    is_judged = pl.col("num_judged") > 0
    passed = by_prompt.with_columns(
        metric=pl.lit("pass@1"),
        value=pl.when(is_judged).then(pl.col("num_correct") / pl.col("num_judged")),
    )
    alike = ("policy", "benchmark") if by_benchmark else ("policy",)
    groups = by_prompt.filter(pl.col("benchmark") != ALL) if by_benchmark else by_prompt
    size = pl.col("num_rollouts").max().over(alike)
    grouped = groups.with_columns(size=size).filter(pl.col("size") > 1)
    solved = grouped.with_columns(
        metric=pl.format("pass@{}", "size"),
        value=pl.Series(
            [
                pass_at_k(judged, correct, k) if judged >= k else None
                for judged, correct, k in grouped["num_judged", "num_correct", "size"].iter_rows()
            ],
            dtype=pl.Float64,
        ),
    ).drop("size")
    agreed = groups.with_columns(
        metric=pl.format("cons@{}", size),
        value=pl.when(is_judged).then(pl.col("majority").fill_null(0.0)),
    ).filter(size > 1)
    return pl.concat([passed, solved, agreed])


def standard_error(column: str) -> pl.Expr:
    """Return the standard error of a column's mean over its rows; null of a single one."""
    return pl.col(column).std() / pl.col(column).count().sqrt()


def _rows_of(empty: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in the columns and types of a table, in the order of its key."""
    return rows.select(pl.col(name).cast(kind) for name, kind in empty.schema.items()).sort(
        "policy", "benchmark", "metric"
    )
