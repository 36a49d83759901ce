"""Audit steps: majority answers, the questions on gold answers that they contradict, the audits."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from assets.steps.run import Run
from assets.steps.step import step
from r1data.answers.versions import verifier_versions
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import AuditQuestions, GoldAudits, MajorityAnswers
from r1data.verification.judge.audits import (
    GoldAudit,
    ask_audits,
    conclude_audits,
    find_doubted,
    list_doubted,
)

SHOWN = ("prompt_id", "problem", "choices", "drop_reason")
"""What a judge's question is made of."""


class Voting(Settings):
    """The verifiers that tell which answers are equal."""

    verifiers: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """Return the verifiers with their versions."""
        return {"verifiers": verifier_versions(self.verifiers)}


class Doubting(Settings):
    """Which gold answers are doubted."""

    audit: GoldAudit

    def content(self) -> dict[str, Any]:
        """Return what decides that, which leaves out who audits them and how."""
        about = self.audit.content()
        return {name: about[name] for name in ("min_share", "min_votes")}


class Auditing(Settings):
    """What makes a gold answer suspect."""

    audit: GoldAudit

    def content(self) -> dict[str, Any]:
        """Return the settings without those by which the judge is asked: its replies are read."""
        found = self.audit.content()
        return {name: value for name, value in found.items() if name != "sampling"}


@step(MajorityAnswers, version=1, may_be_empty=True)
def vote(run: Run, writer: TableWriter, _settings: Voting, prompts: Table, verdicts: Table) -> None:
    """The answer that most rollouts of each prompt give."""
    from r1data.verification.majority import VERDICT_COLUMNS, find_majority_answers, votes
    from r1data.verification.verify import PROMPT_COLUMNS as JUDGED_COLUMNS

    cast = votes(verdicts.read(VERDICT_COLUMNS))
    found = find_majority_answers(
        cast,
        read_prompts(prompts, cast["prompt_id"], JUDGED_COLUMNS),
        pool=run.workers,
        progress=run.progress,
    )
    writer.write(0, found)


@step(AuditQuestions, version=1, may_be_empty=True)
def ask(
    _run: Run, writer: TableWriter, settings: Doubting, prompts: Table, majority_answers: Table
) -> None:
    """Which of two answers is right, for every gold answer that is doubted, in both orders."""
    doubted = find_doubted(majority_answers.read(), settings.audit)
    writer.write(0, ask_audits(doubted, read_prompts(prompts, doubted["prompt_id"], SHOWN)))


@step(GoldAudits, version=1, may_be_empty=True)
def audit(
    _run: Run,
    writer: TableWriter,
    settings: Auditing,
    majority_answers: Table,
    questions: Table | None = None,
    replies: Table | None = None,
) -> None:
    """What became of every gold answer that most rollouts contradict."""
    if questions is None or replies is None or settings.audit.policy is None:
        doubted = find_doubted(majority_answers.read(), settings.audit)
        writer.write(0, list_doubted(doubted, settings.audit))
        return
    found = conclude_audits(questions.read(), replies.scan(), settings.audit.policy)
    writer.write(0, found)


def read_prompts(prompts: Table, prompt_ids: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
    """Return some columns of some prompts, in their order: the tests of all are much to hold."""
    wanted = prompt_ids.unique().implode()
    with prompts.naming_damage():
        return prompts.scan().filter(pl.col("prompt_id").is_in(wanted)).select(columns).collect()


def suspects(gold_audits: Table | None) -> pl.Series:
    """Return the prompts whose gold answer is suspect; none where nothing was audited."""
    if gold_audits is None:
        return pl.Series("prompt_id", [], dtype=pl.String)
    return gold_audits.scan().filter("is_suspect").select("prompt_id").collect().to_series()
