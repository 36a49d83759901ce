"""Locks between processes: one writer for each version of a table and for the catalog.

The lock is the operating system's (`flock`), so that of a process that died is free at once,
however it died. The process id in the lock file only serves the message.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from r1data.store.files import make_folder


class TableBusyError(ValueError):
    """Another process, or another part of this one, is writing what was asked for."""


@contextmanager
def holding(path: Path, what: str, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock in a file while the block runs.

    Raises:
        TableBusyError: If another holds it for longer than `wait_seconds`.
    """
    make_folder(path.parent)
    lock = FileLock(path, timeout=wait_seconds, thread_local=False)
    try:
        lock.acquire(poll_interval=0.05)
    except Timeout:
        raise TableBusyError(
            f"{what} is being written by {_holder(path)}; wait until that is done, or end it"
        ) from None
    try:
        path.write_text(f"{os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    number = path.read_text(encoding="utf-8").strip()
    return f"process {number}" if number else "another process"
