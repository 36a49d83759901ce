"""The tests of a program, read from a prompt's JSON."""

import ast
import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from r1data.answers.code.asserts import calls_check

KINDS = ("asserts", "calls", "stdin")


@dataclass(frozen=True, slots=True)
class CodeTests:
    """The tests that decide about a program."""

    kind: str
    """`asserts`: code; `calls`: arguments and what is to be returned; `stdin`: input, output."""
    setup: str = ""
    """Code that runs before the program for it to use, and again before the tests: what it defines
    is the tests' own there, whatever the program makes of these names."""
    code: str = ""
    entry_point: str | None = None
    """A name, or an expression such as `Solution().twoSum`."""
    cases: list[dict[str, Any]] = field(default_factory=list)

    shared_classes: tuple[str, ...] = ()
    """The classes that the setup defines: their objects cross as plain data."""


@lru_cache(maxsize=1000)
def read_tests(text: str | None) -> CodeTests | str:
    """Return the tests that JSON describes, or what is wrong with them.

    >>> read_tests('{"kind": "stdin", "cases": []}')
    'tests: it has no cases'
    """
    try:
        given = json.loads(text or "")
    except (ValueError, RecursionError) as error:
        return f"tests: no JSON: {error}" if text else "tests: there are none"
    if not isinstance(given, dict) or given.get("kind") not in KINDS:
        return f"tests: not an object whose kind is one of {', '.join(KINDS)}"
    tests = CodeTests(
        kind=given["kind"],
        setup=given.get("setup") or "",
        code=given.get("code") or "",
        entry_point=given.get("entry_point") or None,
        cases=given.get("cases") or [],
    )
    if fault := _fault(tests):
        return f"tests: {fault}"
    nodes = ast.parse(tests.setup).body
    classes = (node.name for node in nodes if isinstance(node, ast.ClassDef))
    return replace(tests, shared_classes=tuple(classes))


def _fault(tests: CodeTests) -> str:
    texts = (tests.setup, tests.code, tests.entry_point or "")
    if not all(isinstance(text, str) for text in texts):
        return "setup, code and entry_point must be texts"
    for name, text in (("setup", tests.setup), ("code", tests.code)):
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return f"{name} is no Python: {error}"
    if tests.kind == "asserts":
        return _asserts_fault(tests)
    return _cases_fault(tests)


def _asserts_fault(tests: CodeTests) -> str:
    if not ast.parse(tests.code).body:
        return "it has no code"
    defines, calls = calls_check(tests.code)
    if defines and not calls and not tests.entry_point:
        return "it defines check(candidate), but no entry_point to call it with"
    return ""


def _cases_fault(tests: CodeTests) -> str:
    if not tests.cases or not isinstance(tests.cases, list):
        return "it has no cases"
    if tests.kind == "calls" and not tests.entry_point:
        return "it has no entry_point"
    needed: dict[str, dict[str, type]] = {
        "stdin": {"input": str, "output": str},
        "calls": {"args": list, "expected": object},
    }
    for number, case in enumerate(tests.cases):
        for key, kind in needed[tests.kind].items():
            if not isinstance(case, dict) or not (key in case and isinstance(case[key], kind)):
                return f"case {number} has no {key!r}, or no {kind.__name__} there"
    return ""
