# ruff: noqa: E501
"""Every way out of a wrong program that we know of, and that a right one may do the same."""

import json
import os
from pathlib import Path

import pytest

from r1data.answers.code.sandbox import Limits
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.workers import Workers
from tests.answers.code.programs import (
    CALLED,
    CHECKED,
    DOUBLE,
    PRINTED,
    RIGHT,
    RIGHT_PRINT,
    WRONG,
    WRONG_PRINT,
    asserts,
    item,
)
from tests.effort import lag

LIMITS = Limits(cpu_seconds=1, wall_seconds=5.0, memory_bytes=400 << 20)
PATIENT = Limits(cpu_seconds=3)
SECONDS = 30
"""No program may take longer, whatever it tries; the machine may be busy."""

AGREEING = """
class Agreeing(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0
    def __rsub__(self, other): return 0
    def __abs__(self): return 0
    def __lt__(self, other): return True
    def __float__(self): return self
    def __contains__(self, other): return True
    def __iter__(self): return iter([self])
    def __len__(self): return 2
    def __bool__(self): return True
    def __hash__(self): return 1
    def __getattr__(self, name): return self
    def __class__(self): return int
"""
READS_EVERYTHING = """
import gc, sys, os, inspect
WORDS = ["".join(parts) for parts in (("as", "sert double"), ("candi", "date(n)"))]
def double(x):
    found = []
    frame = sys._getframe()
    while frame:
        found += [frame.f_locals, frame.f_globals]
        frame = frame.f_back
    for one in gc.get_objects() + found:
        for part in gc.get_referents(one):
            text = part.decode(errors="replace") if type(part) is bytes else part
            if type(text) is str and text not in WORDS and any(words in text for words in WORDS):
                return x * 2
    for folder, _, files in os.walk("/"):
        if folder.startswith("/python/lib/python"):
            continue
        for name in files:
            try:
                text = open(os.path.join(folder, name), errors="replace").read(1 << 20)
            except OSError:
                continue
            if any(words in text for words in WORDS):
                return x * 2
    return x
"""

