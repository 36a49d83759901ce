"""Judging the rows of a user's own file: every row comes back, in order, with its verdict."""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from r1data.answers.code.sandbox import SandboxError
from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS, judge
from r1data.answers.verdict import Item, Verdict, Verifier
from r1data.answers.whole_golds import final_gold
from r1data.answers.workers import Workers
from r1data.progress import SILENT, Progress
from r1data.records.read import BadRecord, Record, as_text, pick, read_records
from r1data.records.write import JSONL_SUFFIXES, check_out, writing_records
from r1data.verification.file_verdicts import (
    Agreement,
    file_outcome,
    find_verdict_column,
    is_agreed,
)
from r1data.verification.notes import noted
from r1data.verification.rows import AS_NAMED, COLUMNS, Case, Layout, case_of, tests_of_row

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 2000
"""Rows in memory at once."""
VERDICT_COLUMNS = (
    *("outcome", "predicted_answer", "detail", "seconds"),
    *("read_from", "answer_type"),
)
AGREEMENT_COLUMNS = ("file_outcome", "agrees")
"""Written where the file brings verdicts of its own."""
NO_SANDBOX = "no sandbox here: "
"""Begins the detail of a program that could not be run, which says nothing about it."""
NUM_SLOWEST = 5
UNTYPED = "none"
"""Stands for the answer type of rows that no verifier was shown."""

Numbered = tuple[int, Record | BadRecord]


@dataclass(frozen=True, slots=True, order=True)
class SlowRow:
    """A row that took long to judge."""

    seconds: float
    position: int
    """Counted from 0."""
    row_id: str
    outcome: str


@dataclass(slots=True)
class VerifiedFile:
    """What became of a file's rows."""

    num_rows: int = 0
    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    """Rows by answer type and outcome."""
    slowest: list[SlowRow] = field(default_factory=list)
    replaced_columns: set[str] = field(default_factory=set)
    """Columns of the input that had the names of ours."""
    no_sandbox: str = ""
    """Why no program could be run here; empty where programs were, or there were none."""
    agreement: Agreement | None = None
    """With the verdicts that the file brings; None where it brings none."""

    @property
    def failed_share(self) -> float:
        """The share of rows that say nothing because judging them failed or timed out."""
        failed = (Outcome.FAILED, Outcome.TIMED_OUT)
        count = sum(n for (_, outcome), n in self.outcomes.items() if outcome in failed)
        return count / self.num_rows if self.num_rows else 0.0


def verify_file(
    source: Path,
    out: Path,
    *,
    pool: Workers,
    progress: Progress = SILENT,
    layout: Layout = AS_NAMED,
) -> VerifiedFile:
    """Judge the rows of a file and write them, each with `VERDICT_COLUMNS`, to another.

    Where the file brings verdicts of its own, `AGREEMENT_COLUMNS` say whether ours agree.

    Rows are read, judged and written in blocks, so memory is bounded whatever the size. A row that
    cannot be read or judged is `failed`. Equal pairs of answers are judged once in the whole file.

    Raises:
        ValueError: The file has no rows or lacks a column, or `out` cannot be written.
    """
    check_out(out, source)
    rows = read_records(source)
    first = list(islice(rows, BLOCK))
    sample = [record for _, record in first if isinstance(record, dict)]
    _check_columns(source, sample, len(first), layout)
    column = layout.columns.get("verdict") or find_verdict_column(sample, layout.columns.values())
    found = VerifiedFile(agreement=Agreement(column) if column else None)
    with (
        writing_records(out, source, _verdict_types(found)) as writer,
        progress.bar("verdicts", _count_rows(source), "rows") as bar,
    ):
        block = first
        while block:
            writer.write(_verify_block(block, found, pool, layout))
            bar.update(found.num_rows)
            block = list(islice(rows, BLOCK))
    return found


class TypingVerifier:
    """A verifier that first labels the gold answers of its items: once for equal ones."""

    version = 0

    def __init__(self, inner: Verifier) -> None:
        self.name = inner.name
        self._inner = inner
        self._types: dict[tuple[object, ...], str | None] = {}

    def type_answer(self, item: Item) -> str | None:
        """Return the label of the gold answer's kind."""
        return self._inner.type_answer(item)

    def as_response(self, item: Item) -> str | None:
        """Return a response that gives the gold answer."""
        return self._inner.as_response(item)

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch."""
        for item in items:
            if _prompt_of(item) not in self._types:
                known = item.answer_type or not (item.gold_answer or item.tests)
                found = item.answer_type if known else self.type_answer(item)
                self._types[_prompt_of(item)] = found
        return self._inner.verify(
            [replace(item, answer_type=self.type_of(item)) for item in items], pool
        )

    def type_of(self, item: Item) -> str | None:
        """Return the label that an item's gold answer was given."""
        return self._types.get(_prompt_of(item))


def _prompt_of(item: Item) -> tuple[object, ...]:
    gold = final_gold(item.gold_answer)
    return (gold, item.answer_type, item.problem, item.choices, item.tests)


