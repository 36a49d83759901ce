"""Scores of policies on benchmarks, how they differ, and the scoreboard of all."""

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


class Rewards(dy.Schema):
    """One row per rollout and reward model."""

    rollout_id = dy.String(primary_key=True, description="The rollout that was scored.")
    model = dy.String(primary_key=True, description="The reward model, e.g. `helpful_model`.")
    prompt_id = dy.String(description="The prompt that was answered.")
    reward = dy.Float64(
        nullable=True,
        min=0.0,
        max=1.0,
        description="Of a pointwise model the probability that the completion is safe; of a "
        "pairwise one the logistic function of how many standard deviations its score is above "
        "the mean. Null where there is no completion.",
    )


class Scoreboard(dy.Schema):
    """One row per policy, benchmark and metric, in the order of DeepSeek-R1's Table 3."""

    policy = dy.String(
        primary_key=True,
        description="The policy; `policy:prompt` where it was asked by another prompt.",
    )
    benchmark = dy.String(
        primary_key=True, description="Source of the prompts; `all` for all of them."
    )
    metric = dy.String(
        primary_key=True,
        description="`pass@1` and the others of `scores`; `accuracy`, which is pass@1 without the "
        "format rule; shares `format` (well-formed), `language_consistency` (words of the "
        "reasoning in the prompt's language) and `cut_off`; `mean_tokens` of a completion; the "
        "name of a reward model, for the mean of its rewards from 0 to 1.",
    )
    place = dy.Int32(
        description="The policy's place: base models, then policies in the order of their rounds."
    )
    paper_name = dy.String(
        nullable=True, description="What DeepSeek-R1's paper calls such a policy, e.g. `R1-Dev3`."
    )
    value = dy.Float64(nullable=True, description="Mean over prompts; null if nothing was judged.")
    standard_error = dy.Float64(nullable=True, description="Of the mean, clustered by prompt.")
    num_prompts = dy.Int32(description="Prompts behind the mean.")
    num_rollouts = dy.Int32(description="Rollouts sampled.")
