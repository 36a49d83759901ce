"""Round 3. Reasoning: a policy writes its own training set; what is right is kept."""

from assets import judging, steps
from assets.decorator import Round
from assets.resources import Run
from r1data.store.table import Table
from r1data.store.writer import TableWriter

asset = Round("reasoning")


@asset(pool="gpu")
def rollouts(run: Run, table: TableWriter, prompts: Table, policy: Table) -> None:
    """A group of completions by the round's policy for every prompt it asks."""
    steps.sample(run, table, prompts, policy, run.recipe.reasoning)


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
    """What the reasoning set decided on every rollout, with the reason for each it leaves out."""
    steps.select(run, table, rollouts, verdicts, signals, pass_rates)


@asset
def selected_rollouts(run: Run, table: TableWriter, rollouts: Table, selections: Table) -> None:
    """The reasoning set (R1's 600k): correct, finished, well-formed, at most so many per prompt."""
    steps.keep(run, table, rollouts, selections)
