"""Putting rollouts before the verifier their prompt names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS, find_verifier, judge
from r1data.answers.verdict import Item, Verdict, Verifier
from r1data.answers.workers import Workers
from r1data.completions import part
from r1data.progress import SILENT, Progress
from r1data.protocol import NEVER_ASKED
from r1data.seeds import content_id
from r1data.tables import BY_RULE, NO_VERIFIER, UNVERIFIED, Verdicts
from r1data.verification.facts import judging_facts
from r1data.verification.log import VerdictLog
from r1data.verification.notes import note_on, noted, without_response

NO_COMPLETION = "no completion: "
"""Begins the detail of a verdict on a request that failed; its error class follows."""
BATCH = 2000
"""Rollouts judged at once: what a killed run has to judge again."""
ROLLOUT_COLUMNS = (
    *("rollout_id", "prompt_id", "completion", "prefill"),
    *("finish_reason", "error_class"),
)
PROMPT_COLUMNS = (
    *("prompt_id", "verifier", "problem", "choices", "tests", "metadata"),
    *("gold_answer", "answer_type", "drop_reason", "is_unverified"),
)
FIELDS = tuple(field.name for field in fields(Item))


@dataclass(frozen=True, slots=True)
class _Case:
    """A rollout with what its prompt says about judging it."""

    rollout_id: str
    prompt_id: str
    verifier: str
    item: Item
    settled: Verdict | None
    """The verdict, where there is nothing to judge."""
    note: str
    """What is told about how the completion was read."""

    @property
    def case_id(self) -> str:
        """Hash of all that the verdict depends on, but for the verifier."""
        return content_id(self.rollout_id, *(getattr(self.item, name) for name in FIELDS))


def verify_rollouts(
    rollouts: pl.DataFrame,
    prompts: pl.DataFrame,
    *,
    pool: Workers,
    log: VerdictLog | None = None,
    progress: Progress = SILENT,
) -> pl.DataFrame:
    """Judge rollouts: one row of `Verdicts` for each that was asked for, in order.

    What is read is the response, after the reasoning, whatever the make of its think tags; a think
    block that never closes is `no_answer`. A rollout without a completion is `failed`, which says
    nothing about the policy; one whose prompt names no verifier is `undecided`.

    Args:
        rollouts: Rows of `Rollouts`.
        prompts: Rows of `Prompts`, at least those that were answered.
        pool: The workers that compare what may hang.
        log: Where verdicts are kept, so that only what is new is judged.
        progress: Where to show how many are done.
    """
    rollouts = rollouts.filter(
        pl.col("error_class").is_in(list(NEVER_ASKED)).not_().fill_null(True)
    )
    facts = judging_facts(prompts.select(PROMPT_COLUMNS), rollouts)
    rows: list[dict[str, Any]] = []
    with progress.bar("verdicts", rollouts.height, "rollouts") as bar:
        for batch in rollouts.select(ROLLOUT_COLUMNS).iter_slices(BATCH):
            cases = [_case(row, facts) for row in batch.iter_rows(named=True)]
            verdicts = _verify_batch(cases, pool, log)
            rows += [_row(case, verdict) for case, verdict in zip(cases, verdicts, strict=True)]
            bar.update(len(rows))
    return pl.DataFrame(rows, schema=Verdicts.create_empty().schema)


def item_of(prompt: Mapping[str, Any], response: str, *, is_cut_off: bool = False) -> Item:
    """Return what a verifier is shown of a response to a prompt, given as a row of `Prompts`."""
    return Item(
        response=response,
        gold_answer=prompt["gold_answer"] or "",
        answer_type=prompt["answer_type"],
        problem=prompt["problem"] or "",
        choices=tuple(prompt["choices"] or ()),
        tests=prompt["tests"],
        metadata=prompt["metadata"],
        is_cut_off=is_cut_off,
    )


def _case(row: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> _Case:
    if row["prompt_id"] not in facts:
        raise ValueError(
            f"rollout {row['rollout_id']} answers prompt {row['prompt_id']}, which is not among "
            "the prompts; verify it with the prompts it was sampled from"
        )
    prompt = facts[row["prompt_id"]]
    parts = part(f"{row['prefill']}{row['completion'] or ''}")
    settled = without_response(parts)
    if row["completion"] is None:
        settled = Verdict(Outcome.FAILED, detail=f"{NO_COMPLETION}{row['error_class']}")
    elif prompt["is_unverified"]:
        settled = Verdict(Outcome.UNDECIDED, detail="no rule can judge it, and it is kept so")
    elif prompt["verifier"] is None:
        settled = Verdict(Outcome.UNDECIDED, detail="the prompt names no verifier")
    verifier = prompt["verifier"] or (UNVERIFIED if prompt["is_unverified"] else NO_VERIFIER)
    item = item_of(prompt, parts.response, is_cut_off=row["finish_reason"] == "length")
    return _Case(row["rollout_id"], row["prompt_id"], verifier, item, settled, note_on(parts))


def _verify_batch(
    cases: Sequence[_Case], pool: Workers, log: VerdictLog | None
) -> Iterable[Verdict]:
    verdicts = {case.rollout_id: noted(case.settled, case.note) for case in cases if case.settled}
    for name in sorted({case.verifier for case in cases if not case.settled}):
        verifier = find_verifier(name)
        open_cases = [case for case in cases if case.verifier == name and not case.settled]
        verdicts |= (
            _judge_logged(verifier, open_cases, pool, log)
            if log
            else _judge_cases(verifier, open_cases, pool)
        )
    return [verdicts[case.rollout_id] for case in cases]


def _judge_logged(
    verifier: Verifier, cases: Sequence[_Case], pool: Workers, log: VerdictLog
) -> dict[str, Verdict]:
    """Judge the cases that the log does not know, and log them."""
    case_ids = {case.rollout_id: case.case_id for case in cases}
    known = log.find(verifier, case_ids.values())
    new = [case for case in cases if case_ids[case.rollout_id] not in known]
    found = _judge_cases(verifier, new, pool)
    for case in new:
        verdict = found[case.rollout_id]
        if verdict.outcome is not Outcome.FAILED:
            log.append(verifier, case_ids[case.rollout_id], _row(case, verdict))
    return found | {
        rollout_id: known[case_id] for rollout_id, case_id in case_ids.items() if case_id in known
    }


def _judge_cases(verifier: Verifier, cases: Sequence[_Case], pool: Workers) -> dict[str, Verdict]:
    found = judge(verifier, [case.item for case in cases], pool)
    return {
        case.rollout_id: noted(verdict, case.note)
        for case, verdict in zip(cases, found, strict=True)
    }


def _row(case: _Case, verdict: Verdict) -> dict[str, Any]:
    return {
        "rollout_id": case.rollout_id,
        "verifier": case.verifier,
        "verifier_version": _version(case.verifier),
        "prompt_id": case.prompt_id,
        "outcome": verdict.outcome.value,
        "predicted_answer": verdict.predicted_answer,
        "detail": verdict.detail,
        "decided_by": BY_RULE,
        "answer_type": case.item.answer_type,
        "read_from": verdict.read_from,
        "test_results": verdict.test_results,
        "seconds": verdict.seconds,
    }


def _version(name: str) -> int:
    return VERIFIERS[name].version if name in VERIFIERS else 0
