"""The SQL catalog: a DuckDB file of views over the shards that manifests list, and nothing else.

It is built beside and swapped in whole, under a lock, so nobody who reads it stops a run, and a
run stops nobody who reads. Paths in it are relative to the data folder, which can be moved. The
logs are views too, always up to date: what a policy has answered so far can be asked while it
answers.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from r1data.store.files import TEMPORARY, make_folder, replacing
from r1data.store.locks import holding
from r1data.store.shards import stored_dtypes
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Rollouts, Verdicts

CATALOG = "r1data.duckdb"
MEMORY_LIMIT = "1GB"
WAIT_SECONDS = 60.0
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)
"""The statements that only read (an EXPLAIN ANALYZE can write); a PIVOT is one of several parts."""
TYPES: dict[type[pl.DataType], str] = {
    pl.String: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
}
LOGS = {
    "requests": (
        "One row per reply of a policy, as it came.",
        {
            **{name: column.dtype for name, column in Rollouts.columns().items()},
            "seed": pl.Int64(),
            "finished_at": pl.String(),
            "raw": pl.String(),
        },
    ),
    "verdicts": (
        "One row per verdict, as it was found.",
        {
            "case_id": pl.String(),
            **{name: column.dtype for name, column in Verdicts.columns().items()},
        },
    ),
}
"""What each log is, and its columns."""


class Catalog:
    """Keeps the catalog of a data folder up to date."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._written: list[Table] = []
        self._written_at = -float("inf")

    def refresh(self, *, min_seconds: float = 0) -> None:
        """Write the catalog anew, unless nothing changed or it is younger than `min_seconds`."""
        if time.monotonic() - self._written_at < min_seconds:
            return
        tables = list(_shown(self.store))
        self._written_at = time.monotonic()
        if not self._written or tables != self._written:
            write_catalog(self.store)
            self._written = tables


def write_catalog(store: Store) -> None:
    """Write a view for each table that has a version: the current one, else the one begun last."""
    store.prepare()
    path = store.root / CATALOG
    with holding(store.root / ".locks" / "catalog.lock", str(path), wait_seconds=WAIT_SECONDS):
        for left in store.root.glob(f".{CATALOG}.*{TEMPORARY}*"):
            left.unlink()
        with replacing(path) as temporary:
            _build(store, temporary)


def connect(root: Path) -> duckdb.DuckDBPyConnection:
    """Open the catalog of a data folder for reading, with little memory.

    The connection reads nothing outside the data folder, and its settings are locked.

    Raises:
        FileNotFoundError: If there is no catalog yet.
    """
    path = root / CATALOG
    if not path.exists():
        raise FileNotFoundError(
            f"{root} has no tables yet; run `r1data run`, or name another folder"
        )
    spilled = Path(tempfile.gettempdir()) / "r1data-sql"
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(spilled),
            "file_search_path": _searchable(root),
            "python_enable_replacements": False,
        }
    )
    connection.execute(f"ATTACH {_quoted(str(path))} AS r1data (READ_ONLY)")
    connection.execute("USE r1data")
    rounds = [folder.name for folder in root.iterdir() if folder.is_dir()]
    allowed = [f"{start}{name}/" for start in ("", f"{root.resolve()}/") for name in rounds]
    connection.execute("SET allowed_directories = $allowed", {"allowed": allowed})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def query(root: Path, statement: str) -> pl.DataFrame:
    """Return the rows that one SQL statement over the tables of a data folder answers.

    Raises:
        ValueError: If the statement is wrong, or would do more than read.
    """
    with connect(root) as connection:
        try:
            kinds = [part.type for part in connection.extract_statements(statement)]
            if len(kinds) != 1 or kinds[0] not in READING:
                raise ValueError(f"{statement!r} is not one statement that reads; give one SELECT")
            rows: pl.DataFrame = connection.sql(statement).pl()
            return rows
        except duckdb.Error as error:
            raise ValueError(f"the SQL does not work: {str(error).splitlines()[0]}") from error


