"""Evaluation: the same sampling and the same verifiers, on problems never trained on."""

from assets import judging, steps
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
def judge_questions(
    run: Run, table: TableWriter, prompts: Table, rollouts: Table, verdicts: Table
) -> None:
    """What the judge is asked about the rollouts that no rule decides, in both orders."""
    judging.question(run, table, prompts, rollouts, verdicts)


@asset(pool="gpu")
def judge_rollouts(run: Run, table: TableWriter, questions: Table, policy: Table) -> None:
    """The judge's reply to every question."""
    judging.reply(run, table, questions, policy)


@asset
def judgements(run: Run, table: TableWriter, questions: Table, replies: Table) -> None:
    """What the judge's replies in both orders come to, for every rollout it was to judge."""
    judging.conclude(run, table, questions, replies)


@asset
def settled_verdicts(run: Run, table: TableWriter, verdicts: Table, judgements: Table) -> None:
    """The verdict on every rollout, by rule or, where none could decide, by the judge."""
    judging.settle(run, table, verdicts, judgements)


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
