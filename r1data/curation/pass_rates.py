"""Pass rates: how often a policy solves a prompt."""

import polars as pl

from r1data.answers.outcome import JUDGED, Outcome
from r1data.tables import PassRates


def measure_pass_rates(rollouts: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the pass rate of each prompt under each policy revision and sampling.

    Only judged rollouts are in the denominator: errors, bad gold answers, time-outs, crashes and
    what nobody judged leave it. Nothing judged means a null pass rate, not zero.

    Args:
        rollouts: Their keys; no text is read.
        verdicts: One for each rollout that was judged.
    """
    is_judged = pl.col("outcome").is_in([outcome.value for outcome in JUDGED])
    is_correct = pl.col("outcome") == Outcome.CORRECT.value
    counts = (
        rollouts.join(
            one_outcome_each(verdicts), on="rollout_id", how="left", maintain_order="left"
        )
        .group_by("prompt_id", "policy_revision", "sampling_id", maintain_order=True)
        .agg(
            policy=pl.col("policy").min(),
            num_rollouts=pl.len(),
            num_judged=is_judged.sum(),
            num_correct=is_correct.sum(),
        )
    )
    rate = pl.when(pl.col("num_judged") > 0).then(pl.col("num_correct") / pl.col("num_judged"))
    return counts.with_columns(pass_rate=rate).select(PassRates.column_names())


def one_outcome_each(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return `rollout_id` and `outcome`, checking that no rollout has two verdicts."""
    outcomes = verdicts.select("rollout_id", pl.col("outcome").cast(pl.String))
    twice = outcomes.filter(pl.col("rollout_id").is_duplicated())
    if not twice.is_empty():
        rollout_id = twice.sort("rollout_id").item(0, "rollout_id")
        raise ValueError(
            f"rollout {rollout_id} has more than one verdict; pass those of one verifier version"
        )
    return outcomes
