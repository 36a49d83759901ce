# ruff: noqa: E501
"""Packages that may be imported in the sandbox: those that are allowed, and nothing besides."""

import json

import pytest

from r1data.answers.code.packages import FOLDER, MissingPackage, package_files
from r1data.answers.code.run import Runner
from r1data.answers.code.sandbox import Limits
from r1data.answers.code.tests_of import allowing, read_tests
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from tests.answers.code.programs import DOUBLE, PRINTED, RIGHT, item

LIMITS = Limits(cpu_seconds=5, wall_seconds=30.0)
VERIFIER = CodeVerifier(LIMITS)
PURE = ("pluggy",)


@pytest.fixture(scope="module")
def numpy():
    pytest.importorskip("numpy")
    return ("numpy",)


@pytest.fixture(scope="module")
def runner(sandboxed):
    with Runner(LIMITS) as runner:
        yield runner


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        pytest.param("import pluggy\nprint(int(input()) * 2)", PRINTED, id="a program that prints"),
        pytest.param(f"import pluggy\n{RIGHT}", DOUBLE, id="a program that tests call"),
        pytest.param(
            RIGHT, json.dumps({"kind": "asserts", "code": "import pluggy\nassert double(2) == 4"}), id="tests"
        ),
    ],
)  # fmt: skip
def test_a_package_is_imported_only_where_it_is_allowed(program, tests, pool):
    items = [item(program, tests), item(program, allowing(tests, PURE))]
    without, allowed = VERIFIER.verify([*items], pool)
    assert without.outcome in (Outcome.INCORRECT, Outcome.BAD_GOLD)
    assert "needs the package pluggy, which the sandbox has not; allow it with" in without.detail
    assert allowed.outcome is Outcome.CORRECT


def test_a_program_without_its_package_is_incorrect_and_tests_without_theirs_blame_the_prompt(pool):
    by_tests = json.dumps({"kind": "asserts", "code": "import pluggy\nassert double(2) == 4"})
    verdicts = VERIFIER.verify(
        [item("import pluggy", DOUBLE), item(RIGHT, by_tests), item("x = 1", DOUBLE)], pool
    )
    assert [one.outcome for one in verdicts] == [
        *(Outcome.INCORRECT, Outcome.BAD_GOLD, Outcome.INCORRECT)
    ]
    assert ["needs the package" in one.detail for one in verdicts] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param(
            "no-such-package-at-all", "pip install no-such-package-at-all", id="not there"
        ),
        pytest.param("../../etc", "is no name of a package", id="a path"),
        pytest.param("", "is no name of a package", id="nothing"),
        pytest.param("a\nb", "is no name of a package", id="two lines"),
    ],
)
def test_what_is_not_installed_cannot_be_allowed(name, said, pool):
    with pytest.raises(MissingPackage, match=said):
        package_files((name,))
    [verdict] = VERIFIER.verify([item(RIGHT, allowing(DOUBLE, (name,)))], pool)
    assert verdict.outcome is Outcome.BAD_GOLD
    assert said in verdict.detail


def test_packages_are_a_list_of_names():
    tests = json.dumps({**json.loads(DOUBLE), "packages": "numpy"})
    assert read_tests(tests) == "tests: packages must be a list of names"


def test_a_package_comes_with_what_it_needs_and_no_other():
    shown = package_files(("pytest",))
    names = {path.removeprefix(f"{FOLDER}/").partition(".")[0].partition("-")[0] for path in shown}
    assert {"pytest", "_pytest", "pluggy", "iniconfig", "packaging"} <= names
    assert not {"polars", "torch", "r1data", "pip", "numpy"} & names


HELD = {
    "another package": "import importlib.util\nprint(importlib.util.find_spec('polars') is not None)",
    "other files beside it": f"print(not set(os.listdir('{FOLDER}')) <= set(NAMES))",
    "writing to its folder": f"try:\n    open('{FOLDER}/x', 'w')\n    print(True)\nexcept OSError: print(False)",
    "writing into it": f"try:\n    open('{FOLDER}/pluggy/x.py', 'w')\n    print(True)\nexcept OSError: print(False)",
    "the folder above": "print(os.path.exists(os.path.realpath(FOLDER) + '/../site-packages/polars'))",
    "home": "print(os.path.exists(os.path.expanduser('/root/.ssh')) or os.path.exists('/home'))",
    "password file": "print(os.path.exists('/etc/passwd'))",
    "processes": "print(os.path.exists('/proc/1'))",
    "the network": "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 22), 1)\n    print(True)\nexcept OSError: print(False)",
    "being root": "print(os.geteuid() == 0)",
    "a namespace": "import ctypes\nprint(ctypes.CDLL(None).unshare(0x20000) == 0)",
    "its own library first": "import json\nprint(not json.__file__.startswith('/python/lib'))",
    "more memory": "try:\n    bytearray(9 << 30)\n    print(True)\nexcept MemoryError: print(False)",
}  # fmt: skip


