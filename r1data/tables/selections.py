"""Pass rates, and what datasets decided on rollouts."""

import dataframely as dy
import polars as pl

from r1data.reasons import ROLLOUT_REASONS
from r1data.tables.later import LATER


class PassRates(dy.Schema):
    """One row per prompt and policy: how often it is solved."""

    prompt_id = dy.String(primary_key=True, description="The prompt.")
    policy_revision = dy.String(primary_key=True, description="The policy's revision.")
    sampling_id = dy.String(primary_key=True, description="The sampling settings.")
    policy = dy.String(description="Name of the policy in the recipe.")
    num_rollouts = dy.Int32(description="Rollouts that were sampled, errors included.")
    num_judged = dy.Int32(description="Rollouts that say something about the policy.")
    num_correct = dy.Int32(description="Of those, the correct ones.")
    pass_rate = dy.Float64(
        nullable=True, min=0.0, max=1.0, description="Correct / judged; null if nothing was judged."
    )
    group_size = dy.Int32(
        metadata=LATER, nullable=True, description="Rollouts that the recipe wants of a prompt."
    )
    temperature = dy.Float64(
        metadata=LATER, nullable=True, description="Of the sampling; null where nobody knows it."
    )
    max_tokens = dy.Int32(
        metadata=LATER,
        nullable=True,
        description="The limit of tokens of a completion; null where nobody knows it.",
    )
    mean_completion_tokens = dy.Float64(
        metadata=LATER,
        nullable=True,
        description="Tokens of a completion, on the average of those that came with a count.",
    )
    num_cut_off = dy.Int32(
        metadata=LATER, nullable=True, description="Of those judged, the ones cut off at a limit."
    )
    is_stopped_early = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="Whether the rest of the group was not asked, since the prompt was decided.",
    )
    unbiased_pass_rate = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="Where sampling may stop early, the estimate that the rule of stopping does "
        "not bias (Girshick, Mosteller and Savage, 1946); `pass_rate` is too high where a prompt "
        "stops for enough correct rollouts. Null without such a rule, and where a rollout that "
        "was asked was not judged.",
    )
    zero_reason = dy.String(
        metadata=LATER,
        nullable=True,
        description="Why a pass rate of 0 does not show that the prompt is hard: `cut_off`, most "
        "were cut off; `agreement`, most agree on one other answer. Null for any other rate.",
    )


class Selections(dy.Schema):
    """One row per rollout a dataset decided on."""

    dataset = dy.String(primary_key=True, description="The dataset that decided, e.g. `reasoning`.")
    rollout_id = dy.String(primary_key=True, description="The rollout.")
    prompt_id = dy.String(description="The prompt that was answered.")
    is_kept = dy.Bool(description="Whether the dataset keeps it.")
    drop_reason = dy.String(nullable=True, description="Why not; null if kept.")
    rank = dy.Int32(
        nullable=True, description="Place among the eligible ones of its prompt, from 0."
    )
    duplicate_of = dy.String(
        metadata=LATER, nullable=True, description="The rollout of better rank that says the same."
    )
    duplicate_kind = dy.String(
        metadata=LATER, nullable=True, description="`exact` or `near`; null if it is no duplicate."
    )
    similarity = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="Jaccard index of its shingles and those of that rollout.",
    )

    distance = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="Where the most diverse are preferred: the least distance to the rollouts of "
        "better rank; null for the first of its prompt.",
    )

    @dy.rule()
    def dropped_means_a_reason(cls) -> pl.Expr:
        """A row is kept or has a drop reason, never both or neither."""
        return pl.col("is_kept") == pl.col("drop_reason").is_null()

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(ROLLOUT_REASONS))


class Faults(dy.Schema):
    """One row per rollout and reason that speaks against it on its own account."""

    rollout_id = dy.String(primary_key=True, description="The rollout.")
    drop_reason = dy.String(
        primary_key=True, description="What speaks against it, whether or not another does before."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    is_first = dy.Bool(description="Whether it left for this reason: the first that applies.")
    is_only = dy.Bool(description="Whether nothing else speaks against it.")

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_in(list(ROLLOUT_REASONS))


class Drops(dy.Schema):
    """One row per source and fate: how many rows of the source were kept, or left for a reason."""

    decided_in = dy.String(
        primary_key=True, description="The table that decided, e.g. `reasoning/selections`."
    )
    source = dy.String(
        primary_key=True, description="The source of the rows; of rollouts, that of their prompts."
    )
    fate = dy.String(primary_key=True, description="`kept`, or the drop reason.")
    domain = dy.String(
        nullable=True, description="The commonest domain of the source's rows in that table."
    )
    num_rows = dy.Int64(min=0, description="Rows of the source with this fate.")
    num_source_rows = dy.Int64(min=0, description="Rows of the source, whatever their fate.")
    share = dy.Float64(min=0.0, max=1.0, description="`num_rows` of `num_source_rows`.")
    num_with = dy.Int64(
        nullable=True,
        min=0,
        description="Rollouts that the reason applies to, those that left for an earlier one too; "
        "null for prompts, and where rank decides.",
    )
    num_only = dy.Int64(
        nullable=True,
        min=0,
        description="Of those, the ones that nothing else speaks against: what the filter alone "
        "takes.",
    )
    published_min = dy.Float64(
        nullable=True, description="The smallest share published for such sources; null if none is."
    )
    published_max = dy.Float64(nullable=True, description="The largest.")
    published_by = dy.String(nullable=True, description="Who published them, and of what.")
    is_outside = dy.Bool(
        nullable=True,
        description="Whether of the rows that have a text, the share that the reason applies to "
        "(`num_with`, or `num_rows` where that is null) lies outside; null if none is published or "
        "too few rows have one.",
    )
