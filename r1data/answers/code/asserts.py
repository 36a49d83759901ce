# ruff: noqa: ANN401
"""Rewriting the asserts of tests so that each reports its result and none stops the next."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RECORD = "__record__"
FAILURE = "__failure__"
MAX_SOURCE = 200


class _Asserts(ast.NodeTransformer):
    """Wraps each assert in a `try` that records it.

    One that stands in a `try` of the tests' own is left alone: the tests catch it themselves.
    """

    def __init__(self) -> None:
        self.sources: list[str] = []

    def visit_Assert(self, node: ast.Assert) -> Any:
        number = len(self.sources)
        self.sources.append(ast.unparse(node.test)[:MAX_SOURCE])
        held, failed = ast.parse(
            f"{RECORD}({number})\n{RECORD}({number}, {FAILURE})", "<record>"
        ).body
        handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), FAILURE, [failed])
        return ast.Try([node, held], [handler], [], [])

    def visit_Try(self, node: ast.Try) -> Any:
        return node


def instrumented(code: str) -> tuple[Any, list[str]]:
    """Return compiled tests that record each assert, and the sources of these."""
    tree = ast.parse(code)
    asserts = _Asserts()
    tree = ast.fix_missing_locations(asserts.visit(tree))
    return compile(tree, "<tests>", "exec", dont_inherit=True, optimize=0), asserts.sources


def tells_by_raising(code: str) -> bool:
    """Say whether tests also tell by what they raise: an assert in a `try`, or a `raise`.

    >>> tells_by_raising("assert f(1)"), tells_by_raising("if f(1): raise ValueError")
    (False, True)
    """
    return any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Try) and any(isinstance(n, ast.Assert) for n in ast.walk(node)))
        for node in ast.walk(ast.parse(code))
    )


class BrokenTests(Exception):
    """Tests that cannot be run, whatever the program."""


def uncalled_tests(code: str) -> dict[str, list[str]]:
    """Return the names of test functions, as pytest would call them, with their parameters'.

    >>> uncalled_tests("def test_f(x, y=1): assert f(x)")
    {'test_f': ['x']}
    """
    return {
        node.name: _required(node.args)
        for node in ast.parse(code).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    }


def _required(arguments: ast.arguments) -> list[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    given = positional[: len(positional) - len(arguments.defaults)]
    return [one.arg for one in (*given, *arguments.kwonlyargs)]


def calls_of(test: Any, parameters: list[str]) -> list[dict[str, Any]]:
    """Return the arguments of each call of a test function; one that has none is called once.

    Those of pytest's `parametrize` are taken from the marks that it leaves. A function with other
    parameters is no test of its own where nothing is marked; where something is, it asks for what
    only pytest gives, which raises `BrokenTests`.
    """
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    calls: list[dict[str, Any]] = [{}]
    for mark in marks:
        names, rows = (*mark.args, mark.kwargs.get("argvalues"))[:2]
        names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
        given = [_row(names, row) for row in rows]
        calls = [call | one for call in calls for one in given]
    missing = set(parameters) - set().union(*calls)
    if marks and missing:
        raise BrokenTests(f"{test.__name__} asks for {', '.join(sorted(missing))}, a fixture")
    return [] if missing else calls


def _row(names: Any, row: Any) -> dict[str, Any]:
    """Return the arguments of one call, given as pytest has them."""
    plain = row if len(names) > 1 else (row,)
    return dict(zip(names, row.values if hasattr(row, "marks") else plain, strict=True))


def has_test_class(code: str) -> bool:
    """Say whether tests stand in classes, whose methods are not called."""
    return any(
        isinstance(node, ast.ClassDef)
        and any(getattr(one, "name", "").startswith("test") for one in node.body)
        for node in ast.parse(code).body
    )


def calls_check(code: str) -> tuple[bool, bool]:
    """Say whether tests define `check`, and whether they call it themselves.

    >>> calls_check("def check(f): pass")
    (True, False)
    """
    body = ast.parse(code).body
    defines = any(isinstance(node, ast.FunctionDef) and node.name == "check" for node in body)
    calls = any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "check"
        for node in body
    )
    return defines, calls
