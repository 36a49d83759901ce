"""From a judge's replies to its judgements, and from rules and judge to the settled verdicts."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.tables import Finding, Judgements, Verdicts
from r1data.verification.judge.questions import ORDERS
from r1data.verification.judge.replies import JudgeReply, read_reply

REPLY_COLUMNS = ("prompt_id", "completion", "prefill", "finish_reason", "error_class")
JUDGEMENT_COLUMNS = ("rollout_id", "judge", "purpose", "finding", "detail")
NOT_IN_LOG = JudgeReply(fault="no such question was asked", is_failed=True)


def make_judgements(questions: pl.DataFrame, *, replies: pl.LazyFrame, judge: str) -> pl.DataFrame:
    """Return what a judge found: one row of `Judgements` for each rollout and purpose.

    Args:
        questions: Rows of `JudgeQuestions`, both orders of each.
        replies: Rows of `Rollouts`, whose prompts are the questions.
        judge: The judge's name in the recipe.
    """
    purpose_of = questions.select("question_id", pl.col("purpose").cast(pl.String)).unique()
    found = (
        replies.select(REPLY_COLUMNS)
        .join(purpose_of.lazy(), left_on="prompt_id", right_on="question_id")
        .collect()
    )
    read = {
        row["prompt_id"]: read_reply(row, row["purpose"]) for row in found.iter_rows(named=True)
    }
    by_rollout = questions.group_by("rollout_id", "purpose", maintain_order=True)
    rows = [_judgement(both.to_dicts(), read, judge) for _, both in by_rollout]
    return pl.DataFrame(rows, schema=Judgements.create_empty().schema)


def settle_verdicts(verdicts: pl.DataFrame, *, judgements: pl.DataFrame) -> pl.DataFrame:
    """Return the verdicts of rules, changed where a judge decided: one row of `Verdicts` for each.

    What was `undecided` becomes what the judge says in both orders. What was `incorrect` or
    `no_answer` becomes `correct` if both orders say so, and stays as it is otherwise. The detail
    says what the judge found wherever it was to be asked; `decided_by` names it where it decided.
    """
    judged = (
        judgements.select(JUDGEMENT_COLUMNS)
        .filter(pl.col("purpose").cast(pl.String) == "correctness")
        .select("rollout_id", "judge", pl.col("finding").cast(pl.String), why="detail")
    )
    was, finding = pl.col("outcome").cast(pl.String), pl.col("finding")
    is_undecided = was == Outcome.UNDECIDED.value
    is_regained = was.is_in([Outcome.INCORRECT.value, Outcome.NO_ANSWER.value]) & (
        finding == Finding.CORRECT.value
    )
    is_settled = finding.is_in([Finding.CORRECT.value, Finding.INCORRECT.value]) & is_undecided
    is_judged = (is_settled | is_regained).fill_null(value=False)
    said = pl.format("judge {}: {}", "judge", "finding")
    told = pl.concat_str(
        pl.when(pl.col("detail") != "").then("detail"),
        pl.when(is_judged).then(pl.format("rule: {}", was)),
        pl.when(pl.col("why") == "").then(said).otherwise(pl.format("{}, {}", said, "why")),
        separator="; ",
        ignore_nulls=True,
    )
    return (
        verdicts.join(judged, on="rollout_id", how="left", validate="m:1", maintain_order="left")
        .with_columns(
            outcome=pl.when(is_judged).then(finding).otherwise(was),
            decided_by=pl.when(is_judged).then("judge").otherwise("decided_by"),
            detail=pl.when(finding.is_null()).then("detail").otherwise(told),
        )
        .select(Verdicts.column_names())
    )


def _judgement(
    both: Sequence[Mapping[str, Any]], read: Mapping[str, JudgeReply], judge: str
) -> dict[str, Any]:
    asked = {row["order"]: row for row in both}
    first = both[0]
    facts = {name: first[name] for name in ("rollout_id", "purpose", "prompt_id", "shown")}
    facts |= {"judge": judge, "addressing": first["addressing"]}
    if first["refusal"] is not None:
        return {**facts, "finding": Finding.NOT_ASKED.value, "detail": first["refusal"]}
    replies = {order: read.get(asked[order]["question_id"], NOT_IN_LOG) for order in ORDERS}
    scores = [reply.score for reply in replies.values() if reply.score is not None]
    is_whole = len(scores) == len(ORDERS)
    return {
        **facts,
        **{f"score_{order}": reply.score for order, reply in replies.items()},
        **{f"rationale_{order}": reply.rationale for order, reply in replies.items()},
        "finding": _finding(list(replies.values()), first["purpose"]).value,
        "score": sum(scores) / len(ORDERS) if is_whole else None,
        "difference": scores[0] - scores[1] if is_whole else None,
        "detail": "; ".join(f"{order}: {r.fault}" for order, r in replies.items() if r.fault),
    }


def _finding(replies: Sequence[JudgeReply], purpose: str) -> Finding:
    """Return what both orders come to: anything but two equal and clear replies decides nothing."""
    if any(reply.is_failed for reply in replies):
        return Finding.NO_REPLY
    if any(reply.score is None for reply in replies):
        return Finding.MALFORMED
    if purpose == "quality":
        return Finding.SCORED
    found = {reply.score for reply in replies}
    if found == {1.0}:
        return Finding.CORRECT
    if found == {0.0}:
        return Finding.INCORRECT
    return Finding.UNSURE if 0.5 in found else Finding.DISAGREEMENT
