"""Rows of a user's file as what a verifier is shown; a row that cannot be judged says why.

A row has a `completion` (a text, or messages) and a `gold_answer` or `tests`. It may have a
`verifier`, `problem`, `choices`, `metadata`, `answer_type`, `finish_reason`, `prefill` and
`reasoning`. Empty cells count as missing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from r1data.answers.answer_types import AnswerType
from r1data.answers.choice.forms import option_texts
from r1data.answers.code.public_forms import gathered_tests
from r1data.answers.code.tests_of import allowing
from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS
from r1data.answers.routing import find_verifier_name
from r1data.answers.verdict import Item, Verdict
from r1data.completions import part
from r1data.finish_reasons import is_cut_off
from r1data.records.read import BadRecord, Record, as_json, as_text, pick
from r1data.text import Reasoning
from r1data.verification.messages import kind_of, read_completion
from r1data.verification.notes import note_on, without_response

NOTHING = Item("")
COLUMNS = (
    *("completion", "gold_answer", "tests", "verifier", "problem", "choices", "metadata"),
    *("answer_type", "finish_reason", "reasoning", "prefill", "id", "verdict"),
)
"""The columns that are understood; `verdict` is what a file says itself."""
REASONINGS = ("think", "prefilled", "none")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a file are to be read."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """For a column of `COLUMNS` that has another name: that name, or a path such as `a.b`."""
    reasoning: Reasoning = "think"
    """`prefilled` where the chat template opened the think block, which completions then close. A
    row's own `reasoning` goes before it."""
    packages: tuple[str, ...] = ()
    """Packages that programs and their tests may import."""

    def value(self, record: Record, name: str) -> object:
        """Return what a row holds in a column, whatever its name in the file."""
        return pick(record, self.columns[name]) if name in self.columns else record.get(name)


AS_NAMED = Layout()


@dataclass(frozen=True, slots=True)
class Case:
    """A row to be judged, or the verdict where there is nothing to judge."""

    verifier: str = ""
    item: Item = NOTHING
    settled: Verdict | None = None
    note: str = ""
    """What is told about how the completion was read."""


def case_of(record: Record | BadRecord, layout: Layout = AS_NAMED) -> Case:
    """Return what a verifier is shown of a row, and which one.

    >>> case_of({"completion": "4", "gold_answer": 4}).verifier
    'math'
    >>> case_of({"completion": None, "gold_answer": 4}).settled.detail
    'no completion: `completion` is missing'
    """
    if isinstance(record, BadRecord):
        return _failed(record.detail)
    row = {name: layout.value(record, name) for name in COLUMNS}
    said = read_completion(row["completion"])
    if isinstance(said, Verdict):
        return Case(settled=said)
    gold = row["gold_answer"]
    gold_answer = as_text(gold)
    if gold_answer is None and kind_of(gold) != "missing":
        return _failed(f"`gold_answer` is {kind_of(gold)}, not a text or a number")
    choices = choices_of(row["choices"])
    if choices is None:
        return _failed(f"`choices` is {kind_of(row['choices'])}, not a list")
    is_prefilled = not said.has_reasoning_apart and _is_prefilled(row["reasoning"], layout)
    parts = part(f"{as_text(row['prefill']) or ''}{said.text}", is_prefilled=is_prefilled)
    item = Item(
        response=parts.response,
        gold_answer=(gold_answer or "").strip(),
        answer_type=_label(row["answer_type"]),
        problem=as_text(row["problem"]) or "",
        choices=choices,
        tests=tests_of_row(record, layout, has_gold=bool(gold_answer)),
        metadata=_as_json(row["metadata"]),
        is_cut_off=is_cut_off(row["finish_reason"]),
    )
    name = (as_text(row["verifier"]) or "").strip() or find_verifier_name(item)
    if name not in VERIFIERS:
        known = ", ".join(sorted(VERIFIERS))
        return _failed(f"there is no verifier {name!r}; `verifier` is one of {known}, or empty")
    return Case(name, item, without_response(parts), note_on(parts))


def _label(value: object) -> str | None:
    """Return a label of ours; words of another's (`exact_match_math`) are none."""
    text = as_text(value)
    return text if text in set(AnswerType) else None


def tests_of_row(record: Record, layout: Layout, *, has_gold: bool) -> str | None:
    """Return the tests of a row as JSON: of its column, or of those that public sets have.

    A row that has a gold answer and names no verifier is none of a public set's programs.
    """
    is_code = layout.value(record, "verifier") == "code"
    row = {**record, "tests": layout.value(record, "tests")}
    given = row["tests"] if has_gold and not is_code else gathered_tests(row, is_code=is_code)
    tests = _as_json(given)
    return allowing(tests, layout.packages) if tests and layout.packages else tests


def _failed(detail: str) -> Case:
    return Case(settled=Verdict(Outcome.FAILED, detail=detail))


def _is_prefilled(given: object, layout: Layout) -> bool:
    """Say whether the prompt opened the think block; a column with reasoning itself says no."""
    if not isinstance(given, str) or not given.strip():
        return layout.reasoning == "prefilled"
    return given.strip().lower() == "prefilled"


def choices_of(value: object) -> tuple[str, ...] | None:
    """Return options in any form that sources hold them in, or in JSON."""
    if kind_of(value) == "missing":
        return ()
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return option_texts(value, as_text)


def _as_json(value: object) -> str | None:
    return None if kind_of(value) == "missing" else as_json(value)
