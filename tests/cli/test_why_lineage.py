"""From any row of the distillation targets back to prompt, rollout, policy and what trained it."""

import re

import dagster as dg
import pytest

from assets.orchestration.build import build_definitions
from assets.recipe.recipe import Recipe
from r1data.cli.why.page import trace
from tests.assets.graphs import Graph
from tests.assets.recipes import whole_recipe

ASKED = {"policy": "sft", "sampling": {"group_size": 2}}


def recipe(folder):
    document = whole_recipe(folder).model_dump() | {"evaluation": None}
    students = {"pupil": document["sft"]["training"]}
    document["distillation"] = {"regenerated": ASKED, "students": students}
    return Recipe.model_validate(document)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("lineage"))
    graph.make(recipe(graph.tmp_path))
    return graph


def page(made, identity):
    return list(trace(made.store, identity))


def test_every_row_of_the_targets_leads_back_to_the_policies_and_the_rows_that_trained_them(made):
    rows = made.read("distillation/targets")
    num_rows = made.read("sft/sft_mixture").height
    num_examples = made.read("cold_start/sft_mixture").height
    assert rows.height > 0
    for row in rows.iter_rows(named=True):
        lines = page(made, f"distillation/targets/{row['row']}")
        assert lines[0] == f"rollout {row['rollout_id']} of prompt {row['prompt_id']}: kept"
        assert any(line.startswith("distillation/targets: row ") for line in lines)
        told = lines[lines.index("written by sft") + 1 :][:6]
        assert told[0] == f"  sft: trained from base on sft/sft_mixture, {num_rows} rows"
        assert told[1].startswith(f"    {num_rows} of them by cold_start, such as ")
        on = f"  cold_start: trained from base on cold_start/sft_mixture, {num_examples} rows"
        assert told[2] == on
        assert told[3].startswith(f"    {num_examples} of them by examples, such as ")
        assert told[4].startswith("  base: weights, ")
        assert told[5] == "  examples: worked_examples, rule:arithmetic"


def test_the_page_of_a_row_that_trained_the_writer_goes_on_from_there(made):
    lines = page(made, "distillation/targets/0")
    (such,) = [line for line in lines if "of them by cold_start" in line]
    earlier = page(made, re.search(r"such as (\w+)", such)[1])
    assert "written by cold_start" in earlier
    assert any(line.startswith("sft/sft_mixture: row ") for line in earlier)


def test_rows_of_targets_that_were_taken_as_they_are_name_who_wrote_them(made):
    written = made.read("distillation/rollouts")["policy"].unique().to_list()
    assert written == ["sft"]
    student = page(made, "sft/sft_mixture/0")
    assert "written by cold_start" in student


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        pytest.param("distillation/targets/99999", "has no row 99999", id="beyond the last"),
        pytest.param("distillation/nothing/0", "names no row; give an id", id="no such table"),
        pytest.param("distillation/targets/x", "names no row; give an id", id="no number"),
    ],
)
def test_a_row_that_is_not_there_is_refused_in_one_line(made, identity, said):
    with pytest.raises(ValueError, match=said):
        page(made, identity)


def test_the_graph_has_the_same_lineage(made):
    definitions = build_definitions(recipe(made.tmp_path), made.store.root)
    graph = definitions.resolve_asset_graph()

    def upstream(key):
        found, waiting = set(), [dg.AssetKey(key.split("/"))]
        while waiting:
            parents = graph.get(waiting.pop()).parent_keys - found
            found |= parents
            waiting += parents
        return {"/".join(one.path) for one in found}

    assert upstream("distillation/targets") >= {
        *("prompts/filtered_prompts", "distillation/rollouts", "sft/policy", "sft/sft_mixture"),
        *("reasoning/rollouts", "cold_start/policy", "cold_start/sft_mixture", "policies/base"),
    }
    assert "distillation/targets" in upstream("distillation/policy_pupil")
