"""A round that stops early asks less and decides as before, and its verdicts are made once."""

import pytest
import yaml

from assets.recipe.load import load_recipe
from performance.early_stop import CASES, WHOLE, measure
from r1data.store.log import index_log
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import CRITIC, whole_recipe

BAND = {"max_pass_rate": 0.5}
SELECTION = {"max_per_prompt": 2, **BAND}


def made(folder, **reasoning):
    folder.mkdir()
    graph = Graph(folder)
    graph.recipe = whole_recipe(folder, reasoning=round_of(**reasoning), sft=None, evaluation=None)
    graph.make(graph.recipe)
    return graph


def round_of(**settings):
    sampling = {"group_size": 8}
    told = {"policy": "cold_start", "sources": ["hard"], "sampling": sampling}
    return {**told, "selection": SELECTION, **settings}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return made(tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    rule = {"wave_size": 2, **BAND}
    return made(tmp_path_factory.mktemp("stopped") / "run", early_stop=rule)


def test_what_is_kept_is_the_same_where_only_certain_prompts_stop(whole, stopped):
    assert stopped.num_asked < whole.num_asked
    kept = stopped.read("reasoning/selected_rollouts")["rollout_id"]
    assert kept.len()
    assert kept.equals(whole.read("reasoning/selected_rollouts")["rollout_id"])


def test_verdicts_that_decided_while_sampling_are_not_made_again(stopped):
    (log,) = (stopped.store.logs / "verdicts").glob("math-*.jsonl")
    num_logged = index_log(log, {}).height
    assert num_logged == sum(
        stopped.read(f"{name}/verdicts").height for name in ("cold_start", "reasoning")
    )


def test_pass_rates_say_which_groups_stopped_and_what_they_are_estimated_at(stopped):
    rates = stopped.read("reasoning/pass_rates")
    early = rates.filter("is_stopped_early")
    assert 0 < early.height < rates.height
    assert (early["num_rollouts"] < early["group_size"]).all()
    assert (early["pass_rate"] > BAND["max_pass_rate"]).all()
    assert rates["unbiased_pass_rate"].null_count() == 0


def test_plan_asks_nothing_more_of_groups_that_stopped(stopped):
    (reasoning,) = [
        one for one in planned_of(stopped.recipe, stopped.store) if one.round_name == "reasoning"
    ]
    assert reasoning.num_missing == 0


def test_plan_says_that_a_round_which_may_stop_asks_so_much_at_most(tmp_path):
    graph = Graph(tmp_path)
    recipe = whole_recipe(tmp_path, reasoning=round_of(early_stop={"at_correct": 1}))
    (reasoning,) = [one for one in planned_of(recipe, graph.store) if one.round_name == "reasoning"]
    assert reasoning.num_requests == 24 * 8
    assert "stops early" in reasoning.told


def test_enough_correct_rollouts_end_a_prompt(tmp_path):
    graph = made(tmp_path / "run", early_stop={"wave_size": 2, "at_correct": 1}, selection={})
    rates = graph.read("reasoning/pass_rates").filter("is_stopped_early")
    assert rates.height > 12
    assert (rates["num_correct"] >= 1).all()


VAIN = [
    pytest.param({"early_stop": {"at_correct": 1}}, "`teacher` asks none", id="no model"),
    pytest.param(
        {"policy": "critic", "early_stop": {"at_correct": 1, "wave_size": 8}},
        "wave_size` is 8, and a group has 4",
        id="a wave as large as the group",
    ),
    pytest.param(
        {
            "policy": "critic",
            "early_stop": {"max_pass_rate": 0.5, "wave_size": 2},
            "judge": {"policy": "critic", "second_look": True},
        },
        "`reasoning.judge.second_look` can still raise",
        id="a judge that raises pass rates",
    ),
    pytest.param(
        {
            "policy": "critic",
            "early_stop": {"at_correct": 1, "wave_size": 2},
            "selection": {"max_pass_rate": 0.5},
        },
        "set `reasoning.early_stop.max_pass_rate` to 0.5 too",
        id="a selection whose band the early stop does not know",
    ),
    pytest.param(
        {
            "policy": "critic",
            "early_stop": {"at_correct": 1, "wave_size": 2, "max_pass_rate": 0.5},
            "selection": {"easy_prompts": {"above": 0.75}},
        },
        "`reasoning.selection.easy_prompts.above` is 0.75",
        id="easy prompts that begin elsewhere",
    ),
]


@pytest.mark.parametrize(("reasoning", "said"), VAIN)
def test_an_early_stop_in_vain_is_refused_in_one_line(tmp_path, reasoning, said):
    examples = {"kind": "worked_examples", "worked_examples": "arithmetic"}
    document = {
        "name": "vain",
        "policies": {"teacher": examples, "critic": CRITIC},
        "prompts": {"sources": {"one": {"problems": [{"problem": "1 + 1", "gold_answer": "2"}]}}},
        "reasoning": {"policy": "teacher", **reasoning},
    }
    path = tmp_path / "vain.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load_recipe(path)


@pytest.fixture(scope="module")
def by_rule():
    """What an endpoint was asked and what was kept, of whole groups and under two rules."""
    by_name = {case.name: case for case in CASES}
    enough, certain = by_name["at 4 correct"], by_name["above 0.625 for certain"]
    return {
        "enough, whole": measure(enough, WHOLE, 16),
        "enough": measure(enough, enough.rule, 16),
        "certain, whole": measure(certain, WHOLE, 16),
        "certain": measure(certain, certain.rule, 16),
    }


@pytest.mark.slow
def test_an_endpoint_is_asked_less_and_exactly_the_same_is_kept_inside_a_band(by_rule):
    whole, stopped = by_rule["certain, whole"], by_rule["certain"]
    assert stopped.num_requests < whole.num_requests == 16 * 16
    assert stopped.num_requests == stopped.rates["num_rollouts"].sum()
    assert stopped.kept.height
    assert stopped.kept.equals(whole.kept)


@pytest.mark.slow
def test_a_stop_at_so_many_correct_keeps_as_many_of_the_same_prompts(by_rule):
    whole, stopped = by_rule["enough, whole"], by_rule["enough"]
    assert stopped.num_requests < 0.8 * whole.num_requests
    count = [
        frame["prompt_id"].value_counts(sort=True).sort("prompt_id")
        for frame in (whole.kept, stopped.kept)
    ]
    assert count[0].equals(count[1])
