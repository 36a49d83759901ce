"""The chain of verdicts: by rule and, in a round that has a judge, by the judge too."""

from collections.abc import Iterator

from assets.chains.round import Others
from assets.steps.judge import Asked, Concluding, Judging, conclude, question, settle, verify
from assets.steps.sample import Questioning, reply
from r1data.protocol import Sampling
from r1data.store.spec import TableSpec
from r1data.verification.judge.questions import Judge


def judged(
    of: Others,
    judge: Judge | None,
    *,
    prompts: str,
    verifiers: set[str],
    finished_only: str | None = None,
) -> Iterator[TableSpec]:
    """Yield the tables from a round's rollouts to its settled verdicts.

    Args:
        of: The rest of the recipe.
        judge: Who decides where no rule can, if anybody.
        prompts: The key of the table of prompts that were answered.
        verifiers: Those that the prompts can name.
        finished_only: As in `Asking`.
    """
    rollouts, verdicts = of.table("rollouts"), of.table("verdicts")
    by_rule = Judging(verifiers=tuple(sorted(verifiers)))
    yield verify.table(verdicts, by_rule, prompts=prompts, rollouts=rollouts)
    if judge is None:
        return
    asked, replies, judgements = (
        of.table(name) for name in ("judge_questions", "judge_rollouts", "judgements")
    )
    yield question.table(
        asked, Asked(judge=judge), prompts=prompts, rollouts=rollouts, verdicts=verdicts
    )
    yield said_by(
        of,
        replies,
        asked,
        policy=judge.policy,
        sampling=judge.sampling,
        finished_only=finished_only,
    )
    yield conclude.table(
        judgements, Concluding(judge=judge.policy), questions=asked, replies=replies
    )
    yield settle.table(of.table("settled_verdicts"), verdicts=verdicts, judgements=judgements)


def settled(of: Others, judge: Judge | None) -> str:
    """Return the key of a round's final verdicts: settled with its judge, if it has one."""
    return of.table("verdicts" if judge is None else "settled_verdicts")


def said_by(
    of: Others,
    key: str,
    questions: str,
    *,
    policy: str,
    sampling: Sampling,
    finished_only: str | None,
) -> TableSpec:
    """Return the table of a policy's replies to some questions.

    Args:
        of: The rest of the recipe.
        key: The key of the table.
        questions: The key of the table of questions.
        policy: The name of who is asked.
        sampling: How it is sampled.
        finished_only: As in `Asking`.
    """
    asked = of.policies[policy]
    how = Questioning(
        round_name=of.name,
        name=policy,
        policy=asked.settings,
        sampling=sampling,
        finished_only=finished_only,
    )
    return reply.table(key, how, questions=questions, policy=asked.table)
