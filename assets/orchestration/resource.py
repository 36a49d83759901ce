"""The resource that gives each Dagster run its own `Run`, with progress that Dagster shows."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import dagster as dg

from assets.orchestration.failures import told_to_dagster
from assets.orchestration.instance import alive, bury_dead_runs, waiting_aloud
from assets.orchestration.progress import RunProgress
from assets.steps.run import Machine, Run
from assets.steps.spending import Spending
from r1data.store.live import Far
from r1data.store.spec import TableSpec


@dataclass(frozen=True, slots=True)
class ReportedRun:
    """A run, and what reports how far it is."""

    run: Run
    progress: RunProgress


def run_resource(
    specs: Sequence[TableSpec], root: Path, machine: Machine, spending: Spending
) -> dg.ResourceDefinition:
    """Return the resource that opens a run with each Dagster run, and ends it with that.

    Dagster stops a run by an exception in its main thread, which leaves the run's `with` block: so
    engines, workers and trainings end with it.
    """

    @dg.resource
    @contextmanager
    def run(context: dg.InitResourceContext) -> Iterator[ReportedRun]:
        made = cast(dg.DagsterRun, context.run)  # only resources of their own have none
        with ExitStack() as stack:
            with told_to_dagster(root):
                bury_dead_runs(context.instance, root)
                progress = RunProgress(Far(root, made.run_id))
                opened = Run(specs, root, machine, progress, spending)
                stack.enter_context(alive(root, made, opened.specs))
                stack.enter_context(waiting_aloud(context.instance, root, made, progress.say))
                stack.enter_context(opened)
            yield ReportedRun(opened, progress)

    return run
