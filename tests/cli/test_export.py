import os
import subprocess

import datasets
import pytest

from r1data.cli.export import git_revision
from tests.cli.commands import r1data
from tests.hub import stand_in


def test_an_export_opens_with_its_card_and_every_row(made_once, tmp_path):
    said = made_once("export", "sft/sft_mixture", "--to", str(tmp_path / "out"))
    opened = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))[
        "train"
    ]
    rows = made_once.store.table("sft/sft_mixture").read()
    assert opened["rollout_id"] == rows["rollout_id"].to_list()
    assert f"{rows.height:,} rows" in said
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert f"r1data run --recipe {made_once.recipe.name} --select sft/sft_mixture" in card
    policies = card.partition("## Policies\n")[2].partition("## How")[0]
    assert "cold\\_start" in policies
    assert "base" not in policies


def test_a_checkout_is_named_by_its_commit_and_what_lies_in_anothers_is_not(tmp_path):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        asked = ["git", "-C", str(tmp_path), *who, *arguments]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()

    assert git_revision(tmp_path) == "unknown"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "code.py").write_text("1")
    git("init")
    git("add", "site")
    git("commit", "-m", "Begin")
    git("tag", "v1")
    commit = git("rev-parse", "HEAD")
    assert (git_revision(tmp_path), git_revision(tmp_path / "site")) == (commit, "unknown")
    (tmp_path / "site" / "code.py").write_text("2")
    assert git_revision(tmp_path) == f"{commit}-dirty"


def export_to_hub(shell, **environment):
    where = ["--recipe", str(shell.recipe), "--data", str(shell.data)]
    environment = os.environ | environment
    return r1data("export", "sft/sft_mixture", "--to", "hub:org/name", *where, env=environment)


def test_a_hub_that_cannot_be_reached_is_one_line(made_once):
    finished = export_to_hub(made_once, HF_ENDPOINT="http://127.0.0.1:9")
    assert (finished.status, finished.output) == (2, "")
    (line,) = finished.errors.splitlines()
    assert line.startswith("the Hub dataset org/name cannot be written: [Errno 111]")
    assert "check its name, the network and that `hf auth login` was given a token" in line


def test_a_hub_that_refuses_the_token_is_one_line(made_once):
    with stand_in() as hub:
        finished = export_to_hub(made_once, **hub.environment | {"HF_TOKEN": "hf_another"})
    assert (finished.status, finished.output) == (2, "")
    (line,) = finished.errors.splitlines()
    assert "the Hub dataset org/name cannot be written: " in line
    assert "401" in line


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_hub_dataset_is_the_folder_byte_for_byte_in_one_commit(made_once, tmp_path):
    made_once("export", "sft/sft_mixture", "--to", str(tmp_path / "out"))
    with stand_in() as hub:
        hub.repositories["org/name"] = {
            "data/train-00007-of-00009.parquet": b"of an earlier export",
            "export.json": b'{"table": "sft/sft_mixture"}',
            ".gitattributes": b"theirs",
        }
        finished = export_to_hub(made_once, **hub.environment)
    assert finished.status == 0, finished.errors
    assert hub.repositories["org/name"] == {
        ".gitattributes": b"theirs",
        **contents(tmp_path / "out"),
    }
    version = made_once.store.table("sft/sft_mixture").data_version
    assert hub.commits == [f"Export sft/sft_mixture {version}"]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"data/train-00000-of-00001.parquet": b"mine"}, id="files of somebody"),
        pytest.param({"export.json": b'{"table": "rl/mixture"}'}, id="another table's export"),
        pytest.param(
            {"export.json": b'{"table": "sft/sft_mixture"}', "notes.txt": b"mine"}, id="more files"
        ),
    ],
)
def test_a_hub_dataset_with_anything_else_in_it_is_refused_and_left_alone(made_once, files):
    with stand_in() as hub:
        hub.repositories["org/name"] = dict(files)
        finished = export_to_hub(made_once, **hub.environment)
    assert finished.status == 2
    said = "the Hub dataset org/name is not empty and not an export of sft/sft_mixture"
    assert said in finished.errors
    assert (hub.repositories["org/name"], hub.commits) == (files, [])


def test_a_new_hub_dataset_is_private(made_once):
    with stand_in() as hub:
        finished = export_to_hub(made_once, **hub.environment)
        assert f"rows in {hub.url}/datasets/org/name" in finished.output
    assert hub.is_private == {"org/name": True}


def test_a_commit_that_is_refused_leaves_the_dataset_as_it_was(made_once):
    with stand_in() as hub:
        hub.refuses_commits = True
        finished = export_to_hub(made_once, **hub.environment)
    assert finished.status == 2
    assert "cannot be written" in finished.errors
    assert hub.repositories == {"org/name": {}}


def test_two_exports_of_one_version_are_the_same_bytes(made_once, tmp_path):
    where = ["--recipe", str(made_once.recipe), "--data", str(made_once.data)]
    for name, seed in (("one", "1"), ("two", "2")):
        to = ["export", "sft/sft_mixture", "--to", str(tmp_path / name)]
        assert r1data(*to, *where, env=os.environ | {"PYTHONHASHSEED": seed}).status == 0
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "two")
    assert {name.partition("/")[0] for name in one} == {
        *("README.md", "data", "plots", "export.json")
    }
