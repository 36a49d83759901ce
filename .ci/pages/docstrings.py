"""Sentences that stand in the code: captions of modules, docstrings of enum members."""

import ast
import inspect
import textwrap
from enum import StrEnum
from itertools import pairwise
from pathlib import Path


def caption(module: Path) -> str:
    """Return the first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def member_sentences(enum: type[StrEnum]) -> dict[str, str]:
    """Return the values of an enum, each with the string beneath it; empty where there is none."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(enum))).body
    assert isinstance(definition, ast.ClassDef)
    below = {
        target.id: _text(after)
        for line, after in pairwise([*definition.body, ast.Pass()])
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    return {member.value: below[member.name] for member in enum}


def _text(node: ast.stmt) -> str:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return " ".join(str(node.value.value).split()) if is_text else ""  # type: ignore[attr-defined]
