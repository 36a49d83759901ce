"""Existing rollouts as their files have them: each completion, what it answers and its prompts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any

from r1data.completions import part
from r1data.engines.file_columns import FIRST_ROWS, FileColumns, find_file_columns
from r1data.finish_reasons import is_cut_off
from r1data.policies.settings import RolloutsPolicy
from r1data.policies.templates import Template
from r1data.protocol import Message
from r1data.records.files import find_files, read_files
from r1data.records.hub import read_hub
from r1data.records.kept import other_columns
from r1data.records.questions import Question, read_question
from r1data.records.read import BadRecord, Record, as_text, pick
from r1data.records.self_cognition import fill_record
from r1data.records.shapes import find_finish_reason, outcome_of
from r1data.records.turns import completion_text, completions_of, joined, role_at
from r1data.seeds import content_id
from r1data.text import THINK_END, THINK_START, fold, storable

NOT_COMPLETE = "false"
"""Stands in a column that says whether the reasoning is complete."""
NOTHING: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRow:
    """One completion of a file, or a row of it that has none."""

    row: str
    """The row's position, after the file's name where there are several."""
    part: int = 0
    """The completion's place in the row's list."""
    problem: str | None = None
    system: str | None = None
    earlier: tuple[Message, ...] = NOTHING
    completion: str | None = None
    finish_reason: str | None = None
    file_outcome: str | None = None
    metadata: str | None = None
    drop_reason: str | None = None
    """Why it can be nobody's completion; null if it can."""
    drop_detail: str | None = None

    def messages(self, template: Template) -> tuple[Message, ...]:
        """Return what is asked about its problem."""
        own = None if self.is_of(template) else self.system
        return template.messages(self.problem or "", own, self.earlier)

    def is_of(self, template: Template) -> bool:
        """Tell whether its system message is the template's, and so no part of the prompt."""
        return fold(self.system or "") == fold(template.system_prompt or "")


class Prompted:
    """Prompts by what is asked: a row finds those that its completions answer.

    A row with a system message of its own answers prompts with the same one; a row without answers
    every prompt with its problem, whatever its system message.
    """

    def __init__(self) -> None:
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._loose: dict[str, list[str]] = defaultdict(list)

    def add(self, prompt_id: str, messages: Sequence[Message]) -> None:
        """Note what is asked about a prompt."""
        for known, key in ((self._exact, exact_key(messages)), (self._loose, loose_key(messages))):
            if prompt_id not in known[key]:
                known[key].append(prompt_id)

    def find(self, row: FileRow, template: Template) -> list[str]:
        """Return the prompts that a row answers."""
        messages = row.messages(template)
        if row.system and not row.is_of(template):
            return self._exact.get(exact_key(messages), [])
        return self._loose.get(loose_key(messages), [])


class Samples:
    """Gives the completions of a prompt their places in its group, in the order of the files."""

    def __init__(self, prompted: Prompted, template: Template) -> None:
        self._prompted = prompted
        self._template = template
        self.counts: Counter[str] = Counter()

    def take(self, row: FileRow) -> list[tuple[str, int]]:
        """Return the prompts that a row answers, each with the row's place in its group."""
        found = []
        for prompt_id in self._prompted.find(row, self._template):
            found.append((prompt_id, self.counts[prompt_id]))
            self.counts[prompt_id] += 1
        return found


def exact_key(messages: Sequence[Message]) -> str:
    """Return the hash of all that is asked."""
    return content_id(*([message["role"], fold(message["content"])] for message in messages))


def loose_key(messages: Sequence[Message]) -> str:
    """Return the hash of all that is asked but the system message."""
    return exact_key([message for message in messages if message["role"] != "system"])


def file_columns(name: str, settings: RolloutsPolicy) -> FileColumns:
    """Return the columns of a policy's files; only their first rows are read.

    Raises:
        ValueError: A column that the files do not have, or files without a row that can be read.
    """
    return _begun(name, settings)[0]


def read_file_rows(name: str, settings: RolloutsPolicy) -> Iterator[FileRow]:
    """Yield every completion of a policy's files, and every row that has none, in order."""
    columns, records = _begun(name, settings)
    for row, record in records:
        if isinstance(record, BadRecord):
            yield FileRow(row, drop_reason=record.reason, drop_detail=record.detail)
        else:
            filled = fill_record(record, settings.identity)
            yield from _rows_of(row, filled, columns, settings)


