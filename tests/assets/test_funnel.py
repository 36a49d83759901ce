"""The funnel check, seen to fail at each step where a row is lost, doubled or added."""

import polars as pl
import pytest

from assets.orchestration.build import build_definitions
from assets.orchestration.funnel import is_in_funnel, rows_add_up
from assets.orchestration.metadata import describe
from assets.orchestration.summary import print_summary, shown_sources
from assets.steps.run import Run
from tests.assets.graphs import Graph
from tests.assets.recipes import whole_recipe

STEPS = [
    "prompts/filtered_prompts",
    "prompts/drop_table",
    "reasoning/rollouts",
    "reasoning/selections",
    "reasoning/selected_rollouts",
    "reasoning/control_selections",
    "reasoning/control_rollouts",
    "reasoning/drop_table",
    "sft/mixture_selections",
    "sft/sft_mixture",
]


OF_PROMPTS = "reasoning/rollouts"
"""Is counted by its prompts: one that lost a rollout may have others."""
COUNTS = ["prompts/drop_table", "reasoning/drop_table"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A recipe with every step of the funnel, and its data folder."""
    graph = Graph(tmp_path_factory.mktemp("funnel"))
    document = whole_recipe(graph.tmp_path).model_dump()
    document["reasoning"] |= {"control_of": ["malformed"], "selection": {"max_per_prompt": 2}}
    document["sft"] = {"quotas": {"total": 12, "domains": {"math": 12}}}
    document["evaluation"] = None
    graph.recipe = type(whole_recipe(graph.tmp_path)).model_validate(document)
    graph.make(graph.recipe)
    return graph


class Changed(Run):
    """A run that sees one table otherwise than it is."""

    def __init__(self, made, changed=None, how=None):
        super().__init__(made.recipe.tables(), made.store.root)
        self.changed, self.how = changed, how

    def table(self, key):
        found = super().table(key)
        return Otherwise(found, self.how) if key == self.changed else found


class Otherwise:
    """A table whose rows are changed when they are read."""

    def __init__(self, table, how):
        self._table, self._how = table, how
        self.schema, self.num_rows = table.schema, table.num_rows

    def scan(self):
        return self._how(self._table.scan().collect()).lazy()


def lost(rows):
    return rows.tail(-1)


def doubled(rows):
    return pl.concat([rows, rows.head(1)])


def checked(made, key, changed=None, how=lost):
    return rows_add_up(Changed(made, changed, how), key)


@pytest.mark.parametrize("key", STEPS)
def test_every_number_of_a_step_adds_up(made, key):
    result = checked(made, key)
    assert result.passed
    assert result.metadata["rows_in"].value > 0


@pytest.mark.parametrize("key", [key for key in STEPS if key != OF_PROMPTS])
def test_a_row_that_is_lost_stops_the_graph(made, key):
    result = checked(made, key, changed=key)
    assert not result.passed
    assert result.metadata["lost"].value == 1


@pytest.mark.parametrize("key", [key for key in STEPS if key not in (OF_PROMPTS, *COUNTS)])
def test_a_row_that_stands_twice_stops_the_graph(made, key):
    assert checked(made, key, changed=key, how=doubled).metadata["doubled"].value == 1


@pytest.mark.parametrize("key", COUNTS)
def test_a_count_that_is_too_large_stops_the_graph(made, key):
    assert not checked(made, key, changed=key, how=doubled).passed


@pytest.mark.parametrize(
    ("key", "read"),
    [
        ("prompts/filtered_prompts", "prompts/prompts"),
        ("reasoning/selections", "reasoning/rollouts"),
        ("reasoning/drop_table", "reasoning/selections"),
    ],
)
def test_a_row_that_came_from_nowhere_stops_the_graph(made, key, read):
    result = checked(made, key, changed=read)
    assert not result.passed
    assert result.metadata["added"].value == 1


def test_a_prompt_that_was_dropped_and_asked_stops_the_graph(made):
    asked = made.read(OF_PROMPTS)["prompt_id"][0]

    def marked(prompts):
        dropped = pl.when(prompt_id=asked).then(pl.lit("contaminated"))
        return prompts.with_columns(drop_reason=dropped.otherwise("drop_reason"))

    result = checked(made, OF_PROMPTS, changed="prompts/filtered_prompts", how=marked)
    assert (result.passed, result.metadata["added"].value) == (False, 1)


def test_a_prompt_that_was_not_asked_stops_the_graph(made):
    first = made.read(OF_PROMPTS)["prompt_id"][0]

    def without(rollouts):
        return rollouts.filter(pl.col("prompt_id") != first)

    result = checked(made, OF_PROMPTS, changed=OF_PROMPTS, how=without)
    assert (result.passed, result.metadata["lost"].value) == (False, 1)


def test_the_fates_of_a_step_are_told_with_their_numbers(made):
    selections = made.read("reasoning/selections")
    fates = checked(made, "reasoning/selections").metadata["fates"].value
    told = dict(part.rsplit(" ", 1) for part in fates.split(", "))
    counts = selections["drop_reason"].fill_null("kept").value_counts()
    assert told == {name: f"{count:,}" for name, count in counts.iter_rows()}


def test_each_table_of_the_funnel_has_the_check_and_it_blocks(made):
    specs = [spec for spec in made.recipe.tables() if is_in_funnel(spec)]
    assert {*STEPS} <= {spec.key for spec in specs}
    definitions = build_definitions(made.recipe, made.store.root)
    checks = [spec for found in definitions.asset_checks for spec in found.check_specs]
    added = [spec for spec in checks if spec.name == "rows_add_up"]
    assert {"/".join(spec.asset_key.path) for spec in added} == {spec.key for spec in specs}
    assert all(spec.blocking for spec in added)


def test_a_run_prints_its_drop_tables(made, capsys):
    print_summary(made.store, {spec.key: spec for spec in made.recipe.tables()})
    shown = " ".join(capsys.readouterr().err.split())
    assert "drop table of prompts/filtered_prompts" in shown
    assert "drop table of reasoning/selections" in shown
    drops = made.read("reasoning/drop_table").filter(source="hard", fate="incorrect")
    assert f"incorrect {drops['num_rows'][0]} ({drops['share'][0]:.1%})" in shown


def test_of_many_sources_the_largest_are_printed_and_the_sum():
    names = [*(f"s{n}" for n in range(30)), "all"]
    matrix = pl.DataFrame({"source": names, "rows": [*range(30), 435]})
    shown = shown_sources(matrix)
    assert shown["source"].to_list() == [*(f"s{n}" for n in range(10, 30)), "all"]


def test_the_ui_shows_a_drop_table_and_its_picture(made):
    facts = describe(made.store.table("reasoning/drop_table"))
    assert "| hard " in facts["drop_table"].value
    assert facts["plot"].value.startswith("![drop table](data:image/svg+xml;base64,")
