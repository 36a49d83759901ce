from pathlib import Path

import pytest

from assets.recipe.load import load_recipe
from r1data.policies.settings import WeightsPolicy
from r1data.store.spec import fingerprints
from tests.fakes import fake_weights

ROOT = Path(__file__).parents[3]
RECIPES = sorted((ROOT / "recipes").glob("*.yaml"))
PAPER = {
    "qwen_1_5b": 1e-4,
    "qwen_7b": 8e-5,
    "qwen_14b": 7e-5,
    "qwen_32b": 6e-5,
    "llama_8b": 5e-5,
    "llama_70b": 2e-5,
}
"""The learning rates of the students (supplementary B.4.3)."""


def load(path, folder):
    """Return a recipe of ours, with weights where it names a folder that is made before the run."""
    recipe = load_recipe(path)
    made = {
        name: policy.model_copy(update={"weights": str(fake_weights(folder / name))})
        for name, policy in recipe.policies.items()
        if isinstance(policy, WeightsPolicy) and policy.weights.startswith("data/")
    }
    return recipe.model_copy(update={"policies": {**recipe.policies, **made}})


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_table_of_a_recipe_has_a_fingerprint(path, tmp_path):
    specs = load(path, tmp_path).tables()
    assert fingerprints(specs).keys() == {spec.key for spec in specs}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_named_like_its_file(path):
    assert load_recipe(path).name == path.stem


def test_all_rounds_has_every_round():
    found = load_recipe(ROOT / "recipes" / "all_rounds.yaml").rounds
    assert found.keys() == load_recipe(ROOT / "recipes" / "r1.yaml").rounds.keys()


def test_the_six_students_have_the_learning_rates_of_the_paper():
    students = load_recipe(ROOT / "recipes" / "r1.yaml").distillation.students
    assert {name: one.overrides["learning_rate"] for name, one in students.items()} == PAPER
