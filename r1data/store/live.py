"""Runs that live: which process makes which tables, and how far it is.

A run holds a file lock as long as its process lives, and writes beside it what it makes. So what a
killed run left says nothing: its lock is free.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from r1data.store.files import write_durably

RUNS = "runs"
FAR = ".far"
"""What the file is called that says how far a run is."""


@dataclass(frozen=True, slots=True)
class Making:
    """A table that a live run is to make."""

    process: int
    """The process id of the run."""
    is_begun: bool
    """Whether this is the table that the run is at."""
    far: str = ""
    """How far it is, e.g. `84 of 1,380 rollouts`; empty where nobody counts."""

    def __str__(self) -> str:
        """Return it as people read it."""
        if not self.is_begun:
            return f"process {self.process} is to make it"
        far = f": {self.far}" if self.far else ""
        return f"being made by process {self.process}{far}"


class Far:
    """How far a run is, written where others can read it."""

    def __init__(self, root: Path, run_id: str) -> None:
        self._path = run_file(root, run_id).with_suffix(FAR)

    def tell(self, table: str, far: str = "") -> None:
        """Say which table is being made, and how far it is."""
        beside = self._path.with_suffix(f"{FAR}.tmp")
        beside.write_text(json.dumps({"table": table, "far": far}), encoding="utf-8")
        beside.replace(self._path)


@contextmanager
def living(root: Path, run_id: str, tables: Iterable[str]) -> Iterator[None]:
    """Hold the lock that says a run lives, with the tables it makes in the file beside it."""
    path = run_file(root, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        write_durably(path, json.dumps({"pid": os.getpid(), "tables": sorted(tables)}))
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
            path.with_suffix(FAR).unlink(missing_ok=True)
    path.with_suffix(".lock").unlink(missing_ok=True)


def bury(root: Path, run_id: str) -> None:
    """Remove what a dead run left."""
    for suffix in (".json", FAR, ".lock"):
        run_file(root, run_id).with_suffix(suffix).unlink(missing_ok=True)


def tables_being_made(root: Path) -> dict[str, Making]:
    """Return the tables that live runs are to make, and are making, by key."""
    found = {}
    for path in (root / RUNS).glob("*.json"):
        if is_dead(root, path.stem):
            continue
        run, at = read_run(root, path.stem), _read(path.with_suffix(FAR))
        for key in run.get("tables", ()):
            is_begun = at.get("table") == key
            found[key] = Making(run["pid"], is_begun, at.get("far", "") if is_begun else "")
    return found


def read_run(root: Path, run_id: str) -> dict[str, Any]:
    """Return what a run wrote about itself; nothing if it has just ended."""
    return _read(run_file(root, run_id))


def is_dead(root: Path, run_id: str) -> bool:
    """Tell whether a run that wrote what it makes no longer holds its lock."""
    # A run that ends in good order takes its file away under the lock: look again.
    path = run_file(root, run_id)
    return path.exists() and not holds_lock(root, run_id) and path.exists()


def holds_lock(root: Path, run_id: str) -> bool:
    """Tell whether a process holds the lock that says a run lives; on a read-only disk none can."""
    lock = run_file(root, run_id).with_suffix(".lock")
    if not lock.exists() or not os.access(lock, os.W_OK):
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True


def run_file(root: Path, run_id: str) -> Path:
    """Return the file in which a run says what it makes."""
    return root / RUNS / f"{run_id}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8") or "{}"))
    except FileNotFoundError:
        return {}
