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
(RECIPE,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
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
