"""Ingestion steps: finding policies, reading prompts, marking those that repeat others."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.answers.versions import verifier_versions
from r1data.curation.decontamination.marks import worst_of_each
from r1data.curation.decontamination.settings import Decontamination
from r1data.curation.duplicates.exact import (
    GOLD_COLUMNS,
    KEY_COLUMNS,
    changed_marks,
    duplicate_keys,
    mark_duplicates,
    mark_exact,
    repeated_prompt_ids,
)
from r1data.curation.duplicates.near import NearMatch
from r1data.curation.duplicates.problems import (
    TEXT_COLUMNS,
    SemanticMatch,
    mark_near,
    mark_semantic,
    sketch_problems,
)
from r1data.curation.embeddings import vectors_of
from r1data.engines.file_rows import file_columns
from r1data.execution.shards import map_shards
from r1data.policies.settings import Policy, RolloutsPolicy, WeightsPolicy
from r1data.policies.table import find_policy
from r1data.policies.weights import weights_digest
from r1data.prompts.check import check_source
from r1data.prompts.identity import identify
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source, source_digest
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Policies, Prompts


class Given(Settings):
    """A policy that the recipe starts from."""

    name: str
    policy: Policy

    def content(self) -> dict[str, Any]:
        """Return how the policy is asked, and the hash of its weights or its file."""
        found = self.policy.content()
        if isinstance(self.policy, WeightsPolicy):
            found["weights"] = weights_digest(self.policy)
        if isinstance(self.policy, RolloutsPolicy):
            found["rollouts"] = self.policy.digest
        return found

    def hashed(self) -> dict[str, str]:
        """Return where the weights or the rollouts are."""
        if isinstance(self.policy, WeightsPolicy):
            return {"weights": self.policy.weights}
        if isinstance(self.policy, RolloutsPolicy):
            return {"rollouts": _files(self.policy.rollouts)}
        return {}


class Sources(Settings):
    """The sources to read, and the verifiers that check their gold answers."""

    sources: dict[str, Source]

    def content(self) -> dict[str, Any]:
        """Return what decides the rows: each file by its hash, each verifier by its version."""
        return {
            "sources": {
                name: {**source.content(), "file": None, "content": source_digest(source)}
                for name, source in self.sources.items()
            },
            "verifiers": verifier_versions(verifiers_of(self.sources.values())),
        }

    def hashed(self) -> dict[str, str]:
        """Return where the rows of each source come from."""
        return {f"sources.{name}.content": _origin(one) for name, one in self.sources.items()}


def _origin(source: Source) -> str:
    """Return where the rows of a source come from, as people call it."""
    if source.hub is not None:
        return source.hub.repository
    if source.generator is not None:
        return f"what reasoning-gym makes of {source.generator.task}"
    if source.file is None:
        return "the problems in the recipe"
    return _files(source.file)


def _files(named: str | Iterable[str]) -> str:
    return named if isinstance(named, str) else ", ".join(named)


class Repeating(Settings):
    """When a prompt repeats another."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"near_duplicates", "semantic_duplicates", "decontamination"}
    )

    near_duplicates: NearMatch | None = None
    """When two prompts are near duplicates; null looks for exact ones only."""
    semantic_duplicates: SemanticMatch | None = None
    """When two prompts ask the same in other words; null looks for none."""
    decontamination: Decontamination | None = None
    """Which prompts repeat a benchmark; null looks for the same problem alone."""


def verifiers_of(sources: Iterable[Source]) -> set[str]:
    """Return the verifiers that sources name: those that may judge answers to their prompts."""
    return {source.verifier for source in sources if source.verifier is not None}


def _check_policy(given: Given) -> list[str]:
    """Return what is to be said of the columns of a policy's files."""
    if not isinstance(given.policy, RolloutsPolicy):
        return []
    told = file_columns(given.name, given.policy).told
    return [told] if told else []


def _check_sources(settings: Sources) -> list[str]:
    """Return what is to be said of each source."""
    return [line for name, one in settings.sources.items() for line in check_source(name, one)]


@step(Policies, version=1, check=_check_policy)
def find(run: Run, writer: TableWriter, settings: Given) -> None:
    """A model as it was found: its weights with their hash, or its endpoint with its revision."""
    writer.write(0, find_policy(settings.name, settings.policy, run.store))


@step(Prompts, version=2, check=_check_sources)
def ingest(run: Run, writer: TableWriter, settings: Sources) -> None:
    """Every row of every source, with its gold answer or the reason it cannot be used."""
    from r1data.verification.gold import mark_bad_gold
    from r1data.verification.missing_tests import fill_tests

    sources = settings.sources.items()
    frames = chain.from_iterable(load_prompts(name, source) for name, source in sources)
    with run.progress.bar(writer.key, None, "rows") as bar:
        for block, frame in enumerate(frames):
            if not writer.is_done(block):
                tested = identify(fill_tests(frame))
                writer.write(block, mark_bad_gold(tested, pool=run.workers))
            bar.update(writer.table.num_rows)


@step(Prompts, version=3)
def mark_repeated(
    run: Run,
    writer: TableWriter,
    settings: Repeating,
    prompts: Table,
    benchmark_prompts: Table,
    embeddings: Table | None = None,
    contamination: Table | None = None,
) -> None:
    """The prompts, each with the reason it is not asked, if it is not."""
    keys = _keys(prompts)
    found = None
    if settings.decontamination is not None and contamination is not None:
        found = worst_of_each(contamination.read(), settings.decontamination)
    marked = mark_exact(keys, _keys(benchmark_prompts), _golds(prompts, keys), found)
    if settings.near_duplicates is not None:
        marked = _mark_near(marked, prompts, settings.near_duplicates, writer.folder)
    if settings.semantic_duplicates is not None and embeddings is not None:
        vectors = vectors_of(frame for _, frame in embeddings.blocks())
        texts = partial(_texts, prompts)
        marked = mark_semantic(marked, vectors, texts, settings.semantic_duplicates)
    marks = changed_marks(keys, marked)
    map_shards(writer, partial(mark_duplicates, marks=marks), prompts, progress=run.progress)


def _mark_near(
    marked: pl.DataFrame, prompts: Table, settings: NearMatch, folder: Path
) -> pl.DataFrame:
    """Return keys with near duplicates marked too; texts are read one shard at a time."""
    empty = sketch_problems(Prompts.create_empty(), settings)
    bands = [sketch_problems(frame, settings) for _, frame in prompts.blocks(TEXT_COLUMNS)]
    texts = partial(_texts, prompts)
    return mark_near(marked, np.concatenate([empty, *bands]), texts, settings, folder)


def _texts(prompts: Table) -> Iterator[pl.DataFrame]:
    """Yield what prompts are compared by, a shard at a time."""
    return (frame for _, frame in prompts.blocks(TEXT_COLUMNS))


def _golds(prompts: Table, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the gold answers of the prompts that stand on several rows."""
    repeated = repeated_prompt_ids(keys)
    return (
        prompts.scan()
        .filter(pl.col("drop_reason").is_null(), pl.col("prompt_id").is_in(repeated.implode()))
        .select(GOLD_COLUMNS)
        .collect()
    )


def _keys(prompts: Table) -> pl.DataFrame:
    """Return the keys of a table's rows, made from one shard at a time."""
    empty = duplicate_keys(Prompts.create_empty())
    return pl.concat([empty, *(duplicate_keys(frame) for _, frame in prompts.blocks(KEY_COLUMNS))])
