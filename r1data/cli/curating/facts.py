"""Rows of tables made of the rows of a file: prompts, rollouts, verdicts and signals."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from assets.steps.measure import Measuring
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Verdict
from r1data.answers.versions import VERSIONS
from r1data.answers.workers import Workers
from r1data.cli.curating.rows import Given
from r1data.curation.signals.measure import measure_signals
from r1data.curation.signals.signal import Means
from r1data.marks import has_think_tags
from r1data.store.table import Table
from r1data.tables import BY_RULE, UNVERIFIED, Verdicts
from r1data.text import storable
from r1data.verification.files import judge_cases
from r1data.verification.notes import noted

DATASET = "file"
BY_FILE = "file"
"""Stands for a verifier where the verdicts that the file brings are trusted."""


def prompt_of(given: Given) -> dict[str, Any]:
    """Return what a row asks; one that asks nothing, or is left out as a whole, is not compared."""
    asked = given.problem
    is_asked = asked.problem is not None and given.drop_reason is None
    return {
        "source": given.source,
        "revision": "",
        "upstream_row": given.key,
        "prompt_id": given.prompt_key,
        "domain": "general",
        "language": given.language,
        "system_message": storable(asked.system or "") or None,
        "problem": asked.problem or "",
        "choices": list(given.choices) or None,
        "gold_answer": storable(given.gold_answer or "") or None,
        "verifier": None if given.case is None else "any",
        "drop_reason": None if is_asked else "no_problem",
    }


def rollout_of(given: Given) -> dict[str, Any] | None:
    """Return the completion of a row as a rollout; None if it has none."""
    if given.completion is None:
        return None
    return {
        "rollout_id": given.key,
        "prompt_id": given.prompt_key,
        "sample_index": 0,
        "policy": DATASET,
        "policy_revision": "",
        "template_id": "",
        "sampling_id": "",
        "completion": given.completion,
        "prefill": given.prefill,
        "finish_reason": given.finish_reason,
        "file_outcome": given.outcome,
    }


def judged(rows: list[Given], pool: Workers) -> pl.DataFrame:
    """Return the verdicts on rows that say which answer is right."""
    cases = [row.case for row in rows if row.case is not None]
    found = [
        {
            "rollout_id": row.key,
            "prompt_id": row.prompt_key,
            "verifier": case.verifier or "none",
            "verifier_version": VERSIONS.get(case.verifier, 0),
            "decided_by": BY_RULE,
            "answer_type": answer_type,
            **_finding(noted(verdict, case.note)),
        }
        for row, case, (verdict, answer_type) in zip(
            rows, cases, judge_cases(cases, pool), strict=True
        )
    ]
    return pl.DataFrame(found, schema=Verdicts.create_empty().schema)


def _finding(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "predicted_answer": verdict.predicted_answer,
        "detail": verdict.detail,
        "read_from": verdict.read_from,
        "seconds": verdict.seconds,
    }


def settled(given: Given, ours: Mapping[str, dict[str, Any]], *, trust: bool) -> dict[str, Any]:
    """Return the verdict that counts on a completion."""
    keys = {"rollout_id": given.key, "prompt_id": given.prompt_key, "seconds": 0.0, "detail": ""}
    if trust and given.outcome is not None:
        return {**keys, "verifier": BY_FILE, "verifier_version": 0, "outcome": given.outcome}
    if given.key in ours:
        return ours[given.key]
    undecided = Outcome.UNDECIDED.value
    return {**keys, "verifier": UNVERIFIED, "verifier_version": 0, "outcome": undecided}


def measured(rollouts: pl.DataFrame, *, settings: Measuring, prompts: Table) -> pl.DataFrame:
    """Measure the completions of a shard: those without think tags as reasoning in the open."""
    texts = rollouts.select("prefill", "completion").iter_rows()
    tagged = pl.Series(
        [has_think_tags(prefill + text) for prefill, text in texts], dtype=pl.Boolean
    )
    measured = [
        measure_signals(
            rollouts.filter(chosen),
            means=Means(reasoning),
            wanted=settings.signals,
            prompts=prompts,
        )
        for chosen, reasoning in ((tagged, settings.reasoning), (~tagged, "none"))
    ]
    return rollouts.select("rollout_id").join(
        pl.concat(measured), on="rollout_id", how="left", maintain_order="left"
    )
