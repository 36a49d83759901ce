"""Round 0. Every problem we may ask, and every benchmark problem we must not leak."""

from assets import steps
from assets.decorator import Round
from assets.resources import Run
from r1data.store.table import Table
from r1data.store.writer import TableWriter

asset = Round("prompts")


@asset
def prompts(run: Run, table: TableWriter) -> None:
    """Every row of every source, with its gold answer or the reason it cannot be used."""
    steps.ingest(run, table, run.recipe.prompts.sources)


@asset
def benchmark_prompts(run: Run, table: TableWriter) -> None:
    """Every problem that policies are scored on and never trained on."""
    steps.ingest(run, table, run.recipe.prompts.benchmarks)


@asset
def filtered_prompts(
    run: Run, table: TableWriter, prompts: Table, benchmark_prompts: Table
) -> None:
    """The prompts, each with the reason it is not asked, if it is not."""
    steps.mark_repeated(run, table, prompts, benchmark_prompts)
