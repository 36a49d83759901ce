# ruff: noqa: ANN401
"""The record of a program's tests: running them, and what became of each."""

from __future__ import annotations

import copy
import reprlib

from r1data.answers.code.asserts import (
    RECORD,
    BrokenTests,
    calls_check,
    calls_of,
    has_test_class,
    instrumented,
    tells_by_raising,
    uncalled_tests,
)
from r1data.answers.code.channel import Closed
from r1data.answers.code.checks import Checker, plain
from r1data.answers.code.expected import is_any_expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from r1data.answers.code.link import Link

MAX_DETAIL = 300
MAX_RESULTS = 200
NO_TEST = "no test ran"
PASSED = "passed"
"""The one word that credits a program: said where all tests were run to their end, and held."""


class Record:
    """What became of each test."""

    def __init__(
        self, job: dict[str, Any], space: dict[str, Any], link: Link, names: Collection[str]
    ) -> None:
        self.job = job
        self.space = space
        self.link = link
        self.names = names
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
            self.error, self.blame = described(error), blame(error)
        ending = self.link.fault or self.error or ("" if self.has_run() else NO_TEST)
        return {
            "fault": "ended" if self.link.fault else self.blame,
            "detail": ending,
            "verdict": "failed" if ending or self.failures else PASSED,
            "results": [self._result(number) for number in range(len(self.sources))][:MAX_RESULTS],
            "failed": len(self.failures),
        }

    def has_run(self) -> bool:
        """Say whether any test was run: a program must not pass by leaving nothing to test."""
        return bool(self.held or self.failures) or tells_by_raising(self.job["code"])

    def run(self) -> None:
        """Run the tests; what they raise is raised."""
        code, self.sources = instrumented(self.job["code"])
        self.space |= {RECORD: self.record, "__name__": "__main__"}
        exec(code, self.space)
        if not (self.held or self.failures):
            self._call_tests()
        defines, calls = calls_check(self.job["code"])
        if defines and not calls and self.job["entry_point"]:
            self.space["check"](self._entry())

    def _call_tests(self) -> None:
        """Call the test functions, as pytest would."""
        for name, parameters in uncalled_tests(self.job["code"]).items():
            for arguments in calls_of(self.space[name], parameters):
                self.space[name](**arguments)
        if has_test_class(self.job["code"]) and not (self.held or self.failures):
            raise BrokenTests("its tests are methods of classes; write functions or asserts")

    def record(self, number: int, error: BaseException | None = None) -> None:
        """Note that a test held, or what was raised instead."""
        if error is None and not self.link.fault:
            self.held.add(number)
        elif error is not None:
            self.failures.setdefault(number, described(error))
        if self.link.fault:
            raise Closed(self.link.fault)

    def _entry(self) -> Any:
        name = self.job["entry_point"]
        if name not in self.names and name.isidentifier():
            if self.job["entry_class"] not in self.names:
                raise NameError(f"the program defines no {name}")
            name = f"{self.job['entry_class']}().{name}"
        return eval(name, self.space)

    def _result(self, number: int) -> dict[str, str]:
        if number in self.failures:
            status, detail = "failed", self.failures[number]
        else:
            status, detail = ("passed" if number in self.held else "not_run"), ""
        test = {"test": self.sources[number], "outcome": status}
        return {**test, "detail": detail} if detail else test


SHORT = reprlib.Repr()
SHORT.maxstring = SHORT.maxother = MAX_DETAIL


class CallsRecord(Record):
    """What became of each call."""

    def has_run(self) -> bool:
        """Say whether any call was made."""
        return bool(self.held or self.failures)

    def run(self) -> None:
        """Make the calls, and compare or check the values."""
        self.sources = [f"case {number}" for number in range(len(self.job["cases"]))]
        entry = self._entry()
        checker = Checker(self.job["checker"]) if self.job["checker"] else None
        for number, case in enumerate(self.job["cases"]):
            try:
                value = entry(*copy.deepcopy(case["args"]), **case.get("kwargs", {}))
            except Exception as raised:  # noqa: BLE001 - the program's own
                self.record(number, raised)
                continue
            failure = self._failure(value, case, checker)
            self.record(number, AssertionError(failure) if failure else None)

    def _failure(self, value: Any, case: dict[str, Any], checker: Checker | None) -> str:
        """Return why a value is wrong; empty if it is not."""
        try:
            if checker:
                given = copy.deepcopy(case["args"])
                return checker.failure(given, case.get("expected"), plain(value))
            is_right = is_any_expected(value, case, self.job["comparison"])
        except BrokenTests:
            raise
        except Exception as error:  # noqa: BLE001 - a value that cannot be compared
            return f"{type(error).__name__}: {error}"
        return "" if is_right else f"gave {SHORT.repr(value)}"


def blame(error: BaseException) -> str:
    """Return `broken` for tests that import what the sandbox has not; empty for other errors."""
    is_ours = isinstance(error, ImportError) and not hasattr(error, "program_detail")
    return "broken" if is_ours or isinstance(error, BrokenTests) else ""


def described(error: BaseException) -> str:
    """Return an exception in a line; the program's own as the program described it."""
    said = f"{type(error).__name__}: {error}" if not isinstance(error, BrokenTests) else error
    said = getattr(error, "program_detail", None) or said
    return str(said)[:MAX_DETAIL].removesuffix(": ") or "an exception without a name"
