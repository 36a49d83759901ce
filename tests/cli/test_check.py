import json

import pytest
import yaml

from performance.scripted_server import Script, ScriptedServer
from r1data.cli.commands import app
from r1data.store.store import Store
from tests.cli.commands import r1data

KEY = "reasoning/rollouts"


@pytest.fixture
def command(tmp_path):
    """Run a command on a recipe of an endpoint's policy, with a quota of so many a prompt."""

    def run(name, *arguments, url, quota=1):
        problems = tmp_path / "problems.jsonl"
        rows = [{"problem": f"{number} + 1", "gold": f"{number + 1}"} for number in range(4)]
        problems.write_text("".join(json.dumps(row) + "\n" for row in rows))
        source = {"file": str(problems), "columns": {"gold_answer": "gold"}}
        teacher = {"kind": "endpoint", "endpoint": url, "model": "scripted", "revision": "1"}
        document = {
            "name": "mine",
            "policies": {"teacher": teacher},
            "prompts": {"sources": {"mine": source}},
            "reasoning": {
                "policy": "teacher",
                "sampling": {"group_size": 2},
                "selection": {"max_per_prompt": quota},
            },
        }
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(document))
        where = ["--recipe", str(path), "--data", str(tmp_path / "data")]
        return r1data(name, *arguments, *where)

    return run


@pytest.mark.slow
def test_a_damaged_shard_is_named_and_its_remedy_works(command, tmp_path):
    def right(prompt):
        return f"<think>{prompt}</think>\\boxed{{{int(prompt.split()[0]) + 1}}}"

    with ScriptedServer(Script(reply=right)) as server:
        first = command("run", url=server.url)
        assert first.status == 0, first.errors
        num_asked = len(server.asked)
        shard = Store(tmp_path / "data" / "mine").table(KEY).paths[0]
        content = shard.read_bytes()
        middle = len(content) // 2
        other = bytes([content[middle] ^ 1])
        shard.write_bytes(content[:middle] + other + content[middle + 1 :])

        refused = command("run", url=server.url, quota=2)
        assert refused.status == 2
        assert f"{KEY} is damaged: its shard {shard} is not what was written" in refused.errors
        assert "Traceback" not in refused.errors
        found = command("check", url=server.url)
        assert (found.status, str(shard) in found.output) == (2, True)
        repaired = command("check", "--repair", url=server.url)
        assert repaired.status == 0
        assert repaired.output.endswith("taken out; `r1data run` makes it again\n")
        again = command("run", url=server.url, quota=2)
        assert again.status == 0, again.errors
        assert command("check", url=server.url).output == "every shard is what was written\n"
        assert len(server.asked) == num_asked


def test_a_sound_folder_is_said_to_be_so(made_once):
    assert made_once("check") == "every shard is what was written\n"


def test_damaged_rows_of_a_log_are_counted(shell):
    path = next(shell.store.shared_logs.rglob("requests/*/*-*.jsonl"))
    path.write_bytes(b"garbage\n" + path.read_bytes())
    assert f"{path}: damaged rows, which are passed over: 1" in shell("check")


@pytest.mark.parametrize("command", ["status", "sql", "show"])
def test_a_damaged_catalog_is_written_anew_by_the_commands_that_read(shell, command):
    path = shell.store.root / "r1data.duckdb"
    path.write_bytes(b"garbage" * 1_000)
    arguments = {"status": [], "sql": ["select 1"], "show": ["reasoning/rollouts"]}[command]
    shell(command, *arguments)
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize(
    "arguments",
    [("show", KEY), ("why", "{prompt}"), ("export", "sft/sft_mixture", "--to", "{folder}")],
    ids=["show", "why", "export"],
)
def test_a_damaged_shard_is_one_line_to_commands_that_read_it(shell, arguments, tmp_path):
    prompt = shell.store.table(KEY).read()["prompt_id"][0]
    for key in (KEY, "sft/sft_mixture"):
        path = shell.store.table(key).paths[0]
        path.write_bytes(path.read_bytes()[:-9])
    given = [text.format(prompt=prompt, folder=tmp_path / "out") for text in arguments]
    where = ["--recipe", str(shell.recipe), "--data", str(shell.data)]
    with pytest.raises(ValueError, match="is damaged: its shard ") as refused:
        app([*given, *where], standalone_mode=False)
    assert "\n" not in str(refused.value)
