"""Rounds that train by rewards, from the recipe to what their policies write."""

from base64 import b64decode

import dagster as dg
import polars as pl
import pytest

from assets.orchestration.metadata import describe
from r1data.curation.bands import PassRateBand
from tests.assets.graphs import Graph
from tests.assets.recipes import whole_recipe


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    found = Graph(tmp_path_factory.mktemp("rewarded"))
    found.make(recipe(found.tmp_path))
    return found


def recipe(tmp_path, **changed):
    config = tmp_path / "grpo.yaml"
    config.write_text("max_steps: 2", encoding="utf-8")
    training = {"base": "base", "config": str(config)}
    rounds = {
        "r1_zero": {"training": training, "random_arm": True},
        "reasoning_rl": {
            "policy": "cold_start",
            "sources": ["hard"],
            "sampling": {"group_size": 4},
            "band": {"min_rate": 0.1, "max_rate": 0.9},
            "training": {
                **training,
                "base": "cold_start",
                "rewards": ["accuracy", "format", "language_consistency"],
            },
        },
        "reasoning": {
            "policy": "reasoning_rl",
            "sources": ["hard", "twice"],
            "sampling": {"group_size": 4},
        },
        "evaluation": {
            "policies": ["base", "r1_zero", "r1_zero_random", "cold_start", "reasoning_rl", "sft"]
        },
    }
    return whole_recipe(tmp_path, **(rounds | changed))


def test_each_policy_is_trained_once_and_sampled_by_the_rounds_that_name_it(graph):
    trained = ["r1_zero", "r1_zero_random", "cold_start", "reasoning_rl", "sft"]
    assert sorted(graph.trained) == sorted(trained)
    assert set(graph.read("evaluation/scores")["policy"]) == {"base", *trained}
    assert graph.read("reasoning/rollouts")["policy"].unique().to_list() == ["reasoning_rl"]


def test_r1_zero_is_asked_all_that_a_verifier_can_judge(graph):
    asked = graph.read("r1_zero/rl_prompts")
    kept = graph.read("prompts/filtered_prompts").filter(pl.col("drop_reason").is_null())
    assert sorted(asked["prompt_id"]) == sorted(kept["prompt_id"])
    assert asked["pass_rate"].is_null().all()


def test_reasoning_rl_is_asked_what_is_inside_the_band_of_the_policy_it_begins_from(graph):
    bands = graph.read("reasoning_rl/bands")
    assert set(bands["policy"]) == {"cold_start"}
    inside = bands.filter(pl.col("drop_reason").is_null())
    assert 0 < inside.height < bands.height
    assert inside["pass_rate"].is_between(0.1, 0.9).all()
    assert sorted(graph.read("reasoning_rl/rl_prompts")["prompt_id"]) == sorted(inside["prompt_id"])


@pytest.mark.parametrize("prefix", ["", "random_"])
def test_what_a_policy_wrote_and_what_was_logged_are_tables(graph, prefix):
    name = "r1_zero_random" if prefix else "r1_zero"
    wrote = graph.read(f"r1_zero/{prefix}rl_rollouts")
    logged = graph.read(f"r1_zero/{prefix}training_log")
    assert set(wrote["policy"]) == set(logged["policy"]) == {name}
    assert wrote["completion"].unique().to_list() == ["4"]
    assert set(logged["metric"]) == {"loss", "reward", "kl"}


def test_a_training_is_a_picture_on_the_pages_of_its_policy_and_of_its_log(graph):
    for key, name in (("r1_zero/policy", "training"), ("r1_zero/training_log", "plot")):
        shown = describe(graph.store.table(key))[name].value
        svg = b64decode(shown.partition("base64,")[2].rstrip(")")).decode()
        assert "<polyline" in svg
        assert "reward: 0.5 to 1" in svg
    assert "training" not in describe(graph.store.table("policies/base"))


def test_a_policy_says_what_it_was_trained_on(graph):
    policy = graph.read("reasoning_rl/policy").row(0, named=True)
    version = graph.versions()["reasoning_rl/rl_prompts"]
    assert policy["trained_on"] == f"reasoning_rl/rl_prompts@{version}"
    assert policy["trained_from"] == graph.read("cold_start/policy")["revision"].item()


def test_another_band_measures_nothing_again(graph):
    changed = recipe(graph.tmp_path)
    rl = changed.reasoning_rl.model_copy(update={"band": PassRateBand(max_rate=0.5)})
    graph.make(changed.model_copy(update={"reasoning_rl": rl}))
    assert "reasoning_rl/pass_rates" not in graph.remade
    assert "reasoning_rl/bands" in graph.remade


def test_a_band_that_no_prompt_is_inside_stops_before_training(tmp_path):
    graph = Graph(tmp_path)
    document = recipe(tmp_path).model_dump()
    document["reasoning_rl"]["band"] = {"min_rate": 1.0, "max_rate": 1.0, "min_judged": 99}
    with pytest.raises(dg.Failure, match=r"reasoning_rl/rl_prompts: .* none is inside the band"):
        graph.make(type(recipe(tmp_path)).model_validate(document))
    assert "reasoning_rl" not in graph.machine.trained
