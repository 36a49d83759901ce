"""Problems that say a benchmark's in another language are found where a model makes vectors."""

import json
import re
from dataclasses import replace

import numpy as np

from assets.recipe.recipe import Recipe
from assets.steps.run import MACHINE, Run
from tests.fakes import fake_weights

ENGLISH = "A farmer has 36 sheep and 18 goats. How many animals does the farmer have in all?"
FRENCH = "Un fermier a 36 moutons et 18 chèvres. Combien d'animaux le fermier a-t-il en tout ?"
OTHER = "Un fermier a 12 vaches et 5 chevaux. Combien d'animaux le fermier a-t-il en tout ?"


def by_numbers(texts):
    """A model that looks at nothing but numbers."""
    vectors = np.zeros((len(texts), 64), np.float32)
    for row, text in enumerate(texts):
        for number in re.findall(r"\d+", text):
            vectors[row, int(number)] = 1
    return vectors


def write_lines(path, *problems):
    lines = (json.dumps({"problem": problem}) + "\n" for problem in problems)
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)


def made(tmp_path, **prompts):
    model = fake_weights(tmp_path / "model")
    ours = write_lines(tmp_path / "ours.jsonl", FRENCH, OTHER)
    theirs = write_lines(tmp_path / "theirs.jsonl", ENGLISH)
    source = {"unverified": "keep", "language": None}
    recipe = Recipe.model_validate(
        {
            "name": "translated",
            "prompts": {
                "sources": {"ours": {"file": ours, **source}},
                "benchmarks": {"held_out": {"file": theirs, **source}},
                "embedding": {"model": str(model)},
                **prompts,
            },
        }
    )
    machine = replace(MACHINE, load_embedding=lambda _: by_numbers)
    specs = recipe.tables()
    with Run(specs, tmp_path / "data", machine) as run:
        for spec in specs:
            run.make(spec.key)
    return run


def test_a_translation_of_a_benchmarks_problem_leaves(tmp_path):
    found = made(tmp_path, decontamination={}).table("prompts/filtered_prompts").read()
    assert found["drop_reason"].to_list() == ["contaminated", None]
    assert found["contaminated_by"].to_list() == ["held_out/0", None]
    assert found["contamination_kind"].to_list() == ["translated", None]


def test_a_recipe_can_keep_translations_and_have_them_recorded(tmp_path):
    run = made(tmp_path, decontamination={"drop": ["verbatim"]})
    assert run.table("prompts/contamination").read()["kind"].to_list() == ["translated"]
    found = run.table("prompts/filtered_prompts").read()
    assert found["drop_reason"].to_list() == [None, None]
