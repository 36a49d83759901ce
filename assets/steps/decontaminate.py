"""Decontamination steps: prompts and rollouts that hold a benchmark's questions or solutions."""

from collections.abc import Callable, Iterator
from functools import partial

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.decontamination.index import Index
from r1data.curation.decontamination.sampling import evenly
from r1data.curation.decontamination.tables import (
    BENCHMARK_COLUMNS,
    PROMPT_COLUMNS,
    ROLLOUT_COLUMNS,
    SAMPLE_OF_PROMPTS,
    SAMPLE_OF_ROLLOUTS,
    benchmark_texts,
    prompt_texts,
    prompts_that_repeat,
    rollout_texts,
    rollouts_that_quote,
)
from r1data.curation.decontamination.translated import COLUMNS as TRANSLATED_COLUMNS
from r1data.curation.decontamination.translated import KEYS, translated_prompts
from r1data.curation.duplicates.similarities import Half
from r1data.curation.embeddings import vectors_of
from r1data.execution.shards import map_shards
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Contaminations


@step(Contaminations, version=3, may_be_empty=True)
def find_leaks(
    run: Run,
    writer: TableWriter,
    _settings: Settings,
    prompts: Table,
    benchmark_prompts: Table,
    embeddings: Table | None = None,
    benchmark_embeddings: Table | None = None,
) -> None:
    """The prompts that hold a benchmark's question or reference solution, whatever is decided."""
    samples = _sample(prompts, PROMPT_COLUMNS, prompt_texts, SAMPLE_OF_PROMPTS)
    index = _index(benchmark_prompts).weighed(samples)
    map_shards(writer, partial(prompts_that_repeat, index=index), prompts, progress=run.progress)
    if embeddings is not None and benchmark_embeddings is not None:
        found = translated_prompts(
            _texts(prompts),
            _vectors(embeddings),
            _texts(benchmark_prompts),
            _vectors(benchmark_embeddings),
            writer.table.read(KEYS),
        )
        writer.write(prompts.num_blocks, found)


@step(Contaminations, version=3, may_be_empty=True)
def find_quotes(
    run: Run, writer: TableWriter, _settings: Settings, rollouts: Table, benchmark_prompts: Table
) -> None:
    """The rollouts that quote a benchmark's question or reference solution, whatever is decided."""
    samples = _sample(rollouts, ROLLOUT_COLUMNS, rollout_texts, SAMPLE_OF_ROLLOUTS)
    index = _index(benchmark_prompts).weighed(samples)
    map_shards(writer, partial(rollouts_that_quote, index=index), rollouts, progress=run.progress)


def _texts(prompts: Table) -> Iterator[pl.DataFrame]:
    return (frame for _, frame in prompts.blocks(TRANSLATED_COLUMNS))


def _vectors(embeddings: Table) -> Half:
    return vectors_of(frame for _, frame in embeddings.blocks())


def _index(benchmarks: Table) -> Index:
    texts = [benchmark_texts(frame) for _, frame in benchmarks.blocks(BENCHMARK_COLUMNS)]
    return Index.of(pl.concat([benchmark_texts(_empty(benchmarks)), *texts]))


def _empty(table: Table) -> pl.DataFrame:
    return table.schema.create_empty()


def _sample(
    table: Table, columns: tuple[str, ...], texts_of: Callable[[pl.DataFrame], pl.Series], size: int
) -> Iterator[pl.Series]:
    """Yield at most so many texts of a table, from all over it."""
    for number, shard in enumerate(table.manifest.shards):
        share = max(1, round(size * shard.num_rows / max(1, table.num_rows)))
        yield evenly(texts_of(table.read_block(number, columns)), share)
