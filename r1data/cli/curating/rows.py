"""The rows of a user's file as prompts, completions, and what a verifier is shown."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from r1data.finish_reasons import is_cut_off
from r1data.prompts.identity import prompt_id
from r1data.records.questions import Question, read_question
from r1data.records.read import BadRecord, Record, as_text, pick, read_records
from r1data.records.shapes import columns_of, find_completion, find_gold, find_problem
from r1data.records.turns import completion_text, completions_of, joined
from r1data.settings import Settings
from r1data.text import THINK_START, Reasoning, storable
from r1data.verification.file_verdicts import file_outcome, find_verdict_column
from r1data.verification.rows import (
    COLUMNS,
    REASONINGS,
    Case,
    Layout,
    case_of,
    choices_of,
    tests_of_row,
)

BLOCK = 2_000
"""Rows in memory at once, and rows of a shard."""
MORE = ("language", "source")
WHICH_GOLD = "say which with --column gold_answer=NAME"
PREFILL = f"{THINK_START}\n"


@dataclass(frozen=True, slots=True)
class Given:
    """One row: what it asks, what answers that, and what verifying it takes."""

    position: int
    record: Record
    """The row as it stands in the file; empty if it cannot be read."""
    source: str
    problem: Question
    language: str | None = None
    prompt_key: str = ""
    """Hash of what is asked; rows without a problem have one of their own each."""
    choices: tuple[str, ...] = ()
    gold_answer: str | None = None
    completion: str | None = None
    prefill: str = ""
    finish_reason: str | None = None
    outcome: str | None = None
    """The verdict that the file brings."""
    name: str = ""
    """Its own id, or its position where it has none."""
    case: Case | None = None
    """What a verifier is shown; None where nothing says which answer is right."""
    drop_reason: str | None = None
    """Why the row cannot be read."""
    drop_detail: str | None = None

    @property
    def key(self) -> str:
        """The row's position, such that keys sort as the rows stand."""
        return f"{self.position:012d}"


class Shape(Settings):
    """Where the rows of a file have what, and how they are read."""

    columns: dict[str, str]
    """By what they hold: those that were mapped, have our name, or were found by theirs."""
    reasoning: Reasoning = "think"
    """`prefilled` where the chat template opened the think block."""
    packages: tuple[str, ...] = ()
    """Packages that programs and their tests may import."""
    reasoning_column: str | None = None
    """Where the reasoning stands apart from the response."""
    verdict_column: str | None = None
    """Where the verdicts stand that the file brings."""

    def layout(self) -> Layout:
        """Return how a verifier is to read a row whose columns have our names."""
        return Layout({}, self.reasoning, self.packages)


def find_shape(path: Path, layout: Layout) -> tuple[Shape, str]:
    """Return where the rows of a file have what, by its first rows, and a line on what was found.

    Raises:
        ValueError: It has no rows, lacks a column that is mapped, or has neither problems nor
            completions.
    """
    rows = [record for _, record in islice(read_records(path), BLOCK)]
    records = [record for record in rows if isinstance(record, dict)]
    if not rows:
        raise ValueError(f"{path} has no rows; there is nothing to curate.")
    names = dict.fromkeys(name for record in records for name in record)
    known = ", ".join(names) or "none"
    for ours, theirs in layout.columns.items():
        for column in columns_of(theirs):
            if all(pick(record, column) is None for record in records) and column not in names:
                raise ValueError(f"{path} has no column `{column}` for {ours}; it has {known}.")
    columns = {name: name for name in (*COLUMNS, *MORE) if name in names} | dict(layout.columns)
    found = _found(records, columns)
    if not {"problem", "completion"} & {*columns, *found}:
        raise ValueError(
            f"{path} has neither `problem` nor `completion`; its columns are {known}. "
            "Map one, for example --column completion=output."
        )
    taken = [*columns.values(), *found.values()]
    shape = Shape(
        columns={**columns, **found},
        reasoning=layout.reasoning,
        packages=layout.packages,
        reasoning_column=None if "completion" in layout.columns else find_completion(records)[1],
        verdict_column=columns.get("verdict") or find_verdict_column(records, taken),
    )
    told = " and ".join(f"the {name.replace('_', ' ')} in `{at}`" for name, at in found.items())
    return shape, told and f"found {told}; --column can say otherwise"


def read_rows(path: Path, shape: Shape) -> Iterator[list[Given]]:
    """Yield the rows of a file in blocks; one that cannot be read says why."""
    rows = (_given(position, record, path, shape) for position, record in read_records(path))
    while block := list(islice(rows, BLOCK)):
        yield block


