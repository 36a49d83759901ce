# ruff: noqa: ANN401
"""The tests' process: it runs them in a sandbox of its own, on stand-ins for the program's objects.

It is started once and serves many programs, each in a copy of itself, so that no tests find what
others left behind. The program is in another sandbox, at the other end of a pipe.
"""

from __future__ import annotations

import array
import builtins
import collections
import copy
import datetime  # noqa: F401 - so that no program waits for it
import decimal
import fractions
import itertools  # noqa: F401
import json
import marshal
import math
import posix
import random
import re
import socket
import sys
import typing

from r1data.verification.code.asserts import (
    RECORD,
    calls_check,
    instrumented,
    tells_by_raising,
    uncalled_tests,
)
from r1data.verification.code.channel import Closed, receive, send
from r1data.verification.code.remote import Link, Remote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

JOB_BYTES = 1 << 30
OWN_NAMES = {
    **{name: getattr(math, name) for name in ("isclose", "inf", "nan", "fabs")},
    **{name: getattr(collections, name) for name in collections.__all__},
    **{name: getattr(typing, name) for name in ("List", "Dict", "Tuple", "Optional", "Any", "Set")},
    "deepcopy": copy.deepcopy,
    "Fraction": fractions.Fraction,
    "Decimal": decimal.Decimal,
}
"""What tests may mean without importing it: theirs, whatever the program calls by that name."""
MAX_DETAIL = 300
MAX_RESULTS = 200
RELATIVE = 1e-6


def main(file: int, start: dict[str, Any]) -> None:
    """Serve jobs, each a message with the file of a pipe to a program, until the host is gone."""
    _limit(start["limits"])
    control = socket.socket(fileno=file)
    while True:
        files = array.array("i", [0])
        data, ancillary, _, _ = control.recvmsg(1, socket.CMSG_LEN(4))
        if not data:
            posix._exit(0)
        files.frombytes(ancillary[0][2])
        job = marshal.loads(receive(file, JOB_BYTES))
        child = posix.fork()
        if child == 0:
            try:
                report = _examine(files[-1], job)
            except BaseException as error:  # noqa: BLE001 - the fork must not go on
                report = {"fault": "tests", "detail": f"{type(error).__name__}: {error}"}
            send(file, json.dumps(report).encode())
            posix._exit(0)
        posix.close(files[-1])
        _, status = posix.waitpid(child, 0)
        if status:
            send(file, json.dumps({"fault": "overran", "detail": f"status {status}"}).encode())


def _limit(limits: dict[str, int]) -> None:
    import resource

    if limits["user"]:
        posix.setgroups([])
        posix.setgid(limits["user"])
        posix.setuid(limits["user"])
    for name in ("AS", "NPROC", "NOFILE", "FSIZE", "CORE"):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limits[name],) * 2)


def _examine(file: int, job: dict[str, Any]) -> dict[str, Any]:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + 1))
    random.seed(0)  # tests that draw their inputs draw the same ones every time
    space: dict[str, Any] = {"__name__": "tests", **OWN_NAMES}
    link = Link(file, space, frozenset(job["shared"]), job["output_bytes"])
    words = set(re.findall(r"\w+", f"{job['setup']} {job['code']} {job['entry_point']}"))
    try:
        names = _names(link.hear(), words)
    except NoProgram as error:
        return {"fault": error.args[0], "detail": error.args[1]}
    except (Closed, AttributeError, KeyError, TypeError, ValueError):
        return {"fault": "ended", "detail": link.fault or "it sent no message"}
    for name, kinds in names.items():
        if not (name.startswith("__") or hasattr(builtins, name) or name in OWN_NAMES):
            is_module = re.search(rf"\b{re.escape(name)}\s*\.", job["code"] + job["setup"])
            space[name] = (is_module and _own_module(name)) or _offered(link, name, kinds)
    space.update(link.know_exceptions(names))
    try:
        exec(compile(job["setup"], "<setup>", "exec", dont_inherit=True), space)
    except Closed:
        return {"fault": "ended", "detail": link.fault}
    except Exception as error:  # noqa: BLE001 - the tests are at fault, or miss the program's names
        return {"fault": _blame(error) or "setup", "detail": _described(error)}
    root = re.split(r"\W", job["entry_point"] or "")[0]
    if root and root in names:
        space[root] = Remote(link, ["N", root], root, is_class=bool(names[root]))
    record = _CallsRecord(job, space, link) if job["kind"] == "calls" else _Record(job, space, link)
    return record.report()


def _offered(link: Link, name: str, kinds: list[str]) -> Any:
    """Return what stands for a name of the program: its plain data as it is when tests begin."""
    remote = Remote(link, ["N", name], name, is_class=bool(kinds) and kinds != DATA)
    if kinds != DATA:
        return remote
    try:
        return link.ask("value", remote)
    except Exception:  # noqa: BLE001 - whatever it is, tests may not need it
        return remote


