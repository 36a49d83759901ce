"""Round 4. The training set of the whole, and the policy trained on it from the base model."""

from assets import steps
from assets.decorator import Round
from assets.resources import Run
from r1data.store.table import Table
from r1data.store.writer import TableWriter

asset = Round("sft")


@asset
def sft_mixture(run: Run, table: TableWriter, prompts: Table, rollouts: Table) -> None:
    """The training set (R1's 800k), in TRL's prompt-completion form."""
    steps.mix(run, table, prompts, rollouts)


@asset(pool="gpu")
def policy(run: Run, table: TableWriter, mixture: Table, base: Table) -> None:
    """The policy trained from the base model (R1's Dev3): one row that points at its weights."""
    steps.train(run, table, mixture, base)
