"""The recipe and the questions of docs/release.md, run on rows of its form."""

import json
import re
from pathlib import Path

import pytest
import yaml

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.mixture.licences import LICENCES
from r1data.store.query import query
from r1data.store.store import Store

PAGE = Path("docs/release.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    rows = [
        {
            "problem": f"What is {n} + {n}?",
            "completion": f"<think>{n} twice</think>\\boxed{{{2 * n}}}",
            "gold_answer": str(2 * n),
        }
        for n in range(100, 160)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "my_rollouts.jsonl").write_text(text, encoding="utf-8")
    (recipe,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    recipe = Recipe.model_validate(yaml.safe_load(recipe.replace("my_", f"{folder}/my_")))
    specs = recipe.tables()
    with Run(specs, folder / "data") as run:
        for spec in specs:
            run.make(spec.key)
    return Store(folder / "data")


def test_the_recipe_makes_what_the_page_says(made):
    rows = made.table("sft/quotas").read().select("name", "wanted", "taken", "shortfall").rows()
    found = {name: counts for name, *counts in rows}
    assert found["math"] == [49, 24, 25]
    assert found["theirs"] == [24, 24, None]
    assert found["stem"] == [1, 0, 1]
    assert found["held_out"] == [2, 2, 0]
    assert made.table("sft/token_statistics").read()["context"].unique().to_list() == [32768]


@pytest.mark.parametrize("question", re.findall(r"--[^\n]*\n(select .*?);", PAGE, re.S))
def test_the_questions_of_the_page_are_answered(made, question):
    assert query(made.root, question).height


def test_the_page_names_every_licence_that_is_known():
    named = PAGE.lower().replace(" ", "-")
    short = {"cc-by", "bsd-2-clause", "bsd-3-clause"}
    assert [name for name in LICENCES if name not in named and name not in short] == []
