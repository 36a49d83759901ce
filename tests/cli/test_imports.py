import json
import subprocess
import sys

import pytest
import yaml

from r1data.answers.registry import VERIFIERS

HEAVY = {
    *("dagster", "dataframely", "datasets", "duckdb", "numpy", "openai", "polars", "pyarrow"),
    *("reasoning_gym", "sqlalchemy", "sympy", "torch", "transformers", "yaml"),
}
RUN = """
import json, sys
from r1data.cli.main import main
try:
    main()
finally:
    sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""
TO_JUDGE = {
    *(type(verifier).__module__ for verifier in VERIFIERS.values()),
    *("r1data.answers.reading.answer", "r1data.answers.registry", "r1data.answers.workers"),
}
OF_ANSWERS = {"r1data.answers", "r1data.answers.outcome", "r1data.answers.versions"}
RECIPE = {
    "name": "mine",
    "policies": {
        "teacher": {
            "kind": "endpoint",
            "endpoint": "http://localhost:1/v1",
            "model": "m",
            "revision": "1",
        }
    },
    "prompts": {
        "sources": {
            "sums": {"problems": [{"problem": "1 + 1?", "gold_answer": "2"}]},
            "letters": {
                "problems": [{"problem": "Red or blue?", "gold_answer": "red"}],
                "verifier": "text",
            },
        }
    },
    "reasoning": {"policy": "teacher", "judge": {"policy": "teacher"}},
    "sft": {},
}


def modules_of(*arguments):
    """Return the modules that a command has loaded when it ends."""
    command = [sys.executable, "-c", RUN, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(json.loads(done.stderr.splitlines()[-1]))


def loaded_by(*arguments):
    """Return the packages that a command has loaded when it ends."""
    return {name.partition(".")[0] for name in modules_of(*arguments)}


@pytest.fixture
def recipe(tmp_path):
    """A recipe of two verifiers and a judge, as a file."""
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(RECIPE), encoding="utf-8")
    return path


def test_help_loads_neither_a_heavy_library_nor_what_checks_values():
    assert loaded_by("--help") & (HEAVY | {"pydantic"}) == set()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(["status", "--help"], id="a command's help"),
        pytest.param(["sttus"], id="no such command"),
        pytest.param(["plan", "--recip", "x.yaml"], id="no such option"),
        pytest.param(["show"], id="an argument is missing"),
        pytest.param(["verify", "in.jsonl", "--out", "o", "--workers", "0"], id="a wrong number"),
    ],
)
def test_help_and_mistyped_commands_load_no_heavy_library(line):
    assert loaded_by(*line) & HEAVY == set()


@pytest.mark.parametrize(
    ("line", "unused"),
    [
        pytest.param(["status"], {"datasets", "openai", "reasoning_gym"}, id="status"),
        pytest.param(["why", "0000"], {"duckdb", "datasets", "openai"}, id="why"),
        pytest.param(["sql", "select 1"], {"datasets", "openai", "reasoning_gym"}, id="sql"),
    ],
)
def test_a_command_loads_no_library_that_only_others_use(line, unused, tmp_path):
    loaded = loaded_by(*line, "--data", tmp_path)
    assert "polars" in loaded
    assert loaded & (unused | {"dagster", "pyarrow", "sympy", "torch", "transformers"}) == set()


@pytest.mark.parametrize("line", [["plan"], ["status"], ["check"], ["gc"]], ids=" ".join)
def test_what_only_reads_a_recipe_and_a_folder_loads_no_verifier(line, recipe, tmp_path):
    loaded = modules_of(*line, "--recipe", recipe, "--data", tmp_path / "data")
    heavy = {"dagster", "datasets", "pyarrow", "reasoning_gym", "sympy", "torch", "transformers"}
    assert "assets.recipe.recipe" in loaded
    assert loaded & (TO_JUDGE | heavy) == set()


def test_the_state_of_a_recipe_is_told_from_the_versions_of_verifiers_alone(recipe, tmp_path):
    loaded = modules_of("status", "--recipe", recipe, "--data", tmp_path / "data")
    assert {name for name in loaded if name.startswith("r1data.answers")} == OF_ANSWERS
