"""Prompts for reinforcement learning and distillation targets, made by a round of a test's own."""

from collections.abc import Iterator

import polars as pl
import pytest

from assets.chains.round import Others, Round
from assets.recipe.recipe import Recipe
from assets.steps.step import step
from r1data.curation.bands import PassRateBand, mark_band
from r1data.mixture.distillation import num_targets, to_distillation_targets
from r1data.mixture.rl_prompts import ASKED, to_rl_prompts
from r1data.policies.templates import Template
from r1data.store.spec import TableSpec
from r1data.tables import Mixtures, RLPrompts, askable
from tests.assets.graphs import Graph
from tests.assets.recipes import whole_recipe


@step(RLPrompts, version=1, may_be_empty=True)
def ask_for_rewards(_run, writer, _settings, prompts, pass_rates) -> None:
    """The prompts inside the band."""
    asked = askable(prompts.scan()).select(ASKED).collect()
    rated = mark_band(pass_rates.read(), PassRateBand(min_rate=0.0, max_rate=1.0))
    writer.write(0, to_rl_prompts(asked, rated, template=Template(), dataset="toy", first_row=0))


@step(Mixtures, version=1)
def distil(_run, writer, _settings, mixture) -> None:
    """The rows that a student is trained on."""
    first_row = 0
    for block, frame in mixture.blocks():
        writer.write(block, to_distillation_targets(frame, dataset="toy", first_row=first_row))
        first_row += num_targets(frame)


class ToyRound(Round):
    """Makes both."""

    def tables(self, of: Others) -> Iterator[TableSpec]:
        yield ask_for_rewards.table(
            of.table("rl_prompts"), prompts=of.prompts, pass_rates="reasoning/pass_rates"
        )
        yield distil.table(of.table("distillation_targets"), mixture="sft/sft_mixture")


class RecipeWithToy(Recipe):
    toy: ToyRound


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("toy"))
    document = whole_recipe(graph.tmp_path).model_dump() | {"toy": {}, "evaluation": None}
    document["sft"] |= {"training": None, "held_out": {"prompts": 3}}
    graph.make(RecipeWithToy.model_validate(document))
    return graph


def test_every_rated_prompt_is_asked_with_its_pass_rate(made):
    rates = made.read("reasoning/pass_rates").drop_nulls("pass_rate")
    asked = made.read("toy/rl_prompts")
    assert asked.height > 0
    assert set(asked.select("prompt_id", "pass_rate").rows()) <= set(
        rates.select("prompt_id", "pass_rate").rows()
    )


def test_the_targets_are_the_rows_that_are_trained_on_and_nothing_that_is_held_out(made):
    mixture = made.read("sft/sft_mixture")
    targets = made.read("toy/distillation_targets")
    trained = mixture.filter(split="train")
    assert trained.height < mixture.height
    assert targets["row"].to_list() == list(range(trained.height))
    assert targets.select("prompt", "completion", "rollout_id").equals(
        trained.select("prompt", "completion", "rollout_id")
    )
    assert set(targets["prompt_id"]).isdisjoint(mixture.filter(split="held_out")["prompt_id"])


def test_a_target_has_no_split_of_its_own(made):
    assert made.read("toy/distillation_targets").select(pl.col("split").null_count()).item() > 0
