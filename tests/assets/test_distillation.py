"""Targets of distillation, as the training set has them or written anew, and students of them."""

import json

import polars as pl
import pytest

from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from r1data.store.spec import fingerprints
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import whole_recipe

WRITTEN = ("prompt", "completion", "rollout_id", "prompt_id")


def recipe(folder, **distillation):
    document = whole_recipe(folder).model_dump() | {"evaluation": None}
    training = document["cold_start"]["training"]
    document["sft"] |= {"held_out": {"prompts": 3}}
    students = {
        "small": training,
        "other": training | {"base": "cold_start", "overrides": {"learning_rate": 1e-4}},
    }
    return Recipe.model_validate(document | {"distillation": {"students": students} | distillation})


REGENERATED = {"policy": "sft", "sampling": {"group_size": 3}, "selection": {"max_per_prompt": 2}}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("distillation"))
    graph.make(recipe(graph.tmp_path))
    return graph


@pytest.fixture(scope="module")
def anew(made):
    made.make(recipe(made.tmp_path, regenerated=REGENERATED))
    return made


def test_the_targets_are_the_rows_that_are_trained_on_and_nothing_that_is_held_out(made):
    mixture = made.read("sft/sft_mixture")
    trained = mixture.filter(split="train")
    targets = made.read("distillation/targets")
    assert 0 < trained.height < mixture.height
    assert targets["row"].to_list() == list(range(trained.height))
    assert targets.select(WRITTEN).equals(trained.select(WRITTEN))
    assert targets["dataset"].unique().to_list() == ["distillation"]


def test_each_student_is_a_policy_trained_from_its_base_on_the_targets(made):
    assert set(made.trained[2:]) == {"small", "other"}
    bases = {"small": "policies/base", "other": "cold_start/policy"}
    version = made.store.table("distillation/targets").data_version
    for student, base in bases.items():
        (row,) = made.read(f"distillation/policy_{student}").iter_rows(named=True)
        assert row["policy"] == student
        assert row["trained_from"] == made.read(base)["revision"][0]
        assert row["trained_on"] == f"distillation/targets@{version}"


def test_what_a_student_says_in_place_of_its_configuration_reaches_its_training(made):
    told = {job.weights.name.rpartition("-")[0]: job.arguments for job in made.machine.jobs}
    assert told["small"] == {}
    assert told["other"] == {"learning_rate": "0.0001"}


def test_another_learning_rate_makes_that_student_anew_and_no_other(made):
    before = recipe(made.tmp_path)
    document = json.loads(before.model_dump_json())
    document["distillation"]["students"]["other"]["overrides"] = {"learning_rate": 2e-4}
    after = Recipe.model_validate(document)
    ours, theirs = fingerprints(before.tables()), fingerprints(after.tables())
    assert {key for key in ours if ours[key] != theirs[key]} == {"distillation/policy_other"}


def test_targets_written_anew_answer_the_prompts_that_are_trained_on_and_are_verified(anew):
    mixture = anew.read("sft/sft_mixture")
    rollouts = anew.read("distillation/rollouts")
    asked = mixture.filter(split="train")["prompt_id"].unique()
    assert set(rollouts["prompt_id"]) == set(asked)
    assert rollouts.height == 3 * asked.len()
    assert rollouts["policy"].unique().to_list() == ["sft"]
    targets = anew.read("distillation/targets")
    verdicts = anew.read("distillation/verdicts").filter(outcome="correct")
    assert 0 < targets.height <= verdicts.height
    assert set(targets["rollout_id"]) <= set(verdicts["rollout_id"])
    assert targets.group_by("prompt_id").len()["len"].max() <= 2


def test_the_plan_asks_what_the_training_set_has(anew):
    plans = {
        row.round_name: row
        for row in planned_of(recipe(anew.tmp_path, regenerated=REGENERATED), anew.store)
    }
    assert plans["distillation"].num_requests == anew.read("distillation/rollouts").height
    assert plans["distillation"].num_missing == 0


def test_an_on_policy_student_is_told_its_teacher(anew):
    training = whole_recipe(anew.tmp_path).sft.training.model_dump()
    student = training | {"form": "on_policy", "teacher": "sft"}
    taught = recipe(anew.tmp_path, regenerated=REGENERATED, students={"pupil": student})
    anew.make(taught)
    job = anew.machine.jobs[-1]
    teacher = anew.store.root / anew.read("sft/policy")["location"][0]
    assert (job.entry_point, job.base.name) == ("distill", "base")
    assert job.arguments == {"teacher_model_name_or_path": str(teacher)}
    assert anew.read("distillation/policy_pupil").select(pl.len()).item() == 1


@pytest.mark.parametrize(
    ("student", "said"),
    [
        pytest.param({"form": "on_policy"}, "learns on-policy and has no teacher", id="none"),
        pytest.param({"teacher": "sft"}, "is read by `form: on_policy` alone", id="needless"),
        pytest.param(
            {"form": "on_policy", "teacher": "examples"},
            "is of kind worked_examples: its probabilities cannot be read",
            id="no model",
        ),
    ],
)
def test_a_teacher_that_cannot_be_is_one_line_before_any_work(tmp_path, student, said):
    training = whole_recipe(tmp_path).sft.training.model_dump()
    path = tmp_path / "recipe.yaml"
    found = recipe(tmp_path, students={"pupil": training | student})
    path.write_text(found.model_dump_json(), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load_recipe(path)


def test_students_without_a_training_set_are_refused(tmp_path):
    path = tmp_path / "recipe.yaml"
    document = json.loads(recipe(tmp_path).model_dump_json()) | {"sft": None}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError, match="trains students on the training set of the whole"):
        load_recipe(path)
