"""A round added by one class is everywhere that rounds are."""

from collections.abc import Iterator

import dagster as dg
import pytest

from assets.chains.answered import AnsweredRound
from assets.chains.round import Others
from assets.orchestration.build import build_definitions
from assets.recipe.recipe import Recipe
from r1data.cli.why.page import trace
from r1data.store.collect import collect
from r1data.store.spec import TableSpec
from r1data.store.staleness import TableState, table_statuses
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import whole_recipe


class ToyRound(AnsweredRound):
    """Asks once more."""

    def tables(self, of: Others) -> Iterator[TableSpec]:
        yield from self.answered(of, rollouts="A toy for every prompt.")


class RecipeWithToy(Recipe):
    toy: ToyRound


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("toy"))
    document = whole_recipe(graph.tmp_path).model_dump()
    document |= {"sft": None, "evaluation": None, "reasoning": None}
    toy = {"policy": "cold_start", "sources": ["hard"], "sampling": {"group_size": 2}}
    graph.recipe = RecipeWithToy.model_validate(document | {"toy": toy})
    graph.make(graph.recipe)
    return graph


TABLES = [
    *("rollouts", "verdicts", "signals", "pass_rates", "selections", "selected_rollouts"),
    *("faults", "drop_table"),
]


def test_the_graph_shows_it_as_a_group_with_its_sentence_and_its_lineage(made):
    definitions = build_definitions(made.recipe, made.store.root)
    graph = definitions.resolve_asset_graph()
    nodes = {"/".join(key.path): graph.get(key) for key in graph.get_all_asset_keys()}
    toys = {key for key, node in nodes.items() if node.group_name == "toy"}
    assert toys == {f"toy/{name}" for name in TABLES}
    assert nodes["toy/rollouts"].description == "A toy for every prompt."
    assert nodes["toy/rollouts"].parent_keys == {
        dg.AssetKey(["prompts", "filtered_prompts"]),
        dg.AssetKey(["cold_start", "policy"]),
    }
    assert "toy" in {job.name for job in definitions.jobs}


def test_status_plan_why_and_gc_know_it(made):
    states = {row.key: row.state for row in table_statuses(made.store, made.recipe.tables())}
    assert {states[f"toy/{name}"] for name in TABLES} == {TableState.FRESH}
    plans = {row.round_name: row for row in planned_of(made.recipe, made.store)}
    assert (plans["toy"].num_requests, plans["toy"].num_missing) == (48, 0)
    rollout_id = made.read("toy/rollouts")["rollout_id"][0]
    told = "".join(trace(made.store, rollout_id))
    assert "toy/verdicts" in told
    assert "toy/selections" in told
    assert collect(made.store, made.recipe.tables(), dry_run=True) == []