def _name(record: Record, shape: Shape) -> str | None:
    return as_text(pick(record, shape.columns["id"])) if "id" in shape.columns else None


def _found(records: Sequence[Record], known: Collection[str]) -> dict[str, str]:
    """Return the columns that are known by their names, of those that nobody named."""
    gold = None if "gold_answer" in known else find_gold(records, WHICH_GOLD)
    found = {
        "problem": find_problem(records),
        "completion": find_completion(records)[0],
        "gold_answer": gold[0] if gold else None,
    }
    return {name: at for name, at in found.items() if at is not None and name not in known}


def _given(position: int, record: Record | BadRecord, path: Path, shape: Shape) -> Given:
    found = record if isinstance(record, dict) else {}
    nothing = Given(position, found, path.name, Question(None), prompt_key=f"row {position}")
    nothing = replace(nothing, name=_name(found, shape) or str(position))
    if isinstance(record, BadRecord):
        return replace(nothing, drop_reason=record.reason, drop_detail=record.detail)
    try:
        return _readable(nothing, record, shape)
    except RecursionError:
        detail = "a value is nested too deeply"
        return replace(nothing, drop_reason="invalid_value", drop_detail=detail)


def _readable(nothing: Given, record: Record, shape: Shape) -> Given:
    row = {name: pick(record, column) for name, column in shape.columns.items()}
    asked = _question(record, shape)
    row["problem"] = asked.problem
    choices = tuple(map(storable, choices_of(row.get("choices")) or ()))
    given = replace(
        nothing,
        choices=choices,
        source=storable(as_text(row.get("source")) or nothing.source),
        problem=asked,
        language=as_text(row.get("language")) or None,
        gold_answer=as_text(row.get("gold_answer")),
        finish_reason=_finish(row.get("finish_reason")),
        outcome=_outcome(record, shape),
        prompt_key=_key(asked, choices, row) or nothing.prompt_key,
    )
    if "completion" not in shape.columns:
        if given.problem.problem:
            return given
        return replace(given, drop_reason="no_problem", drop_detail=asked.fault)
    text, why = _completion(record, row, shape)
    if text is None:
        return replace(given, drop_reason="no_text", drop_detail=why)
    given = replace(given, completion=text, prefill=_prefill(text, row, shape))
    return replace(given, case=_case(record, {**row, "completion": text}, shape))


def _prefill(text: str, row: Record, shape: Shape) -> str:
    """Return what the prompt began a completion with."""
    prefill = storable(as_text(row.get("prefill")) or "")
    is_prefilled = "prefilled" in (shape.reasoning, as_text(row.get("reasoning")))
    if is_prefilled and not prefill and not text.lstrip().startswith(THINK_START):
        return PREFILL
    return prefill


def _question(record: Record, shape: Shape) -> Question:
    if "problem" not in shape.columns:
        return Question(None, fault="there is no column of problems")
    asked = read_question(record, shape.columns["problem"])
    if asked.problem is None or not asked.problem.strip():
        return replace(asked, problem=None)
    return replace(asked, problem=storable(asked.problem))


def _completion(record: Record, row: Record, shape: Shape) -> tuple[str | None, str]:
    """Return the whole completion of a row, reasoning that stands apart included."""
    held = completions_of(row["completion"])
    if len(held) != 1:
        return None, f"`{shape.columns['completion']}` holds {len(held)}; give each a row"
    text, why = completion_text(held[0])
    if text is None or not text.strip():
        return None, why or "it is empty"
    apart = pick(record, shape.reasoning_column) if shape.reasoning_column else None
    is_flag = isinstance(apart, str) and apart.strip().lower() in REASONINGS
    return storable(text if is_flag else joined(apart, text)), ""


def _case(record: Record, row: Record, shape: Shape) -> Case | None:
    """Return what a verifier is shown of a row; None where nothing says which answer is right."""
    whole = {**record, **row}
    layout = shape.layout()
    has_gold = as_text(row.get("gold_answer")) not in (None, "")
    if not has_gold and not tests_of_row(whole, layout, has_gold=False):
        return None
    return case_of(whole, layout)


def _key(asked: Question, choices: tuple[str, ...], row: Record) -> str | None:
    if asked.problem is None:
        return None
    earlier = [turn.as_message() for turn in asked.earlier]
    system = storable(asked.system or "") or None
    tests = as_text(row.get("tests"))
    return prompt_id("general", system, asked.problem, choices or None, tests, earlier)


def _outcome(record: Record, shape: Shape) -> str | None:
    column = shape.verdict_column
    return file_outcome(pick(record, column)) if column else None


def _finish(value: object) -> str | None:
    if value is None or value == "":
        return None
    return "length" if is_cut_off(value) else "stop"
