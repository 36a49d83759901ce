from assets.recipe.load import load_recipe
from r1data.store.store import Store
from tests.assets.plans import planned_of


def test_a_plan_counts_what_each_round_asks_and_what_the_log_has(made_once):
    asked = {
        (a.round_name, a.policy): (a.num_prompts, a.num_requests, a.num_missing)
        for a in planned_of(load_recipe(made_once.recipe), made_once.store)
    }
    assert asked == {
        ("cold_start", "examples"): (16, 16, 0),
        ("reasoning", "cold_start"): (25, 100, 0),
        ("evaluation", "base"): (12, 24, 0),
        ("evaluation", "cold_start"): (12, 24, 0),
        ("evaluation", "sft"): (12, 24, 0),
    }


def test_a_plan_of_nothing_made_bounds_the_tokens_of_models_only(made_once, tmp_path):
    recipe = load_recipe(made_once.recipe)
    plans = list(planned_of(recipe, Store(tmp_path / "small")))
    assert [a.num_missing for a in plans] == [a.num_requests for a in plans]
    assert [a.tokens > 0 for a in plans] == [a.round_name != "cold_start" for a in plans]
    assert all(a.is_at_most for a in plans if a.tokens)


def test_a_plan_fits_80_columns_and_cuts_nothing(made_once):
    said = made_once("plan")
    assert "…" not in said
    assert all(len(line) <= 80 for line in said.splitlines())
    assert "evaluation" in said
