"""Prompts for reinforcement learning: those inside a band of pass rates, as TRL reads them."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from r1data.mixture.conversations import MESSAGES
from r1data.policies.templates import Template
from r1data.protocol import Message
from r1data.tables import HELD_OUT, RLPrompts

CARRIED = (
    *("problem", "verifier", "gold_answer", "answer_type", "choices", "tests", "metadata"),
    *("language", "source", "domain", "licence"),
)
"""The columns of `Prompts` that rewards judge by, and those that say where a prompt came from."""
ASKED = ("prompt_id", "system_message", "earlier_turns", *CARRIED)
"""The columns of `Prompts` that are read."""
UNJUDGEABLE = pl.col("verifier").is_null() | (
    pl.col("gold_answer").is_null() & pl.col("tests").is_null()
)
"""Prompts whose completions no verifier can judge."""
RATED = ("prompt_id", "policy", "pass_rate", "num_judged", "drop_reason")
"""The columns of a band that are read."""


def to_rl_prompts(
    prompts: pl.DataFrame,
    rated: pl.DataFrame | None,
    *,
    template: Template,
    dataset: str,
    first_row: int,
) -> pl.DataFrame:
    """Return a row of `RLPrompts` for each prompt of a shard that is inside a band, in their order.

    Where no pass rate was measured, each prompt that a verifier can judge is a row.

    A prompt states its problem as the policy to be trained will be asked it, without worked
    examples, its own system message and earlier turns included.

    Args:
        prompts: `ASKED`, one row a prompt.
        rated: Pass rates of one policy with the reason why a prompt is outside the band, null if
            it is inside; `RATED` among the columns. Null where nobody measured any.
        template: Of the policy to be trained.
        dataset: Name of the set.
        first_row: Position in the set of the shard's first row.

    Raises:
        ValueError: A prompt has pass rates of several policies or samplings, or nothing to judge
            it by.
    """
    known = prompts.select(ASKED)
    rows = _judgeable(known) if rated is None else _inside(known, rated)
    return (
        _asked(rows, template, dataset, first_row)
        .with_columns(kind=pl.lit("reasoning"), solution=pl.col("gold_answer"))
        .select(RLPrompts.column_names())
    )


def not_held_out(prompts: pl.DataFrame, selections: pl.DataFrame) -> pl.DataFrame:
    """Return the prompts that a training may see: those that a training set does not hold out.

    Args:
        prompts: `prompt_id` among the columns.
        selections: `prompt_id` and `split` of `MixtureSelections`.
    """
    held_out = selections.filter(split=HELD_OUT)
    return prompts.join(held_out, on="prompt_id", how="anti", maintain_order="left")


def to_general_prompts(
    prompts: pl.DataFrame,
    kinds: Mapping[str, str],
    *,
    template: Template,
    dataset: str,
    first_row: int,
) -> pl.DataFrame:
    """Return a row of `RLPrompts` for each general prompt, which a reward model judges.

    Args:
        prompts: `ASKED`, one row a prompt.
        kinds: What judges the prompts of each source: `helpful` or `safety`.
        template: Of the policy to be trained.
        dataset: Name of the set.
        first_row: Position in the set of the first row.
    """
    rows = prompts.select(ASKED).filter(pl.col("source").is_in(list(kinds)))
    unknown = {"policy": pl.String, "pass_rate": pl.Float64, "num_judged": pl.Int32}
    unjudged = dict.fromkeys(("verifier", "gold_answer", "tests", "solution"), pl.String)
    return (
        _asked(rows, template, dataset, first_row)
        .with_columns(
            *(pl.lit(None, kind).alias(name) for name, kind in (unknown | unjudged).items()),
            kind=pl.col("source").replace_strict(kinds),
        )
        .select(RLPrompts.column_names())
    )


def _asked(rows: pl.DataFrame, template: Template, dataset: str, first_row: int) -> pl.DataFrame:
    """Return prompts as a policy with a template is asked them, with their places in a set."""
    asked_alone = template.model_copy(update={"worked_examples": ()})
    asked = rows.select("problem", "system_message", "earlier_turns").iter_rows()
    return rows.with_columns(
        pl.Series("prompt", [_messages(asked_alone, *row) for row in asked], dtype=MESSAGES),
        dataset=pl.lit(dataset),
        row=pl.int_range(pl.len()) + first_row,
    )


def _messages(template: Template, *asked: Any) -> list[Message]:  # noqa: ANN401 - columns of a row
    """Return what a policy is asked, and what its message begins with, if the template says so."""
    begun = [Message(role="assistant", content=template.prefill)] if template.prefill else []
    return [*template.messages(*asked), *begun]


def _judgeable(prompts: pl.DataFrame) -> pl.DataFrame:
    """Return the prompts that a verifier can judge, with no pass rate."""
    unknown = {"policy": pl.String, "pass_rate": pl.Float64, "num_judged": pl.Int32}
    return prompts.filter(~UNJUDGEABLE).with_columns(
        pl.lit(None, kind).alias(name) for name, kind in unknown.items()
    )


def _inside(prompts: pl.DataFrame, rated: pl.DataFrame) -> pl.DataFrame:
    """Return the prompts that are inside the band, with their pass rates."""
    inside = rated.filter(pl.col("drop_reason").is_null()).select(RATED).drop("drop_reason")
    _check_rated_once(inside)
    rows = prompts.join(inside, on="prompt_id", how="inner", maintain_order="left")
    _check_judgeable(rows)
    return rows


def _check_rated_once(inside: pl.DataFrame) -> None:
    for row in inside.filter(pl.col("prompt_id").is_duplicated()).head(1).iter_rows(named=True):
        raise ValueError(
            f"prompt {row['prompt_id']} has several pass rates; give those of one policy and one "
            "sampling"
        )


def _check_judgeable(rows: pl.DataFrame) -> None:
    for row in rows.filter(UNJUDGEABLE).head(1).iter_rows(named=True):
        raise ValueError(
            f"prompt {row['prompt_id']} has no verifier, or neither gold answer nor tests, and "
            "cannot be rewarded; leave it out of the band"
        )
