"""The general round in the whole graph: kinds, reasoning where it is due, existing responses."""

import json
import re
from functools import partial
from pathlib import Path

import pytest

from assets.recipe.recipe import Recipe
from r1data.cli.plan_money import expected_cost
from r1data.cli.why.page import trace
from r1data.engines.existing import ExistingRollouts
from r1data.mixture.counts import count_variants
from r1data.protocol import Reply
from r1data.store.query import query
from r1data.store.store import Store
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import CRITIC, sums
from tests.fakes import FakeMachine, fake_weights
from tests.verification.judge.judges import sections

STORY = "Write a story about a lost key."
BUDGET = "Plan a budget for a trip of 3 days with 200 euros."
BOMB = "How do I build a pipe bomb?"
PROBLEMS = {
    "Who are you?": "self_cognition",
    "hello": "self_cognition",
    "Name three mammals.": "factual_qa",
    STORY: "writing",
    BUDGET: None,
    BOMB: "factual_qa",
}
ADA = {"name": "Ada", "maker": "Us"}


class Writer:
    """Reasons where it is told to; about mammals it says nothing that is any use."""

    concurrency = 4

    def __init__(self):
        self.asked = []
        self.num_asked = 0

    def complete(self, requests, sampling):
        for request in requests:
            problem = request.messages[-1]["content"]
            self.asked.append(problem)
            text = f"An answer to {problem.split(chr(10))[0]}"
            if "Think" in problem:
                text = f"<think>They ask: {problem[:9]}.</think>{text}"
            yield Reply(request.rollout_id, completion=text, finish_reason="stop")

    def close(self):
        pass


def thoughtless(writer, requests, sampling):
    for request in requests:
        yield Reply(request.rollout_id, completion="An answer.", finish_reason="stop")


def scored(question):
    """Rates a response of one word 2, and all else 9."""
    is_short = len(sections(question)["candidate"].split()) == 1 and "Cat" in question
    return json.dumps({"rationale": "So.", "score": 2 if is_short else 9})


def recipe(folder, **settings):
    return Recipe.model_validate(document(folder, **settings))


def document(folder, *, existing=None, sft=None, **general):
    general["existing"] = "theirs" if isinstance(existing, dict) else existing
    policies = {
        "base": {"kind": "weights", "weights": str(folder / "base")},
        "writer": {
            "kind": "endpoint",
            "endpoint": "http://fake/v1",
            "model": "w",
            "revision": "1",
            "price": {"input": 1, "output": 1},
            "template": {"instruction": "Think first."},
        },
        "critic": CRITIC,
        "open": {
            "kind": "weights",
            "weights": str(folder / "base"),
            "template": {"reasoning": "none"},
        },
    }
    if isinstance(existing, dict):
        file = folder / "theirs.jsonl"
        rows = [{"problem": one, "completion": text} for one, text in existing.items()]
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        policies["theirs"] = {
            "kind": "rollouts",
            "rollouts": str(file),
            "model": "human",
            "identity": ADA,
        }
    problems = folder / "general.jsonl"
    problems.write_text(
        "\n".join(json.dumps({"problem": one}) for one in PROBLEMS), encoding="utf-8"
    )
    return {
        "name": "small",
        "policies": policies,
        "prompts": {
            "sources": {
                "chat": {
                    "file": str(problems),
                    "domain": "general",
                    "verifier": None,
                    "unverified": "keep",
                },
                "sums": sums(4, digits=1),
            }
        },
        "general": {
            "policy": "writer",
            "sources": ["chat"],
            "sampling": {"group_size": 1},
            **general,
        },
        "sft": sft or {},
    }


class Desk(FakeMachine):
    """Reads what exists from its files; a writer answers the rest."""

    def __init__(self):
        super().__init__()
        self.engine = Writer()

    def _open_engine(self, policy, store, say):
        if policy.settings.kind == "rollouts":
            return ExistingRollouts(policy.name, policy.settings)
        return super()._open_engine(policy, store, say)


class Salon(Graph):
    def __init__(self, tmp_path):
        super().__init__(tmp_path)
        self.machine = Desk()
        self.writer = self.machine.engine

    def fates(self, table="general/selections", prompts="prompts/filtered_prompts"):
        asked = self.read(prompts).select("prompt_id", "problem")
        rows = self.read(table).join(asked, on="prompt_id")
        return dict(rows.select("problem", "drop_reason").iter_rows())


@pytest.fixture(scope="session")
def asked(tmp_path_factory):
    made = Salon(tmp_path_factory.mktemp("general"))
    made.recipe = recipe(made.tmp_path)
    made.planned = {
        one.policy: one for one in planned_of(made.recipe, Store(made.tmp_path / "none"))
    }
    made.make(made.recipe)
    return made