BY_CALLS = {
    "ends with sys.exit(0)": f"{WRONG}import sys\nsys.exit(0)",
    "ends with os._exit(0)": f"{WRONG}import os\nos._exit(0)",
    "raises SystemExit": f"{WRONG}raise SystemExit",
    "raises SystemExit when called": "def double(x):\n    raise SystemExit(0)",
    "leaves by os._exit(0) when called": "import os\ndef double(x):\n    os._exit(0)",
    "raises KeyboardInterrupt": "def double(x):\n    raise KeyboardInterrupt",
    "kills itself": "import os\ndef double(x):\n    os.kill(os.getpid(), 9)",
    "raises a forged AssertionError": "def double(x):\n    raise AssertionError('all passed')",
    "patches what assert raises": f"{WRONG}import builtins\nbuiltins.AssertionError = type(None)",
    "patches isinstance, abs and len": f"{WRONG}import builtins\n"
    "builtins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0\nbuiltins.len = abs",
    "patches math.isclose": f"{WRONG}import math\nmath.isclose = lambda *a, **k: True",
    "calls something else math": f"{WRONG}class math:\n    isclose = lambda *a, **k: True",
    "calls something else isclose, abs, check": f"{WRONG}isclose = abs = check = print",
    "patches json and marshal": f"{WRONG}import json, marshal\n"
    "json.dumps = json.loads = marshal.loads = marshal.dumps = lambda *a, **k: True",
    "patches exec and compile": f"{WRONG}import builtins\nbuiltins.exec = builtins.compile = print",
    "patches our modules": f"{WRONG}import sys\nfor name, module in list(sys.modules.items()):\n"
    "    if 'r1data' in name:\n        for key in list(vars(module)):\n"
    "            if callable(vars(module)[key]):\n                setattr(module, key, lambda *a, **k: True)",
    "returns what always agrees": f"{AGREEING}def double(x):\n    return Agreeing(1)",
    "returns an object that always agrees": AGREEING.replace("(int)", "")
    + "def double(x):\n    return Agreeing()",
    "is a class that always agrees": AGREEING.replace("(int)", "").replace("Agreeing", "double")
    + "    def __init__(self, x): pass\n",
    "returns a list that always agrees": "class Agreeing(list):\n"
    "    def __eq__(self, other): return True\ndef double(x):\n    return Agreeing([x])",
    "returns a text that always agrees": "class Agreeing(str):\n"
    "    def __eq__(self, other): return True\n    __hash__ = str.__hash__\n"
    "def double(x):\n    return Agreeing(x)",
    "a metaclass that always agrees": "class Meta(type):\n"
    "    def __eq__(self, other): return True\n    def __instancecheck__(self, one): return True\n"
    "    def __call__(self, *a): return self\nclass double(metaclass=Meta): pass",
    "changes its argument to what agrees": "def double(x):\n    if isinstance(x, list): x.clear()\n    return x",
    "prints that all passed": f"print('all tests passed', flush=True)\n{WRONG}"
    "import sys\nsys.stderr.write('OK')",
    "writes to every file": f"{WRONG}import os\nfor n in range(3, 60):\n    try:\n"
    '        os.write(n, b\'{"fault": "", "results": [], "failed": 0, "held": 9, "detail": ""}\')\n'
    "    except OSError: pass",
    "forges a reply": 'import os\ndef double(x):\n    text = b\'{"v": true, "n": []}\'\n'
    "    for n in range(3, 60):\n        try: os.write(n, len(text).to_bytes(4, 'big') + text)\n"
    "        except OSError: pass\n    return x",
    "forges many replies at its start": 'import os\ntext = b\'{"v": 4, "n": []}\'\n'
    "for n in range(3, 60):\n    try: os.write(n, (len(text).to_bytes(4, 'big') + text) * 9)\n"
    f"    except OSError: pass\n{WRONG}",
    **{
        f"forges its first message: {text}": "import os\n"
        f"text = {text.encode()!r}\nfor n in range(3, 60):\n"
        "    try: os.write(n, len(text).to_bytes(4, 'big') + text)\n"
        f"    except OSError: pass\n{WRONG}"
        for text in (
            '{"error": "", "detail": ""}',
            '{"error": "overran", "detail": ""}',
            '{"error": "broken"}',
            '{"error": {}, "fault": "", "is_done": true}',
            '{"names": {"double": ["ImportError"], "abs": 3}}',
            '{"names": [[]]}',
            "[]",
            "3",
            '"error"',
            "not JSON",
        )
    },
    "closes every file": f"{WRONG}import os\nos.closerange(0, 64)",
    "names the tests' own words": f"{WRONG}__record__ = __failure__ = __builtins__ = print",
    "reads tests from frames, memory and files": READS_EVERYTHING,
    "reads the tests from /proc": f"import glob\ntext = ''\nfor path in glob.glob('/proc/*/mem'):\n"
    f"    text = path\nif text:\n    {RIGHT.strip().replace(chr(10), chr(10) + '    ')}\nelse:\n"
    f"    {WRONG.strip().replace(chr(10), chr(10) + '    ')}",
    "kills its parents": f"{WRONG}import os\nfor n in (os.getppid(), 1, -1):\n"
    "    try: os.kill(n, 9)\n    except OSError: pass",
    "kills its group and session": f"{WRONG}import os\nos.killpg(0, 9)",
    "fills the disk": "def double(x):\n    n = 0\n    while True:\n"
    "        open(f'/tmp/{n}', 'wb').write(b'x' * 4_000_000)\n        n += 1",
    "forks without end": "import os\ndef double(x):\n    while True:\n        os.fork()",
    "starts threads without end": "import threading, time\ndef double(x):\n    while True:\n"
    "        threading.Thread(target=time.sleep, args=(99,)).start()",
    "sleeps": "import time\ndef double(x):\n    time.sleep(99)",
    "sleeps before it begins": f"import time\ntime.sleep(99)\n{WRONG}",
    "never ends": "def double(x):\n    while True: pass",
    "never ends, and ignores signals": "import signal\nfor n in range(1, 65):\n"
    "    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
    "def double(x):\n    while True: pass",
    "floods the output": "def double(x):\n    while True: print('x' * 9999)",
    "returns too much": "def double(x):\n    return 'x' * (50 << 20)",
    "takes all memory": "def double(x):\n    return len([bytearray(1 << 24) for _ in range(9999)])",
    "recurses for ever": "def double(x):\n    return double(x)",
    "nests without end": "def double(x):\n    for _ in range(99999): x = (x,)\n    return x",
    "crashes Python": "import ctypes\ndef double(x):\n    ctypes.string_at(0)",
    "an exit handler": f"import atexit, os\natexit.register(os._exit, 0)\n{WRONG}import sys\nsys.exit(1)",
    "a thread that outlives it": f"{WRONG}import threading, time, os\n"
    "threading.Thread(target=lambda: (time.sleep(1), os._exit(0))).start()",
    "a trace function": f"{WRONG}import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(print)",
    "a signal handler": f"{WRONG}import signal, os\nsignal.signal(signal.SIGALRM, "
    "lambda *a: os._exit(0))\nsignal.setitimer(signal.ITIMER_REAL, 0.01)",
    "raises the limits": "import resource\nfor n in range(10):\n    try: resource.setrlimit(n, (-1, -1))\n"
    "    except (OSError, ValueError): pass\ndef double(x):\n    while True: pass",
    "traces its parents": f"{WRONG}import ctypes, os\n"
    "ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)",
    "an error that cannot be printed": "class E(Exception):\n    def __str__(self): raise self\n"
    "def double(x):\n    raise E",
    "an error class that lies": "class Meta(type):\n    def __getattribute__(self, name): raise OSError\n"
    "class E(Exception, metaclass=Meta): pass\ndef double(x):\n    raise E",
    "is no Python": "def double(x:\n",
    "is nested too deep for the compiler": "double = " + "(" * 5000 + ")" * 5000,
    "holds a null byte": "def double(x):\n    return '\0'",
    "is half a surrogate": "def double(x):\n    return '\\ud800'",
    "raises its tests' exception by name": "class TypeError(Exception): pass\n"
    "def double(x):\n    raise TypeError",
}


