"""Gold answers: what kind of answer each is, and whether its own verifier finds it right."""

from typing import Any

import polars as pl

from r1data.tables import Outcome
from r1data.verification.verdict import Item, Verdict
from r1data.verification.verify import find_verifier, judge
from r1data.verification.workers import Workers

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
    golds = [gold_answer or "" for gold_answer in rows["gold_answer"]]
    types = [verifier.type_answer(gold) if gold.strip() else None for gold in golds]
    items = [
        Item(verifier.as_response(gold), gold, given or found)
        for gold, given, found in zip(golds, rows["answer_type"], types, strict=True)
    ]
    return [
        {"position": position, "type": found, **_finding(verdict)}
        for position, found, verdict in zip(
            rows["position"], types, judge(verifier, items, pool), strict=True
        )
    ]


def _finding(verdict: Verdict) -> dict[str, str | None]:
    if verdict.outcome is Outcome.CORRECT:
        return {"reason": None, "why": None}
    return {"reason": BAD_GOLD, "why": verdict.detail or f"judged {verdict.outcome.value}"}
