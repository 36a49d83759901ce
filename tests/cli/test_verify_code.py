import json

import pytest
from typer.testing import CliRunner

from r1data.answers.code.sandbox import check_sandbox
from r1data.cli.commands import app

DOUBLED = "```python\ndef double(n):\n    return 2 * n\n```"
PRINTED = "```python\nprint(2 * int(input()))\n```"
ROWS = [
    {"completion": DOUBLED, "test_list": ["assert double(2) == 4"], "test_setup_code": ""},
    {"completion": DOUBLED, "verifier": "code", "entry_point": "double", "prompt": "",
     "test": "def check(candidate):\n    assert candidate(2) == 4"},
    {"completion": PRINTED, "input_output": '{"inputs": ["2"], "outputs": ["4"]}'},
    {"completion": PRINTED, "input_output": '{"inputs": ["2"], "outputs": ["5"]}'},
    {"completion": "The answer is 4.", "gold_answer": "4", "test_list": ["assert f()"]},
]  # fmt: skip


@pytest.mark.usefixtures("sandboxed")
def test_rows_of_public_sets_are_judged_by_the_columns_that_these_have(tmp_path):
    rows = verified(ROWS, tmp_path)
    assert [row["outcome"] for row in rows] == [*["correct"] * 3, "incorrect", "correct"]
    assert [row["detail"].rpartition(" ")[2] for row in rows[:4]] == [
        *("MBPP", "HumanEval", "APPS", "APPS")
    ]
    assert rows[0]["test_list"] == ["assert double(2) == 4"]


@pytest.mark.usefixtures("sandboxed")
def test_a_column_of_another_name_holds_the_tests(tmp_path):
    row = {"output": DOUBLED, "asserts": ["assert double(2) == 4"]}
    columns = ("--column", "completion=output", "--column", "tests=asserts")
    assert verified([row], tmp_path, *columns)[0]["outcome"] == "correct"


@pytest.mark.usefixtures("sandboxed")
def test_packages_are_allowed_by_an_option(tmp_path):
    row = ROWS[0] | {"completion": DOUBLED.replace("def", "import pluggy\ndef")}
    without, allowed = (
        verified([row], tmp_path, *options)[0] for options in ((), ("--package", "pluggy"))
    )
    assert (without["outcome"], allowed["outcome"]) == ("incorrect", "correct")
    assert "needs the package pluggy" in without["detail"]


def test_a_package_that_is_not_installed_is_one_line(tmp_path):
    done = run(tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl", "--package", "no-such-one")
    assert str(done.exception) == (
        "the package no-such-one is not installed here: pip install no-such-one"
    )


def test_without_a_sandbox_programs_are_failed_and_other_rows_judged(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    check_sandbox.cache_clear()
    rows = verified([ROWS[0], ROWS[4]], tmp_path)
    check_sandbox.cache_clear()
    assert [row["outcome"] for row in rows] == ["failed", "correct"]
    assert rows[0]["detail"].startswith("no sandbox here: programs need bubblewrap to run in")


def verified(rows, folder, *options):
    """Return rows as the command writes them."""
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run(source, "--out", folder / "out.jsonl", "--workers", 1, *options)
    return [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


def run(*arguments):
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])
