"""Gold answers that most rollouts contradict are audited blind, and suspect ones drop prompts."""

import json
from contextlib import nullcontext

import pytest
import yaml

from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from assets.steps.audit import read_prompts
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import CRITIC, sums
from tests.fakes import FakeJudge, fake_weights, value
from tests.verification.judge.judges import sections

WRONG = {"problems": [{"problem": f"Calculate {n} + 20.", "gold_answer": "7"} for n in range(8)]}


def calculates(question):
    """A judge that works the sum out."""
    shown = sections(question)
    expression = shown["problem"].removeprefix("Calculate ").rstrip(".")
    right = [place for place in ("first", "second") if shown[place] == str(value(expression))]
    return json.dumps({"rationale": "I worked it out.", "verdict": (right or ["neither"])[0]})


def document(folder, **audit):
    if not (folder / "base").exists():
        fake_weights(folder / "base")
    return {
        "name": "audited",
        "policies": {
            "teacher": {"kind": "weights", "weights": str(folder / "base")},
            "critic": CRITIC,
        },
        "prompts": {"sources": {"right": sums(8, digits=2), "wrong": WRONG}},
        "reasoning": {"policy": "teacher", "sampling": {"group_size": 8}, "gold_audit": audit},
    }


def made(folder, **audit):
    graph = Graph(folder)
    graph.machine.judge = FakeJudge(calculates)
    graph.recipe = Recipe.model_validate(document(folder, **audit))
    graph.make(graph.recipe)
    return graph


def fates(graph):
    sources = graph.read("prompts/filtered_prompts").select("prompt_id", "source")
    decided = graph.read("reasoning/selections").join(sources, on="prompt_id")
    return {(row["source"], row["drop_reason"]) for row in decided.iter_rows(named=True)}


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    return made(tmp_path_factory.mktemp("audited"), policy="critic")


def test_prompts_whose_gold_answer_loses_its_audit_leave_as_suspect(audited):
    audits = audited.read("reasoning/gold_audits")
    assert audits.height > 4
    assert set(audits["outcome"]) == {"gold", "majority"}
    reasons = {reason for source, reason in fates(audited) if source == "wrong"}
    assert "suspect_gold" in reasons
    assert ("right", "suspect_gold") not in fates(audited)


def test_each_doubted_gold_answer_is_asked_about_once_in_each_order(audited):
    num_doubted = audited.read("reasoning/gold_audits").height
    assert audited.machine.judge.num_asked == 2 * num_doubted
    assert audited.read("reasoning/audit_rollouts").height == 2 * num_doubted


def test_a_zero_on_which_most_agree_is_marked_beside_its_rate(audited):
    rates = audited.read("reasoning/pass_rates")
    zeros = rates.filter(pass_rate=0)
    assert zeros.height == 8
    assert "agreement" in set(zeros["zero_reason"])
    assert rates.filter(rates["pass_rate"] > 0)["zero_reason"].null_count() == 8


def test_plan_reckons_with_two_questions_for_each_prompt_and_then_with_those_asked(
    audited, tmp_path
):
    def asked(recipe, store):
        return [one for one in planned_of(recipe, store) if "gold audit" in one.round_name]

    (after,) = asked(audited.recipe, audited.store)
    assert after.num_missing == 0
    fresh = Graph(tmp_path)
    (before,) = asked(Recipe.model_validate(document(tmp_path, policy="critic")), fresh.store)
    assert (before.num_requests, before.is_bound) == (32, True)


def test_without_a_judge_doubted_gold_answers_are_listed_and_drop_nothing(tmp_path):
    graph = made(tmp_path)
    audits = graph.read("reasoning/gold_audits")
    assert audits.height > 4
    assert not audits["is_suspect"].any()
    assert graph.machine.judge.num_asked == 0
    assert "suspect_gold" not in {reason for _, reason in fates(graph)}


def test_without_a_judge_a_share_of_the_recipe_drops(tmp_path):
    graph = made(tmp_path, suspect_gold_share=0.6)
    suspect = graph.read("reasoning/gold_audits").filter("is_suspect")
    assert suspect.height
    decided = graph.read("reasoning/selections").filter(drop_reason="suspect_gold")
    assert set(decided["prompt_id"]) == set(suspect["prompt_id"])


def test_a_policy_that_cannot_judge_is_refused_as_an_auditor(tmp_path):
    recipe = document(tmp_path, policy="examples")
    recipe["policies"]["examples"] = {"kind": "worked_examples", "worked_examples": "arithmetic"}
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    with pytest.raises(ValueError, match=r"`reasoning.gold_audit.policy` names `examples`, which"):
        load_recipe(path)


def test_of_the_prompts_those_that_are_voted_on_are_read_with_the_columns_that_count(audited):
    run = audited.read("prompts/filtered_prompts")
    wanted = run["prompt_id"].drop_nulls()[:2]
    read = read_prompts(Shown(run), wanted, ("prompt_id", "problem"))
    assert read.columns == ["prompt_id", "problem"]
    assert {*read["prompt_id"]} == {*wanted}


class Shown:
    """A table that is in memory."""

    def __init__(self, rows):
        self.rows = rows

    def scan(self):
        return self.rows.lazy()

    def naming_damage(self):
        return nullcontext()
