import os
import subprocess
import sys
from pathlib import Path

import pytest

from r1data.processes import process_group
from tests.waiting import wait_until

CHILD = """
import subprocess, sys, time
from r1data.processes import end_with_parent, own_standard_output
own = own_standard_output()
end_with_parent()
grandchild = subprocess.Popen(["sleep", "300"])
print("noise of a library")
own.write(f"{grandchild.pid}\\n")
own.flush()
time.sleep(300)
"""
STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{CHILD}"


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def all_gone(pids):
    return wait_until(lambda: not any(is_alive(pid) for pid in pids))


@pytest.mark.parametrize(
    "code", [pytest.param(CHILD, id="willing"), pytest.param(STUBBORN, id="ignores SIGTERM")]
)
def test_leaving_the_block_ends_the_child_and_what_it_started(code):
    with process_group([sys.executable, "-c", code]) as child:
        pids = [child.pid, int(child.stdout.readline())]
        assert all(is_alive(pid) for pid in pids)
    assert all_gone(pids)


def test_an_error_in_the_block_ends_the_group_and_is_raised():
    pids = []

    def interrupted():
        with process_group([sys.executable, "-c", CHILD]) as child:
            pids.extend([child.pid, int(child.stdout.readline())])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert all_gone(pids)


def test_a_group_whose_leader_died_is_ended_too():
    with process_group([sys.executable, "-c", CHILD]) as child:
        grandchild = int(child.stdout.readline())
        child.kill()
        child.wait()
        assert is_alive(grandchild)
    assert all_gone([grandchild])


def test_what_libraries_print_does_not_reach_the_parent(tmp_path):
    with (
        (tmp_path / "log").open("w+") as log,
        process_group([sys.executable, "-uc", CHILD], stderr=log) as child,
    ):
        assert child.stdout.readline().strip().isdigit()
    assert (tmp_path / "log").read_text() == "noise of a library\n"


def test_the_environment_reaches_the_child_beside_the_parents_own():
    code = "import os; print(os.environ['R1DATA_TEST'], 'PATH' in os.environ)"
    with process_group([sys.executable, "-c", code], environment={"R1DATA_TEST": "1"}) as child:
        assert child.stdout.read() == "1 True\n"


def test_a_parent_killed_with_kill_9_leaves_nothing_behind():
    code = (
        "import sys\n"
        "from r1data.processes import process_group\n"
        f"with process_group([sys.executable, '-c', {CHILD!r}]) as child:\n"
        "    print(child.pid, child.stdout.readline(), flush=True)\n"
        "    child.wait()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(is_alive(pid) for pid in pids)
        os.kill(parent.pid, 9)
    assert all_gone(pids)


def test_a_batch_job_without_standard_input_is_left_alone():
    code = (
        "import time\n"
        "from r1data.processes import end_with_parent\n"
        "end_with_parent()\n"
        "time.sleep(0.3)\n"
        "print('alive')\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.stdout == "alive\n"
