"""Append-only logs of JSON lines: what is expensive is kept here, row by row, outside any version.

What is durable when. `append` hands the whole line to the operating system before it returns, so
a row that was appended survives whatever ends the process, `kill -9` included. The file is synced
to the disk after every 64 rows, every second, and on closing, so a power cut loses at most that.

Why nothing is lost or doubled. A line counts once its newline is there. A kill or a full disk can
tear only the last line, and a torn line is cut off before the next is written, so no line ever
runs into another. One process writes at a time, under a file lock. Rows are never changed: where
two rows have one key, readers take the later one. Reading needs no lock. A row that the disk or a
power cut damaged is passed over, counted and told of once; the others are kept.
"""

import json
import logging
import os
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl
from xxhash import xxh3_128_hexdigest

from r1data.store.files import FULL, disk_full, sync
from r1data.store.locks import holding
from r1data.store.log_rows import LogRows, fitting
from r1data.text import storable

ROWS_PER_SYNC = 64
SECONDS_PER_SYNC = 1.0
LINES_PER_FRAME = 50_000
TAIL_BYTES = 1 << 16
LOG = logging.getLogger(__name__)

Fields = Mapping[str, type[pl.DataType]]


class AppendLog:
    """The one writer of a log; opening it takes the lock and cuts off a torn last line.

    Raises:
        TableBusyError: If another process, or another part of this one, writes the log for longer
            than it may wait.
    """

    def __init__(self, path: Path, *, wait_seconds: float = 0) -> None:
        self.path = path
        lock = path.with_name(f"{path.name}.lock")
        with ExitStack() as stack:
            stack.enter_context(holding(lock, str(path), wait_seconds=wait_seconds))
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            stack.callback(os.close, self._descriptor)
            self._end = _cut_torn_line(self._descriptor)
            sync(path.parent)
            self._stack = stack.pop_all()
        self._num_unsynced = 0
        self._sync_failure: OSError | None = None
        self._is_closing = threading.Event()
        self._syncing = threading.Thread(
            target=self._sync_each_second, name=f"sync {path.name}", daemon=True
        )
        self._syncing.start()

    def __enter__(self) -> "AppendLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, row: Mapping[str, Any]) -> int:
        """Append a row of JSON values; return its offset, by which `read_rows` finds it.

        Half a surrogate pair, which a model can write and UTF-8 cannot, becomes U+FFFD.

        Raises:
            OSError: If the disk is full; then the log is as it was before.
        """
        self._raise_sync_failure()
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        line = storable(text).encode() + b"\n"
        offset = self._end
        self._write(line)
        self._end += len(line)
        self._num_unsynced += 1
        if self._num_unsynced >= ROWS_PER_SYNC:
            self._sync()
        return offset

    def sync(self) -> None:
        """Bring everything that was appended to the disk.

        Raises:
            OSError: If the disk does not take it.
        """
        self._sync()
        self._raise_sync_failure()

    def close(self) -> None:
        """Sync what is not yet synced and give up the lock; a second call does nothing."""
        if self._is_closing.is_set():
            return
        self._is_closing.set()
        self._syncing.join()
        with self._stack:
            self._sync()
            self._raise_sync_failure()

    def index(self, fields: Fields, schema: type[dy.Schema] | None = None) -> pl.DataFrame:
        """Return some fields of every row, in order, see `index_log`.

        A whole row that stands behind damage gets a line of its own, for readers other than this.
        """
        index, rows = _indexed(self.path, fields, schema)
        _tell_of_damage(self.path, rows)
        for offset in rows.glued:
            self._end_line_at(offset - 1)
        return index

    def read_rows(self, offsets: Iterable[int]) -> list[dict[str, Any]]:
        """Return the rows at some offsets."""
        return read_rows(self.path, offsets)

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            os.ftruncate(self._descriptor, self._end)
            raise (disk_full(self.path, error) if error.errno in FULL else error) from error

    def _end_line_at(self, offset: int) -> None:
        """End a line in the middle of damage; the descriptor for appending cannot write there."""
        with self.path.open("r+b") as file:
            file.seek(offset)
            file.write(b"\n")

    def _sync(self) -> None:
        self._num_unsynced = 0
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            self._sync_failure = disk_full(self.path, error)

    def _sync_each_second(self) -> None:
        while not self._is_closing.wait(SECONDS_PER_SYNC):
            if self._num_unsynced:
                self._sync()

    def _raise_sync_failure(self) -> None:
        if self._sync_failure is not None:
            raise self._sync_failure


def state_of_log(path: Path) -> str:
    """Return what tells a log from what it was: how many bytes of whole rows it has, and a hash.

    One that does not exist is empty.
    """
    content = path.read_bytes() if path.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    return f"{len(whole)}-{xxh3_128_hexdigest(whole)}"


def index_log(path: Path, fields: Fields, schema: type[dy.Schema] | None = None) -> pl.DataFrame:
    """Return some fields of every row of a log and the row's `offset`, in the order of the file.

    The fields must be scalars at the top level; one that a row lacks is null. A log that does not
    exist is empty, and a last line that is still being written is left out. So is a row that is
    damaged: no JSON object, or one with a value that fits no column.

    Args:
        path: The log.
        fields: The columns of the index, and their types.
        schema: The table that the rows must fit, beside the fields.
    """
    index, rows = _indexed(path, fields, schema)
    _tell_of_damage(path, rows)
    return index


def count_damaged(path: Path, schema: type[dy.Schema] | None = None) -> int:
    """Return how many lines of a log are damaged."""
    return len(_indexed(path, {}, schema)[1].damaged)


def read_rows(path: Path, offsets: Iterable[int]) -> list[dict[str, Any]]:
    """Return the rows of a log that start at some offsets, in the order asked for."""
    rows = []
    with path.open("rb") as file:
        for offset in offsets:
            file.seek(offset)
            rows.append(json.loads(file.readline()))
    return rows


def _indexed(
    path: Path, fields: Fields, schema: type[dy.Schema] | None
) -> tuple[pl.DataFrame, LogRows]:
    types: dict[str, type[pl.DataType]] = {**fields, "offset": pl.Int64}
    frames = [pl.DataFrame(schema=types)]
    with (path if path.exists() else Path(os.devnull)).open("rb") as file:
        rows = LogRows(file, fitting(fields, schema))
        values = ((*map(row.get, fields), offset) for offset, row in rows)
        while batch := list(islice(values, LINES_PER_FRAME)):
            frames.append(pl.DataFrame(batch, schema=types, orient="row"))
    return pl.concat(frames, rechunk=True), rows


def _tell_of_damage(path: Path, rows: LogRows) -> None:
    if rows.damaged:
        _warn_once(
            f"{path}: damaged rows are passed over: {len(rows.damaged)}, the first at byte "
            f"{rows.damaged[0]}; what they held is made again when it is needed"
        )


@cache
def _warn_once(message: str) -> None:
    """Say it once in a process, however often the log is read."""
    LOG.warning("%s", message)


def _cut_torn_line(descriptor: int) -> int:
    """Cut a file off after its last newline; return where it ends then."""
    size = os.fstat(descriptor).st_size
    stop = size
    while stop > 0:
        start = max(0, stop - TAIL_BYTES)
        newline = os.pread(descriptor, stop - start, start).rfind(b"\n")
        if newline >= 0:
            stop = start + newline + 1
            break
        stop = start
    if stop < size:
        os.ftruncate(descriptor, stop)
    return stop