def _names(hello: Any, words: set[str]) -> dict[str, list[str]]:
    """Return what the program defines of the tests' words; its message may be the program's own."""
    if "error" in hello:
        fault = "compile" if hello["error"] == "compile" else "raised"
        raise NoProgram(fault, str(hello.get("detail"))[:MAX_DETAIL])
    return {
        name: [str(kind) for kind in kinds][:MAX_DETAIL]
        for name, kinds in hello["names"].items()
        if name in words
    }


def _own_module(name: str) -> Any:
    """Return the standard library's module of a name, whatever the program calls by it."""
    if name not in sys.stdlib_module_names:
        return None
    try:
        return __import__(name)
    except ImportError:
        return None


NO_TEST = "no test ran"


DATA = ["="]


class NoProgram(Exception):
    """The program does not compile, or raised when it was run."""


class _Record:
    """What became of each test."""

    def __init__(self, job: dict[str, Any], space: dict[str, Any], link: Link) -> None:
        self.job = job
        self.space = space
        self.link = link
        self.failures: dict[int, str] = {}
        self.held: set[int] = set()
        self.sources: list[str] = []
        self.error = ""
        self.blame = ""

    def report(self) -> dict[str, Any]:
        """Run the tests; return what became of them."""
        try:
            self.run()
        except BaseException as error:  # noqa: BLE001 - SystemExit, raised by the program
            self.error, self.blame = _described(error), _blame(error)
        return {
            "fault": "ended" if self.link.fault else self.blame,
            "detail": self.link.fault or self.error or ("" if self.has_run() else NO_TEST),
            "is_done": True,
            "results": [self._result(number) for number in range(len(self.sources))][:MAX_RESULTS],
            "failed": len(self.failures),
        }

    def has_run(self) -> bool:
        """Say whether any test was run: a program must not pass by leaving nothing to test."""
        return bool(self.held or self.failures) or tells_by_raising(self.job["code"])

    def run(self) -> None:
        code, self.sources = instrumented(self.job["code"])
        self.space |= {RECORD: self.record, "__name__": "__main__"}
        exec(code, self.space)
        if not (self.held or self.failures):
            for name in uncalled_tests(self.job["code"]):
                self.space[name]()
        defines, calls = calls_check(self.job["code"])
        if defines and not calls and self.job["entry_point"]:
            self.space["check"](self._entry())

    def record(self, number: int, error: BaseException | None = None) -> None:
        """Note that a test held, or what was raised instead."""
        if error is None and not self.link.fault:
            self.held.add(number)
        elif error is not None:
            self.failures.setdefault(number, _described(error))
        if self.link.fault:
            raise Closed(self.link.fault)

    def _entry(self) -> Any:
        name = self.job["entry_point"]
        if name not in self.space and name.isidentifier():
            raise NameError(f"the program defines no {name}")
        return eval(name, self.space)

    def _result(self, number: int) -> dict[str, str]:
        if number in self.failures:
            status, detail = "failed", self.failures[number]
        else:
            status, detail = ("passed" if number in self.held else "not_run"), ""
        test = {"test": self.sources[number], "outcome": status}
        return {**test, "detail": detail} if detail else test


class _CallsRecord(_Record):
    def has_run(self) -> bool:
        return bool(self.held or self.failures)

    def run(self) -> None:
        self.sources = [f"case {number}" for number in range(len(self.job["cases"]))]
        entry = self._entry()
        for number, case in enumerate(self.job["cases"]):
            try:
                value = entry(*copy.deepcopy(case["args"]), **case.get("kwargs", {}))
                is_right = is_expected(value, case["expected"])
                error = None if is_right else AssertionError(f"gave {repr(value)[:MAX_DETAIL]}")
            except Exception as raised:  # noqa: BLE001 - the program's own
                error = raised  # type: ignore[assignment]
            self.record(number, error)


def is_expected(value: Any, expected: Any) -> bool:
    """Say whether a value is the expected one, which JSON wrote: its tuples are lists.

    >>> is_expected((1, 2.0000001), [1, 2.0]), is_expected(1, True), is_expected("1", 1)
    (True, False, False)
    """
    if isinstance(value, (list, tuple)) and isinstance(expected, (list, tuple)):
        pairs = zip(value, expected, strict=False)
        return len(value) == len(expected) and all(is_expected(*pair) for pair in pairs)
    if isinstance(value, dict) and isinstance(expected, dict):
        keyed = {key if isinstance(key, str) else json.dumps(key): value[key] for key in value}
        return keyed.keys() == expected.keys() and all(
            is_expected(keyed[key], expected[key]) for key in expected
        )
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    if isinstance(expected, float) and isinstance(value, (int, float)):
        return math.isclose(value, expected, rel_tol=RELATIVE) or (value != value != expected)
    return type(value) is type(expected) and bool(value == expected)


def _blame(error: BaseException) -> str:
    """Return `broken` for tests that import what the sandbox has not; empty for other errors."""
    is_ours = isinstance(error, ImportError) and not hasattr(error, "program_detail")
    return "broken" if is_ours else ""


def _described(error: BaseException) -> str:
    said = getattr(error, "program_detail", None) or f"{type(error).__name__}: {error}"
    return str(said)[:MAX_DETAIL].removesuffix(": ")
