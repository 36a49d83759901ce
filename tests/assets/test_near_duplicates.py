import json

import pytest

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.store.query import open_session
from r1data.store.spec import fingerprints

PROBLEM = (
    "A farmer near a river keeps 36 sheep and 18 goats in one field behind his house. Each morning "
    "he leads the animals to the water and counts them by their legs, because a fence hides the "
    "rest of them from view. How many legs does he count on a morning when none is missing?"
)
NEAR = PROBLEM.replace("leads", "accompanies")
OTHER = PROBLEM.replace("36", "35")
THOUGHT = " ".join(f"step{number} follows from what stands above," for number in range(20))


def completion(thought, answer):
    return f"<think>{thought}</think>So it is \\boxed{{{answer}}}."


def recipe(tmp_path, *, prompts=None, rollouts=None):
    rows = [
        {"problem": PROBLEM, "gold_answer": "216", "completion": completion(THOUGHT, 216)},
        {
            "problem": NEAR,
            "gold_answer": "216",
            "completion": [
                completion(f"{THOUGHT} {more}", 216) for more in ("indeed", "yes", "yes")
            ],
        },
        {"problem": OTHER, "gold_answer": "212", "completion": [completion(THOUGHT, 212)] * 3},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "near",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": str(file), "model": "R1"}},
            "prompts": {
                "sources": {
                    "theirs": {"file": str(file), "columns": {"gold_answer": "gold_answer"}}
                },
                "near_duplicates": prompts,
            },
            "reasoning": {
                "policy": "theirs",
                "sampling": {"group_size": 3},
                "selection": {
                    "max_per_prompt": 3,
                    "prefer": "shortest",
                    "near_duplicates": rollouts,
                },
            },
        }
    )


def made(tmp_path, **settings):
    """Make every table of the recipe, and return the run."""
    specs = recipe(tmp_path, **settings).tables()
    with Run(specs, tmp_path / "data") as run:
        for spec in specs:
            run.make(spec.key)
    return run


def reasons(run, key):
    rows = run.table(key).read()
    return (
        rows["drop_reason"].fill_null("kept").value_counts(name="rows").sort("drop_reason").rows()
    )


def test_near_duplicates_are_marked_where_the_recipe_asks_for_it(tmp_path):
    run = made(tmp_path, prompts={}, rollouts={"within": "dataset"})
    assert reasons(run, "prompts/filtered_prompts") == [("kept", 2), ("near_duplicate", 1)]
    assert reasons(run, "reasoning/selections") == [
        ("duplicate_completion", 1),
        ("kept", 1),
        ("near_duplicate", 4),
    ]
    with open_session(run.store.root) as session:
        clusters = session.query(
            "select duplicate_of, count(*) as members, min(similarity) as least "
            "from reasoning.selections where duplicate_of is not null group by all"
        )
    assert clusters["members"].to_list() == [5]
    assert 0.8 <= clusters["least"][0] < 1


@pytest.mark.parametrize(
    ("within", "kept"),
    [pytest.param("prompt", 2, id="prompt"), pytest.param("dataset", 1, id="all")],
)
def test_rollouts_of_other_prompts_are_compared_where_the_recipe_says_so(tmp_path, within, kept):
    run = made(tmp_path, prompts={}, rollouts={"within": within})
    assert run.table("reasoning/selections").read()["is_kept"].sum() == kept


def test_a_recipe_that_does_not_ask_for_near_duplicates_has_no_table_and_no_key_for_them(tmp_path):
    specs = {spec.key: spec for spec in recipe(tmp_path).tables()}
    assert "reasoning/sketches" not in specs
    assert specs["prompts/filtered_prompts"].content == {}
    assert "near_duplicates" not in str(specs["reasoning/selections"].content)


def test_a_threshold_makes_nothing_again_but_what_it_decides(tmp_path):
    found = [
        fingerprints(recipe(tmp_path, rollouts={"threshold": threshold}).tables())
        for threshold in (0.8, 0.9)
    ]
    changed = {key for key in found[0] if found[0][key] != found[1][key]}
    assert changed == {
        f"reasoning/{name}" for name in ("selections", "selected_rollouts", "drop_table")
    }
