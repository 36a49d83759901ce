"""Blind audits: a judge chooses between a gold answer and the answer that most rollouts give.

The judge is shown both in either order, without a word on where they come from, and may call both
right or neither. It may see no reasoning: that would argue for one of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Self

import polars as pl
from pydantic import Field, PositiveInt, model_validator

from r1data.quoting import DATA_ONLY, fenced
from r1data.seeds import content_id
from r1data.settings import PolicyName, Settings
from r1data.tables import AUDIT_ORDERS, AuditQuestions, GoldAudits
from r1data.verification.facts import judging_facts
from r1data.verification.judge.guards import find_addressing, quotable
from r1data.verification.judge.judgements import NOT_IN_LOG, REPLY_COLUMNS
from r1data.verification.judge.questions import JudgeSampling, problem_text
from r1data.verification.judge.replies import JudgeReply, read_reply

PURPOSE = "audit"
SYSTEM_MESSAGE = (
    "You are an examiner. You are shown a problem and two answers to it, whose authors you do not "
    "know. Work the problem out yourself, and say which of them is right: the first, the second, "
    f"both, if both say the same, or neither. {DATA_ONLY}"
)
REQUEST = (
    "Which answer is right? Reply with one JSON object and nothing else: "
    '{"rationale": "<one or two sentences>", "verdict": "first"}, with "second", "both", "neither" '
    'or, if you cannot tell, "unsure" as the verdict.'
)
ANSWERS = ("prompt_id", "gold_answer", "majority_answer", "majority_share")
GOLD_LOSES = frozenset({"majority", "neither"})
GOLD_WINS = frozenset({"gold", "both"})
NOT_AUDITED = "the recipe names no judge for it"


class GoldAudit(Settings):
    """Which gold answers are doubted, and what makes them suspect."""

    min_share: float = Field(0.5, gt=0, le=1)
    """A gold answer is doubted if at least this share of its prompt's judged rollouts agree on one
    other answer. The default is our choice."""
    min_votes: PositiveInt = 3
    """So many rollouts must agree."""
    policy: PolicyName | None = None
    """The judge that audits gold answers that are doubted; null lists them only."""
    sampling: JudgeSampling = JudgeSampling()
    """How its replies are sampled: it has to work the problem out, so let it think."""
    suspect_gold_share: float | None = Field(None, gt=0, le=1)
    """Without a judge, a gold answer is suspect if at least this share agree on another one; null
    suspects none."""

    @model_validator(mode="after")
    def _has_one_say(self) -> Self:
        if self.policy is not None and self.suspect_gold_share is not None:
            raise ValueError(
                f"the judge `{self.policy}` decides which gold answers are suspect, and "
                "`suspect_gold_share` would too; leave one of them out"
            )
        return self


def find_doubted(majority_answers: pl.DataFrame, settings: GoldAudit) -> pl.DataFrame:
    """Return the rows of `MajorityAnswers` whose gold answer is doubted."""
    return majority_answers.filter(
        ~pl.col("is_gold"),
        pl.col("gold_answer").is_not_null(),
        pl.col("majority_share") >= settings.min_share,
        pl.col("num_votes") >= settings.min_votes,
    )


def ask_audits(doubted: pl.DataFrame, prompts: pl.DataFrame) -> pl.DataFrame:
    """Return what a judge is asked about gold answers: two rows of `AuditQuestions` for each.

    Args:
        doubted: Rows of `MajorityAnswers`.
        prompts: Rows of `Prompts`, at least those of these.
    """
    facts = judging_facts(prompts, doubted)
    rows = [
        question
        for row in doubted.iter_rows(named=True)
        for question in _questions(row, problem_text(facts[row["prompt_id"]]))
    ]
    return pl.DataFrame(rows, schema=AuditQuestions.create_empty().schema)


def list_doubted(doubted: pl.DataFrame, settings: GoldAudit) -> pl.DataFrame:
    """Return `GoldAudits` where no judge is asked: suspect is what the share alone says."""
    share = settings.suspect_gold_share
    suspect = pl.lit(value=False) if share is None else pl.col("majority_share") >= share
    marked = doubted.select(
        *ANSWERS, outcome=pl.lit("not_asked"), is_suspect=suspect, detail=pl.lit(NOT_AUDITED)
    )
    return pl.DataFrame(marked.to_dicts(), schema=GoldAudits.create_empty().schema)


def conclude_audits(questions: pl.DataFrame, replies: pl.LazyFrame, judge: str) -> pl.DataFrame:
    """Return what a judge found: one row of `GoldAudits` for each prompt.

    Args:
        questions: Rows of `AuditQuestions`, both orders of each.
        replies: Rows of `Rollouts`, whose prompts are the questions.
        judge: The judge's name in the recipe.
    """
    asked = questions.select("question_id").unique().lazy()
    found = replies.select(REPLY_COLUMNS).join(
        asked, left_on="prompt_id", right_on="question_id", how="semi"
    )
    read = {
        row["prompt_id"]: read_reply(row, PURPOSE) for row in found.collect().iter_rows(named=True)
    }
    by_prompt = questions.group_by("prompt_id", maintain_order=True)
    rows = [_audit(both.to_dicts(), read, judge) for _, both in by_prompt]
    return pl.DataFrame(rows, schema=GoldAudits.create_empty().schema)


def _questions(row: Mapping[str, Any], problem: str) -> Iterator[dict[str, Any]]:
    gold, majority = quotable(row["gold_answer"]), quotable(row["majority_answer"])
    addressing = find_addressing(f"{row['gold_answer']}\n{row['majority_answer']}")
    for order in AUDIT_ORDERS:
        first, second = (gold, majority) if order == "gold_first" else (majority, gold)
        shown = fenced(problem=quotable(problem), first=first, second=second)
        question = f"{shown}\n\n{DATA_ONLY}\n\n{REQUEST}"
        yield {
            **{name: row[name] for name in ANSWERS},
            "order": order,
            "question_id": content_id(SYSTEM_MESSAGE, question),
            "system_message": SYSTEM_MESSAGE,
            "question": question,
            "refusal": addressing and f"an answer speaks to its judge: {addressing}",
        }


def _audit(
    both: Sequence[Mapping[str, Any]], read: Mapping[str, JudgeReply], judge: str
) -> dict[str, Any]:
    facts = {**{name: both[0][name] for name in ANSWERS}, "judge": judge}
    if both[0]["refusal"] is not None:
        not_asked = {"outcome": "not_asked", "is_suspect": False}
        return {**facts, **not_asked, "detail": both[0]["refusal"]}
    replies = {row["order"]: read.get(row["question_id"], NOT_IN_LOG) for row in both}
    verdicts = {order: _verdict(reply, order) for order, reply in replies.items()}
    found = set(verdicts.values())
    is_failed = any(reply.is_failed for reply in replies.values())
    return {
        **facts,
        **{f"verdict_{order}": verdict for order, verdict in verdicts.items()},
        **{f"rationale_{order}": reply.rationale for order, reply in replies.items()},
        "outcome": "no_reply" if is_failed else _outcome(found),
        "is_suspect": found <= GOLD_LOSES,
        "detail": "; ".join(f"{order}: {r.fault}" for order, r in replies.items() if r.fault),
    }


def _verdict(reply: JudgeReply, order: str) -> str | None:
    """Return which answer a reply calls right, whatever its place."""
    first, second = ("gold", "majority") if order == "gold_first" else ("majority", "gold")
    places: dict[str | None, str | None] = {"first": first, "second": second}
    return places.get(reply.choice, reply.choice)


def _outcome(verdicts: Collection[str | None]) -> str:
    """Return what the verdicts in both orders come to.

    >>> _outcome({"neither", "majority"}), _outcome({"gold", "majority"}), _outcome({"both"})
    ('neither', 'unsure', 'same')
    """
    found = set(verdicts)
    if None in found:
        return "malformed"
    if len(found) == 1:
        (verdict,) = found
        return "same" if verdict == "both" else str(verdict)
    if found <= GOLD_LOSES:
        return "neither"
    return "gold" if found <= GOLD_WINS else "unsure"
