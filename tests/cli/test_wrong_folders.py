"""Every command, given every kind of data folder that cannot be used."""

import sys
from functools import partial

import pytest

from assets.orchestration import run, ui
from r1data.cli.main import main

RECIPE = """
name: small
policies:
  rule: {kind: worked_examples, worked_examples: arithmetic}
prompts:
  sources:
    sums: {problems: [{problem: "1 + 1 =", gold_answer: "2"}]}
reasoning:
  policy: rule
"""
MAKES, READS = ("run", "ui"), ("plan", "status", "gc")
NEEDS = {
    "check": [],
    "sql": ["select 1"],
    "why": ["abcdef"],
    "show": ["reasoning/rollouts"],
    "export": ["reasoning/selected_rollouts", "--to", "out"],
}
"""Commands that need what a run made, with their arguments."""


def never(program, command):
    raise AssertionError(command)


MAKERS = {"run": run.main, "ui": partial(ui.main, become=never)}


@pytest.fixture
def only_line(tmp_path, capsys):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE, encoding="utf-8")

    def only_line(command, data):
        where = ["--recipe", str(path), "--data", str(data)]
        if command in MAKERS:
            status = MAKERS[command](where)
        else:
            with pytest.raises(SystemExit) as ended:
                main([command, *NEEDS.get(command, ()), *where])
            status = ended.value.code
        said = capsys.readouterr()
        assert (status, said.out) == (2, "")
        (line,) = said.err.splitlines()
        return line

    return only_line


def a_file(folder):
    folder.joinpath("data").touch()


def a_file_inside(folder):
    folder.joinpath("data").mkdir()
    folder.joinpath("data", "small").touch()


def links_in_a_circle(folder):
    folder.joinpath("data").symlink_to("data")


def a_folder_for_a_file(folder):
    folder.joinpath("data", "small", "store.json").mkdir(parents=True)


def another_format(folder):
    folder.joinpath("data", "small").mkdir(parents=True)
    folder.joinpath("data", "small", "store.json").write_text('{"format": "x"}', encoding="utf-8")


MOVE = "a file stands where a folder belongs; move it away"
WRONG = {
    "a file": (a_file, MOVE, "is no data folder"),
    "a file where the recipe's folder belongs": (a_file_inside, MOVE, "is no data folder"),
    "links that lead in a circle": (
        links_in_a_circle,
        "links lead in a circle; name another path",
        "is no data folder",
    ),
    "a folder where a file belongs": (
        a_folder_for_a_file,
        "a folder stands where a file belongs; move it away",
        "a folder stands where a file belongs; move it away",
    ),
    "a format that is no number": (
        another_format,
        "restore it, or choose another data folder",
        "restore it, or choose another data folder",
    ),
}


@pytest.mark.parametrize("command", [*MAKES, *READS, *NEEDS])
@pytest.mark.parametrize(("prepare", "said", "said_by_readers"), WRONG.values(), ids=WRONG)
def test_a_data_folder_that_cannot_be_used_is_one_line(
    only_line, tmp_path, command, prepare, said, said_by_readers
):
    prepare(tmp_path)
    line = only_line(command, tmp_path / "data")
    assert (said_by_readers if command in NEEDS else said) in line


@pytest.mark.parametrize("command", [*MAKES, *READS, *NEEDS])
def test_a_path_that_is_too_long_is_one_line(only_line, tmp_path, command):
    line = only_line(command, tmp_path / ("x" * 300))
    assert "the path is too long; name a shorter one" in line


@pytest.mark.parametrize("command", [*MAKES, *READS])
def test_a_path_that_is_no_text_is_one_line(only_line, tmp_path, command):
    line = only_line(command, tmp_path / "a\udcffb")
    assert "is not UTF-8, which SQL needs; name another data folder" in line


@pytest.mark.skipif(sys.platform != "linux", reason="nothing can be made under Linux's /proc")
@pytest.mark.parametrize("command", MAKES)
def test_a_folder_that_cannot_be_made_is_not_called_full(only_line, command):
    line = only_line(command, "/proc/none")
    assert line.startswith("/proc/none")
    assert "check the path, or name another" in line


@pytest.mark.parametrize("command", NEEDS)
def test_a_folder_without_a_run_is_one_line(only_line, tmp_path, command):
    assert "is no data folder; run `r1data run`" in only_line(command, tmp_path / "none")
