"""The SQL catalog: a DuckDB file of views over the shards that manifests list, and nothing else.

It is built beside and swapped in whole, under a lock, so nobody who reads it stops a run, and a
run stops nobody who reads. The logs are views too, always up to date: what a policy has answered
so far can be asked while it answers.

The data folder can be moved, so the views hold paths inside it and a variable, `r1data_folder`,
that says where it lies; a client sets it, and without it no view has an answer. A path relative
to the working directory would be one of whichever folder a client was started in.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl

from r1data.store.files import TEMPORARY, make_folder, replacing
from r1data.store.locks import holding
from r1data.store.shards import stored_dtypes
from r1data.store.store import REQUESTS, Store
from r1data.store.table import Table
from r1data.tables import Rollouts, Verdicts

CATALOG = "r1data.duckdb"
WAIT_SECONDS = 60.0
FOLDER = "r1data_folder"
"""The variable of a session that says where the data folder lies, with a slash at its end."""
BESIDE = f"regexp_replace(getvariable('{FOLDER}'), '[^/]+/$', '')"
"""The folder that a recipe's folder stands in, in SQL."""
SHARED = REQUESTS
"""The log that recipes whose folders stand side by side share."""
MAX_LINE_BYTES = 64 * 2**20
"""A longer row of a log is an error in SQL; each thread of a query holds twice as much memory."""
TYPES: dict[type[pl.DataType], str] = {
    pl.String: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Float32: "FLOAT",
    pl.Float64: "DOUBLE",
}
LOGS = {
    "requests": (
        "One row per reply of a policy, as it came, of all recipes that share the log.",
        {
            **{name: column.dtype for name, column in Rollouts.columns().items()},
            "seed": pl.Int64(),
            "finished_at": pl.String(),
            "recipe": pl.String(),
            "cost": pl.Float64(),
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


def folder_pattern(root: Path) -> str:
    """Return where a data folder lies, for `r1data_folder`: absolute, as a pattern for itself.

    >>> folder_pattern(Path("/data/[1]"))
    '/data/[[]1]/'
    """
    whole = os.path.abspath(root)  # noqa: PTH100 - its neighbours are those of a link, too
    return re.sub(r"[*?[]", r"[\g<0>]", whole).rstrip("/") + "/"


def _build(store: Store, path: Path) -> None:
    import duckdb

    try:
        with duckdb.connect(path) as connection:
            connection.execute(f"SET VARIABLE {FOLDER} = $at", {"at": folder_pattern(store.root)})
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
        found = f"list_transform([{paths}], lambda path: getvariable('{FOLDER}') || path)"
        shards = (
            f"SELECT * FROM read_parquet({found}, union_by_name = true, hive_partitioning = false)"
        )
        rows = f"{rows} UNION ALL BY NAME {shards}"
    yield f"CREATE VIEW {view} AS SELECT {names} FROM ({rows})"
    yield _comment("VIEW", view, (table.schema.__doc__ or table.key).splitlines()[0])
    for name, column in table.schema.columns().items():
        yield _comment("COLUMN", f"{view}.{_named(name)}", column.description or "")


def _log_view(store: Store, name: str) -> Iterator[str]:
    """Yield the statements for a log; a last line that is still being written is left out."""
    prepare_logs(store)
    comment, dtypes = LOGS[name]
    columns = ", ".join(f"{_named(n)}: {_quoted(_sql_type(d))}" for n, d in dtypes.items())
    yield (
        f"CREATE VIEW logs.{name} AS SELECT * FROM read_json("
        f"[{', '.join(_patterns(name))}], format = 'newline_delimited', "
        f"ignore_errors = true, maximum_object_size = {MAX_LINE_BYTES}, "
        f"columns = {{{columns}}}) WHERE rollout_id IS NOT NULL"
    )
    yield _comment("VIEW", f"logs.{name}", comment)


def prepare_logs(store: Store) -> None:
    """Put an empty file into each folder of logs, because a pattern in SQL must match one.

    Where the folder beside a recipe's cannot be written to, only the view of replies fails.
    """
    for name in LOGS:
        _put_nothing(store.logs / name)
    with suppress(OSError):
        _put_nothing(store.shared_logs / SHARED)


def _put_nothing(folder: Path) -> None:
    nothing = folder / ".none" / "none.jsonl"
    if not nothing.exists():
        make_folder(nothing.parent)
        nothing.touch()


def _patterns(name: str) -> Iterator[str]:
    """Yield the patterns of a log's files: in the recipe's folder, and in the one that it shares.

    Replies from before recipes shared their log stand in the recipe's folder until a run moves
    them.
    """
    yield f"getvariable('{FOLDER}') || 'logs/{name}/**/*.jsonl'"
    if name == SHARED:
        yield f"{BESIDE} || 'logs/{name}/**/*.jsonl'"


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


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
