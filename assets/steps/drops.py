"""Drop-table steps: what speaks against each rollout, and how many rows of each source left."""

from typing import Any

import polars as pl

from assets.steps.curate import evidence, of_collection, of_each
from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.drops import count_drops
from r1data.curation.selection import OF_RANK, Selection, list_faults
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Drops, Faults, askable


class FindingFaults(Settings):
    """What may speak against a rollout."""

    selection: Selection
    collections: dict[str, Selection] = {}
    """By collection, as in `Keeping`."""

    def content(self) -> dict[str, Any]:
        """Return the settings without those of rank, which decide nothing here."""
        found = {name: _unranked(one) for name, one in self.collections.items()}
        return _unranked(self.selection) | ({"collections": found} if found else {})


def _unranked(selection: Selection) -> dict[str, Any]:
    return {name: value for name, value in selection.content().items() if name not in OF_RANK}


@step(Faults, version=1, may_be_empty=True)
def find_faults(
    _run: Run,
    writer: TableWriter,
    settings: FindingFaults,
    *,
    rollouts: Table,
    **known: Table,
) -> None:
    """Every reason that speaks against a rollout on its own account, the first and the others."""
    found = [
        list_faults(of_collection(evidence(selection, rollouts, **known), collection), selection)
        for collection, selection in of_each(settings.selection, settings.collections)
    ]
    writer.write(0, pl.concat(found))


@step(Drops, version=1, may_be_empty=True)
def count_prompts(_run: Run, writer: TableWriter, _settings: Settings, prompts: Table) -> None:
    """How many prompts of each source are asked, and how many are not, by reason."""
    rows = prompts.scan().select("source", "domain", "drop_reason")
    with prompts.naming_damage():
        writer.write(0, count_drops(rows, prompts.key))


@step(Drops, version=1, may_be_empty=True)
def count_rollouts(
    _run: Run,
    writer: TableWriter,
    _settings: Settings,
    *,
    selections: Table,
    faults: Table,
    prompts: Table,
) -> None:
    """How many rollouts on prompts of each source are kept, and how many left, by reason."""
    sources = askable(prompts.scan()).select("prompt_id", "source", "domain").collect().lazy()

    def with_source(table: Table, *columns: str) -> pl.LazyFrame:
        return table.scan().select("prompt_id", *columns).join(sources, on="prompt_id", how="left")

    decided = with_source(selections, "drop_reason")
    writer.write(
        0, count_drops(decided, selections.key, with_source(faults, "drop_reason", "is_only"))
    )
