"""Judging steps: verdicts by rule, a judge's questions and judgements, settled verdicts."""

from functools import partial
from typing import Any

from assets.steps.run import Run
from assets.steps.step import step
from r1data.answers.versions import verifier_versions
from r1data.execution.shards import map_shards
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import Judgements, JudgeQuestions, Verdicts
from r1data.verification.judge.judgements import JUDGEMENT_COLUMNS, make_judgements, settle_verdicts
from r1data.verification.judge.questions import (
    PROMPT_COLUMNS,
    VERDICT_COLUMNS,
    Judge,
    ask_questions,
)


class Judging(Settings):
    """The verifiers that judge the rollouts of a table."""

    verifiers: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """Return the verifiers with their versions."""
        return {"verifiers": verifier_versions(self.verifiers)}


class Asked(Settings):
    """The judge, whose settings say which rollouts it is asked about."""

    judge: Judge

    def content(self) -> dict[str, Any]:
        """Return what decides the questions, which leaves out who answers them and how."""
        about = self.judge.content()
        names = ("second_look", "quality", "unverified")
        return {name: about[name] for name in names if name in about}


class Concluding(Settings):
    """The judge whose replies are read."""

    judge: str


@step(Verdicts, version=1)
def verify(
    run: Run, writer: TableWriter, _settings: Judging, prompts: Table, rollouts: Table
) -> None:
    """What the verifier concluded about every rollout."""
    from r1data.verification.log import VerdictLog
    from r1data.verification.verify import PROMPT_COLUMNS as JUDGED_COLUMNS
    from r1data.verification.verify import verify_rollouts

    judge = partial(
        verify_rollouts,
        prompts=prompts.read(JUDGED_COLUMNS),
        pool=run.workers,
    )
    with VerdictLog(run.store.logs / "verdicts") as log:
        judged = partial(judge, log=log)
        map_shards(writer, judged, rollouts, progress=run.progress, workers=1)


@step(JudgeQuestions, version=1, may_be_empty=True)
def question(
    run: Run, writer: TableWriter, settings: Asked, prompts: Table, rollouts: Table, verdicts: Table
) -> None:
    """What the judge is asked about the rollouts that no rule decides, in both orders."""
    write = partial(
        ask_questions,
        verdicts=verdicts.read(VERDICT_COLUMNS),
        prompts=prompts.read(PROMPT_COLUMNS),
        judge=settings.judge,
    )
    map_shards(writer, write, rollouts, progress=run.progress)


@step(Judgements, version=1, may_be_empty=True)
def conclude(
    run: Run, writer: TableWriter, settings: Concluding, questions: Table, replies: Table
) -> None:
    """What the judge's replies in both orders come to, for every rollout it was to judge."""
    write = partial(make_judgements, replies=replies.scan(), judge=settings.judge)
    map_shards(writer, write, questions, progress=run.progress, workers=1)


@step(Verdicts, version=1)
def settle(
    run: Run, writer: TableWriter, _settings: Settings, verdicts: Table, judgements: Table
) -> None:
    """The verdict on every rollout, by rule or, where none could decide, by the judge."""
    settled = partial(settle_verdicts, judgements=judgements.read(JUDGEMENT_COLUMNS))
    map_shards(writer, settled, verdicts, progress=run.progress)
