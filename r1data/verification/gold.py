"""Gold answers: what kind of answer each is, and whether its own verifier finds it right."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from r1data.tables import Outcome
from r1data.verification.verdict import Item, Verdict, Verifier
from r1data.verification.verify import find_verifier, item_of, judge
from r1data.verification.workers import Workers

NOTHING_TO_CHECK = Verdict(Outcome.CORRECT)

BAD_GOLD = Outcome.BAD_GOLD.value
"""The drop reason of a prompt whose gold answer does not verify against itself."""


def mark_bad_gold(prompts: pl.DataFrame, pool: Workers) -> pl.DataFrame:
    """Type the gold answers of prompts, and mark those that do not verify against themselves.

    A gold answer, given as a response, must be judged correct by its own verifier: otherwise every
    policy would fail it. Prompts that name no verifier and those that are dropped already are
    returned as they are; so are answer types that the source gave.
    """
    is_checked = pl.col("verifier").is_not_null() & pl.col("drop_reason").is_null()
    checked = prompts.with_row_index("position").filter(is_checked)
    found = [
        _check(name, rows, pool)
        for (name,), rows in checked.group_by("verifier", maintain_order=True)
    ]
    schema = {"position": pl.UInt32, "type": pl.String, "reason": pl.String, "why": pl.String}
    findings = pl.concat([pl.DataFrame(schema=schema), *(pl.DataFrame(f, schema) for f in found)])
    return (
        prompts.with_row_index("position")
        .join(findings, on="position", how="left", maintain_order="left")
        .with_columns(
            answer_type=pl.coalesce("answer_type", "type"),
            drop_reason=pl.coalesce("drop_reason", "reason"),
            drop_detail=pl.coalesce("drop_detail", "why"),
        )
        .select(prompts.columns)
    )


def _check(name: object, rows: pl.DataFrame, pool: Workers) -> list[dict[str, Any]]:
    verifier = find_verifier(str(name))
    golds = [_prepare(verifier, item_of(row, "")) for row in rows.iter_rows(named=True)]
    verdicts = iter(judge(verifier, [gold.item for gold in golds if gold.is_given], pool))
    return [
        {
            "position": position,
            "type": gold.answer_type,
            **_finding(next(verdicts) if gold.is_given else gold.verdict),
        }
        for position, gold in zip(rows["position"], golds, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Gold:
    """A gold answer as a response to its own problem."""

    item: Item
    answer_type: str | None = None
    is_given: bool = False
    """Whether there is a response to judge."""
    verdict: Verdict = NOTHING_TO_CHECK


def _prepare(verifier: Verifier, item: Item) -> _Gold:
    """Type a gold answer and give it as a response; what cannot be typed is bad."""
    try:
        has_gold = bool(item.gold_answer.strip() or item.tests or item.metadata)
        found = verifier.type_answer(item) if has_gold else None
        typed = replace(item, answer_type=item.answer_type or found)
        response = verifier.as_response(typed)
    except Exception as error:  # noqa: BLE001 - the boundary: a row must not stop a table
        why = f"gold answer: {type(error).__name__}: {error}"
        return _Gold(item, verdict=Verdict(Outcome.BAD_GOLD, detail=why))
    if response is None:
        return _Gold(typed, found)
    return _Gold(replace(typed, response=response), found, is_given=True)


def _finding(verdict: Verdict) -> dict[str, str | None]:
    if verdict.outcome is Outcome.CORRECT:
        return {"reason": None, "why": None}
    return {"reason": BAD_GOLD, "why": verdict.detail or f"judged {verdict.outcome.value}"}
