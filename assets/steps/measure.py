"""Signal steps: what is measured on rollouts, each signal once."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from assets.steps.run import Run
from assets.steps.step import step
from r1data.answers.versions import verifier_versions
from r1data.curation.signals.conclusion import CONCLUSION
from r1data.curation.signals.form import Expected
from r1data.curation.signals.measure import measure_signals, needs_classifier, signal_versions
from r1data.curation.signals.signal import Means
from r1data.curation.token_counts import TokenizerFile
from r1data.execution.shards import map_shards
from r1data.settings import Settings
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Signals
from r1data.text import Reasoning

CLASSIFIER = "/quality_classifier"
"""How the key of a round's quality classifier ends."""
READS_AS = ("math",)
"""The verifiers as which the signal `conclusion` reads answers: it is what their version says."""


class Measuring(Settings):
    """The signals to measure, and the form of reasoning that the policy was asked for."""

    reasoning: Expected
    """What the policy's template says about the think block; `mixed`, some have one, some none."""
    signals: tuple[str, ...] = ()
    """The signals to measure beside those that always are."""
    max_chars: int | None = Field(None, exclude=True)
    """Characters that the quality classifier looks at, if there is one; its table says so too."""
    tokenizer: TokenizerFile | None = None
    """What tokens are counted by; its file is a part of the version of their signal alone."""
    reasoning_of: dict[str, Reasoning] = {}
    """What the templates of policies say about it that were asked for another form."""

    def content(self) -> dict[str, Any]:
        """Return the settings with the version of each signal."""
        versions: dict[str, Any] = dict(signal_versions(self.signals))
        content = super().content()
        if self.tokenizer is not None:
            versions["tokens"] = [versions["tokens"], content["tokenizer"]["file"]]
        if CONCLUSION.name in versions:
            readers = verifier_versions(READS_AS)
            versions[CONCLUSION.name] = [versions[CONCLUSION.name], readers]
        others = {"reasoning_of": self.reasoning_of} if self.reasoning_of else {}
        return {"reasoning": self.reasoning, "signals": versions, **others}


@step(Signals, version=1)
def measure(
    run: Run,
    writer: TableWriter,
    settings: Measuring,
    rollouts: Table,
    prompts: Table | None = None,
    classifier: Table | None = None,
    prompt_kinds: Table | None = None,
) -> None:
    """What was measured on every rollout, before any threshold."""
    write = partial(
        measure_signals,
        means=Means(
            settings.reasoning,
            classifier=_file(run.store, classifier, settings.max_chars),
            tokenizer=None if settings.tokenizer is None else settings.tokenizer.file(),
        ),
        wanted=settings.signals,
        prompts=prompts,
        earlier=measured_before(run.store, writer.table),
        kinds=prompt_kinds,
    )
    if settings.reasoning_of:
        write = partial(_measure_each, measure=write, reasoning_of=settings.reasoning_of)
    map_shards(writer, write, rollouts, progress=run.progress)


def _measure_each(
    rollouts: pl.DataFrame,
    *,
    measure: "partial[pl.DataFrame]",
    reasoning_of: Mapping[str, Reasoning],
) -> pl.DataFrame:
    """Measure the rollouts of each policy by the form of reasoning that it was asked for."""
    usual: Means = measure.keywords["means"]
    frames = [
        measure(rows, means=replace(usual, reasoning=reasoning_of.get(policy, usual.reasoning)))
        for (policy,), rows in rollouts.partition_by("policy", as_dict=True).items()
    ]
    order = rollouts.select("rollout_id")
    return order.join(pl.concat(frames), on="rollout_id", how="left", maintain_order="left")


def _file(store: Store, classifier: Table | None, chars: int | None) -> tuple[Path, int] | None:
    """Return where a quality classifier is and how much of a text it looks at, if there is one."""
    if classifier is None or chars is None:
        return None
    return store.root / classifier.read(["location"])["location"].item(), chars


def measured_before(store: Store, table: Table) -> list[tuple[Table, tuple[str, ...]]]:
    """Return earlier tables of signals of the same rollouts, each with what is taken from it."""
    wanted: dict[str, Any] = dict(table.manifest.settings["signals"])
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
