"""Pass rates: how often a policy solves a prompt, and whether a rate of zero can be trusted."""

import polars as pl

from r1data.answers.outcome import JUDGED, Outcome
from r1data.protocol import Sampling
from r1data.tables import PassRates

RATED_COLUMNS = (
    *("rollout_id", "prompt_id", "policy", "policy_revision", "sampling_id"),
    *("finish_reason", "num_completion_tokens"),
)
"""The columns of rollouts that pass rates are measured by: no text."""
OUTCOME_COLUMNS = ("rollout_id", "outcome")
"""The columns of verdicts that are read."""
MIN_VOTES = 2
"""Fewer wrong rollouts agree on nothing."""
NO_MAJORITY = pl.DataFrame(
    schema={
        "prompt_id": pl.String,
        "is_gold": pl.Boolean,
        "num_votes": pl.Int32,
        "num_judged": pl.Int32,
    }
)


def measure_pass_rates(
    rollouts: pl.DataFrame,
    verdicts: pl.DataFrame,
    *,
    sampling: Sampling | None = None,
    majority_answers: pl.DataFrame = NO_MAJORITY,
    estimates: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the pass rate of each prompt under each policy revision and sampling.

    Only judged rollouts are in the denominator: errors, bad gold answers, time-outs, crashes and
    what nobody judged leave it. Nothing judged means a null pass rate, not zero.

    Args:
        rollouts: Their keys; no text is read.
        verdicts: One for each rollout that was judged.
        sampling: How the policy was sampled; null where nobody knows it.
        majority_answers: Rows of `MajorityAnswers`, by which a zero is suspicious.
        estimates: `num_judged`, `num_correct` and `unbiased_pass_rate` of groups that a rule may
            stop early; null where there is no such rule.
    """
    judged = pl.col("outcome").is_in([outcome.value for outcome in JUDGED])
    counts = (
        rollouts.join(
            one_outcome_each(verdicts), on="rollout_id", how="left", maintain_order="left"
        )
        .group_by("prompt_id", "policy_revision", "sampling_id", maintain_order=True)
        .agg(
            policy=pl.col("policy").min(),
            num_rollouts=pl.len(),
            num_judged=judged.sum(),
            num_correct=(pl.col("outcome") == Outcome.CORRECT.value).sum(),
            mean_completion_tokens=pl.col("num_completion_tokens").mean(),
            num_cut_off=(judged & (pl.col("finish_reason") == "length")).sum(),
        )
    )
    rate = pl.when(pl.col("num_judged") > 0).then(pl.col("num_correct") / pl.col("num_judged"))
    rated = counts.with_columns(pass_rate=rate, **_as_sampled(sampling))
    marked = _with_zero_reason(rated, majority_answers)
    return _with_estimates(marked, estimates).select(PassRates.column_names())


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


def _as_sampled(sampling: Sampling | None) -> dict[str, pl.Expr]:
    size = sampling.group_size if sampling else None
    return {
        "group_size": pl.lit(size if isinstance(size, int) else None, pl.Int32),
        "temperature": pl.lit(sampling.temperature if sampling else None, pl.Float64),
        "max_tokens": pl.lit(sampling.most_tokens if sampling else None, pl.Int32),
    }


def _with_zero_reason(rates: pl.DataFrame, majority_answers: pl.DataFrame) -> pl.DataFrame:
    """Say of prompts that were never solved why that does not show that they are hard.

    Rollouts agree or do not whatever the policy that they are of.
    """
    votes = majority_answers.select(
        "prompt_id", "is_gold", "num_votes", num_voters=pl.col("num_judged")
    )
    is_most = pl.col("num_votes") * 2 > pl.col("num_voters")
    is_agreed = ~pl.col("is_gold") & is_most & (pl.col("num_votes") >= MIN_VOTES)
    reason = (
        pl.when(pl.col("num_cut_off") * 2 > pl.col("num_judged"))
        .then(pl.lit("cut_off"))
        .when(is_agreed)
        .then(pl.lit("agreement"))
    )
    return rates.join(votes, on="prompt_id", how="left", maintain_order="left").with_columns(
        zero_reason=pl.when(pl.col("pass_rate") == 0).then(reason)
    )


def _with_estimates(rates: pl.DataFrame, estimates: pl.DataFrame | None) -> pl.DataFrame:
    """Add what groups that may stop early are estimated at; one with gaps has no estimate."""
    if estimates is None:
        return rates.with_columns(
            is_stopped_early=pl.lit(None, pl.Boolean),
            unbiased_pass_rate=pl.lit(None, pl.Float64),
        )
    counts = ["num_judged", "num_correct"]
    known = rates.with_columns(pl.col(counts).cast(pl.Int64)).join(
        estimates, on=counts, how="left", maintain_order="left"
    )
    is_whole = pl.col("num_judged") == pl.col("num_rollouts")
    return known.with_columns(
        is_stopped_early=pl.col("num_rollouts") < pl.col("group_size"),
        unbiased_pass_rate=pl.when(is_whole).then("unbiased_pass_rate"),
    )
