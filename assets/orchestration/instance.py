"""The Dagster instance of a recipe, and how it is rid of runs that were killed.

Each recipe has its own instance, in its data folder. A run holds a file lock as long as its process
lives; a run that Dagster still calls started though its lock is free was killed. It is reported
dead, and the pool slots of such runs, which would stay taken for ever, are freed: when the instance
is opened, and when a run begins.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter
from filelock import FileLock, Timeout

SETTINGS = Path(__file__).parents[2] / "dagster.yaml"
ALIVE = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING]
ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]


def instance_folder(root: Path) -> Path:
    """Return the folder of the recipe's Dagster instance, made ready; it serves as DAGSTER_HOME."""
    folder = (root / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SETTINGS, folder / "dagster.yaml")
    return folder


def open_instance(root: Path) -> dg.DagsterInstance:
    """Open the recipe's Dagster instance, the same that its UI shows, rid of dead runs."""
    folder = instance_folder(root)
    os.environ["DAGSTER_HOME"] = str(folder)
    instance = dg.DagsterInstance.from_config(str(folder))
    bury_dead_runs(instance, root)
    return instance


@contextmanager
def alive(root: Path, run: dg.DagsterRun, tables: Iterable[str]) -> Iterator[None]:
    """Hold the lock that says the run lives, with which of the recipe's tables it makes in it."""
    path = _lock_path(root, run.run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = sorted(_selected(run, tables))
    with FileLock(path.with_suffix(".lock")):
        path.write_text(json.dumps({"pid": os.getpid(), "tables": keys}), encoding="utf-8")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    path.with_suffix(".lock").unlink(missing_ok=True)


def bury_dead_runs(instance: dg.DagsterInstance, root: Path) -> None:
    """Report runs whose process is gone as failed, and free the pool slots of all that ended."""
    dead = [path.stem for path in (root / "runs").glob("*.json") if _is_dead(root, path.stem)]
    if dead:
        for run in instance.get_runs(RunsFilter(run_ids=dead, statuses=ALIVE)):
            instance.report_run_failed(run, "The process of this run is gone; it was killed.")
    storage = instance.event_log_storage
    if holders := list(storage.get_concurrency_run_ids()):
        for run in instance.get_runs(RunsFilter(run_ids=holders, statuses=ENDED)):
            storage.free_concurrency_slots_for_run(run.run_id)
    for run_id in dead:
        _lock_path(root, run_id).unlink(missing_ok=True)
        _lock_path(root, run_id).with_suffix(".lock").unlink(missing_ok=True)


def tables_being_made(root: Path) -> dict[str, int]:
    """Return the tables that live runs are making, each with the process id of its run."""
    paths = [path for path in (root / "runs").glob("*.json") if not _is_dead(root, path.stem)]
    runs = [_read(path) for path in paths]
    return {key: run["pid"] for run in runs for key in run.get("tables", ())}


def _selected(run: dg.DagsterRun, tables: Iterable[str]) -> Iterable[str]:
    """Return the tables a run makes: those selected, else those of its job: a round's, or all."""
    if run.asset_selection:
        return ["/".join(key.path) for key in run.asset_selection]
    tables = list(tables)
    return [key for key in tables if key.startswith(f"{run.job_name}/")] or tables


def _read(path: Path) -> dict[str, Any]:
    """Return what a run wrote about itself; nothing if it has just ended."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8") or "{}"))
    except FileNotFoundError:
        return {}


def _is_dead(root: Path, run_id: str) -> bool:
    """Tell whether a run that wrote its lock no longer holds it; before that, nobody knows."""
    path = _lock_path(root, run_id)
    if not path.exists():
        return False
    try:
        with FileLock(path.with_suffix(".lock"), timeout=0):
            return path.exists()  # a run that ends in good order takes it away under the lock
    except Timeout:
        return False


def _lock_path(root: Path, run_id: str) -> Path:
    return root / "runs" / f"{run_id}.json"
