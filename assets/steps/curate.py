"""Curation steps: signals, pass rates, selections, and the kept rollouts."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

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
from r1data.curation.signals.measure import measure_signals, needs_classifier, signal_versions
from r1data.curation.signals.signal import Means
from r1data.execution.shards import map_shards
from r1data.generation.early_stop import EarlyStop
from r1data.protocol import Sampling
from r1data.settings import Settings
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import PassRates, Rollouts, Selections, Signals, Sketches
from r1data.text import Reasoning

ROLLOUT_KEYS = (
    *("rollout_id", "prompt_id", "sample_index", "policy", "policy_revision", "sampling_id"),
    *("finish_reason", "error_class"),
)
"""The columns of rollouts that whole-table steps read: no text."""
CLASSIFIER = "/quality_classifier"
"""How the key of a round's quality classifier ends."""


class Measuring(Settings):
    """The signals to measure, and the form of reasoning that the policy was asked for."""

    reasoning: Reasoning
    """What the policy's template says about the think block."""
    signals: tuple[str, ...] = ()
    """The signals to measure beside those that always are."""
    max_chars: int | None = Field(None, exclude=True)
    """Characters that the quality classifier looks at, if there is one; its table says so too."""

    def content(self) -> dict[str, Any]:
        """Return the settings with the version of each signal."""
        return {**super().content(), "signals": signal_versions(self.signals)}


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

    dataset: str
    selection: Selection


class Controlling(Keeping):
    """The dataset that decides, its rules, and the filters in whose place chance decides."""

    filters: tuple[str, ...]
    """By drop reason; together they are one filter."""


@step(Signals, version=1)
def measure(
    run: Run,
    writer: TableWriter,
    settings: Measuring,
    rollouts: Table,
    prompts: Table | None = None,
    classifier: Table | None = None,
) -> None:
    """What was measured on every rollout, before any threshold."""
    write = partial(
        measure_signals,
        means=Means(settings.reasoning, _file(run.store, classifier, settings.max_chars)),
        wanted=settings.signals,
        prompts=prompts,
        earlier=measured_before(run.store, writer.table),
    )
    map_shards(writer, write, rollouts, progress=run.progress)


def _file(store: Store, classifier: Table | None, chars: int | None) -> tuple[Path, int] | None:
    """Return where a quality classifier is and how much of a text it looks at, if there is one."""
    if classifier is None or chars is None:
        return None
    return store.root / classifier.read(["location"])["location"].item(), chars


@step(Sketches, version=1)
def sketch(run: Run, writer: TableWriter, settings: Sketching, rollouts: Table) -> None:
    """The numbers of every rollout by which near duplicates are found, before any threshold."""
    write = partial(sketch_completions, shingle_size=settings.shingle_size)
    map_shards(writer, write, rollouts, progress=run.progress)


@step(PassRates, version=1)
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
    decided = select_rollouts(
        evidence(settings.selection, rollouts, **known),
        settings=settings.selection,
        dataset=settings.dataset,
        comparing=compare_texts(settings.selection, rollouts, sketches, writer.folder),
    )
    writer.write(0, decided)


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
    run: Run, writer: TableWriter, _settings: Settings, rollouts: Table, selections: Table
) -> None:
    """The rollouts that the dataset keeps."""
    decided = selections.read(["rollout_id", "is_kept"])
    map_shards(writer, partial(keep_selected, selections=decided), rollouts, progress=run.progress)


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


def measured_before(store: Store, table: Table) -> list[tuple[Table, tuple[str, ...]]]:
    """Return earlier tables of signals of the same rollouts, each with what is taken from it."""
    wanted: dict[str, int] = dict(table.manifest.settings["signals"])
    found = []
    for earlier in reversed(list(store.readable_versions(table.key))):
        if earlier.folder == table.folder or not _is_alike(earlier, table):
            continue
        versions = earlier.manifest.settings["signals"]
        names = tuple(
            name
            for name in wanted
            if versions.get(name) == wanted[name]
            and (not needs_classifier([name]) or _classifier(earlier) == _classifier(table))
        )
        if names:
            found.append((earlier, names))
            wanted = {name: wanted[name] for name in wanted if name not in names}
    return found


def _is_alike(earlier: Table, table: Table) -> bool:
    """Tell whether signals of a table would be the same in another: same rows, measured alike."""
    ours, theirs = table.manifest, earlier.manifest
    is_other = {**ours.settings, "signals": 0} != {**theirs.settings, "signals": 0}
    if is_other or not theirs.is_complete or theirs.stage_version != ours.stage_version:
        return False
    return all(
        ours.inputs.get(key, version) == version
        for key, version in theirs.inputs.items()
        if not key.endswith(CLASSIFIER)
    )


def _classifier(table: Table) -> str | None:
    """Return the version of the quality classifier by which a table was measured, if by any."""
    inputs = table.manifest.inputs.items()
    return next((version for key, version in inputs if key.endswith(CLASSIFIER)), None)
