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


def uncalled_tests(code: str) -> list[str]:
    """Return the names of test functions without parameters, as pytest would call them.

    >>> uncalled_tests("def test_f(): assert f(1)"), uncalled_tests("def test_f(x): assert f(x)")
    (['test_f'], [])
    """
    return [
        node.name
        for node in ast.parse(code).body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test")
        and not (node.args.args or node.args.posonlyargs or node.args.kwonlyargs)
    ]


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