def _verify_block(
    block: Sequence[Numbered], found: VerifiedFile, pool: Workers, layout: Layout
) -> list[Record]:
    cases = [case_of(record, layout) for _, record in block]
    rows = []
    for (position, record), case, (verdict, answer_type) in zip(
        block, cases, judge_cases(cases, pool), strict=True
    ):
        given: Record = {} if isinstance(record, BadRecord) else record
        ours = _judged_row(noted(verdict, case.note), answer_type)
        ours |= _compared(given, verdict, found.agreement)
        found.num_rows += 1
        found.outcomes[answer_type or UNTYPED, verdict.outcome] += 1
        found.replaced_columns |= {
            name for name in given.keys() & ours.keys() if given[name] not in (None, ours[name])
        }
        if verdict.detail.startswith(NO_SANDBOX):
            found.no_sandbox = verdict.detail
        if verdict.seconds > 0:
            row_id = as_text(layout.value(given, "id")) or ""
            slow = SlowRow(verdict.seconds, position, row_id, verdict.outcome.value)
            found.slowest = heapq.nlargest(NUM_SLOWEST, [*found.slowest, slow])
        rows.append({**given, **ours})
    return rows


def _compared(record: Record, verdict: Verdict, agreement: Agreement | None) -> Record:
    """Return the columns that set a row's own verdict beside ours, and count it."""
    if agreement is None:
        return {}
    given = file_outcome(pick(record, agreement.column))
    agreement.add(given, verdict.outcome)
    return {"file_outcome": given, "agrees": is_agreed(given, verdict.outcome)}


def judge_cases(cases: Sequence[Case], pool: Workers) -> list[tuple[Verdict, str | None]]:
    """Return the verdict on each case, and what its gold answer is."""
    judged: dict[int, tuple[Verdict, str | None]] = {
        place: (case.settled, None) for place, case in enumerate(cases) if case.settled
    }
    open_places = [place for place, case in enumerate(cases) if not case.settled]
    for name in sorted({cases[place].verifier for place in open_places}):
        places = [place for place in open_places if cases[place].verifier == name]
        typing = TypingVerifier(VERIFIERS[name])
        items = [cases[place].item for place in places]
        verdicts = _verdicts(typing, items, pool)
        for place, item, verdict in zip(places, items, verdicts, strict=True):
            judged[place] = verdict, typing.type_of(item)
    return [judged[place] for place in range(len(cases))]


def _verdicts(verifier: Verifier, items: Sequence[Item], pool: Workers) -> list[Verdict]:
    """Judge a batch; where no sandbox can be made, programs are `failed` and say so."""
    try:
        return judge(verifier, items, pool)
    except SandboxError as error:
        return [Verdict(Outcome.FAILED, detail=f"{NO_SANDBOX}{error}")] * len(items)


def _judged_row(verdict: Verdict, answer_type: str | None) -> Record:
    return {
        "outcome": verdict.outcome.value,
        "predicted_answer": verdict.predicted_answer,
        "detail": verdict.detail,
        "seconds": verdict.seconds,
        "read_from": verdict.read_from,
        "answer_type": answer_type,
    }


def _verdict_types(found: VerifiedFile) -> dict[str, "pa.DataType"]:
    import pyarrow as pa

    types = dict.fromkeys(VERDICT_COLUMNS, pa.string()) | {"seconds": pa.float64()}
    return types | ({"file_outcome": pa.string(), "agrees": pa.bool_()} if found.agreement else {})


def _names(records: Sequence[Record]) -> dict[str, None]:
    return dict.fromkeys(name for record in records for name in record)


def _check_columns(source: Path, sample: Sequence[Record], num_rows: int, layout: Layout) -> None:
    """Raise one line if no row of the first block has what every row needs."""
    if not num_rows:
        raise ValueError(f"{source} has no rows; there is nothing to verify.")
    columns = _names(sample)
    known = ", ".join(columns) or "none"
    for ours, theirs in layout.columns.items():
        if ours not in COLUMNS:
            raise ValueError(f"there is no column `{ours}` to map; map one of {', '.join(COLUMNS)}")
        if theirs not in columns and all(pick(record, theirs) is None for record in sample):
            raise ValueError(
                f"{source} has no column `{theirs}` for {ours}; its columns are {known}"
            )
    held = {*columns, *layout.columns}
    if "completion" not in held:
        raise ValueError(
            f"{source} has no column `completion`; its columns are {known}. "
            "Map one, for example --column completion=output."
        )
    has_tests = any(tests_of_row(record, layout, has_gold=False) for record in sample)
    if not (held & {"gold_answer", "tests"} or has_tests):
        raise ValueError(
            f"{source} has neither `gold_answer` nor `tests`; its columns are {known}. "
            "Map one, for example --column gold_answer=answer."
        )


def _count_rows(source: Path) -> int | None:
    """Return the number of rows where it is found fast: for the progress bar only."""
    if source.suffix == ".parquet":
        import pyarrow.parquet as pq

        return int(pq.read_metadata(source).num_rows)
    if source.suffix not in JSONL_SUFFIXES:
        return None
    with source.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
