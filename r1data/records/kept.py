"""Columns of a file that nothing else reads, kept beside what came of their row."""

from collections.abc import Iterable

from r1data.records.read import Record, as_json
from r1data.records.shapes import columns_of
from r1data.text import storable

MAX_CHARS = 1_000
"""Characters of the JSON of a value that is kept: longer ones are texts, and stay in the file."""


def other_columns(record: Record, used: Iterable[str]) -> str | None:
    """Return the columns of a row that no path in `used` reaches into, as one JSON object.

    What is null, empty or longer than `MAX_CHARS` is left out; null where nothing is left.

    >>> other_columns({"problem": "1 + 1", "level": 3, "note": None}, ["problem"])
    '{"level":3}'
    """
    read = {name for path in used for column in columns_of(path) for name in _names(record, column)}
    kept = {name: value for name, value in record.items() if name not in read and _is_kept(value)}
    return storable(as_json(kept) or "") if kept else None


def _names(record: Record, column: str) -> tuple[str, ...]:
    return (column,) if column in record else (column.partition(".")[0],)


def _is_kept(value: object) -> bool:
    if value is None or value == "" or value == [] or value != value:  # NaN is not itself
        return False
    try:
        return len(as_json(value) or "") <= MAX_CHARS
    except RecursionError:
        return False
