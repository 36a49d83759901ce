# ruff: noqa: ANN401
"""Checkers: code of the tests that decides whether an output is right, run in the tests' sandbox.

A checker is a function `check(input, expected, output)`, or a script that is given three files by
these names and prints 1, and nothing else, where the output is right: what a script repeats of an
output is no word of its own. What it raises is a refusal: an output that a checker cannot read is
the program's. Only a checker that imports what is missing is at fault.
"""

from __future__ import annotations

import ast
import io
import sys

from r1data.answers.code.asserts import BrokenTests
from r1data.answers.code.remote import data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FUNCTION = "check"
FILES = ("input", "expected", "output")
RIGHT_WORDS = frozenset({"1", "1.0", "true", "ok"})
MAX_SAID = 300
BLOCKS = ("body", "orelse", "finalbody")
"""The fields of a statement that hold statements of the same module."""


class Checker:
    """A checker, compiled and ready; raises `BrokenTests` if its code cannot be run."""

    def __init__(self, code: str) -> None:
        self.is_script = not any(map(_defines_check, ast.parse(code).body))
        self.space: dict[str, Any] = {"__name__": "checker"}
        try:
            self.code: Any = compile(code, "<checker>", "exec", dont_inherit=True)
            if not self.is_script:
                exec(self.code, self.space)
        except BaseException as error:  # noqa: BLE001 - whatever its own code raises
            raise BrokenTests(f"checker: {_said(error)}") from None

    def failure(self, given: Any, expected: Any, output: Any) -> str:
        """Return why the checker does not take an output; empty if it does.

        Raises `BrokenTests` where it imports what is missing, and nothing else.
        """
        try:
            decide: Any = self._decide_by_script if self.is_script else self.space[FUNCTION]
            found: Any = decide(given, expected, output)
        except ImportError as error:
            raise BrokenTests(f"checker: {_said(error)}") from None
        except BaseException as error:  # noqa: BLE001 - an output it cannot read
            return f"the checker raised {_said(error)}"
        if type(found).__module__ == "numpy" and getattr(found, "ndim", None) == 0:
            found = found.item()
        is_right = isinstance(found, (bool, int, float)) and found == 1
        return "" if is_right else "the checker refuses it"

    def _decide_by_script(self, *texts: str) -> bool:
        paths = [f"/tmp/{name}.txt" for name in FILES]
        for path, text in zip(paths, texts, strict=True):
            with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - nothing else is there
                file.write(text or "")
        said, before = io.StringIO(), (sys.argv, sys.stdout)
        sys.argv, sys.stdout = ["checker", *paths], said
        try:
            exec(self.code, {"__name__": "__main__"})
        except SystemExit as ended:
            if ended.code not in (0, None):
                return False
        finally:
            sys.argv, sys.stdout = before
        return said.getvalue().strip().casefold() in RIGHT_WORDS


def checked(job: dict[str, Any]) -> dict[str, Any]:
    """Return what a checker says of each output of a job: an empty text, or why it is wrong."""
    try:
        checker = Checker(job["checker"])
        failures = [checker.failure(*case) for case in job["cases"]]
    except BrokenTests as error:
        return {"fault": "broken", "detail": str(error)}
    return {"fault": "", "detail": "", "failures": failures}


def _defines_check(node: ast.stmt) -> bool:
    """Tell whether a statement of a module defines the function that decides."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return any(isinstance(one, ast.Name) and one.id == FUNCTION for one in node.targets)
    inner = (one for field in BLOCKS for one in getattr(node, field, ()))
    is_block = isinstance(node, (ast.If, ast.Try))
    return getattr(node, "name", "") == FUNCTION or (is_block and any(map(_defines_check, inner)))


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:MAX_SAID]


def plain(value: Any) -> Any:
    """Return a value of the program's as data as deep as lists and objects go."""
    value = data_of(value)
    if isinstance(value, (list, tuple)):
        return type(value)(plain(one) for one in value) if type(value) in (list, tuple) else value
    if type(value) is dict:
        return {key: plain(one) for key, one in value.items()}
    return value