@pytest.mark.parametrize("code", HELD.values(), ids=HELD)
def test_a_package_that_is_allowed_opens_nothing_else(code, runner):
    names = [path.removeprefix(f"{FOLDER}/") for path in package_files(PURE)]
    program = f"import os, pluggy\nFOLDER, NAMES = {FOLDER!r}, {names}\n{code}"
    [output] = runner.outputs(program, [""], PURE)
    assert (output.text.strip(), output.detail) == ("False", "")


def test_what_one_program_was_allowed_the_next_has_not(runner):
    program = "import pluggy\nprint(1)"
    allowed, denied = (runner.outputs(program, [""], packages)[0] for packages in (PURE, ()))
    assert (allowed.text, allowed.detail) == ("1\n", "")
    assert "No module named 'pluggy'" in denied.detail
    tests = [
        read_tests(allowing("import pluggy\nassert f() == 1", PURE)),
        read_tests("import pluggy\nassert f() == 1"),
    ]
    reports = [runner.run(one, "def f(): return 1") for one in (*tests, tests[0])]
    assert [one.has_passed for one in reports] == [True, False, True]


NUMBERS = {
    "an integer": ("return np.int64(6)", "assert f() == 6", True),
    "another integer": ("return np.int64(7)", "assert f() == 6", False),
    "a truth": ("return np.array([1, 2]).all()", "assert f() is True", True),
    "a float": ("return np.float32(0.5)", "assert f() == 0.5", True),
    "a list of numbers": ("return list(np.arange(3))", "assert f() == [0, 1, 2]", True),
    "an array's own methods": ("return np.arange(3)", "assert f().tolist() == [0, 1, 2]", True),
    "an array to another": ("return np.arange(3)", "import numpy as np\nassert np.array_equal(f(), np.arange(3))", True),
    "an array to another, wrong": ("return np.arange(4)", "import numpy as np\nassert np.array_equal(f(), np.arange(3))", False),
    "numbers given": ("return float(np.array(x[0]).sum())", "import numpy as np\nassert f(np.ones(3).tolist()) == 3.0", True),
    "an object that claims the memory of others": (
        "class A:\n        __array_interface__ = {'shape': (3,), 'typestr': '<i8', 'data': (1, True), 'version': 3}\n    return A()",
        "import numpy as np\nassert np.array_equal(f(), np.arange(3))",
        False,
    ),
    "an object that claims equality": (
        "class A:\n        def __eq__(self, o): return True\n        def __array__(self, *a, **k): return np.arange(3)\n    return A()",
        "import numpy as np\nassert np.array_equal(f(), np.arange(3)) and f() == 3",
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "code", "is_right"), NUMBERS.values(), ids=NUMBERS)
def test_numpy_in_programs_and_tests(body, code, is_right, numpy, pool):
    program = f"import numpy as np\ndef f(*x):\n    {body}\n"
    [verdict] = VERIFIER.verify([item(program, allowing(code, numpy))], pool)
    assert (verdict.outcome is Outcome.CORRECT) is is_right, verdict.detail


def test_numpy_counts_in_a_program_that_prints(numpy, pool):
    program = "import numpy as np\nprint(int(np.array([int(input())]).sum() * 2))"
    [verdict] = VERIFIER.verify([item(program, allowing(PRINTED, numpy))], pool)
    assert verdict.outcome is Outcome.CORRECT


@pytest.mark.parametrize(("printed", "is_right"), [("3 1 2", True), ("3 1 1", False)])
def test_a_truth_of_numpy_is_a_plain_yes_or_no_of_a_checker(printed, is_right, numpy, pool):
    checker = (
        "import numpy as np\n"
        "def check(input, expected, output):\n"
        "    return np.all(np.sort([int(word) for word in output.split()]) == np.arange(1, 4))"
    )
    tests = json.dumps({"kind": "stdin", "checker": checker, "cases": [{"input": ""}]})
    [verdict] = VERIFIER.verify([item(f"print('{printed}')", allowing(tests, numpy))], pool)
    assert verdict.outcome is (Outcome.CORRECT if is_right else Outcome.INCORRECT), verdict.detail
