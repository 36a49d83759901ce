# ruff: noqa: E501
"""Memory of whole sandboxes: what many processes take together is held to one limit."""

import os
import subprocess
import sys
import time

import pytest

from r1data.answers.code.memory import descendants, memory_of, watched
from r1data.answers.code.run import Runner
from r1data.answers.code.sandbox import Limits

MIB = 1 << 20
FILL = "for i in range(0, len(x), 4096): x[i] = 1\n"
HOLD = f"x = bytearray(60 << 20)\n{FILL}print(1, flush=True)\nimport time\ntime.sleep(60)"
LIMITS = Limits(cpu_seconds=20, wall_seconds=60.0, memory_bytes=300 * MIB)
TAKES = {
    "children": f"if os.fork() == 0:\n        x = bytearray(200 << 20)\n        {FILL}        time.sleep(50)",
    "grandchildren": "if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\n"
    f"        x = bytearray(200 << 20)\n        {FILL}        time.sleep(50)",
    "shared maps": f"if os.fork() == 0:\n        x = mmap.mmap(-1, 200 << 20)\n        {FILL}        time.sleep(50)",
    "children of threads": "threading.Thread(target=lambda: os.fork() == 0 and "
    "(bytearray(b'1') * (200 << 20), time.sleep(50)) and None).start()",
    "copies after a fork": "if os.fork() == 0:\n        time.sleep(0.5)\n        y = bytes(b'1') * (200 << 20)\n        time.sleep(50)",
    "another Python": "subprocess.Popen([sys.executable, '-c', 'import time; x = bytes(b\"1\") * (200 << 20); time.sleep(50)'])",
}  # fmt: skip


@pytest.mark.parametrize("name", TAKES)
def test_what_all_processes_take_together_is_limited(name, sandboxed):
    program = (
        "import mmap, os, subprocess, sys, threading, time\n"
        f"for _ in range(4):\n    {TAKES[name]}\ntime.sleep(50)\nprint(4)"
    )
    with Runner(LIMITS) as runner:
        [output] = runner.outputs(program, [""])
    assert "300 MiB of memory" in output.detail


def test_what_processes_share_is_counted_once(sandboxed):
    program = (
        f"import os, time\nx = bytearray(120 << 20)\n{FILL}for _ in range(5):\n"
        "    if os.fork() == 0:\n        time.sleep(1)\n        os._exit(0)\n"
        "time.sleep(1.2)\nprint(4)"
    )
    with Runner(LIMITS) as runner:
        [output] = runner.outputs(program, [""])
    assert (output.text, output.detail) == ("4\n", "")


def test_all_descendants_are_found_and_summed():
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {HOLD!r}])"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        found = descendants(child.pid)
        taken = memory_of(found, 10 * MIB)
        for pid in reversed(found):
            os.kill(pid, 9)
    assert len(found) == 2
    assert 60 * MIB < taken < 120 * MIB


def test_nobody_is_killed_below_the_limit_and_one_above_it_is_named():
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        with watched(child.pid, 500 * MIB) as watch:
            time.sleep(0.3)
        assert (child.poll(), watch.excess) == (None, "")
        with watched(child.pid, 50 * MIB) as watch:
            assert child.wait(10) == -9
        assert "50 MiB" in watch.excess
