import json
import subprocess
import sys

import pytest

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
    sys.stderr.write("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(*arguments):
    """Return the packages that a command has loaded when it ends."""
    command = [sys.executable, "-c", RUN, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(json.loads(done.stderr.splitlines()[-1]))


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
