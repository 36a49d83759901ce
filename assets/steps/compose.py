"""Composition steps: what a mixture takes of the kept rollouts, its quotas and its tokens."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.duplicates.near import NearMatch
from r1data.curation.duplicates.twins import Read, find_twins, read_problems
from r1data.mixture.composition import count_quotas, hold_out, select_rows
from r1data.mixture.held_out import HeldOut, choose_held_out
from r1data.mixture.quotas import MixtureQuotas
from r1data.mixture.statistics import token_statistics
from r1data.mixture.token_counts import count_tokens, sizes
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import MixtureSelections, Quotas, Rollouts, Signals, TokenStatistics, askable

PROBLEM_COLUMNS = ("prompt_id", "drop_reason", "problem", "choices")


class Composing(Settings):
    """The mixture that decides, its quotas and its held-out split."""

    dataset: str
    quotas: MixtureQuotas | None = None
    held_out: HeldOut | None = None


class Measured(Settings):
    """The mixture whose tokens are counted, and the context that it is trained with."""

    dataset: str
    context_length: int


@step(MixtureSelections, version=1)
def compose(
    _run: Run, writer: TableWriter, settings: Composing, prompts: Table, **kept: Table
) -> None:
    """What the mixture decided on every kept rollout, with the reason for each it leaves out."""
    asked = askable(prompts.scan()).select("prompt_id", "domain", "source").collect()
    keys = pl.concat(one.read(["rollout_id", "prompt_id"]) for one in kept.values())
    rows = keys.join(asked, on="prompt_id", how="left", maintain_order="left")
    for orphan in rows.filter(pl.col("domain").is_null()).head(1).iter_rows(named=True):
        raise ValueError(
            f"rollout {orphan['rollout_id']} answers prompt {orphan['prompt_id']}, which is not "
            "among the prompts; make the rollouts again from these prompts"
        )
    decided = select_rows(rows, settings.quotas, settings.dataset)
    if settings.held_out is not None:
        taken = decided.filter("is_kept")["prompt_id"].unique().to_list()
        twins = twins_among(prompts, taken, settings.held_out, writer.folder)
        chosen = choose_held_out(taken, twins, settings.held_out, settings.dataset)
        decided = hold_out(decided, chosen)
    writer.write(0, decided)


@step(Quotas, version=1)
def count(_run: Run, writer: TableWriter, settings: Composing, selections: Table) -> None:
    """How many rows were wanted of each domain and source, and how many the mixture has."""
    counted = count_quotas(selections.read(), settings.quotas, settings.held_out, settings.dataset)
    writer.write(0, counted)


@step(TokenStatistics, version=1)
def count_mixture_tokens(
    _run: Run, writer: TableWriter, settings: Measured, mixture: Table, **counted_in: Table
) -> None:
    """The tokens of the training set by domain, beside DeepSeek-R1's, and of its packing."""
    rows = sizes(mixture.scan()).collect(engine="streaming")
    counted = count_tokens(rows, known_tokens(counted_in.values()))
    writer.write(0, token_statistics(counted, settings.context_length, settings.dataset))


def known_tokens(tables: Collection[Table]) -> list[pl.DataFrame]:
    """Return the tokens of completions as their policies counted them, then as signals do."""
    counts = {
        Rollouts: pl.col("num_completion_tokens"),
        Signals: pl.col("num_reasoning_tokens") + pl.col("num_response_tokens"),
    }
    return [
        table.scan().select("rollout_id", num_tokens=counted.cast(pl.Int64)).collect()
        for schema, counted in counts.items()
        for table in tables
        if table.schema is schema
    ]


def twins_among(
    prompts: Table, prompt_ids: list[str], settings: HeldOut, folder: Path | None = None
) -> Callable[..., set[str]]:
    """Return what tells which of some prompts of a mixture are nearly another one of it.

    It takes them, and as `others` those that they are compared with, if these are not all.
    """
    match = NearMatch(threshold=settings.similarity)
    read = problems_of(prompts, prompt_ids)
    return partial(find_twins, read_problems(read, match), read=read, settings=match, folder=folder)


def problems_of(prompts: Table, prompt_ids: list[str]) -> Read:
    """Return what yields the problems of some prompts that are asked, a shard at a time."""
    wanted = pl.DataFrame({"prompt_id": prompt_ids}, schema={"prompt_id": pl.String})

    def read() -> Iterator[pl.DataFrame]:
        for _, frame in prompts.blocks(PROBLEM_COLUMNS):
            asked = frame.filter(pl.col("drop_reason").is_null())
            yield asked.join(wanted, on="prompt_id", how="semi", maintain_order="left")

    return read
