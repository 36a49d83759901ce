"""The Dagster instance of a recipe, and how it is rid of runs that were killed.

Each recipe has its own instance, in its data folder. A run holds a file lock as long as its process
lives, and takes it before it claims anything. So whoever holds a pool slot, or stands in line for
one, without holding its lock is dead, whatever Dagster's records say: they may be behind, or could
not be written because the disk was full. Dead runs are reported and their slots, which would stay
taken for ever, are freed: when the instance is opened, when a run begins, and while one waits.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter
from sqlalchemy.exc import SQLAlchemyError

from r1data.store.files import write_durably
from r1data.store.live import RUNS, bury, holds_lock, is_dead, living, read_run

SETTINGS = Path(__file__).parents[2] / "dagster.yaml"
ENDED = {DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED}
LOOK_SECONDS = 2.0
"""How often a run looks whether it waits for a pool slot."""


def instance_folder(root: Path) -> Path:
    """Return the folder of the recipe's Dagster instance, made ready; it serves as DAGSTER_HOME."""
    folder = (root / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    write_durably(folder / "dagster.yaml", SETTINGS.read_text(encoding="utf-8"))
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
    with living(root, run.run_id, _selected(run, tables)):
        yield


def bury_dead_runs(instance: dg.DagsterInstance, root: Path) -> None:
    """Free the pool slots of every run that does not live, and report those runs as failed."""
    left = [path.stem for path in (root / RUNS).glob("*.json") if is_dead(root, path.stem)]
    holders = [run_id for run_id in _holders(instance) if not holds_lock(root, run_id)]
    for run_id in holders:
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)
    dead = list({*left, *holders})
    for run in instance.get_runs(RunsFilter(run_ids=dead)) if dead else ():
        if run.status not in ENDED:
            instance.report_run_failed(run, "The process of this run is gone; it was killed.")
    for run_id in dead:
        bury(root, run_id)


@contextmanager
def waiting_aloud(
    instance: dg.DagsterInstance, root: Path, run: dg.DagsterRun, tell: Callable[[str], object]
) -> Iterator[None]:
    """While the block runs, tell whom the run waits for, and free what those held that have died.

    Dagster itself waits for a pool slot for ever and says nothing.
    """
    is_over = threading.Event()

    def look() -> None:
        told = ""
        while not is_over.wait(LOOK_SECONDS):
            with suppress(SQLAlchemyError, OSError):  # a full disk ends the run itself
                line = _waits_for(instance, root, run.run_id)
                if line and line != told:
                    tell(line)
                told = line

    looking = threading.Thread(target=look, name="pool", daemon=True)
    looking.start()
    try:
        yield
    finally:
        is_over.set()
        looking.join()


def _waits_for(instance: dg.DagsterInstance, root: Path, run_id: str) -> str:
    """Return a line on whom a run waits for, the dead among them buried; "" if for nobody."""
    storage = instance.event_log_storage
    for pool in storage.get_concurrency_infos(sorted(storage.get_concurrency_keys())).values():
        held_by = {slot.run_id for slot in pool.claimed_slots}
        waiting = [step.step_key for step in pool.pending_steps if step.run_id == run_id]
        if not waiting or run_id in held_by:
            continue
        bury_dead_runs(instance, root)
        living = {other: read_run(root, other) for other in held_by & set(_holders(instance))}
        if not living:
            storage.free_concurrency_slot_for_step(run_id, waiting[0])  # to stand in line anew
            continue
        told = [read_run(root, other).get("pid", other) for other in sorted(living)]
        return (
            f"{waiting[0].replace('__', '/')} waits for process {', '.join(map(str, told))}, which "
            f"has the pool `{pool.concurrency_key}`; it begins when that is done"
        )
    return ""


def _holders(instance: dg.DagsterInstance) -> set[str]:
    """Return the runs that hold a slot of any pool or stand in line for one."""
    storage = instance.event_log_storage
    pools = storage.get_concurrency_infos(sorted(storage.get_concurrency_keys())).values()
    held_by = {slot.run_id for pool in pools for slot in pool.claimed_slots}
    return held_by | {step.run_id for pool in pools for step in pool.pending_steps}


def _selected(run: dg.DagsterRun, tables: Iterable[str]) -> Iterable[str]:
    """Return the tables a run makes: those selected, else those of its job: a round's, or all."""
    if run.asset_selection:
        return ["/".join(key.path) for key in run.asset_selection]
    tables = list(tables)
    return [key for key in tables if key.startswith(f"{run.job_name}/")] or tables
