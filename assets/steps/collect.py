"""Collecting steps: rollouts of several tables in one, each marked with its collection."""

from collections.abc import Iterator
from functools import partial

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Rollouts


class Collecting(Settings):
    """The collections whose rollouts are gathered, in order."""

    collections: tuple[str, ...]
    """Each is read as `rollouts_<collection>`."""


@step(Rollouts, version=1)
def collect(_run: Run, writer: TableWriter, settings: Collecting, **rollouts: Table) -> None:
    """The rollouts of all collections, each marked with its own."""
    tables = {name: rollouts[collection_argument(name)] for name in settings.collections}
    for block, read in enumerate(_blocks(tables)):
        if not writer.is_done(block):
            writer.write(block, read())


@step(Rollouts, version=1)
def merge(
    _run: Run,
    writer: TableWriter,
    _settings: Settings,
    selections: Table,
    rollouts: Table,
    rollouts_refined: Table,
) -> None:
    """The rollouts that the round keeps, those that were rewritten in their new form."""
    decided = selections.scan().filter("is_kept").select("rollout_id").collect()
    block = 0
    for table in (rollouts, rollouts_refined):
        for _, frame in table.blocks():
            if not writer.is_done(block):
                kept = frame.join(decided, on="rollout_id", how="semi", maintain_order="left")
                writer.write(block, kept)
            block += 1


def _blocks(tables: dict[str, Table]) -> Iterator[partial[pl.DataFrame]]:
    """Yield what reads each block of some tables, marked with the table's name."""
    for name, table in tables.items():
        for number in range(table.num_blocks):
            yield partial(_marked, table, number, name)


def _marked(table: Table, block: int, collection: str) -> pl.DataFrame:
    return table.read_block(block).with_columns(collection=pl.lit(collection))


def collection_argument(name: str) -> str:
    """Return the name under which `collect` reads the rollouts of a collection."""
    return f"rollouts_{name}"
