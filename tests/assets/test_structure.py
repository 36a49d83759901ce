import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_type_hints

import pytest

from assets.chains.round import Round
from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe

HEAVY = ("torch", "vllm", "transformers", "trl", "ray", "datasets", "math_verify", "reasoning_gym")
THE_LIST = Path("assets/recipe/recipe.py")
SOURCES = [*Path("assets").rglob("*.py"), *Path("r1data").rglob("*.py")]


def loaded_with(module, *wanted):
    code = f"import {module}, sys; print([m for m in {wanted} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ast.literal_eval(shown.stdout)


def sections():
    """The rounds that a recipe can have: name and class."""
    kinds = {name: field.annotation for name, field in Recipe.model_fields.items()}
    classes = {
        name: [
            kind for kind in (annotation, *getattr(annotation, "__args__", ())) if is_round(kind)
        ]
        for name, annotation in kinds.items()
    }
    return {name: found[0] for name, found in classes.items() if found}


def is_round(kind):
    return isinstance(kind, type) and issubclass(kind, Round)


def mentions(tree, name, kind):
    """Where a file names a round: its module, its class, one of its tables, its section."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == f"assets.{name}":
            yield node.lineno
        if isinstance(node, ast.Name) and node.id == kind.__name__:
            yield node.lineno
        if isinstance(node, ast.Constant) and str(node.value).startswith(f"{name}/"):
            yield node.lineno
        if (
            isinstance(node, ast.Attribute)
            and node.attr == name
            and ast.unparse(node.value).endswith(("recipe", "loaded"))
        ):
            yield node.lineno


@pytest.mark.parametrize("name", sections())
def test_no_file_but_a_rounds_own_and_the_one_list_names_it(name):
    own = Path("assets", f"{name}.py")
    assert own.exists()
    named_by = {
        path
        for path in SOURCES
        if any(mentions(ast.parse(path.read_text(encoding="utf-8")), name, sections()[name]))
    }
    assert named_by - {own} == {THE_LIST}


def test_the_rounds_stand_beside_one_another_and_nothing_else_does():
    files = {path.stem for path in Path("assets").glob("*.py")} - {"__init__"}
    assert files == {*sections(), "policies"}


def test_every_table_is_described_and_has_a_step(tmp_path):
    recipe = Recipe.model_validate(
        {"name": "bare", "prompts": {"sources": {"a": {"problems": [{"problem": "1"} | GOLD]}}}}
    )
    assert all(spec.description.endswith(".") and spec.fill for spec in recipe.tables())


GOLD = {"gold_answer": "1"}


def test_what_is_checked_before_work_says_its_lines():
    checks = {spec.check for spec in load_recipe(Path("recipes/demo.yaml")).tables() if spec.check}
    assert {get_type_hints(check)["return"] for check in checks} == {list[str]}


def test_definitions_load_without_anything_heavy():
    assert loaded_with("assets.orchestration.definitions", *HEAVY) == []


def test_what_reads_the_rounds_needs_no_dagster():
    assert loaded_with("assets.recipe.load", "dagster") == []
    assert loaded_with("r1data.cli.data, r1data.cli.plan", "dagster") == []


@pytest.mark.parametrize("name", sections())
def test_the_contracts_on_imports_name_every_round(name):
    contracts = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]
    by_type = {one["type"]: one for one in contracts["contracts"][:2]}
    layered = [part.strip() for layer in by_type["layers"]["layers"] for part in layer.split("|")]
    assert f"assets.{name}" in layered
    assert f"assets.{name}" in by_type["forbidden"]["source_modules"]