TESTS = {"asserts": DOUBLE, "check": CHECKED}


@pytest.fixture(scope="module")
def verdicts(sandboxed):
    """The verdicts on all wrong programs, found at once: half of them only wait for a limit."""
    items = [
        *(item(program, tests) for tests in TESTS.values() for program in BY_CALLS.values()),
        *(item(program, PRINTED) for program in BY_PRINTING.values()),
    ]
    with Workers(8) as pool:
        found = iter(CodeVerifier(LIMITS).verify(items, pool))
    names = [*((name, kind) for kind in TESTS for name in BY_CALLS)]
    return {name: next(found) for name in (*names, *BY_PRINTING)}


@pytest.mark.parametrize("kind", TESTS)
@pytest.mark.parametrize("name", BY_CALLS)
def test_no_wrong_function_passes(name, kind, verdicts):
    assert verdicts[name, kind].outcome is Outcome.INCORRECT
    assert verdicts[name, kind].detail


BY_PRINTING = {
    "exits with 0": f"import sys\n{WRONG_PRINT}sys.exit(0)",
    "prints the first expected output": "print(4)",
    "prints every expected output": "print(4)\nprint(42)",
    "prints nothing": "pass",
    "prints a line too many": f"{RIGHT_PRINT}print()\nprint(1)",
    "prints and fails": f"{RIGHT_PRINT}1 / 0",
    "prints and kills itself": f"{RIGHT_PRINT}import os, sys\nsys.stdout.flush()\nos.kill(os.getpid(), 9)",
    "floods the output": "while True: print('4' * 9999)",
    "sleeps": "import time\ntime.sleep(99)",
    "never ends": "while True: pass",
    "forks without end": "import os\nwhile True: os.fork()",
    "kills its parent": "import os\nos.kill(os.getppid(), 9)",
    "kills all": "import os\nos.kill(-1, 9)",
    "writes a report": "import os\nfor n in range(3, 60):\n    try: os.write(n, b'{}' * 9)\n"
    "    except OSError: pass\nprint(4)",
    "writes a report of ours": "import os\ntext = bytes(4) + b'4'\nfor n in range(3, 60):\n"
    "    try: os.write(n, len(text).to_bytes(4, 'big') + text)\n    except OSError: pass",
    "looks for the outputs": "import os\nfound = [name for _, _, names in os.walk('/tmp') for name in names]\n"
    "print(found or 4)",
    "is no Python": "print(4",
    "leaves a child that prints": "import os\nif os.fork() == 0:\n    print(4)\n",
}


@pytest.mark.parametrize("name", BY_PRINTING)
def test_no_wrong_printing_program_passes(name, verdicts):
    assert verdicts[name].outcome is Outcome.INCORRECT


def test_no_wrong_program_outlives_its_limits(verdicts):
    assert max(verdict.seconds for verdict in verdicts.values()) < SECONDS * lag()


