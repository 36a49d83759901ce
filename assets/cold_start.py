"""Round 1. Cold start: worked examples teach the form of reasoning."""

from assets import steps
from assets.decorator import Round
from assets.resources import Run
from r1data.store.table import Table
from r1data.store.writer import TableWriter

asset = Round("cold_start")


@asset(pool="gpu")
def rollouts(run: Run, table: TableWriter, prompts: Table, policy: Table) -> None:
    """A group of completions by the round's teacher, or by rule, for every prompt it asks."""
    steps.sample(run, table, prompts, policy, run.recipe.cold_start)


@asset
def verdicts(run: Run, table: TableWriter, prompts: Table, rollouts: Table) -> None:
    """What the verifier concluded about every rollout."""
    steps.verify(run, table, prompts, rollouts)


@asset
def signals(run: Run, table: TableWriter, rollouts: Table) -> None:
    """What was measured on every rollout, before any threshold."""
    steps.measure(run, table, rollouts)


@asset
def pass_rates(run: Run, table: TableWriter, rollouts: Table, verdicts: Table) -> None:
    """How often each prompt was solved."""
    steps.rate(run, table, rollouts, verdicts)


@asset
def selections(
    run: Run,
    table: TableWriter,
    rollouts: Table,
    verdicts: Table,
    signals: Table,
    pass_rates: Table,
) -> None:
    """What the cold-start set decided on every rollout, with the reason for each it leaves out."""
    steps.select(run, table, rollouts, verdicts, signals, pass_rates)


@asset
def selected_rollouts(run: Run, table: TableWriter, rollouts: Table, selections: Table) -> None:
    """The rollouts that teach the form: correct, finished, well-formed."""
    steps.keep(run, table, rollouts, selections)


@asset
def sft_mixture(run: Run, table: TableWriter, prompts: Table, rollouts: Table) -> None:
    """The cold-start training set, in TRL's prompt-completion form."""
    steps.mix(run, table, prompts, rollouts)


@asset(pool="gpu")
def policy(run: Run, table: TableWriter, mixture: Table, base: Table) -> None:
    """The cold-start policy (R1's Dev1): one row that points at its weights."""
    steps.train(run, table, mixture, base)
