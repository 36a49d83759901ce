import re
from pathlib import Path

from pages.demo_table import read_scores

from assets.recipe.load import load_recipe
from r1data.store.spec import in_reading_order

README = Path("README.md").read_text(encoding="utf-8")


def test_the_readme_is_one_that_a_newcomer_reads():
    assert len(README.splitlines()) <= 140


def test_the_readme_scores_every_policy_that_the_demo_evaluates():
    evaluation = load_recipe(Path("recipes/demo.yaml")).evaluation
    otherwise = {
        f"{policy}:{name}"
        for name, prompt in evaluation.prompts.items()
        for policy in prompt.policies
    }
    assert read_scores(README).keys() == {*evaluation.policies} | otherwise


def test_the_datasets_in_the_readme_are_tables_of_the_demo():
    keys = {spec.key for spec in in_reading_order(load_recipe(Path("recipes/demo.yaml")).tables())}
    told = re.findall(r"^\| `(\w+/\w+)` \|", README, re.MULTILINE)
    assert told
    assert set(told) <= keys
