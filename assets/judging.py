"""What an asset of a round's judge does: its questions, its replies, what they come to."""

from functools import partial

import polars as pl

from assets.resources import Run
from assets.steps import ask, round_and_name
from r1data.execution.shards import map_shards
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.verification.judge.judgements import JUDGEMENT_COLUMNS, make_judgements, settle_verdicts
from r1data.verification.judge.questions import (
    PROMPT_COLUMNS,
    VERDICT_COLUMNS,
    Judge,
    ask_questions,
)


def question(
    run: Run, table: TableWriter, prompts: Table, rollouts: Table, verdicts: Table
) -> None:
    """Write down what the judge is to be asked, and of what it is not shown why."""
    write = partial(
        ask_questions,
        verdicts=verdicts.read(VERDICT_COLUMNS),
        prompts=prompts.read(PROMPT_COLUMNS),
        judge=judge_of(run, table.key),
        prefilled_policies=run.prefilled_policies(),
    )
    map_shards(table, write, rollouts, progress=run.progress)


def reply(run: Run, table: TableWriter, questions: Table, policy: Table) -> None:
    """Ask the judge every question once, through the request log."""
    asked = (
        questions.scan()
        .filter(pl.col("refusal").is_null())
        .select("system_message", prompt_id="question_id", problem="question")
        .unique("prompt_id", keep="first", maintain_order=True)
    )
    judge = run.policy_version(policy).without_instructions()
    sampling = judge_of(run, table.key).sampling
    ask(run, table, asked, [judge], sampling, is_finished_only=_is_finished_only(run, table.key))


def conclude(run: Run, table: TableWriter, questions: Table, replies: Table) -> None:
    """Read the judge's replies, and put both orders together."""
    name = judge_of(run, table.key).policy
    write = partial(
        make_judgements,
        replies=replies.scan(),
        judge=name,
        is_prefilled=name in run.prefilled_policies(),
    )
    map_shards(table, write, questions, progress=run.progress)


def settle(run: Run, table: TableWriter, verdicts: Table, judgements: Table) -> None:
    """Change the rules' verdicts where the judge decided."""
    settled = partial(settle_verdicts, judgements=judgements.read(JUDGEMENT_COLUMNS))
    map_shards(table, settled, verdicts, progress=run.progress)


def judge_of(run: Run, key: str) -> Judge:
    """Return the judge of the round that a table belongs to."""
    return run.recipe.judges()[round_and_name(key)[0]]


def _is_finished_only(run: Run, key: str) -> bool:
    """Tell whether the run takes what the log has, which the round of reasoning can be told to."""
    section = run.recipe.reasoning
    is_of_it = round_and_name(key)[0] == "reasoning"
    return is_of_it and section is not None and section.finished_only is not None
