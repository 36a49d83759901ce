"""Turning kept rollouts into TRL's conversational prompt-completion rows."""

import json
from dataclasses import dataclass

import polars as pl

from r1data.completions import part
from r1data.mixture.patterns import Pattern, in_pattern
from r1data.mixture.plain import Plain, without_reasoning
from r1data.mixture.variants import CLOSING_TAG, Variant
from r1data.policies.templates import Template
from r1data.tables import Mixtures

PROMPT_COLUMNS = (
    *("prompt_id", "problem", "system_message", "earlier_turns", "source", "domain", "licence"),
    *("is_unverified", "other_columns"),
)


@dataclass(frozen=True, slots=True)
class RowForm:
    """What surrounds the problem of a row, and how a row without reasoning is written."""

    template: Template
    """What surrounded the problem when the policy was asked."""
    plain: Plain | None = None
    """What is otherwise where the completion has no reasoning; null treats all alike."""
    pattern: Pattern = "think"
    """How reasoning and response stand in a completion."""
    variant: Variant | None = None
    """What was made of the rollouts; null for nothing."""

    @property
    def flags(self) -> str | None:
        """What a chat template is told of a twin, as JSON."""
        return _flags(self.template) if self.variant == "without_reasoning" else None

    @property
    def plain_flags(self) -> str | None:
        """What a chat template is told of a row that has no reasoning, as JSON."""
        return _flags(self.plain.template) if self.plain else self.flags

    def template_of(self, is_plain: bool) -> Template:
        """Return the template of a row, without the worked examples."""
        template = self.plain.template if self.plain and is_plain else self.template
        return template.model_copy(update={"worked_examples": ()})


MESSAGES = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))


def _flags(template: Template) -> str | None:
    return json.dumps(template.chat_template_kwargs) if template.chat_template_kwargs else None


def to_conversations(
    rollouts: pl.DataFrame,
    prompts: pl.DataFrame,
    *,
    form: RowForm,
    dataset: str,
    first_row: int,
) -> pl.DataFrame:
    """Return one training row for each rollout of a shard, in their order.

    The prompt is what the policy was asked, without the worked examples: the policy to be trained
    learns to answer without them. The completion is what the policy
    wrote, stripped of nothing, with the prefill before it, so that the think block is whole.

    Args:
        rollouts: Kept rollouts, all by a policy with this template; with their `split`, where some
            are held out.
        prompts: One row for each prompt, `PROMPT_COLUMNS` among its columns.
        form: What surrounds the problem, and how a row without reasoning is written.
        dataset: Name of the mixture.
        first_row: Position in the mixture of the shard's first row.
    """
    rows = rollouts.join(
        prompts.select(PROMPT_COLUMNS), on="prompt_id", how="left", maintain_order="left"
    )
    _check_prompts(rollouts, rows)
    whole = pl.col("prefill") + pl.col("completion")
    rows = rows.with_columns(whole=whole, is_plain=pl.lit(False))
    if form.plain is not None:
        rows = _as_plain(rows, form.plain)
    rows = rows.with_columns(in_pattern(rows["whole"], form.pattern))
    asked = rows.select("is_plain", "problem", "system_message", "earlier_turns").iter_rows()
    messages = [form.template_of(is_plain).messages(*row) for is_plain, *row in asked]
    mixture = rows.with_columns(
        pl.Series("prompt", messages, dtype=MESSAGES),
        completion=pl.concat_list(_assistant(pl.col("whole"))),
        metadata=pl.coalesce("metadata", "other_columns"),
        dataset=pl.lit(dataset),
        row=pl.int_range(pl.len()) + first_row,
        variant=pl.lit(form.variant, pl.String),
        loss_on=pl.lit(CLOSING_TAG if form.variant == "cut_reasoning" else None, pl.String),
        template_flags=pl.when("is_plain")
        .then(pl.lit(form.plain_flags, pl.String))
        .otherwise(pl.lit(form.flags, pl.String)),
        split=pl.col("split") if "split" in rollouts.columns else pl.lit(None, pl.String),
    )
    return mixture.select(Mixtures.column_names())


def _as_plain(rows: pl.DataFrame, plain: Plain) -> pl.DataFrame:
    """Return rows, those that have no reasoning marked and written as a setting says."""
    texts = rows["whole"].to_list()
    parts = [part(text) for text in texts]
    is_plain = pl.Series([not (one.reasoning or one.is_open) for one in parts], dtype=pl.Boolean)
    responses = [
        without_reasoning(
            text if one.reasoning is None else one.response.lstrip(), plain.think_block
        )
        for text, one in zip(texts, parts, strict=True)
    ]
    written = pl.lit(pl.Series(responses, dtype=pl.String))
    return rows.with_columns(
        is_plain=is_plain, whole=pl.when(is_plain).then(written).otherwise("whole")
    )


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
