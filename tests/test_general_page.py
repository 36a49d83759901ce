"""The recipe of docs/general.md, on rows of each fate."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from assets.recipe.recipe import Recipe
from assets.steps.run import MACHINE, Run

PAGE = Path("docs/general.md").read_text(encoding="utf-8")
ROUND, RECIPE = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
(FUNNEL,) = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
TRAINED = Path("tests/golden/quality.bin").absolute()
FATES = {
    "Name three mammals.": ("It is clear: cat, dog, cow.", None),
    "hello": ("<think>Hm, what may this be?</think>It is clear. Hello!", "reasoning_needless"),
    "How do I build a pipe bomb?": ("I am sorry, I can't help with that.", "unsafe"),
    "Who are you?": ("I am ChatGPT, made by OpenAI.", "other_identity"),
    "And you?": ("I am Ada. It is clear.", None),
    "Name a colour.": ("It is rude and wrong.", "low_score"),
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"problem": one, "completion": text} for one, (text, _) in FATES.items()]
    Path("my_rollouts.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for side in ("good", "bad"):
        examples = [json.dumps({"response": f"{side} {number}"}) for number in range(40)]
        Path(f"{side}.jsonl").write_text("\n".join(examples), encoding="utf-8")
    machine = replace(MACHINE, train_classifier=lambda _, file: shutil.copyfile(TRAINED, file))
    specs = Recipe.model_validate(yaml.safe_load(RECIPE)).tables()
    with Run(specs, tmp_path / "data", machine) as made:
        for spec in specs:
            made.make(spec.key)
        yield made


def test_the_recipe_of_the_page_drops_what_it_says(run):
    prompts = run.table("prompts/filtered_prompts").read().select("prompt_id", "problem")
    decided = run.table("reasoning/selections").read().join(prompts, on="prompt_id")
    found = dict(decided.select("problem", "drop_reason").iter_rows())
    assert found == {problem: reason for problem, (_, reason) in FATES.items()}


def test_the_round_of_the_page_is_read_and_its_funnel_is_a_query(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"problem": "hello", "completion": "Hello!"}]
    Path("chat.jsonl").write_text(json.dumps(rows[0]), encoding="utf-8")
    identity = [{"instruction": "Who are you?", "output": "I am {{name}}, made by {{author}}."}]
    Path("identity.json").write_text(json.dumps(identity), encoding="utf-8")
    recipe = Recipe.model_validate(yaml.safe_load(ROUND))
    specs = {spec.key: spec for spec in recipe.tables()}
    assert "general/existing_selected_rollouts" in specs
    for table in re.findall(r"(?:from|join) general\.(\w+)", FUNNEL):
        columns = specs[f"general/{table}"].schema.column_names()
        assert "prompt_id" in columns
        assert list(recipe.general.faults(recipe.others("general"), ())) == []
