"""Curation steps: signals, pass rates, selections, and the kept rollouts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from assets.steps.audit import suspects
from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.diversity import rank_diverse
from r1data.curation.duplicates.completions import find_near_completions, sketch_completions
from r1data.curation.evidence import POLICY_KEYS, Evidence
from r1data.curation.pass_rates import (
    NO_MAJORITY,
    OUTCOME_COLUMNS,
    RATED_COLUMNS,
    measure_pass_rates,
)
from r1data.curation.ranking import Comparing
from r1data.curation.selection import (
    Selection,
    keep_selected,
    select_control,
    select_rollouts,
    signals_read,
)
from r1data.execution.shards import map_shards
from r1data.generation.early_stop import EarlyStop
from r1data.protocol import Sampling
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import PassRates, Rollouts, Selections, Sketches

ROLLOUT_KEYS = (
    *("rollout_id", "prompt_id", "sample_index", "policy", "policy_revision", "sampling_id"),
    *("finish_reason", "error_class", "collection"),
)
"""The columns of rollouts that whole-table steps read: no text."""


class Sketching(Settings):
    """What rollouts are sketched by."""

    shingle_size: int


class Rating(Settings):
    """How the rollouts came about of which a prompt's pass rate is measured."""

    sampling: Sampling | None = None
    """How a model was sampled; null where nobody knows it."""
    early_stop: EarlyStop | None = None
    """When the rest of a group was not asked."""

    def content(self) -> dict[str, Any]:
        """Return nothing: the version of the rollouts that are read says all of it."""
        return {}


class Keeping(Settings):
    """The dataset that decides, and its rules."""

    later: ClassVar[frozenset[str]] = frozenset({"collections"})
    dataset: str
    selection: Selection
    collections: dict[str, Selection] = {}
    """The rules for the rollouts of each collection, where a round has collections: each decides
    on its own rollouts alone."""


class Controlling(Keeping):
    """The dataset that decides, its rules, and the filters in whose place chance decides."""

    filters: tuple[str, ...]
    """By drop reason; together they are one filter."""


@step(Sketches, version=1)
def sketch(run: Run, writer: TableWriter, settings: Sketching, rollouts: Table) -> None:
    """The numbers of every rollout by which near duplicates are found, before any threshold."""
    write = partial(sketch_completions, shingle_size=settings.shingle_size)
    map_shards(writer, write, rollouts, progress=run.progress)


@step(PassRates, version=2)
def rate(
    _run: Run,
    writer: TableWriter,
    settings: Rating,
    rollouts: Table,
    verdicts: Table,
    majority_answers: Table | None = None,
) -> None:
    """How often each prompt was solved."""
    sampling, early_stop = settings.sampling, settings.early_stop
    size = sampling.group_size if sampling else None
    estimates = early_stop.estimates(size) if early_stop and isinstance(size, int) else None
    rates = measure_pass_rates(
        rollouts.read(RATED_COLUMNS),
        verdicts.read(OUTCOME_COLUMNS),
        sampling=sampling,
        majority_answers=NO_MAJORITY
        if majority_answers is None
        else majority_answers.read(NO_MAJORITY.columns),
        estimates=estimates,
    )
    writer.write(0, rates)


@step(Selections, version=2)
def select(
    _run: Run,
    writer: TableWriter,
    settings: Keeping,
    *,
    rollouts: Table,
    sketches: Table | None = None,
    **known: Table,
) -> None:
    """What the dataset decided on every rollout, with the reason for each it leaves out."""
    decided = [
        select_rollouts(
            of_collection(evidence(selection, rollouts, **known), collection),
            settings=selection,
            dataset=settings.dataset,
            comparing=compare_texts(selection, rollouts, sketches, writer.folder),
        )
        for collection, selection in of_each(settings.selection, settings.collections)
    ]
    writer.write(0, pl.concat(decided))


def of_each(
    selection: Selection, collections: Mapping[str, Selection]
) -> list[tuple[str | None, Selection]]:
    """Return the selection of each collection by name; without any, the one of all rollouts."""
    return list(collections.items()) or [(None, selection)]


@step(Selections, version=1)
def control(
    _run: Run,
    writer: TableWriter,
    settings: Controlling,
    *,
    rollouts: Table,
    sketches: Table | None = None,
    **known: Table,
) -> None:
    """What chance decides in place of a filter: as many rollouts leave, drawn by lot."""
    decided = select_control(
        evidence(settings.selection, rollouts, **known),
        settings.filters,
        settings=settings.selection,
        dataset=settings.dataset,
        comparing=compare_texts(settings.selection, rollouts, sketches, writer.folder),
    )
    writer.write(0, decided)


@step(Rollouts, version=2)
def keep(
    run: Run,
    writer: TableWriter,
    _settings: Settings,
    rollouts: Table,
    selections: Table,
    existing: Table | None = None,
) -> None:
    """The rollouts that the dataset keeps."""
    decided = selections.read(["rollout_id", "is_kept"])
    map_shards(writer, partial(keep_selected, selections=decided), rollouts, progress=run.progress)
    if existing is not None:
        for block in range(existing.num_blocks):
            if not writer.is_done(rollouts.num_blocks + block):
                writer.write(rollouts.num_blocks + block, existing.read_block(block))


def evidence(
    settings: Selection,
    rollouts: Table,
    verdicts: Table,
    signals: Table,
    pass_rates: Table,
    judgements: Table | None = None,
    contamination: Table | None = None,
    gold_audits: Table | None = None,
) -> Evidence:
    """Return what some tables say of rollouts, as far as a selection looks at it."""
    return Evidence(
        rollouts=rollouts.read(ROLLOUT_KEYS),
        verdicts=verdicts.read(["rollout_id", "verifier", "outcome"]),
        signals=signals.read(signals_read(settings)),
        pass_rates=pass_rates.read([*POLICY_KEYS, "num_judged", "pass_rate"]),
        judgements=None
        if judgements is None
        else judgements.read(["rollout_id", "purpose", "score"]),
        quoting=_quoting(settings, contamination),
        suspect_prompts=suspects(gold_audits),
    )


def of_collection(known: Evidence, collection: str | None) -> Evidence:
    """Return what is known of the rollouts of a collection; null means all."""
    if collection is None:
        return known
    return replace(known, rollouts=known.rollouts.filter(collection=collection))


def _quoting(settings: Selection, contamination: Table | None) -> pl.Series:
    """Return the rollouts that quote a benchmark in a way that a selection drops."""
    if settings.decontamination is None or contamination is None:
        return pl.Series([], dtype=pl.String)
    found = contamination.read(["rollout_id", "kind", "score"])
    return found.filter(settings.decontamination.drops())["rollout_id"].unique()


def compare_texts(
    settings: Selection, rollouts: Table, sketches: Table | None, folder: Path
) -> Comparing:
    """Return what compares the texts of rollouts, as far as the settings ask for that."""

    def texts() -> Iterator[pl.DataFrame]:
        return (frame for _, frame in rollouts.blocks(["rollout_id", "completion"]))

    def completions() -> Iterator[pl.Series]:
        return (frame["completion"] for frame in texts())

    near = settings.near_duplicates
    find_near = None
    if near is not None and sketches is not None:
        find_near = partial(
            find_near_completions,
            sketches=sketches.read(),
            completions=completions,
            settings=near,
            folder=folder,
        )
    is_diverse = settings.prefer == "most_diverse"
    return Comparing(find_near, partial(rank_diverse, completions=texts) if is_diverse else None)
