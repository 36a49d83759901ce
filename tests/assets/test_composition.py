"""Quotas and a held-out split, from the recipe to what is trained on."""

import polars as pl
import pytest

from assets.orchestration.checks import splits_apart
from assets.orchestration.nothing_kept import nothing_kept
from assets.steps.compose import known_tokens
from assets.steps.run import Run
from tests.assets.graphs import Graph
from tests.assets.recipes import sums, whole_recipe

WORDS = " ".join(f"word{number}" for number in range(50))
SOURCES = {
    "hard": sums(24, digits=3),
    "puzzles": sums(12, digits=2) | {"domain": "logic"},
    "twins": {
        "problems": [{"problem": f"{WORDS} {n}?", "gold_answer": str(n)} for n in (60, 61)],
        "domain": "stem",
    },
}
QUOTAS = {"domains": {"math": 6, "code": 5}, "sources": {"puzzles": 4}}


def recipe(folder, **sft):
    document = whole_recipe(folder).model_dump()
    prompts = {"sources": SOURCES, "benchmarks": {"held_out": sums(6, digits=1)}}
    reasoning = {"policy": "cold_start", "sampling": {"group_size": 4}}
    reasoning["selection"] = {"max_per_prompt": 2}
    cold_start = document["cold_start"] | {"sources": ["puzzles"]}
    rounds = {"prompts": prompts, "reasoning": reasoning, "cold_start": cold_start}
    return whole_recipe(folder, evaluation=None, sft=document["sft"] | sft, **rounds)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("composed"))
    graph.recipe = recipe(graph.tmp_path, quotas=QUOTAS, held_out={"prompts": 2})
    graph.make(graph.recipe)
    return graph


def test_the_mixture_has_what_its_selections_keep_in_their_order(made):
    kept = made.read("sft/mixture_selections").filter("is_kept")
    rows = made.read("sft/sft_mixture")
    assert rows["row"].to_list() == list(range(rows.height))
    assert rows.select("rollout_id", "split").rows() == kept.select("rollout_id", "split").rows()


def test_every_kept_rollout_is_decided_on(made):
    decided = made.read("sft/mixture_selections")
    assert set(decided["rollout_id"]) == set(made.read("reasoning/selected_rollouts")["rollout_id"])
    assert decided["drop_reason"].null_count() < decided.height


def test_quotas_are_met_or_their_shortfall_is_said(made):
    rows = made.read("sft/quotas").select("kind", "name", "wanted", "taken", "shortfall").rows()
    found = {(kind, name): counts for kind, name, *counts in rows}
    assert found["domain", "math"] == [6, 6, 0]
    assert found["domain", "code"] == [5, 0, 5]
    assert found["source", "puzzles"] == [4, 4, None]
    assert found["split", "held_out"] == [2, 2, 0]


def test_a_held_out_prompt_is_in_one_split(made):
    splits = made.read("sft/sft_mixture").group_by("prompt_id").agg(pl.col("split").n_unique())
    assert splits["split"].to_list() == [1] * splits.height


class Rows:
    """A table that has other rows than were written."""

    def __init__(self, rows):
        self.rows = rows

    def read(self, columns):
        return self.rows.select(columns)


def check(made, changed):
    """The check of the splits, over a mixture that was made as it must not be."""

    class Wrong(Run):
        def table(self, key):
            found = super().table(key)
            return Rows(changed(found.read())) if key == "sft/sft_mixture" else found

    with Wrong(made.recipe.tables(), made.store.root) as run:
        return splits_apart("prompts/filtered_prompts")(run, "sft/sft_mixture")


def in_both(rows, made):
    """A row of a held-out prompt in the other split."""
    held_out = rows.filter(split="held_out")
    return pl.concat([rows, held_out.head(1).with_columns(split=pl.lit("train"))])


def nearly_in_both(rows, made):
    """Rows of two problems that differ in a number, one in each split."""
    ids = made.read("prompts/filtered_prompts").filter(source="twins")["prompt_id"]
    more = rows.head(2).with_columns(ids, split=pl.Series(["train", "held_out"]))
    return pl.concat([rows, more])


@pytest.mark.parametrize(
    ("changed", "shared", "twins"),
    [
        pytest.param(lambda rows, _: rows, 0, 0, id="as it was made"),
        pytest.param(in_both, 1, 0, id="a prompt in both splits"),
        pytest.param(nearly_in_both, 0, 1, id="a near duplicate in the other split"),
    ],
)
def test_what_stands_on_both_sides_of_a_split_stops_the_graph(made, changed, shared, twins):
    result = check(made, lambda rows: changed(rows, made))
    assert result.passed == (not shared + twins)
    assert result.metadata["shared"].value == shared
    assert result.metadata["twins"].value == twins


def test_without_either_the_mixture_has_no_split_and_no_table_beside_it(made):
    plain = {spec.key for spec in recipe(made.tmp_path).tables()}
    assert not plain & {"sft/mixture_selections", "sft/quotas"}
    assert "sft/sft_mixture" in plain


def test_quotas_that_take_nothing_are_said_in_a_line(tmp_path):
    graph = Graph(tmp_path)
    nothing = recipe(tmp_path, quotas={"total": 9, "domains": {"code": 1}}, training=None)
    graph.make(nothing)
    (line,) = nothing_kept(graph.store, {spec.key: spec for spec in nothing.tables()})
    assert line.startswith("sft/mixture_selections keeps nothing: over_quota_of_domain ")
    assert "has as many rows of its domain as the recipe wants" in line


def test_tokens_are_those_of_the_policy_or_else_of_the_signal(made):
    rollouts = made.store.table("reasoning/selected_rollouts")
    signals = made.store.table("reasoning/signals")
    by_policy, by_signal = known_tokens([signals, rollouts])
    assert by_policy["num_tokens"].to_list() == rollouts.read()["num_completion_tokens"].to_list()
    assert by_signal.height == signals.num_rows