def _begun(
    name: str, settings: RolloutsPolicy
) -> tuple[FileColumns, Iterable[tuple[str, Record | BadRecord]]]:
    records = _records(settings)
    first = list(islice(records, FIRST_ROWS))
    readable = [record for _, record in first if not isinstance(record, BadRecord)]
    if not readable:
        bad = next((record.detail for _, record in first if isinstance(record, BadRecord)), None)
        why = f"no row of it can be read; {bad}" if bad else "it holds no rows"
        raise ValueError(f"policy {name}: {settings.location}: {why}.")
    return find_file_columns(name, settings, readable), chain(first, records)


def _records(settings: RolloutsPolicy) -> Iterator[tuple[str, Record | BadRecord]]:
    if settings.hub is not None:
        return ((str(row), record) for row, record in enumerate(read_hub(settings.hub)))
    return read_files(find_files(settings.rollouts or ()))


def _rows_of(
    row: str, record: Record, columns: FileColumns, settings: RolloutsPolicy
) -> Iterator[FileRow]:
    """Yield the completions of a row, or the row with why it has none."""
    asked = read_question(record, columns.problem)
    if refused := _refused(record, columns, settings, asked):
        yield FileRow(row, drop_reason=refused[0], drop_detail=refused[1])
        return
    system = as_text(_picked(record, columns.system_message)) or asked.system or ""
    earlier = tuple(Message(role=turn.role, content=storable(turn.text)) for turn in asked.earlier)
    shared: dict[str, Any] = {
        "problem": storable(asked.problem or ""),
        "system": storable(system) or None,
        "earlier": earlier,
        "metadata": other_columns(record, columns.used()),
    }
    is_prefilled = settings.template.reasoning == "prefilled"
    for place, fields in enumerate(_completions(record, columns, is_prefilled=is_prefilled)):
        yield FileRow(row, place, **shared, **fields)


def _refused(
    record: Record, columns: FileColumns, settings: RolloutsPolicy, asked: Question
) -> tuple[str, str] | None:
    """Return why no completion of a row can answer anything; None if one can."""
    if columns.model is not None and as_text(pick(record, columns.model)) != settings.model:
        return "other_model", f"`{columns.model}` is {as_text(pick(record, columns.model))}"
    if not (asked.problem or "").strip():
        return "no_problem", f"`{columns.problem}` holds no text: {asked.fault}"
    return None


def _completions(
    record: Record, columns: FileColumns, *, is_prefilled: bool
) -> Iterator[dict[str, Any]]:
    """Yield text, finish reason and verdict of each completion of a row, or why it has no text.

    Reasoning that stands apart gets no opening tag where the prompt opens its block.
    """
    completions = completions_of(pick(record, columns.completion))
    values = (
        _picked(record, columns.reasoning),
        _finish_in(record, columns),
        _picked(record, columns.file_outcome),
    )
    beside = [_beside(value, len(completions)) for value in values]
    role = role_at(record, columns.completion)
    for completion, reasoning, finish, outcome in zip(completions, *beside, strict=True):
        text, why = completion_text(completion)
        if role not in (None, "assistant"):
            text, why = None, f"it is the {role}'s turn, not the assistant's"
        fields = {"finish_reason": _finish(finish), "file_outcome": outcome_of(outcome)}
        if text is None:
            yield fields | {
                "drop_reason": "no_text",
                "drop_detail": f"`{columns.completion}` holds no text: {why}",
            }
        else:
            whole = _in_plain_tags(joined(reasoning, text))
            is_opened = is_prefilled and whole != text
            yield fields | {"completion": whole.removeprefix(THINK_START) if is_opened else whole}


def _in_plain_tags(text: str) -> str:
    """Return a completion with its reasoning in `<think>` and `</think>`, whatever its tags are.

    What has no tags, or has these, stays as it is.
    """
    parts = part(text)
    if parts.tag is None or parts.tag in (THINK_START, THINK_END):
        return text
    return joined(parts.unfinished if parts.is_open else parts.reasoning, parts.response.strip())


def _beside(value: object, number: int) -> list[Any]:
    """Return a value for each completion: those of a list, or the same for all."""
    if isinstance(value, list):
        return [one for one, _ in zip_longest(value[:number], range(number))]
    return [value] * number


def _finish_in(record: Record, columns: FileColumns) -> object:
    """Return what a row says of how its completions ended.

    Files whose first rows say nothing, because all of them ended by themselves, may say it later.
    """
    column = columns.finish_reason or find_finish_reason([record])
    return _picked(record, column)


def _finish(value: object) -> str:
    is_cut = is_cut_off(value) or (as_text(value) or "").lower() == NOT_COMPLETE
    return "length" if is_cut else "stop"


def _picked(record: Record, column: str | None) -> object:
    return pick(record, column) if column is not None else None
