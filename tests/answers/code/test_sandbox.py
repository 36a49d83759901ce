# ruff: noqa: E501
"""What a program can see and do of its host: nothing."""

import os
import socket
import time
from pathlib import Path

import pytest

from r1data.answers.code.bundle import SERVED, start_message
from r1data.answers.code.memory import descendants
from r1data.answers.code.run import Runner
from r1data.answers.code.sandbox import (
    Limits,
    SandboxError,
    _spaces,
    check_sandbox,
    kernel_limits,
    open_sandbox,
)
from r1data.answers.workers import WorkersError

LIMITS = Limits(cpu_seconds=5, wall_seconds=30.0)

TRIES = {
    "home": f"print(os.path.exists({str(Path.home())!r}))",
    "this project": f"print(os.path.exists({str(Path(__file__).resolve())!r}))",
    "password file": "print(os.path.exists('/etc/passwd'))",
    "folders": "print(set(os.listdir('/')) <= {'dev', 'lib', 'lib64', 'python', 'tmp', 'usr'} and 'False')",
    "environment": "print(bool(set(os.environ) - {'HOME', 'LANG', 'LC_CTYPE', 'LD_LIBRARY_PATH', 'PATH',"
    " 'PWD', 'PYTHONHASHSEED'}))",
    "packages": "import importlib.util\nprint(importlib.util.find_spec('polars') is not None)",
    "packages on disk": "import sys\nprint(any(os.listdir(p) for p in [sys.prefix + '/lib/python%d.%d/'"
    "'site-packages' % sys.version_info[:2]] if os.path.exists(p)))",
    "processes": "print(os.path.exists('/proc/1'))",
    "the name of the host": "import socket\nprint(socket.gethostname() != 'sandbox')",
    "being root": "print(os.geteuid() == 0)",
    "becoming root": "try:\n    os.setuid(0)\n    print(True)\nexcept OSError: print(False)",
    "other files": "print([n for n in os.listdir('/tmp')] != [])",
    "devices": "print(sorted(os.listdir('/dev')) != ['null', 'shm'] or os.listdir('/dev/shm') != [])",
    **{
        f"writing to {folder}": f"try:\n    open('{folder}/x', 'w')\n    print(True)\n"
        "except OSError: print(False)"
        for folder in ("", "/dev", "/lib", "/usr", "/python", "/python/bin", "/python/lib")
    },
    "mounting": "import ctypes\nprint(ctypes.CDLL(None).mount(b'x', b'/tmp', b'tmpfs', 0, None) == 0)",
    "a namespace of its own": "import ctypes\nprint(ctypes.CDLL(None).unshare(0x20000) == 0)",
}


@pytest.fixture(scope="module")
def runner(sandboxed):
    with Runner(LIMITS) as runner:
        yield runner


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in TRIES.items()])
def test_nothing_of_the_host_is_seen_or_changed(code, runner):
    [output] = runner.outputs(f"import os\n{code}", [""])
    assert (output.text.strip(), output.detail) == ("False", "")


def test_no_server_of_the_host_is_reached(runner):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        program = (
            f"import socket\nsocket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)"
        )
        [output] = runner.outputs(program, [""])
        assert "Error" in output.detail
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_process_of_the_host_is_signalled(runner):
    program = (
        f"import os\ntry: os.kill({os.getpid()}, 0)\nexcept OSError as error: print(error.errno)"
    )
    [output] = runner.outputs(program, [""])
    assert output.text.strip() == "3"


def test_inputs_of_one_program_run_apart(runner):
    program = "import os\nprint(os.path.exists('/tmp/x'), input())\nopen('x', 'w')"
    outputs = runner.outputs(program, ["1", "2"])
    assert outputs[0].text == "False 1\n"
    assert outputs[1].text.endswith("2\n")


def test_what_a_program_leaves_is_gone_for_the_next(runner):
    runner.outputs("open('/tmp/x', 'w').write('x')", [""])
    [output] = runner.outputs("import os\nprint(os.listdir('/tmp'))", [""])
    assert output.text == "[]\n"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        pytest.param(
            "import os\nfor _ in range(99): os.fork() or os.read(os.pipe()[0], 1)",
            "temporarily",
            id="processes",
        ),
        pytest.param("import os\nwhile True: os.dup(0)", "Too many open files", id="files"),
        pytest.param("bytearray(9 << 30)", "MemoryError", id="memory"),
        pytest.param("open('x', 'wb').write(bytes(64 << 20))", "File too large", id="file size"),
        pytest.param(
            "for n in range(9): open(str(n), 'wb').write(bytes(7 << 20))",
            "No space left",
            id="disk",
        ),
    ],
)
def test_the_kernel_holds_the_limits(program, said, runner):
    [output] = runner.outputs(program, [""])
    assert said in output.detail


def test_where_the_kernel_refuses_a_filter_one_line_says_so(monkeypatch, tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo bubblewrap 0.8.0 && exit\n'
        "echo 'bwrap: prctl(PR_SET_SECCOMP): Invalid argument' >&2\nexit 1\n"
    )
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    for cached in (check_sandbox, _spaces):
        cached.cache_clear()
    with pytest.raises(SandboxError, match=r"PR_SET_SECCOMP.*allow seccomp") as error:
        check_sandbox()
    for cached in (check_sandbox, _spaces):
        cached.cache_clear()
    assert "\n" not in str(error.value)


def test_without_bubblewrap_one_line_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    check_sandbox.cache_clear()
    with pytest.raises(SandboxError, match="apt-get install bubblewrap") as error:
        check_sandbox()
    check_sandbox.cache_clear()
    assert isinstance(error.value, WorkersError)
    assert "\n" not in str(error.value)


def test_a_sandbox_that_is_only_starting_ends_whole(sandboxed):
    message = start_message(SERVED, {"kind": "asserts", "limits": kernel_limits(LIMITS)})
    found = []
    for delay in (0, 0, 0.001, 0.002, 0.003, 0.005, 0.01):
        with open_sandbox(message, 5.0) as sandbox:
            time.sleep(delay)
            found += descendants(sandbox.process.pid)
    deadline = time.monotonic() + 5
    while any(_is_there(pid) for pid in found) and time.monotonic() < deadline:
        time.sleep(0.05)
    orphans = [pid for pid in found if _is_there(pid)]
    assert orphans == []


def _is_there(pid):
    try:
        return "bwrap" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
