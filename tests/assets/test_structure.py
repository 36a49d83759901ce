import ast
import subprocess
import sys
from pathlib import Path

import pytest

from assets.build import ROUNDS, round_assets

MAX_STATEMENTS = 3
HEAVY = ("torch", "vllm", "transformers", "trl", "ray", "datasets", "math_verify", "reasoning_gym")


def asset_functions():
    return [
        pytest.param(node, id=f"{module.__name__}.{node.name}")
        for module in ROUNDS
        for node in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("asset") for decorator in node.decorator_list)
    ]


def test_every_asset_is_looked_at():
    assert len(asset_functions()) == len(round_assets())


@pytest.mark.parametrize("function", asset_functions())
def test_asset_is_described_and_thin(function):
    assert ast.get_docstring(function)
    assert len(function.body) - 1 <= MAX_STATEMENTS
    assert not any(isinstance(node, ast.For | ast.While | ast.If) for node in ast.walk(function))


def test_definitions_load_without_anything_heavy():
    code = f"import assets.definitions, sys; print([m for m in {HEAVY} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
