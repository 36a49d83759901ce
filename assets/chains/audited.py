"""The chain of gold audits: from a round's verdicts to the gold answers that are suspect."""

from collections.abc import Iterator

from assets.chains.judged import said_by
from assets.chains.round import Others
from assets.steps.audit import Auditing, Doubting, Voting, ask, audit, vote
from r1data.store.spec import TableSpec
from r1data.verification.judge.audits import GoldAudit

MAJORITY, AUDITS = "majority_answers", "gold_audits"
"""The tables that other steps of the round read."""


def audited(
    of: Others,
    settings: GoldAudit | None,
    *,
    verdicts: str,
    verifiers: set[str],
    finished_only: str | None = None,
) -> Iterator[TableSpec]:
    """Yield the tables from majority answers to the audits of gold answers, if there are any.

    Args:
        of: The rest of the recipe.
        settings: What is audited, and by whom.
        verdicts: The key of the round's final verdicts.
        verifiers: Those that the prompts can name.
        finished_only: As in `Asking`.
    """
    if settings is None:
        return
    majority, audits = of.table(MAJORITY), of.table(AUDITS)
    yield vote.table(
        majority,
        Voting(verifiers=tuple(sorted(verifiers))),
        prompts=of.prompts,
        verdicts=verdicts,
    )
    if settings.policy is None:
        yield audit.table(audits, Auditing(audit=settings), majority_answers=majority)
        return
    questions, replies = of.table("audit_questions"), of.table("audit_rollouts")
    yield ask.table(
        questions, Doubting(audit=settings), prompts=of.prompts, majority_answers=majority
    )
    yield said_by(
        of,
        replies,
        questions,
        policy=settings.policy,
        sampling=settings.sampling,
        finished_only=finished_only,
    )
    yield audit.table(
        audits,
        Auditing(audit=settings),
        majority_answers=majority,
        questions=questions,
        replies=replies,
    )


def as_read(of: Others, settings: GoldAudit | None, name: str) -> dict[str, str]:
    """Return one of the tables as a step reads it, if it is made."""
    return {} if settings is None else {name: of.table(name)}
