import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack

import dagster as dg
import pytest
from filelock import FileLock
from sqlalchemy.exc import OperationalError

from assets.orchestration.instance import alive, bury_dead_runs, instance_folder, waiting_aloud
from performance.dead_runs import fill_disks, kill_runs, undisturbed_seconds
from performance.scripted_server import ScriptedServer
from r1data.errors import exit_status, one_line

STATUS = dg.DagsterRunStatus


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An instance takes seconds to make; so it is made once and copied."""
    root = tmp_path_factory.mktemp("made")
    with dg.DagsterInstance.from_config(str(instance_folder(root))) as instance:
        instance.event_log_storage.initialize_concurrency_limit_to_default("gpu")
    return root / "dagster"


@pytest.fixture
def instance(tmp_path, made):
    shutil.copytree(made, tmp_path / "dagster")
    with dg.DagsterInstance.from_config(str(instance_folder(tmp_path))) as instance:
        yield instance


def claim(instance, run_id):
    return instance.event_log_storage.claim_concurrency_slot("gpu", run_id, "rollouts").is_claimed


def recorded(instance, status):
    return instance.add_run(dg.DagsterRun(job_name="recipe", status=status))


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(status, id=status.value.lower())
        for status in (
            *(STATUS.NOT_STARTED, STATUS.STARTING, STATUS.STARTED),
            *(STATUS.CANCELING, STATUS.CANCELED, STATUS.FAILURE, STATUS.SUCCESS),
        )
    ],
)
def test_a_dead_run_gives_up_its_slot_whatever_is_recorded_of_it(tmp_path, instance, status):
    run = recorded(instance, status)
    assert claim(instance, run.run_id)
    bury_dead_runs(instance, tmp_path)
    assert claim(instance, "next")
    ended = {STATUS.CANCELED, STATUS.SUCCESS, STATUS.FAILURE}
    expected = status if status in ended else STATUS.FAILURE
    assert instance.get_run_by_id(run.run_id).status is expected


def test_a_run_that_dagster_never_heard_of_gives_up_its_slot(tmp_path, instance):
    assert claim(instance, "unknown")
    bury_dead_runs(instance, tmp_path)
    assert claim(instance, "next")


def test_a_dead_run_that_stood_in_line_does_not_get_the_slot(tmp_path, instance):
    first, second = recorded(instance, STATUS.STARTED), recorded(instance, STATUS.NOT_STARTED)
    assert claim(instance, first.run_id)
    assert not claim(instance, second.run_id)
    bury_dead_runs(instance, tmp_path)
    assert claim(instance, "next")


def test_a_dead_run_whose_lock_file_could_not_be_written_whole_gives_up_its_slot(
    tmp_path, instance
):
    run = recorded(instance, STATUS.STARTED)
    assert claim(instance, run.run_id)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / f"{run.run_id}.lock").touch()
    bury_dead_runs(instance, tmp_path)
    assert claim(instance, "next")


def test_a_run_that_has_its_lock_and_wrote_nothing_yet_keeps_its_slot(tmp_path, instance):
    run = recorded(instance, STATUS.STARTED)
    assert claim(instance, run.run_id)
    (tmp_path / "runs").mkdir()
    with FileLock(tmp_path / "runs" / f"{run.run_id}.lock"):
        bury_dead_runs(instance, tmp_path)
        assert not claim(instance, "next")


def test_a_run_that_has_yet_to_begin_and_holds_nothing_is_left_alone(tmp_path, instance):
    run = recorded(instance, STATUS.NOT_STARTED)
    bury_dead_runs(instance, tmp_path)
    assert instance.get_run_by_id(run.run_id).status is STATUS.NOT_STARTED


def until(is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_that_waits_says_for_whom_and_goes_on_when_that_dies(tmp_path, instance):
    other, mine = recorded(instance, STATUS.STARTED), recorded(instance, STATUS.STARTED)
    said = []
    with ExitStack() as living:
        living.enter_context(alive(tmp_path, mine, []))
        dying = living.enter_context(ExitStack())
        dying.enter_context(alive(tmp_path, other, []))
        assert claim(instance, other.run_id)
        assert not claim(instance, mine.run_id)
        living.enter_context(waiting_aloud(instance, tmp_path, mine, said.append))
        until(lambda: said)
        dying.close()
        until(lambda: claim(instance, mine.run_id))
    assert "rollouts waits for process" in said[0]
    assert "which has the pool `gpu`" in said[0]
    assert len(said) == 1


def test_a_run_that_stands_in_a_line_nobody_serves_stands_in_line_anew(tmp_path, instance):
    other, mine = recorded(instance, STATUS.STARTED), recorded(instance, STATUS.STARTED)
    assert claim(instance, other.run_id)
    assert not claim(instance, mine.run_id)
    with (
        alive(tmp_path, mine, []),
        waiting_aloud(instance, tmp_path, mine, lambda line: None),
    ):
        until(lambda: claim(instance, mine.run_id))


FULL = "free some space and run again: everything that was finished is kept"


def raised_from(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        pytest.param(ValueError("a"), 2, "a", id="value"),
        pytest.param(PermissionError(13, "no", "f"), 2, "right to read and write it", id="right"),
        pytest.param(IsADirectoryError(21, "a folder", "f"), 2, "move it away", id="a folder"),
        pytest.param(NotADirectoryError("f"), 2, "f", id="no folder"),
        pytest.param(ModuleNotFoundError("run `make`"), 2, "run `make`", id="not installed"),
        pytest.param(KeyError("x"), 1, "'x'", id="a fault of ours"),
        pytest.param(RuntimeError(), 1, "RuntimeError", id="nothing said"),
        pytest.param(OSError(28, "No space left", "/f"), 2, FULL, id="system"),
        pytest.param(OSError(122, "Quota", "/f"), 2, FULL, id="quota"),
        pytest.param(
            OperationalError("x", {}, sqlite3.OperationalError("database or disk is full")),
            2,
            FULL,
            id="SQLite",
        ),
        pytest.param(RuntimeError("IO Error: No space left on device"), 2, FULL, id="DuckDB"),
        pytest.param(
            raised_from(KeyError("x"), OSError(28, "No space left")), 2, FULL, id="behind another"
        ),
    ],
)
def test_an_error_has_its_exit_status_and_one_line(tmp_path, error, status, said):
    assert exit_status(error, tmp_path) == status
    line = one_line(error, tmp_path)
    assert line.endswith(said)
    assert "\n" not in line


def test_the_ui_of_a_recipe_that_is_missing_ends_with_one_line_and_status_2(tmp_path):
    arguments = ["--recipe", str(tmp_path / "none.yaml"), "--data", str(tmp_path)]
    command = [sys.executable, "-m", "assets.orchestration.ui", *arguments]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert shown.stderr.count("\n") == 1
    assert "none.yaml does not exist" in shown.stderr


@pytest.mark.slow
def test_the_run_after_a_kill_goes_on(tmp_path):
    with ScriptedServer() as server:
        seconds = undisturbed_seconds(tmp_path, server)
        stops = list(kill_runs(tmp_path, server, 1, seconds))
    assert [stop.is_passed for stop in stops] == [True], stops


@pytest.mark.slow
@pytest.mark.parametrize("size", [900_000, 1_100_000, 1_400_000])
def test_a_full_disk_ends_a_run_with_one_line_and_the_next_goes_on(tmp_path, size):
    with ScriptedServer() as server:
        try:
            (stop,) = fill_disks(tmp_path, server, [size], 120.0)
        except PermissionError as error:
            pytest.skip(str(error))
    assert stop.has_one_line, stop
    assert stop.is_passed, stop
