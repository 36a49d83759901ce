"""The columns of existing rollouts: those a policy names, and those known by their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from r1data.policies.settings import RolloutsPolicy
from r1data.records.read import Record, paths
from r1data.records.shapes import (
    TURNS,
    columns_of,
    find_completion,
    find_finish_reason,
    find_outcome,
    find_problem,
)

FIRST_ROWS = 20
"""Rows by which columns are found."""
NAMED = ("problem", "completion", "reasoning", "finish_reason", "system_message", "file_outcome")


@dataclass(frozen=True, slots=True)
class FileColumns:
    """Where a row has what; null for what it has not."""

    problem: str
    completion: str
    reasoning: str | None
    finish_reason: str | None
    system_message: str | None
    file_outcome: str | None
    model: str | None
    told: str = ""
    """A line that says what was found by its name."""

    def used(self) -> list[str]:
        """Return the columns that are read."""
        held = (self.problem, self.completion, self.reasoning, self.finish_reason)
        also = (self.system_message, self.file_outcome, self.model)
        return [column for column in (*held, *also) if column is not None]


def find_file_columns(
    name: str, settings: RolloutsPolicy, records: Sequence[Record]
) -> FileColumns:
    """Return the columns of some files from their first rows.

    Reasoning is looked for beside a completion that the recipe does not name: one that it names may
    hold both.

    Raises:
        ValueError: A column that the recipe names is in none of the rows, or there is no column
            that is known for problems or completions.
    """
    known = dict.fromkeys(path for record in records for path in paths(record))
    named = settings.model_dump(include=set(NAMED))
    given = {held: column for held, column in named.items() if _is_given(settings, held, known)}
    found = {held: column for held, column in _found(records).items() if held not in given}
    if "completion" in settings.model_fields_set:
        found.pop("reasoning", None)
    columns = {**named, **found, **given}
    for held, column in (*columns.items(), ("model_column", settings.model_column)):
        missing = [one for one in columns_of(column) if one not in known] if column else []
        if missing:
            raise ValueError(_unknown(name, settings, held, missing[0], records))
    return FileColumns(**columns, model=settings.model_column, told=_told(name, settings, found))


def _is_given(settings: RolloutsPolicy, held: str, known: Mapping[str, None]) -> bool:
    """Tell whether the recipe names a column, or the files have it under its usual name."""
    column = getattr(settings, held)
    return column is not None and (held in settings.model_fields_set or column in known)


def _found(records: Sequence[Record]) -> dict[str, str]:
    """Return what is known by its name."""
    found: dict[str, str | None] = {"problem": find_problem(records)}
    found["completion"], found["reasoning"] = find_completion(records)
    found["finish_reason"] = find_finish_reason(records)
    found["file_outcome"] = find_outcome(records)
    return {held: column for held, column in found.items() if column is not None}


def _unknown(
    name: str, settings: RolloutsPolicy, held: str, column: str, records: Sequence[Record]
) -> str:
    names = ", ".join(dict.fromkeys(one for record in records for one in record)) or "none"
    return (
        f"policy {name}: {settings.location} has no column {column}; it has {names}; "
        f"name the right one as `{held}`."
    )


def _told(name: str, settings: RolloutsPolicy, found: Mapping[str, str]) -> str:
    if not found:
        return ""
    turns = {"problem": ", the last turn of its user", "completion": ", the last turn"}
    told = (
        f"the {held.replace('_', ' ')} in `{column}`"
        f"{turns.get(held, '') if column in TURNS else ''}"
        for held, column in found.items()
    )
    return f"policy `{name}`: found {' and '.join(told)}; its keys can say otherwise"