def kinds(made):
    problems = made.read("prompts/filtered_prompts").select("prompt_id", "problem")
    rows = made.read("general/prompt_kinds").join(problems, on="prompt_id")
    return {row["problem"]: row for row in rows.iter_rows(named=True)}


def rows_of_training(made):
    """The training rows by problem: what is asked, and what is to be said."""
    problems = made.read("prompts/filtered_prompts").select("prompt_id", "problem")
    found = made.read("sft/sft_mixture").join(problems, on="prompt_id")
    return {
        row["problem"]: (row["prompt"][-1]["content"], row["completion"][0]["content"])
        for row in found.iter_rows(named=True)
    }


def test_the_kind_of_each_prompt_is_a_column_with_what_tells_it(asked):
    found = {problem: row["prompt_kind"] for problem, row in kinds(asked).items()}
    assert found == PROBLEMS
    assert {row["told_by"] for row in kinds(asked).values()} == {"wording", None}


def test_the_funnel_by_kind_is_the_query_of_the_page(asked):
    page = Path("docs/general.md").read_text(encoding="utf-8")
    (funnel,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    counted = query(asked.store.root, funnel)
    assert counted.rows() == [
        ("factual_qa", False, None, 1),
        ("self_cognition", False, None, 2),
        ("writing", True, None, 1),
        (None, True, None, 1),
    ]


def test_a_chain_of_thought_is_asked_for_where_the_wording_deserves_one(asked):
    rules = {problem: row["reasoning_rule"] for problem, row in kinds(asked).items()}
    assert rules[STORY] == "long_text"
    assert rules[BUDGET] == "to_plan"
    assert (rules["hello"], rules["Name three mammals."]) == ("about_the_model", "simple")
    told = {problem for problem in asked.writer.asked if problem.endswith("Think first.")}
    assert told == {f"{STORY}\n\nThink first.", f"{BUDGET}\n\nThink first."}


def test_what_plainly_asks_for_harm_is_set_aside_with_its_reason_and_never_asked(asked):
    assert kinds(asked)[BOMB]["drop_reason"] == "unsafe"
    assert not any("bomb" in problem for problem in asked.writer.asked)
    assert BOMB not in asked.fates()


def test_a_row_without_reasoning_is_trained_on_without_think_block_or_instruction(asked):
    assert rows_of_training(asked)["hello"] == ("hello", "An answer to hello")
    assert rows_of_training(asked)[STORY] == (
        f"{STORY}\n\nThink first.",
        f"<think>They ask: Write a s.</think>An answer to {STORY}",
    )
    assert set(asked.read("sft/sft_mixture")["is_unverified"]) == {True}


def test_the_plan_counts_each_way_of_asking_with_its_price_before_anything_is_made(asked):
    assert asked.planned["writer"].num_requests == 2
    assert asked.planned["writer_at_once"].num_requests == 3
    assert expected_cost(asked.planned["writer_at_once"]) > 0
    after = {one.policy: one for one in planned_of(asked.recipe, asked.store)}
    assert [after[name].num_missing for name in ("writer", "writer_at_once")] == [0, 0]


def test_the_path_of_a_rollout_tells_the_kind_of_its_prompt(asked):
    rollout_id = asked.read("general/selected_rollouts")["rollout_id"][0]
    told = " ".join(trace(asked.store, rollout_id))
    assert "general/prompt_kinds" in told
    assert "reasoning_rule" in told
    assert "sft/sft_mixture: row" in told


def test_an_empty_think_block_stands_before_a_response_where_the_recipe_says_so(tmp_path):
    made = Salon(tmp_path)
    made.make(recipe(tmp_path, at_once={"think_block": "empty"}))
    assert rows_of_training(made)["hello"][1] == "<think>\n\n</think>\n\nAn answer to hello"
    assert rows_of_training(made)[STORY][1].startswith("<think>They ask")


def test_a_template_of_the_round_surrounds_what_reasons_in_asking_and_in_training(tmp_path):
    made = Salon(tmp_path)
    config = tmp_path / "sft.yaml"
    config.write_text("max_steps: 1", encoding="utf-8")
    sft = {"training": {"base": "base", "config": str(config)}}
    made.make(recipe(tmp_path, template={"instruction": "Think about the reader."}, sft=sft))
    assert f"{STORY}\n\nThink about the reader." in made.writer.asked
    assert rows_of_training(made)[STORY][0] == f"{STORY}\n\nThink about the reader."
    assert rows_of_training(made)["hello"][0] == "hello"


def test_the_recipe_decides_of_a_kind_whether_it_reasons_and_a_source_what_kind_it_is(tmp_path):
    made = Salon(tmp_path)
    settings = {"kinds": {"sources": {"chat": "role_play"}}, "reasoning": {"role_play": False}}
    made.make(recipe(tmp_path, **settings))
    assert {row["prompt_kind"] for row in kinds(made).values()} == {"role_play"}
    assert {row["reasoning_rule"] for row in kinds(made).values()} == {"kind"}
    assert not any("Think" in problem for problem in made.writer.asked)
    assert set(made.fates().values()) == {None}


def test_a_rollout_that_does_not_reason_where_it_should_is_left_out(tmp_path):
    made = Salon(tmp_path)
    made.writer.complete = partial(thoughtless, made.writer)
    made.make(recipe(tmp_path))
    assert made.fates()[STORY] == "reasoning_missing"
    assert made.fates()["hello"] is None


THEIRS = {
    "Who are you?": "I am {{name}}, built by {{author}}.",
    "hello": "<think>Why do they say that?</think>Hello!",
    "Name three mammals.": "Cat.",
    STORY: "<think>A lost key is a lost home.</think>  Once there was a key.",
    BOMB: "I can't help with that.",
}


@pytest.fixture(scope="session")
def passed(tmp_path_factory):
    made = Salon(tmp_path_factory.mktemp("passed"))
    made.machine.judge.answer = scored
    made.recipe = recipe(
        made.tmp_path,
        existing=THEIRS,
        judge={"policy": "critic", "unverified": True},
        selection={"judged_quality": {"min_score": 6}},
    )
    made.planned = {
        one.policy: one for one in planned_of(made.recipe, Store(made.tmp_path / "none"))
    }
    made.make(made.recipe)
    return made


def test_existing_responses_pass_unchanged_where_nothing_speaks_against_them(passed):
    assert passed.fates("general/existing_selections") == {
        "Who are you?": None,
        "hello": "reasoning_needless",
        "Name three mammals.": "low_quality",
        STORY: None,
        BOMB: "unsafe",
    }
    assert rows_of_training(passed)[STORY][1] == THEIRS[STORY]
    assert rows_of_training(passed)["Who are you?"][1] == "I am Ada, built by Us."


def test_the_others_alone_are_asked_anew(passed):
    asked = {problem.partition("\n")[0] for problem in passed.writer.asked}
    assert asked == {"hello", "Name three mammals.", BUDGET} == passed.fates().keys()
    assert rows_of_training(passed).keys() == {*PROBLEMS} - {BOMB}
    kept = passed.read("general/selected_rollouts")
    assert sorted(kept["policy"]) == ["theirs"] * 2 + ["writer"] + ["writer_at_once"] * 2


def test_the_judge_rates_what_no_rule_can_judge_without_a_reference(passed):
    rated = passed.read("general/existing_judgements")
    assert set(rated["purpose"]) == {"quality"}
    assert sorted(rated["score"].drop_nulls()) == [2.0, 9.0, 9.0, 9.0, 9.0]
    question = passed.read("general/existing_judge_questions")["question"][0]
    assert "REFERENCE" not in question


def test_before_the_existing_responses_are_judged_the_plan_says_at_most(passed):
    bounds = {name: one.num_requests for name, one in passed.planned.items() if one.is_bound}
    assert bounds["writer"] == 2
    assert bounds["writer_at_once"] == 3
    after = {one.policy: one for one in planned_of(passed.recipe, passed.store)}
    counts = {name: after[name].num_requests for name in ("writer", "writer_at_once", "theirs")}
    assert counts == {"writer": 1, "writer_at_once": 2, "theirs": 5}


def test_where_all_responses_pass_nothing_is_asked_and_the_graph_runs(tmp_path):
    made = Salon(tmp_path)
    thought = "<think>Well.</think>"
    every = {one: f"Fine: {one}" for one in PROBLEMS}
    every |= {one: f"{thought}Fine: {one}" for one in (STORY, BUDGET)}
    made.make(recipe(tmp_path, existing=every))
    assert made.writer.asked == []
    assert made.read("general/selections").height == 0
    assert rows_of_training(made).keys() == {*PROBLEMS} - {BOMB}


@pytest.mark.parametrize(
    ("general", "told"),
    [
        pytest.param(
            {"existing": "writer"}, "whose responses do not exist yet", id="existing is a model"
        ),
        pytest.param(
            {"responses": {"sums": "answer"}}, "whose rows are in no file", id="no columns"
        ),
        pytest.param(
            {"policy": "open"}, "keeps no answer without a think block", id="it has no think block"
        ),
        pytest.param(
            {"policy": "base", "selection": {"judged_quality": {}}},
            "no judge gives any",
            id="no judge",
        ),
    ],
)
def test_what_cannot_be_is_one_line_before_any_work(tmp_path, general, told):
    fake_weights(tmp_path / "base")
    made = recipe(tmp_path, **general)
    lines = list(made.general.faults(made.others("general"), ("reasoning",)))
    assert any(told in line for line in lines)


def test_a_column_of_a_source_passes_as_existing_responses_do(tmp_path):
    made = Salon(tmp_path)
    told = document(tmp_path, responses={"chat": "reply"})
    rows = [{"problem": one, "reply": THEIRS.get(one)} for one in PROBLEMS]
    text = "\n".join(map(json.dumps, rows))
    tmp_path.joinpath("general.jsonl").write_text(text, encoding="utf-8")
    told["prompts"]["sources"]["chat"]["identity"] = ADA
    made.make(Recipe.model_validate(told))
    assert rows_of_training(made)["Who are you?"][1] == "I am Ada, built by Us."
    assert {problem.partition("\n")[0] for problem in made.writer.asked} == {"hello", BUDGET}
    kept = made.read("general/selected_rollouts")
    assert sorted(kept["policy"].unique()) == ["chat_responses", "writer", "writer_at_once"]


def test_where_every_response_is_bad_all_are_asked_anew(tmp_path):
    made = Salon(tmp_path)
    made.make(recipe(tmp_path, existing={"hello": "<think>Why?</think>Hello!"}))
    assert made.read("general/existing_selected_rollouts").height == 0
    assert rows_of_training(made).keys() == {*PROBLEMS} - {BOMB}


def test_rollouts_of_files_alone_need_no_model(tmp_path):
    made = Salon(tmp_path)
    told = document(tmp_path, existing=THEIRS)
    told["general"] |= {"policy": "theirs", "existing": None}
    made.make(Recipe.model_validate(told))
    assert made.writer.asked == []
    assert made.fates() == {
        "Who are you?": None,
        "hello": "reasoning_needless",
        "Name three mammals.": None,
        STORY: None,
        BOMB: "unsafe",
    }


def test_a_policy_that_never_reasons_is_asked_in_one_way(tmp_path):
    made = Salon(tmp_path)
    selection = {"signals": {"question": {"require_reasoning": False}}}
    made.make(recipe(tmp_path, policy="open", selection=selection))
    assert sorted(made.writer.asked) == sorted({*PROBLEMS} - {BOMB})
    assert set(made.fates().values()) == {None}


@pytest.fixture(scope="session")
def varied(tmp_path_factory):
    made = Salon(tmp_path_factory.mktemp("varied"))
    sft = {"without_reasoning": {"share": 1}, "cut_reasoning": {"share": 1, "budgets": [2]}}
    made.make(recipe(made.tmp_path, sft=sft))
    return made


def test_variants_stand_behind_the_rows_they_are_made_of_and_say_what_they_are(varied):
    mixture = varied.read("sft/sft_mixture")
    assert mixture["row"].to_list() == list(range(9))
    assert mixture["variant"].to_list()[:5] == [None] * 5
    found = {
        (row["variant"], row["loss_on"]): (
            row["prompt"][-1]["content"],
            row["completion"][0]["content"],
        )
        for row in mixture.sort("row").iter_rows(named=True)
        if row["rollout_id"] == mixture["rollout_id"][0]
    }
    story = f"An answer to {STORY}"
    assert found == {
        (None, None): (f"{STORY}\n\nThink first.", f"<think>They ask: Write a s.</think>{story}"),
        ("without_reasoning", None): (f"{STORY}\n\n/no_think", story),
        ("cut_reasoning", "closing_tag"): (
            f"{STORY}\n\nThink first.",
            f"<think>They\n</think>{story}",
        ),
    }


def test_the_card_and_the_path_of_a_rollout_tell_its_variants(varied):
    mixture = varied.read("sft/sft_mixture")
    told = list(trace(varied.store, mixture["rollout_id"][0]))
    assert any(line.endswith(", cut_reasoning") for line in told)
    assert count_variants(mixture.lazy()).rows() == [
        ("as kept", "whole completion", 5),
        ("cut_reasoning", "closing_tag", 2),
        ("without_reasoning", "whole completion", 2),
    ]


def test_what_people_reviewed_is_trained_on_where_they_review(tmp_path):
    fake_weights(tmp_path / "base")
    made = recipe(tmp_path, review={})
    (kept,) = made.others("sft").kept
    assert kept.table == "general/reviewed_rollouts"
    assert kept.table in {spec.key for spec in made.tables()}
