"""Collecting steps: rollouts of several tables in one, each marked with its collection."""

from collections.abc import Callable, Sequence

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.selection import keep_selected
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Rollouts


class Collecting(Settings):
    """The collections whose rollouts are gathered, in order."""

    collections: tuple[str, ...]
    """Each is read as `rollouts_<collection>`."""


@step(Rollouts, version=1)
def collect(run: Run, writer: TableWriter, settings: Collecting, **rollouts: Table) -> None:
    """The rollouts of all collections, each marked with its own."""
    names = settings.collections
    tables = [rollouts[collection_argument(name)] for name in names]
    _write_each(
        run,
        writer,
        tables,
        lambda rows, place: rows.with_columns(collection=pl.lit(names[place])),
    )


@step(Rollouts, version=1)
def merge(
    run: Run,
    writer: TableWriter,
    _settings: Settings,
    selections: Table,
    rollouts: Table,
    rollouts_refined: Table,
) -> None:
    """The rollouts that the round keeps, those that were rewritten in their new form."""
    decided = selections.read(["rollout_id", "is_kept"])
    _write_each(
        run, writer, [rollouts, rollouts_refined], lambda rows, _: keep_selected(rows, decided)
    )


def _write_each(
    run: Run,
    writer: TableWriter,
    tables: Sequence[Table],
    change: Callable[[pl.DataFrame, int], pl.DataFrame],
) -> None:
    """Write each block of some tables, changed by a function of it and of its table's place."""
    blocks = (
        (place, block) for place, table in enumerate(tables) for block in range(table.num_blocks)
    )
    with run.progress.bar(writer.key, sum(table.num_rows for table in tables), "rows") as bar:
        for number, (place, block) in enumerate(blocks):
            if not writer.is_done(number):
                writer.write(number, change(tables[place].read_block(block), place))
            bar.update(writer.table.num_rows)


def collection_argument(name: str) -> str:
    """Return the name under which `collect` reads the rollouts of a collection."""
    return f"rollouts_{name}"
