"""Rows of the files people have: JSON arrays, JSONL, CSV (each also gzipped) and Parquet.

Files are streamed: memory holds a row and a buffer, whatever the size of the file. JSON arrays and
JSONL are told apart by their first character, not by their suffix. A row that cannot be read is a
`BadRecord` and the rest are read; where nothing after the error can be trusted (a broken array, a
cut-off gzip), reading stops with one line.
"""

import csv
import gzip
import io
import json
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal, cast

from r1data.records.json_array import integer, read_array
from r1data.seeds import canonical_json
from r1data.text import storable

Record = dict[str, Any]
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
SUFFIXES = (*JSON_SUFFIXES, ".csv", ".parquet")
BOM = b"\xef\xbb\xbf"
UNDECODED = "surrogateescape"
"""A byte that is no UTF-8 becomes half a surrogate pair, by which its row is known as a bad one."""
MAX_CELL = 1 << 26
"""Characters of a CSV field: a quote that never closes must not swallow the file."""
MAX_DEPTH = 20
"""Levels of nested fields that columns can reach."""
KINDS = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
"""What stands in the place of a row, in JSON's words; the rest are numbers."""
BATCH = 500
"""Parquet rows that are turned into Python values at once."""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A row that cannot be read."""

    reason: Literal["invalid_json", "invalid_csv", "invalid_value"]
    detail: str
    """Its line and what is wrong with it."""


def read_records(path: Path, rows: str | None = None) -> Iterator[tuple[int, Record | BadRecord]]:
    """Return the rows of a file with their positions, counted from 0; blank lines do not count.

    Raises `FileNotFoundError` or `ValueError` at once for a path that cannot be read at all.

    Args:
        path: The file.
        rows: Where the array of rows stands in a file that is one JSON object.
    """
    kind = _kind(path)
    if rows is not None and kind not in JSON_SUFFIXES:
        raise ValueError(f"{path} is no JSON file, so it has no `rows: {rows}`; leave `rows` out.")
    return enumerate(_records(path, kind, rows))


def pick(record: Record, path: str) -> Any:  # noqa: ANN401 - any JSON value is the point
    """Return what stands at a dotted path; None where there is nothing.

    Numbers reach into lists. A column whose own name has dots is found first.

    >>> pick({"prompt": [{"content": "1 + 1"}]}, "prompt.0.content")
    '1 + 1'
    >>> pick({"a.b": 1, "a": {"b": 2}}, "a.b")
    1
    >>> pick({"a": [1]}, "a.7.b") is None
    True
    """
    if path in record:
        return record[path]
    value: Any = record
    for step in path.split("."):
        value = _step(value, step)
    return value


def as_text(value: object) -> str | None:
    """Return a text, a number or a boolean as text; None for anything else, NaN included.

    >>> as_text(27.0), as_text(True), as_text(float("nan")), as_text(["a"])
    ('27.0', 'true', None, None)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal) and not math.isnan(value):
        return str(value)
    return None


def as_json(value: object) -> str | None:
    """Return a value as its one JSON text; a text is JSON already, and None stays None.

    What Parquet can hold and JSON cannot becomes a text: bytes, dates, decimals, durations.

    >>> as_json({"b": [1], "a": b"x"}), as_json("[1]"), as_json(None)
    ('{"a":"x","b":[1]}', '[1]', None)
    """
    if value is None or isinstance(value, str):
        return value
    return canonical_json(value, default=_as_json_value)


def paths(value: object, prefix: str = "") -> Iterator[str]:
    """Yield every path that `pick` finds in a record, outer ones first; lists up to ten deep.

    >>> list(paths({"prompt": [{"content": "1 + 1"}], "id": 7}))
    ['prompt', 'prompt.0', 'prompt.0.content', 'id']
    """
    inner: dict[str, Any] = {}
    if prefix.count(".") >= MAX_DEPTH:
        return
    if isinstance(value, dict):
        inner = value
    elif isinstance(value, list):
        inner = {str(index): element for index, element in enumerate(value[:10])}
    for name, element in inner.items():
        yield f"{prefix}{name}"
        yield from paths(element, f"{prefix}{name}.")


