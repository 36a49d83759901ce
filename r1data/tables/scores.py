"""Scores of policies on benchmarks, and how they differ."""

import dataframely as dy


class Scores(dy.Schema):
    """One row per policy, benchmark and metric."""

    policy = dy.String(primary_key=True, description="The policy that was scored.")
    benchmark = dy.String(
        primary_key=True, description="Source of the prompts; `all` for all of them."
    )
    metric = dy.String(primary_key=True, description="E.g. `pass@1`.")
    value = dy.Float64(nullable=True, description="Mean over prompts; null if nothing was judged.")
    standard_error = dy.Float64(nullable=True, description="Of the mean, clustered by prompt.")
    num_prompts = dy.Int32(description="Prompts behind the mean.")
    num_rollouts = dy.Int32(description="Rollouts sampled.")
    num_judged = dy.Int32(description="Rollouts that say something about the policy.")
    num_failed = dy.Int32(description="Rollouts whose judgement failed, or whose request did.")
    num_timed_out = dy.Int32(description="Rollouts whose judgement timed out.")


class Comparisons(dy.Schema):
    """One row per pair of policies: how their scores differ on the same prompts."""

    policy = dy.String(primary_key=True, description="The policy.")
    baseline = dy.String(primary_key=True, description="The policy it is compared with.")
    benchmark = dy.String(
        primary_key=True, description="Source of the prompts; `all` for all of them."
    )
    metric = dy.String(primary_key=True, description="E.g. `pass@1`.")
    difference = dy.Float64(nullable=True, description="Policy minus baseline, paired by prompt.")
    standard_error = dy.Float64(nullable=True, description="Of the mean paired difference.")
    num_prompts = dy.Int32(description="Prompts scored for both.")
