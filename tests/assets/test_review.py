"""A reviewed round in the graph: every check passes, before anybody decided and afterwards."""

from assets.orchestration.build import build_definitions
from assets.recipe.recipe import Recipe
from r1data.curation.review.candidates import candidates_of
from r1data.curation.review.decisions import DecisionLog, decide, log_of
from r1data.store.check import damaged_rows
from r1data.store.collect import collect
from tests.assets.graphs import Graph
from tests.assets.recipes import whole_recipe


class ReviewedGraph(Graph):
    """A recipe whose cold start is reviewed, and no other round."""

    def recipe(self, **review):
        document = whole_recipe(self.tmp_path).model_dump()
        document["cold_start"]["review"] = review
        return Recipe.model_validate(document | dict.fromkeys(("reasoning", "sft", "evaluation")))

    @property
    def path(self):
        return self.store.log_path(log_of("cold_start"))

    def candidates(self):
        rows, prompts = (
            self.read(key) for key in ("cold_start/selected_rollouts", "prompts/filtered_prompts")
        )
        return candidates_of(rows, prompts, {})

    def take(self, one, name, **edited):
        reasoning, response = one.parts
        said = {"reasoning": reasoning, "response": response} | edited
        with DecisionLog(self.path) as log:
            log.take(decide(one, "anna", name, **said))


def code_versions(graph):
    definitions = build_definitions(graph.recipe(), graph.store.root, machine=graph.machine.parts)
    found = definitions.resolve_asset_graph()
    return {key.to_user_string(): found.get(key).code_version for key in found.get_all_asset_keys()}


def test_what_people_decide_reaches_the_policy_and_remakes_nothing_before(tmp_path):
    graph = ReviewedGraph(tmp_path)
    graph.make(graph.recipe())
    before = code_versions(graph)
    first, second, third = graph.candidates()[:3]
    graph.take(first, "edit", reasoning="I add the two.")
    graph.take(second, "reject")
    graph.take(third, "edit", response="It is \\boxed{-7}.")
    after = code_versions(graph)
    assert {key for key in after if before[key] != after[key]} == {"cold_start/reviews"}
    graph.make(graph.recipe())
    assert graph.num_asked == 0
    assert graph.trained == ["cold_start"]
    assert graph.remade == {
        f"cold_start/{name}"
        for name in (
            *("reviews", "edited_rollouts", "edited_verdicts", "review_selections"),
            *("reviewed_rollouts", "sft_mixture", "policy"),
        )
    }
    trained_on = graph.read("cold_start/sft_mixture")
    texts = [turns[0]["content"] for turns in trained_on["completion"]]
    assert sum("I add the two." in text for text in texts) == 1
    left = {second.rollout_id, third.rollout_id, first.rollout_id}
    assert left.isdisjoint(trained_on["rollout_id"])


def test_another_rule_decides_again_and_asks_nobody(tmp_path):
    graph = ReviewedGraph(tmp_path)
    graph.make(graph.recipe())
    graph.take(graph.candidates()[0], "accept")
    graph.make(graph.recipe(unreviewed="drop"))
    assert graph.read("cold_start/reviewed_rollouts").height == 1
    graph.make(graph.recipe(when_differing="anna"))
    assert "cold_start/reviews" not in graph.remade
    assert graph.read("cold_start/reviewed_rollouts").height == len(graph.candidates())


def test_tidying_keeps_what_people_decided_and_a_check_finds_what_is_damaged(tmp_path):
    graph = ReviewedGraph(tmp_path)
    graph.make(graph.recipe())
    graph.take(graph.candidates()[0], "reject")
    collect(graph.store, graph.recipe().tables())
    assert damaged_rows(graph.store) == {}
    graph.path.write_bytes(graph.path.read_bytes().replace(b'"reject"', b'"rajact"'))
    assert damaged_rows(graph.store) == {graph.path: 1}