def _step(value: object, step: str) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None


def _kind(path: Path) -> str:
    """Return the suffix that says how to read a file, or raise one line."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name one file in it.")
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist; paths are relative to {Path.cwd()}.")
    is_gzip = path.suffix == ".gz"
    kind = Path(path.stem).suffix if is_gzip else path.suffix
    if kind not in SUFFIXES or (is_gzip and kind == ".parquet"):
        raise ValueError(
            f"{path} is of no known kind; name a {', '.join(SUFFIXES)} file, "
            "or one of these but Parquet with .gz."
        )
    return kind


def _records(path: Path, kind: str, rows: str | None) -> Iterator[Record | BadRecord]:
    with _one_line_errors(path):
        if kind == ".parquet":
            yield from _parquet(path)
            return
        with _opened(path) as file:
            if kind == ".csv":
                yield from _csv(file)
            elif rows is not None or file.read(4096).removeprefix(BOM).lstrip()[:1] == b"[":
                file.seek(0)
                with io.TextIOWrapper(file, "utf-8-sig", errors=UNDECODED) as text:
                    yield from _elements(read_array(text, rows or ""))
            else:
                file.seek(0)
                yield from _lines(file)


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


@contextmanager
def _one_line_errors(path: Path) -> Iterator[None]:
    """Say which file cannot be read, and why, in one line."""
    try:
        yield
    except (EOFError, OSError, zlib.error, ValueError, csv.Error) as error:
        raise ValueError(f"{path} cannot be read: {' '.join(str(error).split())}") from error


def _lines(file: IO[bytes]) -> Iterator[Record | BadRecord]:
    for number, line in enumerate(file, 1):
        text = line.removeprefix(BOM) if number == 1 else line
        if text.strip():
            yield _line(number, text)


def _line(number: int, line: bytes) -> Record | BadRecord:
    try:
        value = json.loads(line.decode().rstrip("\r\n"), parse_int=integer)
    except json.JSONDecodeError as error:
        return BadRecord("invalid_json", f"line {number}, column {error.colno}: {error.msg}")
    except (ValueError, RecursionError) as error:
        return BadRecord("invalid_json", f"line {number}: {error}")
    return _object(value, f"line {number}")


def _elements(values: Iterator[Any]) -> Iterator[Record | BadRecord]:
    for number, value in enumerate(values, 1):
        yield _object(value, f"element {number}")


def _object(value: object, where: str) -> Record | BadRecord:
    if isinstance(value, dict):
        return value
    kind = KINDS.get(type(value), "a number")
    return BadRecord("invalid_json", f"{where}: {kind} where an object is expected")


def _csv(file: IO[bytes]) -> Iterator[Record | BadRecord]:
    csv.field_size_limit(MAX_CELL)
    with io.TextIOWrapper(file, "utf-8-sig", errors=UNDECODED, newline="") as text:
        reader = csv.reader(text, strict=True)
        header = next(reader, [])
        for cells in filter(None, reader):
            text_of_row = "".join(cells)
            if storable(text_of_row) != text_of_row:
                yield BadRecord("invalid_csv", f"line {reader.line_num}: bytes that are no UTF-8")
            elif len(cells) == len(header):
                yield dict(zip(header, cells, strict=True))
            else:
                counts = f"{len(cells)} fields where the header has {len(header)}"
                yield BadRecord("invalid_csv", f"line {reader.line_num}: {counts}")


def _parquet(path: Path) -> Iterator[Record | BadRecord]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BATCH):
            yield from _parquet_rows(batch)


def _parquet_rows(batch: Any) -> Iterator[Record | BadRecord]:  # noqa: ANN401 - pyarrow has no types
    """Yield the rows of a batch; one with a value that Python cannot hold is a bad one."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError) as error:
        if batch.num_rows == 1:
            yield BadRecord("invalid_value", f"a value that cannot be read: {error}")
            return
        for row in range(batch.num_rows):
            yield from _parquet_rows(batch.slice(row, 1))


def _as_json_value(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
