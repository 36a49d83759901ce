"""Gold answers: the label of each one's kind, and whether its own verifier finds it right."""

import polars as pl

from r1data.answers.judging import GoldAnswer, type_gold_answers
from r1data.answers.outcome import Outcome
from r1data.answers.registry import find_verifier
from r1data.answers.workers import Workers
from r1data.verification.verify import item_of

BAD_GOLD = Outcome.BAD_GOLD.value
"""The drop reason of a prompt whose gold answer does not verify against itself."""
FINDINGS = {"position": pl.UInt32, "type": pl.String, "reason": pl.String, "why": pl.String}


def mark_bad_gold(prompts: pl.DataFrame, pool: Workers) -> pl.DataFrame:
    """Label the gold answers of prompts, and mark those that do not verify against themselves.

    A gold answer, given as a response, must be judged correct by its own verifier: otherwise every
    policy would fail it. Prompts that name no verifier and those that are dropped already are
    returned as they are; so are answer types that the source gave.
    """
    is_checked = pl.col("verifier").is_not_null() & pl.col("drop_reason").is_null()
    checked = prompts.with_row_index("position").filter(is_checked)
    found = [
        _check(str(name), rows, pool)
        for (name,), rows in checked.group_by("verifier", maintain_order=True)
    ]
    findings = pl.concat([pl.DataFrame(schema=FINDINGS), *found])
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


def _check(name: str, rows: pl.DataFrame, pool: Workers) -> pl.DataFrame:
    items = [item_of(row, "") for row in rows.iter_rows(named=True)]
    golds = type_gold_answers(find_verifier(name), items, pool)
    return pl.DataFrame(
        [
            (position, gold.answer_type, *_finding(gold))
            for position, gold in zip(rows["position"], golds, strict=True)
        ],
        schema=FINDINGS,
        orient="row",
    )


def _finding(gold: GoldAnswer) -> tuple[str | None, str | None]:
    if gold.verdict.outcome is Outcome.CORRECT:
        return None, None
    return BAD_GOLD, gold.verdict.detail or f"judged {gold.verdict.outcome.value}"
