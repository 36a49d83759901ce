import csv
import io
import json
import os

import pytest
import yaml

from r1data.cli.commands import app
from r1data.store.live import Far, living
from tests.cli.commands import Shell


def test_status_names_every_table_whole_and_fresh(made_once):
    lines = made_once("status").splitlines()
    rows = {line.split()[0]: line.split()[1] for line in lines if "/" in line.split(" ")[0]}
    assert rows == dict.fromkeys(made_once.store.keys(), "fresh")
    assert all(len(line) <= 80 for line in lines)


def test_status_says_why_a_table_is_stale(made_once, tmp_path):
    text = made_once.recipe.read_text(encoding="utf-8")
    recipe = tmp_path / "other.yaml"
    recipe.write_text(text.replace("max_pass_rate: 1.0", "max_pass_rate: 0.9"), encoding="utf-8")
    said = Shell(recipe, made_once.data)("status")
    assert "reasoning/selections is stale: " in said
    assert "selection.max_pass_rate 1.0 -> 0.9" in said


def test_status_names_the_training_configuration_that_changed(made_once, tmp_path):
    document = yaml.safe_load(made_once.recipe.read_text(encoding="utf-8"))
    config = tmp_path / "sft.yaml"
    config.write_text("max_steps: 2", encoding="utf-8")
    document["sft"]["training"]["config"] = str(config)
    recipe = tmp_path / "other.yaml"
    recipe.write_text(yaml.safe_dump(document), encoding="utf-8")
    said = Shell(recipe, made_once.data)("status")
    assert f"sft/policy is stale: settings changed: config: {config} is not what it was" in said


def test_status_of_a_live_run_says_who_makes_what_and_how_far_it_is(shell):
    manifest = next((shell.store.root / "sft" / "policy").glob("*/manifest.json"))
    shell.store.forget("sft/policy", manifest.parent)
    process = f"process {os.getpid()}"
    with living(shell.store.root, "one", ["sft/policy", "evaluation/scores"]):
        Far(shell.store.root, "one").tell("sft/policy", "84 of 1,380 steps")
        assert f"sft/policy: being made by {process}: 84 of 1,380 steps" in shell("status")
        manifest.unlink()
        assert f"sft/policy: being made by {process}: 84 of 1,380 steps" in shell("status")
    assert "being made" not in shell("status")


def test_sql_answers_as_a_table_as_csv_and_as_json(made_once):
    statement = "select drop_reason, count(*) as num from reasoning.selections group by all"
    assert "over_quota" in made_once("sql", statement)
    rows = list(csv.DictReader(io.StringIO(made_once("sql", statement, "--format", "csv"))))
    counts = {row["drop_reason"]: int(row["num"]) for row in rows}
    same = json.loads(made_once("sql", statement, "--format", "json"))
    assert counts == {row["drop_reason"] or "": row["num"] for row in same}
    assert sum(counts.values()) == 100


def test_show_prints_as_many_rows_as_asked_for(made_once):
    shown = made_once("show", "reasoning/selected_rollouts", "-n", "2")
    assert shown.count("rollout_id: ") == 2


def test_show_cuts_long_texts_unless_told_not_to(made_once):
    assert "…" not in made_once("show", "reasoning/selected_rollouts", "--full")


def test_why_follows_a_rollout_from_its_prompt_to_its_selection(made_once):
    dropped = made_once.store.table("reasoning/selections").read().filter(drop_reason="incorrect")
    said = made_once("why", dropped["rollout_id"][0])
    assert "prompts/filtered_prompts: hard/" in said
    assert "reasoning/selections: left for incorrect. Its verifier found the answer wrong." in said
    assert "drop_reason incorrect" in said


def test_why_tells_which_prompt_a_duplicate_repeats(made_once):
    prompts = made_once.store.table("prompts/filtered_prompts").read()
    twice = prompts.filter(drop_reason="duplicate")["prompt_id"][0]
    assert "duplicate_of twice/0" in made_once("why", twice)


def test_gc_says_what_would_go_and_then_frees_it(shell):
    orphan = next(shell.store.root.glob("reasoning/rollouts/*/")) / "part-00099-00.parquet"
    orphan.write_bytes(b"left by a crash")
    assert orphan.name in shell("gc", "--dry-run")
    assert orphan.exists()
    assert orphan.name in shell("gc")
    assert not orphan.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("show", "prompts/promts"), "did you mean prompts/prompts?", id="table"),
        pytest.param(("export", "sft/mixture", "--to", "x"), "sft/sft_mixture", id="mixture"),
        pytest.param(("export", "prompts/prompts", "--to", "x"), "no training set", id="prompts"),
        pytest.param(("why", "abc"), "too short", id="short id"),
        pytest.param(("why", "zzzzzz"), "no id begins with zzzzzz", id="unknown id"),
        pytest.param(("sql", "selekt 1"), "syntax error", id="sql"),
        pytest.param(("sql", "drop view prompts.prompts"), "give one SELECT", id="writing sql"),
    ],
)
def test_what_does_not_exist_is_one_line_with_its_remedy(made_once, arguments, said):
    with pytest.raises((ValueError, OSError), match=said) as error:
        invoke(made_once, *arguments)
    assert "\n" not in str(error.value)


def invoke(shell, *arguments):
    where = ["--recipe", str(shell.recipe), "--data", str(shell.data)]
    app([*arguments, *where], standalone_mode=False)
