"""Rows of a user's file as what a verifier is shown; a row that cannot be judged says why.

A row has a `completion` (a text, or TRL's list of messages) and a `gold_answer` or `tests`. It may
have a `verifier`, `problem`, `choices`, `metadata`, `answer_type` and `finish_reason`. Empty cells
count as missing.
"""

import json
from dataclasses import dataclass
from typing import Any

from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS
from r1data.answers.routing import find_verifier_name
from r1data.answers.verdict import Item, Verdict
from r1data.finish_reasons import is_cut_off
from r1data.records.read import BadRecord, Record, as_json, as_text
from r1data.text import split_reasoning

NO_RESPONSE = Verdict(Outcome.NO_ANSWER, detail="no response after the reasoning")
NOTHING = Item("")


@dataclass(frozen=True, slots=True)
class Case:
    """A row to be judged, or the verdict where there is nothing to judge."""

    verifier: str = ""
    item: Item = NOTHING
    settled: Verdict | None = None


def case_of(record: Record | BadRecord) -> Case:
    """Return what a verifier is shown of a row, and which one.

    >>> case_of({"completion": "4", "gold_answer": 4}).verifier
    'math'
    >>> case_of({"completion": None, "gold_answer": 4}).settled.detail
    'no completion: `completion` is missing'
    """
    if isinstance(record, BadRecord):
        return _failed(record.detail)
    completion = _message(record.get("completion"))
    if not isinstance(completion, str):
        return _failed(f"no completion: `completion` is {_kind(completion)}")
    gold = record.get("gold_answer")
    gold_answer = as_text(gold)
    if gold_answer is None and _kind(gold) != "missing":
        return _failed(f"`gold_answer` is {_kind(gold)}, not a text or a number")
    choices = _choices(record.get("choices"))
    if choices is None:
        return _failed(f"`choices` is {_kind(record['choices'])}, not a list")
    _, response = split_reasoning(completion)
    item = Item(
        response=response,
        gold_answer=(gold_answer or "").strip(),
        answer_type=as_text(record.get("answer_type")) or None,
        problem=as_text(record.get("problem")) or "",
        choices=choices,
        tests=_json_in(record, "tests"),
        metadata=_json_in(record, "metadata"),
        is_cut_off=is_cut_off(record.get("finish_reason")),
    )
    name = (as_text(record.get("verifier")) or "").strip() or find_verifier_name(item)
    if name not in VERIFIERS:
        known = ", ".join(sorted(VERIFIERS))
        return _failed(f"there is no verifier {name!r}; `verifier` is one of {known}, or empty")
    return Case(name, item, None if response.strip() else NO_RESPONSE)


def _failed(detail: str) -> Case:
    return Case(settled=Verdict(Outcome.FAILED, detail=detail))


def _kind(value: object) -> str:
    if value is None or value == "" or value != value:  # NaN is a missing cell
        return "missing"
    names = {list: "a list", dict: "an object", bool: "true or false"}
    return names.get(type(value), f"a {type(value).__name__}")


def _message(value: Any) -> object:  # noqa: ANN401 - any JSON value is the point
    """Return the text of a completion that is a list of messages: the last one's."""
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        return value[-1].get("content")
    return value


def _choices(value: object) -> tuple[str, ...] | None:
    """Return options given as a list, as an object of letters, or as either in JSON."""
    if _kind(value) == "missing":
        return ()
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, dict):
        value = [value[letter] for letter in sorted(value)]
    return tuple(as_text(one) or "" for one in value) if isinstance(value, list) else None


def _json_in(record: Record, name: str) -> str | None:
    value = record.get(name)
    return None if _kind(value) == "missing" else as_json(value)
