import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAMS = {
    "sleeps": ("import time\ntime.sleep(25)", {"kind": "asserts", "code": "assert f()"}),
    "is busy": ("while True: pass", {"kind": "asserts", "code": "assert f()"}),
    "prints": (
        "import time\ntime.sleep(25)",
        {"kind": "stdin", "cases": [{"input": "", "output": "1"}] * 3},
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_ctrl_c_ends_programs_at_once_and_leaves_no_process(name, tmp_path):
    program, tests = PROGRAMS[name]
    rows = [
        {"completion": f"```python\n{program}\n# {n}\n```", "tests": json.dumps(tests)}
        for n in range(30)
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({**row, "verifier": "code"}) + "\n" for row in rows))
    command = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command += "from r1data.cli.main import main; main()"
    arguments = ["verify", str(path), "--out", str(tmp_path / "out.jsonl")]
    with subprocess.Popen([sys.executable, "-c", command, *arguments]) as process:
        _await_sandboxes(process.pid)
        sandboxes = _sandboxes(process.pid)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    assert time.monotonic() - started < 5, "2 s where the machine is idle"
    assert not any(Path("/proc", pid).exists() for pid in sandboxes)
    assert list(tmp_path.iterdir()) == [path]


def _await_sandboxes(parent):
    deadline = time.monotonic() + 60
    while not _sandboxes(parent):
        assert time.monotonic() < deadline, "no program was started"
        time.sleep(0.05)
    time.sleep(0.5)


def _sandboxes(parent):
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if "(bwrap)" in text and int(text.rpartition(")")[2].split()[1]) == parent:
            found.append(text.split()[0])
    return found
