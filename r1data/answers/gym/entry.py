"""The entry that came with a problem of reasoning-gym: data of the shape that its generator makes.

What an entry says is never evaluated. A puzzle is a model of its task's metadata: types are exact,
sizes are bounded, and a row whose entry is not of that shape has no gold answer to judge against.
"""

import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

MAX_METADATA = 64_000_000
"""Characters of an entry; one that lists all ways to place twelve queens has some ten million."""


class BadEntryError(ValueError):
    """An entry is not of the shape that its generator makes; the message says where."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of a problem, from its metadata."""

    task: str
    question: str = ""
    answer: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Puzzle(BaseModel):
    """The metadata of a task whose answers are checked against the problem's own rules."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    form: ClassVar[str]
    """The pattern of a whole answer; another one is incorrect."""
    reason: ClassVar[str]
    """Why no single gold answer decides."""

    @abstractmethod
    def solved_by(self, answer: str, gold_answer: str) -> bool | None:
        """Say whether an answer in the task's form solves the problem; None if it is not read.

        Raises `BadEntryError` where the entry contradicts itself.
        """


@lru_cache(maxsize=200)
def read_entry(metadata: str | None) -> Entry | None:
    """Return the entry that metadata holds; None where it holds none.

    Raises `BadEntryError` where it names a task but is no entry of one, or is too long.

    >>> read_entry('{"task": "gcd", "entry": {"question": "?", "answer": "2"}}').answer
    '2'
    >>> read_entry("[1]") is None
    True
    """
    if len(metadata or "") > MAX_METADATA:
        raise BadEntryError(f"it has more than {MAX_METADATA:,} characters")
    try:
        given = json.loads(metadata or "null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or not given.get("task") or not given.get("entry"):
        return None
    task, entry = given["task"], given["entry"]
    if not isinstance(task, str):
        raise BadEntryError("`task` is no text")
    if not isinstance(entry, dict):
        raise BadEntryError("`entry` is no object")
    answer, asked = entry.get("answer"), entry.get("metadata") or {}
    if not isinstance(asked, dict):
        raise BadEntryError("`entry.metadata` is no object")
    if not isinstance(answer, str | None):
        raise BadEntryError("`entry.answer` is no text")
    return Entry(task, str(entry.get("question") or ""), answer, asked)


def read_puzzle(kind: type[Puzzle], entry: Entry) -> Puzzle:
    """Return the puzzle that an entry holds.

    Raises `BadEntryError` with the first place that is not as its generator makes it.
    """
    try:
        return kind.model_validate(dict(entry.metadata))
    except (ValidationError, RecursionError) as error:
        raise BadEntryError(f"it is not what `{entry.task}` makes: {_first(error)}") from error


def _first(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "metadata"
    return f"`{where[:80]}`: {first['msg'][0].lower()}{first['msg'][1:]}"
