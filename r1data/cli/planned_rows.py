"""The rows that trainings read: those there are, or the most that rounds can keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from assets.steps.curate import Keeping
from assets.steps.reinforce import Reinforcing
from assets.steps.sample import Asking
from r1data.cli.made import MadeTables
from r1data.cli.units import CHARS_PER_TOKEN
from r1data.store.spec import TableSpec
from r1data.store.table import Table
from r1data.tables import HELD_OUT, Policies, RewardModels

if TYPE_CHECKING:
    from r1data.cli.plan import Planned

TRAINED = ("mixture", "rl_prompts", "rows")
"""The names under which steps read what they train on."""


@dataclass(frozen=True, slots=True)
class TrainedRows:
    """What is trained on."""

    number: int
    prompt_tokens: float
    tokens: float
    """Of a row, prompt and completion together."""
    is_bound: bool = False


def rows_of(tables: MadeTables, spec: TableSpec, planned: Sequence["Planned"]) -> TrainedRows:
    """Return the rows that a model is trained on: those there are, or the most there can be."""
    key = next(spec.reads[name] for name in TRAINED if name in spec.reads)
    table = tables.version(key)
    if table is not None:
        return _made_rows(table)
    asked = [one for one in planned if one.key in _upstream(tables, key)]
    if not asked:
        problems = tables.problems(_prompts_of(tables, key))
        tokens = int(problems["chars"].sum()) / max(1, problems.height) / CHARS_PER_TOKEN
        return TrainedRows(problems.height, tokens, tokens, is_bound=True)
    prompt_tokens = sum(one.num_prompt_chars for one in asked) / CHARS_PER_TOKEN
    is_rewarded = isinstance(spec.settings, Reinforcing)
    number = sum(one.num_prompts if is_rewarded else _most_kept(tables, one) for one in asked)
    most = max(one.mean_tokens or one.sampling.max_tokens for one in asked)
    per_prompt = prompt_tokens / max(1, sum(one.num_prompts for one in asked))
    return TrainedRows(number, per_prompt, per_prompt + most, is_bound=True)


def _made_rows(table: Table) -> TrainedRows:
    """Return how many rows a training set has, and how long they are on the average."""
    columns = table.schema.column_names()
    rows = table.scan()
    if "split" in columns:
        rows = rows.filter(pl.col("split").ne_missing(HELD_OUT))
    parts = {name: _chars(name) for name in ("prompt", "completion", "chosen", "rejected")}
    found = rows.select(
        pl.len().alias("number"),
        *(chars.mean().alias(name) for name, chars in parts.items() if name in columns),
    ).collect()
    number, *_ = found.row(0)
    means = {name: found[name].item() or 0.0 for name in found.columns if name != "number"}
    prompt, whole = means.get("prompt", 0.0), sum(means.values())
    return TrainedRows(number, prompt / CHARS_PER_TOKEN, whole / CHARS_PER_TOKEN)


def _chars(messages: str) -> pl.Expr:
    return (
        pl.col(messages).list.eval(pl.element().struct.field("content").str.len_chars()).list.sum()
    )


def _upstream(tables: MadeTables, key: str) -> set[str]:
    """Return the tables of rollouts that a training set is made of, by key."""
    spec = tables.specs[key]
    if isinstance(spec.settings, Asking):
        return {key}
    if spec.schema in (Policies, RewardModels):
        return set()
    return {found for read in spec.reads.values() for found in _upstream(tables, read)}


def _prompts_of(tables: MadeTables, key: str) -> str:
    """Return the key of the prompts that a training set is made of."""
    return tables.specs[key].reads.get("prompts") or next(
        _prompts_of(tables, read) for read in tables.specs[key].reads.values()
    )


def _most_kept(tables: MadeTables, asked: "Planned") -> int:
    """Return how many rollouts a round can keep of what a policy writes for it."""
    limits = [
        spec.settings.selection.max_per_prompt
        for spec in tables.specs.values()
        if isinstance(spec.settings, Keeping) and asked.key in _upstream(tables, spec.key)
    ]
    most = min((limit * asked.num_prompts for limit in limits if limit), default=asked.num_requests)
    return min(most, asked.num_requests)
