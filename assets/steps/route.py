"""Routing steps: the kind of each general prompt, and how it is asked."""

from functools import partial

from assets.steps.run import Run
from assets.steps.step import step
from r1data.curation.general.routes import Routing, route_prompts
from r1data.execution.shards import map_shards
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import PromptKinds


@step(PromptKinds, version=1, may_be_empty=True)
def route(run: Run, writer: TableWriter, settings: Routing, prompts: Table) -> None:
    """The kind of every prompt of the round, and whether it is asked for a chain of thought."""
    write = partial(route_prompts, settings=settings)
    map_shards(writer, write, prompts, progress=run.progress)
