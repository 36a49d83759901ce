"""Turning kept pairs into TRL's conversational rows for DPO and for reward models."""

from collections.abc import Mapping, Sequence

import polars as pl

from r1data.mixture.guards import guard_of
from r1data.policies.templates import Template
from r1data.protocol import Message
from r1data.tables import PreferencePairs

KEPT_COLUMNS = ("pair_id", "chosen_id", "split")
"""The columns of `Preferences` that are read."""
Messages = Sequence[Mapping[str, str]]


def to_pairs(
    candidates: pl.DataFrame,
    kept: pl.DataFrame,
    *,
    template: Template,
    dataset: str,
    first_row: int = 0,
) -> pl.DataFrame:
    """Return a row of `PreferencePairs` for each pair that is kept, in the candidates' order.

    A prompt is what the policy will be asked, without worked examples.

    Args:
        candidates: Rows of `PairCandidates`.
        kept: `KEPT_COLUMNS` of the pairs that are kept.
        template: Of the policy that is to be trained by these pairs.
        dataset: Name of the set.
        first_row: Position in the set of the first row.
    """
    rows = candidates.drop("drop_reason").join(
        kept.select(KEPT_COLUMNS), on="pair_id", how="inner", maintain_order="left"
    )
    alone = template.model_copy(update={"worked_examples": ()})
    prompts = [as_asked(alone, prompt) for prompt in rows["prompt"].to_list()]
    is_first = pl.col("chosen_id") == pl.col("first_id")
    return rows.with_columns(
        pl.Series("prompt", prompts, dtype=PreferencePairs.create_empty().schema["prompt"]),
        chosen=_message(pl.when(is_first).then("first").otherwise("second")),
        rejected=_message(pl.when(is_first).then("second").otherwise("first")),
        made_by=pl.col("made_by").cast(pl.String),
        dataset=pl.lit(dataset),
        row=pl.int_range(pl.len()) + first_row,
    ).select(PreferencePairs.column_names())


def with_guards(pairs: pl.DataFrame, share: float, *, first_row: int) -> pl.DataFrame:
    """Return rows of `PreferencePairs`, each guard after its pair (see `r1data.mixture.guards`).

    Args:
        pairs: Rows without guards.
        share: Of the pairs that are trained on, those that have one.
        first_row: Position in the set of the first row.
    """
    if not share:
        return pairs
    rows = [one for pair in pairs.iter_rows(named=True) for one in (pair, *guard_of(pair, share))]
    return pl.DataFrame(rows, schema=pairs.schema).with_columns(
        row=pl.int_range(pl.len()) + first_row
    )


def as_asked(template: Template, prompt: Messages) -> list[Message]:
    r"""Return the messages of a bare prompt as a policy with a template is asked them.

    >>> said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    >>> as_asked(Template(instruction="Think."), said)[1]["content"]
    'Hi\n\nThink.'
    """
    system = prompt[0]["content"] if prompt[0]["role"] == "system" else None
    earlier = [Message(role=one["role"], content=one["content"]) for one in prompt]
    turns = earlier if system is None else earlier[1:]
    return list(template.messages(prompt[-1]["content"], system, turns[:-1]))


def _message(text: pl.Expr) -> pl.Expr:
    return pl.concat_list(pl.struct(role=pl.lit("assistant"), content=text))
