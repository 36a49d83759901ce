"""Evaluation: the same sampling and the same verifiers, on problems never trained on."""

from assets import steps
from assets.decorator import Round
from assets.resources import Run
from r1data.store.table import Table
from r1data.store.writer import TableWriter

asset = Round("evaluation")


@asset(pool="gpu")
def rollouts(run: Run, table: TableWriter, prompts: Table, **policies: Table) -> None:
    """A group of completions by every policy for every benchmark problem."""
    steps.sample_policies(run, table, prompts, policies.values(), run.recipe.evaluation)


@asset
def verdicts(run: Run, table: TableWriter, prompts: Table, rollouts: Table) -> None:
    """What the verifier concluded about every rollout."""
    steps.verify(run, table, prompts, rollouts)


@asset
def scores(run: Run, table: TableWriter, prompts: Table, rollouts: Table, verdicts: Table) -> None:
    """How well each policy does on each benchmark, with standard errors clustered by prompt."""
    steps.score(run, table, prompts, rollouts, verdicts)


@asset
def comparisons(
    run: Run, table: TableWriter, prompts: Table, rollouts: Table, verdicts: Table
) -> None:
    """How each policy differs from the baseline, paired by prompt."""
    steps.compare(run, table, prompts, rollouts, verdicts)
