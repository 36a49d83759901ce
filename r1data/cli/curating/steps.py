"""Steps that fill the tables by which a file is curated, where those of a recipe do not serve."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from assets.steps.curate import compare_texts, evidence
from assets.steps.measure import Measuring
from assets.steps.run import Run
from assets.steps.step import step
from r1data.answers.versions import verifier_versions
from r1data.cli.curating.facts import DATASET, judged, measured, prompt_of, rollout_of, settled
from r1data.cli.curating.rows import Given, Shape, read_rows
from r1data.curation.selection import Selection, select_rollouts
from r1data.execution.shards import map_shards
from r1data.records.files import files_digest
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Prompts, Rollouts, Selections, Signals, Verdicts

NO_REASONS = ("no_problem", "duplicate", "near_duplicate")
"""What a problem alone leaves for, and no completion of it."""


class GivenFile(Settings):
    """A file, and where its rows have what."""

    path: str
    shape: Shape

    def content(self) -> dict[str, Any]:
        """Return what decides the rows: the file by what it holds."""
        return {"file": files_digest([Path(self.path)]), "shape": self.shape.content()}

    def blocks(self) -> Iterator[list[Given]]:
        """Yield its rows."""
        return read_rows(Path(self.path), self.shape)


class Judging(GivenFile):
    """A file, and the verifiers that judge its rows."""

    def content(self) -> dict[str, Any]:
        """Return what decides the verdicts."""
        return {**super().content(), "verifiers": verifier_versions()}


class Settling(GivenFile):
    """A file, and whether its own verdicts count."""

    trust_outcome: bool


class Deciding(Settings):
    """The rules of what is kept."""

    selection: Selection


@step(Prompts, version=1)
def ask(run: Run, writer: TableWriter, settings: GivenFile) -> None:
    """What each row asks, or why it cannot be read."""
    _write(run, writer, settings, prompt_of)


@step(Rollouts, version=1, may_be_empty=True)
def take(run: Run, writer: TableWriter, settings: GivenFile) -> None:
    """The completion of each row that has one."""
    _write(run, writer, settings, rollout_of)


@step(Verdicts, version=1, may_be_empty=True)
def judge(run: Run, writer: TableWriter, settings: Judging) -> None:
    """What the verifier concluded about each row that says which answer is right."""
    with run.progress.bar(writer.key, None, "rows") as bar:
        done = 0
        for block, rows in enumerate(settings.blocks()):
            done += len(rows)
            if not writer.is_done(block):
                writer.write(block, judged([row for row in rows if row.case], run.workers))
            bar.update(done)


@step(Verdicts, version=1, may_be_empty=True)
def settle(run: Run, writer: TableWriter, settings: Settling, verdicts: Table) -> None:
    """The verdict that counts on each completion: a rule's, the file's, or that nobody judged."""
    for block, rows in enumerate(settings.blocks()):
        ours = rows_of(verdicts, rows, Verdicts.column_names())
        by_id = {row["rollout_id"]: row for row in ours.iter_rows(named=True)}
        found = [
            settled(row, by_id, trust=settings.trust_outcome)
            for row in rows
            if row.completion is not None
        ]
        writer.write(block, pl.DataFrame(found, schema=ours.schema))


@step(Signals, version=1, may_be_empty=True)
def measure(
    run: Run, writer: TableWriter, settings: Measuring, rollouts: Table, prompts: Table
) -> None:
    """What was measured on every completion, before any threshold."""
    write = partial(measured, settings=settings, prompts=prompts)
    map_shards(writer, write, rollouts, progress=run.progress)


@step(Selections, version=1, may_be_empty=True)
def decide(
    run: Run,
    writer: TableWriter,
    settings: Deciding,
    *,
    prompts: Table,
    rollouts: Table,
    verdicts: Table,
    signals: Table,
    pass_rates: Table,
    sketches: Table | None = None,
    contamination: Table | None = None,
) -> None:
    """What is decided on the completion of every row whose problem is not left out."""
    known = evidence(
        settings.selection, rollouts, verdicts, signals, pass_rates, contamination=contamination
    )
    asked = surviving(prompts)
    keys = known.rollouts.join(asked, on="prompt_id", how="semi", maintain_order="left")
    decided = select_rollouts(
        replace(known, rollouts=keys),
        settings=settings.selection,
        dataset=DATASET,
        comparing=compare_texts(settings.selection, rollouts, sketches, writer.folder),
    )
    writer.write(0, decided)


def surviving(prompts: Table) -> pl.DataFrame:
    """Return the `prompt_id`s whose problem is no reason to leave completions out."""
    is_left = left_out().any().alias("is_left")
    rows = prompts.scan().group_by("prompt_id").agg(is_left).collect()
    return rows.filter(~pl.col("is_left")).select("prompt_id")


def left_out() -> pl.Expr:
    """Return what says of a prompt's row that its problem leaves all of its completions out.

    That other rows have the problem, or nearly it, leaves none out: a problem can have several
    completions, and the row that is the best for its problem may leave for its completion.
    """
    is_reason = pl.col("drop_reason").is_in(NO_REASONS).not_()
    return is_reason.fill_null(False)


def rows_of(table: Table, rows: list[Given], columns: Sequence[str]) -> pl.DataFrame:
    """Return some columns of a table of completions, for rows that follow one another."""
    between = pl.col("rollout_id").is_between(pl.lit(rows[0].key), pl.lit(rows[-1].key))
    with table.naming_damage():
        return table.scan().filter(between).select(columns).collect()


def _write(
    run: Run, writer: TableWriter, file: GivenFile, row_of: Callable[[Given], dict[str, Any] | None]
) -> None:
    """Write a row of a table for each row of a file that has one."""
    schema = writer.schema.create_empty().schema
    done = 0
    with run.progress.bar(writer.key, None, "rows") as bar:
        for block, rows in enumerate(file.blocks()):
            found = [row for given in rows if (row := row_of(given)) is not None]
            writer.write(block, pl.DataFrame(found, schema=schema))
            done += len(rows)
            bar.update(done)
