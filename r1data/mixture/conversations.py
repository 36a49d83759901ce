"""Turning kept rollouts into TRL's conversational prompt-completion rows."""

import polars as pl

from r1data.mixture.patterns import Pattern, in_pattern
from r1data.policies.templates import Template
from r1data.tables import Mixtures

PROMPT_COLUMNS = (
    *("prompt_id", "problem", "system_message", "earlier_turns", "source", "domain", "licence"),
    *("is_unverified", "other_columns"),
)
MESSAGES = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))


def to_conversations(
    rollouts: pl.DataFrame,
    prompts: pl.DataFrame,
    *,
    template: Template,
    dataset: str,
    first_row: int,
    pattern: Pattern = "think",
) -> pl.DataFrame:
    """Return one training row for each rollout of a shard, in their order.

    The prompt is what the policy was asked, without the worked examples: the policy to be trained
    learns to answer without them. The completion is what the policy
    wrote, stripped of nothing, with the prefill before it, so that the think block is whole.

    Args:
        rollouts: Kept rollouts, all by a policy with this template; with their `split`, where some
            are held out.
        prompts: One row for each prompt, `PROMPT_COLUMNS` among its columns.
        template: What surrounded the problem when the policy was asked.
        dataset: Name of the mixture.
        first_row: Position in the mixture of the shard's first row.
        pattern: How reasoning and response stand in a completion.
    """
    rows = rollouts.join(
        prompts.select(PROMPT_COLUMNS), on="prompt_id", how="left", maintain_order="left"
    )
    _check_prompts(rollouts, rows)
    asked_alone = template.model_copy(update={"worked_examples": ()})
    asked = rows.select("problem", "system_message", "earlier_turns").iter_rows()
    rows = rows.with_columns(text=pl.col("prefill") + pl.col("completion"))
    rows = rows.with_columns(in_pattern(rows["text"], pattern))
    mixture = rows.with_columns(
        pl.Series("prompt", [asked_alone.messages(*row) for row in asked], dtype=MESSAGES),
        completion=pl.concat_list(_assistant(pl.col("text"))),
        metadata=pl.coalesce("metadata", "other_columns"),
        dataset=pl.lit(dataset),
        row=pl.int_range(pl.len()) + first_row,
        split=pl.col("split") if "split" in rollouts.columns else pl.lit(None, pl.String),
    )
    return mixture.select(Mixtures.column_names())


def _assistant(text: pl.Expr) -> pl.Expr:
    return pl.struct(role=pl.lit("assistant"), content=text)


def _check_prompts(rollouts: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Refuse what would lose or double a training row without a word."""
    if rows.height != rollouts.height:
        twice = rows.filter(pl.col("rollout_id").is_duplicated()).item(0, "prompt_id")
        raise ValueError(f"prompt {twice} stands twice; pass the prompts that have no drop reason")
    for row in rows.filter(pl.col("problem").is_null()).head(1).iter_rows(named=True):
        raise ValueError(
            f"rollout {row['rollout_id']} answers prompt {row['prompt_id']}, which is not among "
            "the prompts; make the rollouts again from these prompts"
        )
    for row in rows.filter(pl.col("completion").is_null()).head(1).iter_rows(named=True):
        raise ValueError(f"rollout {row['rollout_id']} has no completion; pass selected rollouts")