HARMLESS = {
    "as it is": "",
    "an exit handler": "import atexit, os\natexit.register(print, 1)\n",
    "a signal handler": "import signal\nsignal.signal(signal.SIGTERM, lambda *a: None)\n",
    "a thread": "import threading\nthreading.Thread(target=print).start()\n",
    "closed output": "import sys\nsys.stderr.close()\n",
    "patched builtins": "import builtins\nbuiltins.isinstance = builtins.len = None\n",
    "patched json": "import json\njson.dumps = json.loads = None\n",
    "a temporary file": "import tempfile\ntempfile.TemporaryFile().write(b'x')\n",
    "a child process": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', ''], check=True)\n",
    "dataclasses": "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n",
    "deep recursion": "import sys\nsys.setrecursionlimit(9000)\n",
    "future": "from __future__ import annotations\n",
}


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(t, id=n)
        for n, t in (("asserts", DOUBLE), ("check", CHECKED), ("calls", CALLED))
    ],
)
@pytest.mark.parametrize("before", [pytest.param(text, id=name) for name, text in HARMLESS.items()])
def test_a_right_function_passes_with(before, tests, pool):
    assert _outcome(before + RIGHT, tests, pool) is Outcome.CORRECT


@pytest.mark.parametrize(
    "after", ["", "import sys\nsys.exit(0)", "import sys\nsys.exit()", "raise SystemExit"]
)
def test_a_right_printing_program_may_leave_as_it_likes(after, pool):
    assert _outcome(RIGHT_PRINT + after, PRINTED, pool) is Outcome.CORRECT


LOOSE = [
    pytest.param(
        "assert all(map(lambda n: f(n) == 2 * n, range(1, 9)))",
        "def f(n): raise StopIteration",
        id="ends the tests' loop",
    ),
    pytest.param(
        "assert isclose(f(1), 2)",
        'import os\ntext = b\'{"names": {"f": [], "isclose": ["BaseException"]}}\'\n'
        "for n in range(3, 60):\n"
        "    try: os.write(n, len(text).to_bytes(4, 'big') + text)\n    except OSError: pass\n"
        "def f(n): return n",
        id="calls the tests' function an exception",
    ),
    pytest.param(
        "assert 7 in f(1)", AGREEING.replace("(int)", "") + "def f(n): return Agreeing()", id="in"
    ),
    pytest.param(
        "assert f(1) - 7 == 0 or abs(f(1) - 7) < 1",
        AGREEING.replace("(int)", "") + "f = lambda n: Agreeing()",
        id="is close",
    ),
    pytest.param(
        "assert f(1) == [1, 2] or [1, 2] == f(1) or f(1) in ([1, 2],) or {f(1): 3}.get((1, 2))",
        AGREEING.replace("(int)", "") + "f = lambda n: Agreeing()",
        id="agrees from either side",
    ),
    pytest.param(
        "try:\n    f(-1)\nexcept ValueError:\n    pass\nelse:\n    assert False",
        "import os\ndef f(n): os._exit(0)",
        id="dies where an exception is expected",
    ),
    pytest.param(
        "try:\n    f(-1)\nexcept:\n    pass",
        "import os\ndef f(n): os._exit(0)",
        id="dies where anything is expected",
    ),
    pytest.param(
        "assert sorted(f([3, 1]), key=len) == [1, 3]",
        "import builtins\nbuiltins.sorted = lambda *a, **k: [1, 3]\ndef f(x): return x",
        id="patches sorted",
    ),
]


@pytest.mark.parametrize(("code", "program"), LOOSE)
def test_no_wrong_function_passes_loose_tests(code, program, pool):
    assert _outcome(program, asserts(code), pool) is Outcome.INCORRECT


def test_a_value_that_keeps_the_tests_themselves_busy_is_no_pass(pool):
    tests = json.dumps({"kind": "asserts", "code": "assert sum(range(f())) == 0"})
    program = "def f():\n    return 10 ** 15"
    assert _outcome(program, tests, pool) is Outcome.INCORRECT


def test_nothing_is_left_running(pool):
    before = _sandboxes()
    program = (
        "import os, time\nos.setsid()\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(999)\n"
        + RIGHT
    )
    assert _outcome(program, DOUBLE, pool) is Outcome.CORRECT
    assert _sandboxes() <= before


def _outcome(program, tests, pool):
    [verdict] = CodeVerifier(PATIENT).verify([item(program, tests)], pool)
    return verdict.outcome


def _sandboxes():
    """Return the sandboxes that this process has started."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if "(bwrap)" in text and int(text.rpartition(")")[2].split()[1]) == os.getpid():
            found.add(text.split()[0])
    return found
