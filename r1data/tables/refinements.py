"""Refinements: what a model is asked to rewrite, and each rewrite beside what it rewrites."""

import dataframely as dy
import polars as pl

from r1data.reasons import ROLLOUT_REASONS


class RefinementQuestions(dy.Schema):
    """One row per rollout that a model is to rewrite: what it is asked."""

    rollout_id = dy.String(primary_key=True, description="The rollout that is to be rewritten.")
    prompt_id = dy.String(description="The prompt that was answered.")
    question_id = dy.String(
        description="Hash of all that is asked, the `prompt_id` of its replies; rows can share it."
    )
    system_message = dy.String(description="What the model is told to do.")
    question = dy.String(
        description="Problem, reasoning and response, each between its fences, and the request."
    )
    refusal = dy.String(nullable=True, description="Why it is not asked; null if it is.")


class Refinements(dy.Schema):
    """One row per rewrite: the rollout before, the rollout after, and why it is not kept."""

    rollout_id = dy.String(primary_key=True, description="The rewrite: the rollout after.")
    before_rollout_id = dy.String(description="The rollout that it rewrites.")
    reply_id = dy.String(description="The reply that holds it, in `refinement_replies`.")
    prompt_id = dy.String(description="The prompt that both answer.")
    is_kept = dy.Bool(description="Whether it takes the place of the rollout before.")
    drop_reason = dy.String(nullable=True, description="Why not; null if it does.")
    rank = dy.Int32(
        nullable=True,
        description="Place among the rewrites of its rollout that nothing speaks against, the "
        "longest first, from 0.",
    )
    num_chars = dy.Int32(nullable=True, description="Characters of reasoning and response.")
    reasoning_share = dy.Float64(
        nullable=True,
        description="Characters of its reasoning / those of the reasoning before; null if there is "
        "no rewrite.",
    )
    number_share = dy.Float64(
        nullable=True,
        description="Share of the different numbers of the reasoning before that it still has; "
        "null where that has none.",
    )
    new_numbers = dy.List(
        dy.String(),
        nullable=True,
        description="Numbers in it that neither the problem nor the rollout before has.",
    )
    is_first_person = dy.Bool(
        nullable=True,
        description="Whether its reasoning says `I`, in English or Chinese; null for others.",
    )

    @dy.rule()
    def dropped_means_a_reason(cls) -> pl.Expr:
        """A row is kept or has a drop reason, never both or neither."""
        return pl.col("is_kept") == pl.col("drop_reason").is_null()

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(ROLLOUT_REASONS))
