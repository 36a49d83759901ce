"""Prompt kinds: what the general round takes each prompt for, and how it asks it."""

import dataframely as dy
import polars as pl

from r1data.reasons import KIND_REASONS


class PromptKinds(dy.Schema):
    """One row per prompt of the general round: its kind, and whether it is asked to reason."""

    prompt_id = dy.String(primary_key=True, description="The prompt.")
    source = dy.String(description="The source of the prompt.")
    prompt_kind = dy.String(
        nullable=True,
        description="`writing`, `factual_qa`, `self_cognition`, `translation`, `role_play` or "
        "`software_engineering`; null if of no kind.",
    )
    told_by = dy.Enum(
        ["source", "column", "wording"],
        nullable=True,
        description="What says so: the recipe of its source, a column of its row, or its wording.",
    )
    is_reasoned = dy.Bool(
        description="Whether its answer is to have a chain of thought, and is asked for one."
    )
    reasoning_rule = dy.String(
        description="By which rule: `kind`, the recipe says so of its kind; `about_the_model` and "
        "`simple` are answered at once; all others are rules by which a question deserves "
        "reasoning: `software`, `many_words`, `to_work_out`, `to_plan`, `formula`, `counted`, "
        "`long_text`, `with_number`, `many_numbers`."
    )
    unsafe_kinds = dy.List(
        dy.String(), description="The kinds of harm that it plainly asks for; often none."
    )
    drop_reason = dy.String(
        nullable=True, description="Why the round does not ask it; null if it may."
    )

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(KIND_REASONS))
