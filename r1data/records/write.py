"""Writing rows that come one block at a time to a JSONL or Parquet file, whole or not at all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from r1data.records.read import Record, read_records
from r1data.store.files import claiming, remove_dead, replacing
from r1data.text import storable, storable_value

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

JSONL_SUFFIXES = (".jsonl", ".ndjson")
OUT_SUFFIXES = (*JSONL_SUFFIXES, ".parquet")
BLOCK = 2000
"""Rows written to Parquet at once."""
MAX_EXACT = 2**53
"""Floats hold the integers up to here."""


class RecordWriter(Protocol):
    """Takes rows, in order."""

    def write(self, records: Sequence[Record]) -> None:
        """Write a block of rows."""
        ...


def check_out(out: Path, source: Path) -> None:
    """Raise one line for a path that rows of `source` cannot be written to."""
    if out.suffix not in OUT_SUFFIXES:
        raise ValueError(f"{out} is of no known kind; name a {', '.join(OUT_SUFFIXES)} file.")
    if out.is_dir():
        raise ValueError(f"{out} is a folder; name a file in it.")
    if not out.parent.is_dir():
        raise FileNotFoundError(f"the folder {out.parent} does not exist; make it first.")
    if out.exists() and source.exists() and out.samefile(source):
        raise ValueError(f"{out} is the file that is read; name another one to write to.")


@contextmanager
def writing_records(
    out: Path, source: Path, columns: Mapping[str, "pa.DataType"]
) -> Iterator[RecordWriter]:
    """Yield a writer of rows of `source` with more columns; when the block ends, `out` is there.

    What killed writers of `out` left beside it is removed first.

    Parquet keeps the types of a Parquet source. Of other sources types are found from all rows: a
    column with objects, or with values of several kinds, becomes texts, JSON where they are none.

    Args:
        out: Where the rows go, a JSONL or Parquet file.
        source: Where they come from.
        columns: The types of the columns that the source lacks, or whose values are replaced.
    """
    remove_dead(out)
    with replacing(out) as path, claiming(path):
        if out.suffix in JSONL_SUFFIXES:
            with _opened(path) as file:
                yield _JsonLines(file)
        elif source.suffix == ".parquet":
            with _parquet(path, _schema_of(source, columns)) as writer:
                yield writer
        else:
            with _spool(path) as spool:
                with _opened(spool) as file:
                    lines = _TypedLines(file, columns)
                    yield lines
                lines.convert(spool, path)


class _JsonLines:
    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, records: Sequence[Record]) -> None:
        self._file.writelines(map(_json_line, records))


class _Parquet:
    def __init__(self, writer: "pq.ParquetWriter", schema: "pa.Schema") -> None:
        self._writer = writer
        self._schema = schema

    def write(self, records: Sequence[Record]) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(list(records), self._schema))


class _TypedLines(_JsonLines):
    """JSONL that also finds the types of its columns."""

    def __init__(self, file: IO[str], columns: Mapping[str, "pa.DataType"]) -> None:
        super().__init__(file)
        self._fixed = dict(columns)
        self._types: dict[str, pa.DataType | None] = {}
        """Null where values are written as texts."""
        self._large: set[str] = set()
        """Columns with integers that no float holds."""

    def write(self, records: Sequence[Record]) -> None:
        super().write(records)
        for name in dict.fromkeys(name for record in records for name in record):
            values = [record.get(name) for record in records]
            known = self._types.get(name, _nothing())
            kind = None if known is None else _common(known, _inferred(values))
            self._large |= {name} if any(map(_is_large, values)) else set()
            self._types[name] = None if name in self._large and _is_float(kind) else kind

    def convert(self, spool: Path, path: Path) -> None:
        """Write the lines as Parquet."""
        import pyarrow as pa

        found = {name: kind for name, kind in self._types.items() if name not in self._fixed}
        as_json = [name for name, kind in found.items() if kind is None]
        types = {
            name: pa.string() if kind is None or pa.types.is_null(kind) else kind
            for name, kind in found.items()
        }
        with _parquet(path, pa.schema({**types, **self._fixed})) as writer:
            for _, block in groupby(read_records(spool), lambda numbered: numbered[0] // BLOCK):
                records = [record for _, record in block if isinstance(record, dict)]
                writer.write([storable_value(_with_json(record, as_json)) for record in records])


@contextmanager
def _parquet(path: Path, schema: "pa.Schema") -> Iterator[_Parquet]:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield _Parquet(writer, schema)


@contextmanager
def _spool(path: Path) -> Iterator[Path]:
    spool = path.with_name(f"{path.name}.jsonl")
    try:
        yield spool
    finally:
        spool.unlink(missing_ok=True)


def _opened(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="\n")


def _json_line(record: Record) -> str:
    """Return a row as a line of JSON; no halves of surrogate pairs, which readers refuse."""
    line = json.dumps(record, ensure_ascii=False, default=str)
    return f"{storable(line)}\n"


def _schema_of(source: Path, columns: Mapping[str, "pa.DataType"]) -> "pa.Schema":
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = [field for field in pq.read_schema(source) if field.name not in columns]
    return pa.schema([*kept, *(pa.field(name, kind) for name, kind in columns.items())])


def _nothing() -> "pa.DataType":
    import pyarrow as pa

    return pa.null()


def _inferred(values: Sequence[object]) -> "pa.DataType | None":
    import pyarrow as pa

    try:
        kind = pa.array(storable_value(values)).type
    except (pa.ArrowException, OverflowError):
        return None
    return None if _has_struct(kind) else kind


def _has_struct(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return pa.types.is_struct(kind) or (pa.types.is_list(kind) and _has_struct(kind.value_type))


def _common(one: "pa.DataType", other: "pa.DataType | None") -> "pa.DataType | None":
    import pyarrow as pa

    if other is None or one == other:
        return other
    schemas = [pa.schema({"column": kind}) for kind in (one, other)]
    try:
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowException:
        return None


def _is_large(value: object) -> bool:
    return isinstance(value, int) and abs(value) > MAX_EXACT


def _is_float(kind: "pa.DataType | None") -> bool:
    import pyarrow as pa

    return kind is not None and pa.types.is_floating(kind)


def _with_json(record: Record, names: Sequence[str]) -> Record:
    texts = {
        name: json.dumps(record[name], ensure_ascii=False)
        for name in names
        if not isinstance(record.get(name), str | None)
    }
    return {**record, **texts}
