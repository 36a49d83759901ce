import math
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from r1data.answers.outcome import Outcome
from r1data.answers.workers import Workers, WorkersError
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def pool():
    with Workers(2, seconds=0.5, memory_bytes=256 << 20, prepare=time.time) as pool:
        yield pool


def outcomes(results):
    return [result.outcome for result in results]


def test_results_come_in_the_order_of_the_tasks(pool):
    tasks = [(number,) for number in range(100)]
    assert [result.value for result in pool.map(math.factorial, tasks)] == [
        math.factorial(number) for number in range(100)
    ]


def test_equal_tasks_are_done_once(pool):
    first, second = pool.map(os.urandom, [(8,), (8,)])
    assert first.value == second.value == pool.map(os.urandom, [(8,)])[0].value


def test_what_holds_the_interpreter_is_ended_and_its_neighbours_are_done(pool):
    results = pool.map(math.factorial, [(3,), (10**8,), (4,), (5,)])
    assert [result.value for result in results] == [6, None, 24, 120]
    assert results[1].outcome is Outcome.TIMED_OUT
    assert results[1].detail in ("more than 0.5 s of processor time", "more than 3 s")


@pytest.mark.slow
def test_what_sleeps_is_ended_too(pool):
    assert outcomes(pool.map(time.sleep, [(60,), (0,)])) == [Outcome.TIMED_OUT, None]


@pytest.mark.parametrize("size", [300 << 20, 1 << 40], ids=["touched", "asked for"])
def test_too_much_memory_is_a_time_out_that_says_so(size):
    with Workers(1, seconds=10.0, memory_bytes=256 << 20, prepare=int) as patient:
        result = patient.map(bytearray, [(size,)])[0]
    assert result.outcome is Outcome.TIMED_OUT
    assert result.detail == "more than 0.25 GiB of memory"


def test_a_task_that_raises_failed(pool):
    results = pool.map(int, [("x",), ("7",)])
    assert outcomes(results) == [Outcome.FAILED, None]
    assert results[0].detail.startswith("ValueError")


def test_a_worker_that_dies_takes_only_its_task_with_it(pool):
    result = pool.map(os._exit, [(3,)])[0]
    assert (result.outcome, result.detail) == (Outcome.FAILED, "the worker died: exit status 3")
    assert pool.map(math.sqrt, [(4.0,)])[0].value == 2.0


def test_workers_that_died_between_calls_are_replaced(pool):
    os.kill(pool.map(os.getpid, [()])[0].value, signal.SIGKILL)
    assert [result.value for result in pool.map(abs, [(-1,), (-2,), (-3,)])] == [1, 2, 3]


def test_a_worker_that_cannot_start_raises():
    with Workers(1, prepare=sys.exit) as pool, pytest.raises(WorkersError, match="did not start"):
        pool.map(abs, [(1,)])


@pytest.mark.slow
def test_an_interrupted_call_leaves_nothing_to_the_next():
    with Workers(1, seconds=5, prepare=time.time) as pool:
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            pool.map(time.sleep, [(20,), (21,)])
        assert pool.map(abs, [(-1,)])[0].value == 1


PARENT = """
import math, os, sys, time
from r1data.answers.workers import Workers
pool = Workers(2, seconds=1.5, prepare=time.time)
print(*(result.value for result in pool.map(os.getpid, [()])), flush=True)
pool.map(math.factorial, [(10**8,), (10**8 + 1,)])
"""


@pytest.mark.slow
def test_no_worker_outlives_a_killed_parent():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    with parent:
        parent.stdout.readline()
        assert wait_until(lambda: children(parent.pid))
        workers = children(parent.pid)
        parent.kill()
    assert workers
    assert wait_until(lambda: not any(is_running(worker) for worker in workers))


def children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def is_running(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
