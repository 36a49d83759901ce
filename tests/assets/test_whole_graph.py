import shutil

import pytest

from r1data.store.collect import collect
from tests.assets.graphs import Graph
from tests.assets.recipes import sums, whole_recipe


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    made = Graph(tmp_path_factory.mktemp("made"))
    made.run()
    return made


@pytest.fixture
def graph(made_once, tmp_path):
    shutil.copytree(made_once.tmp_path, tmp_path, dirs_exist_ok=True)
    return Graph(tmp_path)


FROM_SELECTIONS = {
    "evaluation/lenient_verdicts",
    "evaluation/signals",
    "evaluation/scoreboard",
    "reasoning/selections",
    "reasoning/drop_table",
    "reasoning/selected_rollouts",
    "sft/sft_mixture",
    "sft/policy",
    "evaluation/rollouts",
    "evaluation/verdicts",
    "evaluation/scores",
    "evaluation/comparisons",
    "evaluation/accuracy_comparisons",
}


def test_the_whole_graph_runs_on_a_fake_machine(made_once):
    graph = made_once
    assert graph.num_asked == 16 + 25 * 4 + 12 * 2 * 3
    assert graph.trained == ["cold_start", "sft"]
    filtered = graph.read("prompts/filtered_prompts")
    assert filtered.filter(drop_reason="duplicate", source="twice").height == 1
    selections = graph.read("reasoning/selections")
    assert selections.filter("is_kept")["prompt_id"].is_unique().all()
    assert set(selections["drop_reason"].unique()) >= {None, "incorrect", "over_quota"}
    rows = graph.read("sft/sft_mixture")
    assert rows.height == selections["is_kept"].sum()
    assert rows["completion"][0][0]["content"].startswith("<think>")
    scores = graph.read("evaluation/scores").filter(benchmark="all", metric="pass@1")
    assert scores["policy"].sort().to_list() == ["base", "cold_start", "sft"]
    comparisons = graph.read("evaluation/comparisons").filter(benchmark="all", metric="pass@1")
    assert comparisons["baseline"].unique().to_list() == ["base"]


def test_worked_examples_are_marked_as_such(graph):
    rollouts = graph.read("cold_start/rollouts")
    assert rollouts["policy"].unique().to_list() == ["examples"]
    assert graph.read("policies/examples")["kind"].to_list() == ["worked_examples"]
    trained_on = graph.read("cold_start/policy")["trained_on"][0]
    version = graph.store.table("cold_start/sft_mixture").data_version
    assert trained_on == f"cold_start/sft_mixture@{version}"


def test_a_second_run_asks_trains_and_changes_nothing(graph):
    graph.run()
    assert (graph.num_asked, graph.trained, graph.remade) == (0, [], set())


def test_a_selection_threshold_remakes_what_follows_from_it(graph):
    reasoning = whole_recipe(graph.tmp_path).reasoning.model_dump()
    graph.run(reasoning=reasoning | {"selection": {"max_per_prompt": 2}})
    assert graph.remade == FROM_SELECTIONS
    assert graph.trained == ["sft"]
    assert graph.num_asked == 12 * 2


def test_larger_groups_ask_for_the_difference(graph):
    reasoning = whole_recipe(graph.tmp_path).reasoning.model_dump()
    graph.run(reasoning=reasoning | {"sampling": {"group_size": 8}})
    assert graph.num_asked == 25 * 4 + 12 * 2
    assert graph.read("reasoning/rollouts").height == 25 * 8
    assert not any(key.startswith(("cold_start/", "prompts/")) for key in graph.remade)


def test_added_prompts_are_asked_and_the_others_are_not(graph):
    before = graph.read("reasoning/rollouts")
    prompts = whole_recipe(graph.tmp_path).prompts.model_dump()
    prompts["sources"]["hard"] = sums(34, digits=3)
    graph.run(prompts=prompts)
    assert graph.num_asked == 10 * 4 + 12 * 2
    assert graph.trained == ["sft"]
    rollouts = graph.read("reasoning/rollouts")
    assert rollouts.height == before.height + 10 * 4
    assert rollouts.join(before, on="rollout_id", how="semi").height == before.height


def test_a_training_configuration_remakes_its_policy_and_what_that_writes(graph):
    graph.tmp_path.joinpath("sft.yaml").write_text("max_steps: 2", encoding="utf-8")
    graph.run()
    assert graph.trained == ["cold_start", "sft"]
    assert "cold_start/sft_mixture" not in graph.remade
    assert {"cold_start/policy", "sft/policy", "evaluation/scores"} <= graph.remade


def test_a_recipe_changed_back_needs_no_work(graph):
    versions = graph.versions()
    reasoning = whole_recipe(graph.tmp_path).reasoning.model_dump()
    graph.run(reasoning=reasoning | {"selection": {"max_per_prompt": 2}})
    graph.run()
    assert (graph.num_asked, graph.trained) == (0, [])
    assert graph.versions() == versions


def test_gc_keeps_the_weights_of_current_policies_only(graph):
    kept = {path.name for path in graph.store.models.glob("sft-*")}
    reasoning = whole_recipe(graph.tmp_path).reasoning.model_dump()
    graph.run(reasoning=reasoning | {"selection": {"max_per_prompt": 2}})
    recipe = whole_recipe(
        graph.tmp_path, reasoning=reasoning | {"selection": {"max_per_prompt": 2}}
    )
    removed = collect(graph.store, recipe.tables())
    assert kept <= {item.path.name for item in removed}
    current = graph.read("sft/policy")["location"][0]
    assert [f"models/{path.name}" for path in graph.store.models.glob("sft-*")] == [current]


def test_what_is_finished_can_be_used_without_asking_more(graph):
    reasoning = whole_recipe(graph.tmp_path).reasoning.model_dump()
    larger = reasoning | {"sampling": {"group_size": 6}, "finished_only": "today"}
    graph.run(reasoning=larger)
    rollouts = graph.read("reasoning/rollouts")
    assert rollouts.filter(error_class="not_asked").height == 25 * 2