def _build(store: Store, path: Path) -> None:
    try:
        with duckdb.connect(path) as connection:
            connection.execute("SET file_search_path = $root", {"root": _searchable(store.root)})
            connection.begin()
            for statement in _statements(store):
                connection.execute(statement)
            connection.commit()
    except (duckdb.IOException, duckdb.TransactionException) as error:
        raise OSError(
            f"cannot write {path}: {str(error).splitlines()[0]}; free some space and run again"
        ) from error


def _statements(store: Store) -> Iterator[str]:
    schemas = set()
    for table in _shown(store):
        name, view = table.key.split("/")
        if name not in schemas:
            yield f"CREATE SCHEMA {_named(name)}"
            schemas.add(name)
        yield from _table_view(store, table, f"{_named(name)}.{_named(view)}")
    yield "CREATE SCHEMA logs"
    for name in LOGS:
        yield from _log_view(store, name)


def _shown(store: Store) -> Iterator[Table]:
    keys = store.keys()
    for key in keys:
        yield store.table(key) if store.current(key) else store.versions(key)[-1]


def _table_view(store: Store, table: Table, view: str) -> Iterator[str]:
    """Yield the statements for a table; a column that its shards lack is null."""
    dtypes = stored_dtypes(table.schema)
    names = ", ".join(_named(name) for name in dtypes)
    nulls = ", ".join(f"NULL::{_sql_type(dtype)} AS {_named(n)}" for n, dtype in dtypes.items())
    rows = f"SELECT {nulls} WHERE false"
    if table.paths:
        paths = ", ".join(_quoted(str(path.relative_to(store.root))) for path in table.paths)
        shards = f"SELECT * FROM read_parquet([{paths}], union_by_name = true)"
        rows = f"{rows} UNION ALL BY NAME {shards}"
    yield f"CREATE VIEW {view} AS SELECT {names} FROM ({rows})"
    yield _comment("VIEW", view, (table.schema.__doc__ or table.key).splitlines()[0])
    for name, column in table.schema.columns().items():
        yield _comment("COLUMN", f"{view}.{_named(name)}", column.description or "")


def _log_view(store: Store, name: str) -> Iterator[str]:
    """Yield the statements for a log; a last line that is still being written is left out.

    An empty file stands among the logs because a pattern must match one.
    """
    comment, dtypes = LOGS[name]
    nothing = store.logs / name / ".none" / "none.jsonl"
    if not nothing.exists():
        make_folder(nothing.parent)
        nothing.touch()
    columns = ", ".join(f"{_named(n)}: {_quoted(_sql_type(d))}" for n, d in dtypes.items())
    yield (
        f"CREATE VIEW logs.{name} AS SELECT * FROM read_json('logs/{name}/**/*.jsonl', "
        f"format = 'newline_delimited', ignore_errors = true, columns = {{{columns}}}) "
        "WHERE rollout_id IS NOT NULL"
    )
    yield _comment("VIEW", f"logs.{name}", comment)


def _sql_type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Enum):
        return "VARCHAR"
    if isinstance(dtype, pl.List):
        return f"{_sql_type(dtype.inner)}[]"  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        fields = ", ".join(f"{_named(f.name)} {_sql_type(f.dtype)}" for f in dtype.fields)  # type: ignore[arg-type]
        return f"STRUCT({fields})"
    return TYPES[type(dtype)]


def _comment(kind: str, name: str, text: str) -> str:
    return f"COMMENT ON {kind} {name} IS {_quoted(text)}"


def _searchable(root: Path) -> str:
    """Return a data folder as DuckDB's search path, which is a list with commas."""
    if "," in str(root.resolve()):
        raise ValueError(f"{root.resolve()} has a comma in its path; SQL needs one without")
    return str(root.resolve())


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
