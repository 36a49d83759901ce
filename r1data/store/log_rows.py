"""Rows of a log as they are read back: whole JSON objects whose values fit, and where others stand.

Disks fail and machines lose power in the middle of a write, so any line may hold anything: zeros,
the half of a row, a half with a whole row behind it. A damaged row costs itself and no other.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import dataframely as dy
import polars as pl
from pydantic_core import from_json

Row = dict[str, Any]
Fits = Callable[[Any], bool]
INTEGER_BITS: dict[type[pl.DataType], int] = {pl.Int32: 31, pl.Int64: 63}
MAX_STARTS = 8
"""Places in a damaged line at which a whole row is looked for."""


class LogRows:
    """The rows of a log, each with its offset; what is damaged is passed over and remembered."""

    def __init__(self, file: IO[bytes], fields: Mapping[str, Fits]) -> None:
        self._file = file
        self._fields = fields
        self.damaged: list[int] = []
        """The offsets of damaged lines."""
        self.glued: list[int] = []
        """The offsets of whole rows that stand behind damage in one line."""

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Yield the offset and the values of each whole row; a line still being written is none."""
        offset = 0
        for line in self._file:
            if line.endswith(b"\n"):
                yield from self._rows(line, offset)
            offset += len(line)

    def _rows(self, line: bytes, offset: int) -> Iterator[tuple[int, Row]]:
        row = _parsed(line)
        if row is not None and self._is_fit(row):
            yield offset, row
        elif line.strip():
            self.damaged.append(offset)
            if row is None:
                yield from self._behind(line, offset)

    def _behind(self, line: bytes, offset: int) -> Iterator[tuple[int, Row]]:
        """Yield the row at the end of a damaged line, if a whole one stands there.

        Inside a JSON string every quote is escaped, so that only an object begins with `{"`.
        """
        start = len(line)
        for _ in range(MAX_STARTS):
            start = line.rfind(b'{"', 1, start)
            if start < 0:
                return
            row = _parsed(line[start:])
            if row is not None and self._is_fit(row):
                self.glued.append(offset + start)
                yield offset + start, row
                return

    def _is_fit(self, row: Row) -> bool:
        return all(fits(row.get(name)) for name, fits in self._fields.items())


def fitting(
    fields: Mapping[str, type[pl.DataType]], schema: type[dy.Schema] | None
) -> dict[str, Fits]:
    """Return what each value of a row must be: that of a column of the schema, or of a field.

    A field that is no column of the schema may be null.
    """
    fits = {name: _fits(dtype(), is_nullable=True) for name, dtype in fields.items()}
    columns = {} if schema is None else schema.columns()
    return fits | {n: _fits(c.dtype, is_nullable=c.nullable) for n, c in columns.items()}


def _parsed(line: bytes) -> Row | None:
    """Return the object that a line is; None if it is none."""
    try:
        row = from_json(line, cache_strings="keys")
    except ValueError:
        row = _parsed_slowly(line)
    return row if isinstance(row, dict) else None


def _parsed_slowly(line: bytes) -> object:
    """Return what a line is to Python's own parser, which takes deeper nesting and surrogates."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _fits(dtype: pl.DataType, *, is_nullable: bool) -> Fits:
    inner = _fits_type(dtype)
    return lambda value: is_nullable if value is None else inner(value)


def _fits_type(dtype: pl.DataType) -> Fits:
    if isinstance(dtype, pl.Enum):
        names = frozenset(dtype.categories)
        return lambda value: isinstance(value, str) and value in names
    if isinstance(dtype, pl.Boolean):
        return lambda value: isinstance(value, bool)
    if bits := INTEGER_BITS.get(type(dtype)):
        limit = 1 << bits
        return lambda value: type(value) is int and -limit <= value < limit
    if isinstance(dtype, pl.Float64):
        return lambda value: type(value) in (int, float) and math.isfinite(value)
    return lambda value: isinstance(value, str)
