"""Embedding steps: the vectors of problems and of responses."""

from functools import partial

from assets.steps.run import Run
from assets.steps.step import GPU, step
from r1data.curation.embeddings import Embedding, embed_problems, embed_responses
from r1data.execution.shards import map_shards
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Embeddings


@step(Embeddings, version=1, pool=GPU)
def problem_vectors(run: Run, writer: TableWriter, settings: Embedding, prompts: Table) -> None:
    """The vector of every problem that may be asked."""
    run.close_engine()
    write = partial(embed_problems, embed=run.machine.load_embedding(settings))
    map_shards(writer, write, prompts, progress=run.progress, workers=1)


@step(Embeddings, version=1, pool=GPU)
def response_vectors(run: Run, writer: TableWriter, settings: Embedding, rollouts: Table) -> None:
    """The vector of every response."""
    run.close_engine()
    write = partial(embed_responses, embed=run.machine.load_embedding(settings))
    map_shards(writer, write, rollouts, progress=run.progress, workers=1)
