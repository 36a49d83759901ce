"""Policies scored by other prompts too, on benchmarks with sampling of their own."""

import pytest

from assets.orchestration.summary import print_summary
from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import sums, whole_recipe
from tests.assets.test_alignment import document as aligned
from tests.assets.test_alignment import examiner

PLAIN = {"instruction": "Let's think step by step.", "reasoning": "none"}
EVALUATION = {
    "policies": ["cold_start", "base"],
    "prompts": {"plain": {"policies": ["base"], "template": PLAIN}},
    "baseline": "base",
    "sampling": {"group_size": 2},
    "benchmarks": {"small": {"group_size": 5, "max_tokens": 99}},
}


def recipe(folder, **evaluation):
    document = whole_recipe(folder).model_dump() | {"reasoning": None, "sft": None}
    document["prompts"]["benchmarks"] = {
        "large": sums(8, digits=2),
        "small": {"problems": [{"problem": "Calculate 4 * 9.", "gold_answer": "36"}]},
    }
    return Recipe.model_validate(document | {"evaluation": EVALUATION | evaluation})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("evaluation"))
    graph.make(recipe(graph.tmp_path))
    return graph


def test_a_policy_is_scored_by_another_prompt_as_a_row_of_its_own(made):
    rollouts = made.read("evaluation/rollouts")
    assert rollouts["policy"].unique().sort().to_list() == ["base", "base:plain", "cold_start"]
    models = rollouts.group_by("policy_revision").agg("policy")["policy"].list.unique()
    assert sorted(models.list.sort().to_list()) == [["base", "base:plain"], ["cold_start"]]
    asked = rollouts.filter(policy="base:plain")
    assert set(asked["rollout_id"]).isdisjoint(rollouts.filter(policy="base")["rollout_id"])


def test_its_format_is_that_of_its_own_prompt(made):
    board = made.read("evaluation/scoreboard").filter(benchmark="all", metric="format")
    assert dict(board.select("policy", "value").rows()) == {
        "base": 1.0,
        "base:plain": 0.0,
        "cold_start": 1.0,
    }


def test_the_scoreboard_has_the_bases_first_whatever_the_recipes_order(made):
    board = made.read("evaluation/scoreboard")
    assert board["policy"].unique(maintain_order=True).to_list() == [
        "base",
        "base:plain",
        "cold_start",
    ]
    metrics = set(board.filter(benchmark="all")["metric"])
    assert metrics == {
        *("pass@1", "accuracy", "format", "language_consistency", "cut_off", "mean_tokens"),
    }


def test_a_benchmark_has_groups_and_limits_of_its_own(made):
    rollouts = made.read("evaluation/rollouts").join(
        made.read("prompts/benchmark_prompts").select("prompt_id", "source"), on="prompt_id"
    )
    sizes = rollouts.group_by("policy", "source").len().filter(policy="base")
    assert dict(sizes.select("source", "len").rows()) == {"large": 16, "small": 5}
    assert rollouts.select("source", "sampling_id").n_unique() == 2
    metrics = made.read("evaluation/scores").filter(benchmark="small")["metric"]
    assert set(metrics) == {"pass@1", "pass@5", "cons@5"}


def test_each_policy_is_compared_with_the_baseline_by_each_of_its_prompts(made):
    rows = made.read("evaluation/comparisons").filter(benchmark="all", metric="pass@1")
    assert sorted(rows.select("policy", "baseline").rows()) == [
        ("base", "base:plain"),
        ("base:plain", "base"),
        ("cold_start", "base"),
        ("cold_start", "base:plain"),
    ]


def test_the_plan_counts_each_policy_prompt_and_sampling(made):
    plans = list(planned_of(recipe(made.tmp_path), made.store))
    found = [(row.policy, row.num_requests) for row in plans if row.round_name == "evaluation"]
    assert sorted(found) == sorted(
        (policy, size) for policy in ("base", "base:plain", "cold_start") for size in (16, 5)
    )
    assert all(row.num_missing == 0 for row in plans)


def test_a_run_ends_with_the_scoreboard_and_cuts_no_number(made, capsys):
    specs = {spec.key: spec for spec in recipe(made.tmp_path).tables()}
    print_summary(made.store, specs)
    printed = capsys.readouterr().err
    board = made.read("evaluation/scoreboard").filter(benchmark="all")
    assert all(one in printed for one in {*board["policy"], *board["metric"]})
    assert "…" not in printed.partition("scoreboard: ")[2]
    assert "cold_start minus base:plain without the format rule, paired by prompt: " in printed


def test_the_recipes_reward_models_score_every_completion_too(tmp_path):
    graph = Graph(tmp_path)
    graph.machine.judge.answer = examiner
    evaluation = {"policies": ["base"], "sampling": {"group_size": 2}}
    graph.make(Recipe.model_validate(aligned(tmp_path) | {"evaluation": evaluation}))
    rewards = graph.read("evaluation/rewards")
    assert set(rewards["rollout_id"]) == set(graph.read("evaluation/rollouts")["rollout_id"])
    board = graph.read("evaluation/scoreboard").filter(benchmark="all")
    found = dict(board.select("metric", "value").rows())
    assert (found["helpful_model"], found["safety_model"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("evaluation", "said"),
    [
        pytest.param(
            {"benchmarks": {"smal": {}}}, "names the benchmark `smal`; there are", id="benchmark"
        ),
        pytest.param({"policies": ["cold_start"]}, "asks `base` by another prompt", id="policy"),
        pytest.param(
            {
                "policies": ["base", "examples"],
                "prompts": {"plain": {"policies": ["examples"], "template": {}}},
            },
            "asks a model, and `examples` is none",
            id="no model",
        ),
    ],
)
def test_a_wrong_name_is_one_line_before_any_work(tmp_path, evaluation, said):
    document = recipe(tmp_path, baseline=None, **evaluation).model_dump_json(indent=1)
    path = tmp_path / "recipe.yaml"
    path.write_text(document, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load_recipe(path)
