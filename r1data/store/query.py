"""Asking a data folder in SQL: sessions that read its own files and nothing else.

A session is a DuckDB of its own, in memory, with the catalog attached read-only. It says where
the data folder lies, then gives up every file but those in that folder and in the log of replies
that recipes share, the network and extensions,
and locks its settings. What DuckDB still could do inside the folder, write, it is not asked for:
only one statement that is a query is run. What a query holds beyond the memory limit is spilled
into the data folder, and removed with the session; what a killed session left, by the next.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb
import polars as pl

from r1data.store.catalog import (
    CATALOG,
    FOLDER,
    SHARED,
    WAIT_SECONDS,
    folder_pattern,
    prepare_logs,
    write_catalog,
)
from r1data.store.locks import TableBusyError, holding
from r1data.store.store import STORE, Store

MARK = "regexp_replace"
"""In the catalog's view of the shared log; one from before recipes shared it has none."""
MEMORY_LIMIT = "1GB"
SPILL_LIMIT = "10GB"
"""Of one session, on the disk of the data folder."""
MAX_THREADS = 4
"""Each thread that reads a log holds two of the longest lines a log may have."""
SPILLED = ".spilled"
LOCKED = {
    "enable_progress_bar": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "enable_external_access": False,
    "lock_configuration": True,
}
"""The order matters: after the last, no setting can be changed."""


class Session:
    """A data folder, opened for asking; `open_session` makes one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def query(self, statement: str) -> pl.DataFrame:
        """Return the rows that one SQL statement over the tables of the data folder answers.

        Raises:
            ValueError: If the statement is wrong, or would do more than read.
        """
        try:
            if not _is_query(self._connection, statement):
                raise ValueError(f"{statement!r} is not one statement that reads; give one SELECT")
            rows: pl.DataFrame = self._connection.sql(statement).pl()
            return rows
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            hint = "; `r1data check` says what is damaged" if ".parquet" in said else ""
            raise ValueError(f"the SQL does not work: {said}{hint}") from error


@contextmanager
def open_session(root: Path) -> Iterator[Session]:
    """Open a data folder for asking while the block runs, with little memory.

    A catalog that is missing or damaged is written anew.

    Raises:
        FileNotFoundError: If no recipe was run there.
    """
    if not (root / STORE).exists():
        raise FileNotFoundError(
            f"{root} has no tables yet; run `r1data run`, or name another folder"
        )
    heal_catalog(Store(root))
    with (
        _spilling(root.resolve()) as spilled,
        duckdb.connect(config=_limits(spilled)) as connection,
    ):
        _attach(connection, root)
        connection.execute(f"SET VARIABLE {FOLDER} = $folder", {"folder": folder_pattern(root)})
        logs = Store(root).shared_logs / SHARED
        allowed = [f"{root.resolve()}/", folder_pattern(root), f"{logs.resolve()}/"]
        allowed.append(folder_pattern(logs))
        connection.execute("SET allowed_directories = $allowed", {"allowed": allowed})
        for name, value in LOCKED.items():
            connection.execute(f"SET {name} = {str(value).lower()}")
        yield Session(connection)


def query(root: Path, statement: str) -> pl.DataFrame:
    """Return what one statement answers, in a session of its own; see `Session.query`."""
    with open_session(root) as session:
        return session.query(statement)


def heal_catalog(store: Store) -> None:
    """Write the catalog anew if it is missing, damaged, or of an older version of r1data.

    A folder that holds no tables, or that cannot be written to, is left as it is.
    """
    if not (store.root / STORE).exists() or not os.access(store.root, os.W_OK):
        return
    try:
        with duckdb.connect() as connection:
            _attach(connection, store.root)
            views = "SELECT sql FROM duckdb_views() WHERE schema_name = 'logs'"
            found = [sql for (sql,) in connection.execute(views).fetchall()]
        is_sound = any(MARK in sql for sql in found) and all(FOLDER in sql for sql in found)
    except duckdb.Error:
        is_sound = False
    if is_sound:
        prepare_logs(store)
    else:
        write_catalog(store)


def _attach(connection: duckdb.DuckDBPyConnection, root: Path) -> None:
    path = str(root.resolve() / CATALOG).replace("'", "''")
    connection.execute(f"ATTACH '{path}' AS r1data (READ_ONLY)")
    connection.execute("USE r1data")


def _is_query(connection: duckdb.DuckDBPyConnection, statement: str) -> bool:
    """Tell whether a text is one statement that only reads.

    A PIVOT is of several parts, and so is a COPY of one: it must also stand where only a query can.
    An EXPLAIN is none, since it can analyse what writes.
    """
    kinds = [part.type for part in connection.extract_statements(statement)]
    if kinds != [duckdb.StatementType.MULTI]:
        return kinds == [duckdb.StatementType.SELECT]
    try:
        as_subquery = f"SELECT * FROM ({_without_end(statement)})"
        return len(connection.extract_statements(as_subquery)) == 1
    except duckdb.ParserException:
        return False


def _without_end(statement: str) -> str:
    """Return a statement without the semicolon and the comments after it.

    >>> _without_end("select 'π;' ; -- done; ")
    "select 'π;' "
    """
    text = statement.encode()
    end = len(text)
    for start, kind in reversed(duckdb.tokenize(statement)):
        if kind is not duckdb.token_type.comment and text[start : start + 1] != b";":
            break
        end = start
    return text[:end].decode()


def _limits(spilled: Path | None) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": MEMORY_LIMIT,
        "threads": min(MAX_THREADS, os.cpu_count() or 1),
        "python_enable_replacements": False,
        "temp_directory": str(spilled or ""),
        "max_temp_directory_size": SPILL_LIMIT,
    }


@contextmanager
def _spilling(root: Path) -> Iterator[Path | None]:
    """Give a session a folder of its own to spill into; none where the data folder is read-only."""
    if not os.access(root, os.W_OK):
        yield None
        return
    folder = root / SPILLED / f"{os.getpid()}-{secrets.token_hex(4)}"
    lock = _lock_of(folder)
    with ExitStack() as stack:
        with holding(root / ".locks" / "spilled.lock", str(root), wait_seconds=WAIT_SECONDS):
            _remove_dead(folder.parent)
            folder.mkdir(parents=True)
            stack.enter_context(holding(lock, str(folder)))
        stack.callback(lock.unlink, missing_ok=True)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield folder


def _remove_dead(parent: Path) -> None:
    """Remove what sessions spilled that are gone, however they ended."""
    for folder in parent.glob("*"):
        with suppress(TableBusyError), holding(_lock_of(folder), str(folder)):
            shutil.rmtree(folder, ignore_errors=True)
            _lock_of(folder).unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.parents[1] / ".locks" / f"spilled.{folder.name}.lock"
