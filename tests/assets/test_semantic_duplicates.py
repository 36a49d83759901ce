import json
from dataclasses import replace

from assets.recipe.recipe import Recipe
from assets.steps.run import MACHINE, Run
from r1data.store.spec import fingerprints
from tests.fakes import fake_weights, hashed_words

PROBLEMS = (
    "Ann has 3 pens. Bo has 4 pens. How many pens do they have?",
    "Bo has 4 pens. Ann has 3 pens. They have how many pens?",
    "Ann has 3 pens. Bo has 5 pens. How many pens do they have?",
)


def recipe(tmp_path, model="model", **prompts):
    if not (tmp_path / model).exists():
        fake_weights(tmp_path / model).joinpath("config.json").write_text(json.dumps(model))
    embedding = {"model": str(tmp_path / model)}
    file = tmp_path / "rows.jsonl"
    rows = [{"problem": problem, "completion": "<think>So.</think>Yes."} for problem in PROBLEMS]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "semantic",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": str(file), "model": "R1"}},
            "prompts": {
                "sources": {"theirs": {"file": str(file), "unverified": "keep"}},
                "embedding": embedding,
                **prompts,
            },
            "reasoning": {"policy": "theirs", "embedding": embedding},
        }
    )


def made(tmp_path, **prompts):
    specs = recipe(tmp_path, **prompts).tables()
    machine = replace(MACHINE, load_embedding=lambda _: hashed_words)
    with Run(specs, tmp_path / "data", machine) as run:
        for spec in specs:
            run.make(spec.key)
    return run


def test_semantic_duplicates_are_marked_where_the_recipe_asks_for_it(tmp_path):
    run = made(tmp_path, semantic_duplicates={"require_gold": False})
    found = run.table("prompts/filtered_prompts").read()
    assert found["drop_reason"].to_list() == [None, "semantic_duplicate", None]
    assert found["duplicate_kind"].to_list() == [None, "semantic", None]
    assert found["similarity"][1] > 0.95


def test_without_the_setting_vectors_decide_nothing(tmp_path):
    run = made(tmp_path)
    assert run.table("prompts/embeddings").num_rows == 3
    assert run.table("prompts/filtered_prompts").read()["drop_reason"].to_list() == [None] * 3


def test_responses_get_vectors_where_their_round_asks_for_it(tmp_path):
    found = made(tmp_path).table("reasoning/embeddings").read()
    assert [len(vector) for vector in found["vector"]] == [64] * 3


def test_another_threshold_makes_no_vector_again(tmp_path):
    before = made(tmp_path, semantic_duplicates={"require_gold": False})
    run = made(tmp_path, semantic_duplicates={"threshold": 1, "require_gold": False})
    assert run.table("prompts/embeddings").folder == before.table("prompts/embeddings").folder
    assert run.table("prompts/filtered_prompts").read()["drop_reason"].to_list() == [None] * 3


def test_another_model_makes_other_vectors(tmp_path):
    found = [fingerprints(recipe(tmp_path, model).tables()) for model in ("one", "other")]
    assert found[0]["prompts/embeddings"] != found[1]["prompts/embeddings"]
    assert found[0]["prompts/filtered_prompts"] == found[1]["prompts/filtered_prompts"]
