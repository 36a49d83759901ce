import pytest
import yaml

from assets.recipe.load import load_recipe
from r1data.cli.made import MadeTables
from r1data.cli.plan import print_plan
from r1data.cli.training_plan import plan_trainings
from r1data.store.store import Store
from tests.assets.plans import planned_of
from tests.assets.recipes import whole_recipe
from tests.fakes import fake_weights

GRPO = {
    "max_steps": 10,
    "per_device_train_batch_size": 4,
    "gradient_accumulation_steps": 8,
    "max_completion_length": 100,
    "beta": 0.001,
    "save_strategy": "no",
}
SFT = {"num_train_epochs": 2, "per_device_train_batch_size": 5, "max_length": 64}


@pytest.fixture
def recipe(tmp_path):
    """A recipe of 40 prompts that reinforces, and trains on at most three rollouts of each."""
    fake_weights(tmp_path / "base")
    for name, config in (("grpo", GRPO), ("sft", SFT)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    rounds = {
        "r1_zero": {"training": {"base": "base", "config": str(tmp_path / "grpo.yaml")}},
        "reasoning": {
            "policy": "cold_start",
            "sources": ["hard"],
            "sampling": {"group_size": 4},
            "selection": {"max_per_prompt": 3},
        },
        "hardware": {"teraflops": 1, "price": 2, "parameters": {"base": 1}},
    }
    return whole_recipe(tmp_path, **rounds)


def planned(recipe, root):
    store = Store(root)
    tables = MadeTables(recipe.tables(), store)
    trainings = plan_trainings(recipe, tables, list(planned_of(recipe, store)))
    return {one.model: one for one in trainings}


def test_a_plan_counts_the_steps_of_each_training(recipe, tmp_path):
    found = planned(recipe, tmp_path / "small")
    assert list(found) == ["r1_zero", "cold_start", "sft"]
    assert {name: one.form for name, one in found.items()} == {
        "r1_zero": "grpo",
        "cold_start": "sft",
        "sft": "sft",
    }
    assert found["r1_zero"].num_steps == 10
    assert found["sft"].num_rows == 24 * 3
    assert found["sft"].num_steps == -(-2 * 72 // 5)
    assert all(one.is_bound and not one.is_made for one in found.values())


def test_training_by_rewards_samples_a_batch_each_step_as_long_as_may_be(recipe, tmp_path):
    reinforced = planned(recipe, tmp_path / "small")["r1_zero"]
    assert reinforced.num_sampled == 10 * 32 * 100
    assert reinforced.num_tokens > reinforced.num_sampled


def test_no_row_is_reckoned_longer_than_the_training_takes_it(recipe, tmp_path):
    tuned = planned(recipe, tmp_path / "small")["sft"]
    assert tuned.num_tokens == 2 * 72 * 64
    hours = 6e9 * tuned.num_tokens / (1e12 * recipe.hardware.utilisation) / 3_600
    assert tuned.hours == pytest.approx(hours + 30 / 3_600)


def test_what_is_trained_already_costs_nothing_more(made_once):
    recipe = load_recipe(made_once.recipe)
    found = planned(recipe, made_once.store.root)
    assert all(one.is_made for one in found.values())
    assert "hours still to be computed" not in made_once("plan")


def test_a_plan_prints_hours_and_money_and_what_they_are_reckoned_by(recipe, tmp_path, capsys):
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(recipe.model_dump(mode="json")), encoding="utf-8")
    print_plan(path, tmp_path / "data")
    said = capsys.readouterr().out
    assert "hours still to be computed: ≤ " in said
    assert "in money, at 2 for an hour of each device: ≤ " in said
    assert "1 x 1 teraflops, 40% of it in training and 20% in sampling" in said
    grid = [line for line in said.splitlines() if line.startswith(("training", "r1_zero", "sft"))]
    assert all(len(line) <= 80 for line in grid)


def test_a_model_of_unknown_size_is_named_and_its_steps_are_still_counted(recipe, tmp_path, capsys):
    unknown = recipe.model_copy(
        update={"hardware": recipe.hardware.model_copy(update={"parameters": {}})}
    )
    assert planned(unknown, tmp_path / "small")["sft"].hours is None
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(unknown.model_dump(mode="json")), encoding="utf-8")
    print_plan(path, tmp_path / "data")
    assert "how many parameters `base` has" in capsys.readouterr().out
