import shutil

import pytest

from assets.recipe.recipe import Recipe
from r1data.store.collect import collect
from r1data.store.query import query
from r1data.store.store import Store
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import sums

TEACHER = {"kind": "endpoint", "endpoint": "http://fake/v1", "model": "m", "revision": "1"}
KEY = "reasoning/rollouts"


def recipe(name, size=10, group_size=2):
    return Recipe.model_validate(
        {
            "name": name,
            "policies": {"teacher": TEACHER},
            "prompts": {"sources": {"sums": sums(size, digits=2)}},
            "reasoning": {"policy": "teacher", "sampling": {"group_size": group_size}},
        }
    )


@pytest.fixture
def run(tmp_path):
    """Runs a recipe in its folder and returns how many completions its teacher was asked for."""
    graph = Graph(tmp_path)

    def make(made, data=tmp_path / "data"):
        graph.store = Store(data / made.name)
        graph.make(made)
        return graph.num_asked

    return make


def test_the_second_of_two_recipes_with_one_teacher_asks_nothing(run, tmp_path):
    assert run(recipe("first")) == 20
    assert run(recipe("second")) == 0
    tables = [Store(tmp_path / "data" / name).table(KEY) for name in ("first", "second")]
    assert tables[0].read().drop("seconds").equals(tables[1].read().drop("seconds"))


def test_a_recipe_asks_only_for_what_another_did_not(run):
    run(recipe("first"))
    assert run(recipe("second", size=12, group_size=3)) == 12 * 3 - 20


def test_a_renamed_recipe_begins_with_what_is_there(run, tmp_path):
    run(recipe("first"))
    shutil.rmtree(tmp_path / "data" / "first")
    assert run(recipe("renamed")) == 0


def test_a_plan_counts_what_another_recipe_was_told(run, tmp_path):
    run(recipe("first"))
    made = recipe("second", group_size=3)
    (planned,) = planned_of(made, Store(tmp_path / "data" / "second"))
    assert (planned.num_logged, planned.num_missing) == (20, 10)


def test_a_folder_copied_away_asks_again_for_nothing_that_its_tables_hold(run, tmp_path):
    run(recipe("first"))
    away = tmp_path / "away"
    shutil.copytree(tmp_path / "data" / "first", away / "first")
    assert run(recipe("first"), data=away) == 0
    assert run(recipe("first", group_size=3), data=away) == 10


def test_a_data_folder_can_be_moved_whole(run, tmp_path):
    run(recipe("first"))
    shutil.move(tmp_path / "data", tmp_path / "moved")
    assert run(recipe("first", group_size=3), data=tmp_path / "moved") == 10
    told = query(tmp_path / "moved" / "first", "select count(*) from logs.requests").item()
    assert told == 30


def test_a_folder_made_before_recipes_shared_a_log_asks_nothing_again(run, tmp_path):
    run(recipe("first"))
    data = tmp_path / "data"
    for name in ("requests", "rendered_prompts"):
        shutil.rmtree(data / "first" / "logs" / name, ignore_errors=True)
        shutil.move(data / "logs" / name, data / "first" / "logs" / name)
    shutil.rmtree(data / "first" / "reasoning")
    assert run(recipe("first")) == 0
    assert run(recipe("second", group_size=3)) == 10
    told = query(
        data / "first", "select recipe, count(*) from logs.requests group by all order by 1"
    )
    assert told.rows() == [("first", 20), ("second", 10)]


def test_gc_of_one_recipe_takes_nothing_that_the_tables_of_another_came_from(run, tmp_path):
    run(recipe("first"))
    run(recipe("second"))
    store = Store(tmp_path / "data" / "first")
    run(recipe("first", group_size=1))
    assert collect(store, recipe("first", group_size=1).tables())
    shutil.rmtree(tmp_path / "data" / "second" / "reasoning")
    assert run(recipe("second")) == 0


def test_a_recipe_cannot_be_named_like_the_folder_of_the_log():
    with pytest.raises(ValueError, match="take another name"):
        recipe("logs")
