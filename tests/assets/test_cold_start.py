import shutil

import polars as pl
import pytest

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.cli.why.fates import Found
from r1data.cli.why.lineage import Lineage
from r1data.cli.why.page import trace
from r1data.curation.signals.form import form
from r1data.store.query import query
from r1data.store.store import Store
from r1data.text import split_reasoning
from tests.assets.cold_starts import (
    CHINESE,
    COLLECTIONS,
    Editor,
    Studio,
    cold_document,
    cold_recipe,
)
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of

ASKED = {"few_shot": 12, "direct": 12, "zero": 15}
KEPT = {"few_shot": 6, "direct": 6, "zero": 5}


class Winter(Graph):
    def __init__(self, tmp_path):
        super().__init__(tmp_path)
        self.machine = Studio()

    def start(self, *args, **cold_start):
        before = self.machine.counts
        self.make(cold_recipe(self.tmp_path, *args, **cold_start))
        self.asked = tuple(b - a for a, b in zip(before, self.machine.counts, strict=True))

    def counts(self, table, *columns):
        grouped = self.read(f"cold_start/{table}").group_by(columns).len()
        return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in grouped.iter_rows()}


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    made = Winter(tmp_path_factory.mktemp("cold"))
    made.start()
    return made


@pytest.fixture
def winter(made_once, tmp_path):
    shutil.copytree(made_once.tmp_path, tmp_path, dirs_exist_ok=True)
    return Winter(tmp_path)


def test_every_rollout_is_marked_with_its_collection_up_to_the_mixture(made_once):
    assert made_once.counts("rollouts", "collection") == ASKED
    assert made_once.counts("selected_rollouts", "collection") == KEPT
    assert made_once.counts("final_rollouts", "collection") == {"refined": 17}
    assert made_once.counts("sft_mixture", "collection") == {"refined": 17}
    assert made_once.machine.trained == ["cold_start"]


def test_each_collection_asks_in_its_own_words_and_samples_in_its_own_way(made_once):
    asked = made_once.machine.thinker.asked
    by_turns = {len(request.messages) for request in asked}
    assert by_turns == {1, 5}
    told = {request.messages[-1]["content"].split("\n\n", 1)[1] for request in asked}
    assert len(told) == 3
    assert "Box it." in told
    assert made_once.read("cold_start/rollouts")["template_id"].n_unique() == 3
    assert made_once.read("cold_start/rollouts")["sampling_id"].n_unique() == 2


def test_rollouts_of_r1_zero_that_go_over_into_another_language_are_left_out(made_once):
    every = made_once.read("cold_start/rollouts")
    left = made_once.read("cold_start/selections").filter(drop_reason="wrong_language")
    found = every.join(left, on="rollout_id", how="semi")
    assert found.select("collection", "sample_index").unique().rows() == [("zero", 1)]
    assert found.height == 5


def test_the_longest_rewrite_that_verifies_takes_the_place_of_its_rollout(made_once):
    pairs = made_once.read("cold_start/refinements")
    assert made_once.counts("refinements", "drop_reason") == {None: 17, "shorter_rewrite": 17}
    kept = pairs.filter("is_kept")
    assert kept["before_rollout_id"].n_unique() == 17
    longest = pairs.group_by("before_rollout_id").agg(pl.col("num_chars").max())
    assert set(kept["num_chars"]) == set(longest["num_chars"])
    after = made_once.read("cold_start/final_rollouts")
    assert set(after["rollout_id"]) == set(kept["rollout_id"])
    assert after["completion"].str.contains("I take my time.").all()
    verdicts = made_once.read("cold_start/refined_verdicts")
    assert set(verdicts["outcome"]) == {"correct"}
    assert made_once.counts("final_selections", "drop_reason") == {
        None: 17,
        "rewritten": 17,
        "shorter_rewrite": 17,
    }


def test_a_second_run_asks_nobody_anything(winter):
    winter.start()
    assert winter.asked == (0, 0)
    assert winter.remade == set()


def test_another_limit_on_rewrites_asks_nobody_anything(winter):
    refined = COLLECTIONS["refined"] | {"limits": {"min_reasoning_share": 1.08}}
    winter.start(COLLECTIONS | {"refined": refined})
    assert winter.asked == (0, 0)
    assert winter.counts("refinements", "drop_reason")["lost_reasoning"] > 17


def other_answer(shown, _sample):
    solution = shown["solution"].replace("boxed{", "boxed{1")
    return shown["reasoning"], solution


def new_step(shown, _sample):
    return f"I thought of 987654 first. {shown['reasoning']}", shown["solution"]


def little_left(shown, _sample):
    return "So " + shown["reasoning"].split("So ")[-1], shown["solution"]


def elsewhere(shown, _sample):
    return f"{shown['reasoning']}\n\n{CHINESE * 3}", shown["solution"]


REWRITES = [
    (other_answer, "incorrect"),
    (new_step, "added_conclusion"),
    (little_left, "lost_reasoning"),
    (elsewhere, "wrong_language"),
    (lambda *_: "I would rather not.", "no_answer"),
    (lambda shown, _: shown["solution"], "malformed"),
    (lambda shown, _: ("", f"Well. {shown['solution']}"), "malformed"),
    (lambda shown, _: (shown["reasoning"], "It is clear now."), "no_answer"),
]


def test_a_rewrite_that_says_something_else_is_not_kept(tmp_path):
    winter = Winter(tmp_path)
    all_kinds = COLLECTIONS["refined"] | {"sampling": {"group_size": len(REWRITES)}}
    winter.machine.editor.rewrite = lambda shown, sample: REWRITES[sample][0](shown, sample)
    winter.start({"direct": COLLECTIONS["direct"], "refined": all_kinds}, training=None)
    assert winter.read("cold_start/selected_rollouts").height == 6
    rewrites = winter.read("cold_start/refined_rollouts").select("rollout_id", "sample_index")
    pairs = winter.read("cold_start/refinements").join(rewrites, on="rollout_id")
    found = pairs.select("sample_index", "drop_reason").unique().sort("sample_index")
    assert found["drop_reason"].to_list() == [reason for _, reason in REWRITES]
    assert winter.read("cold_start/final_rollouts").height == 0
    assert winter.counts("final_selections", "drop_reason")["not_rewritten"] == 6


def test_a_rollout_whose_rewrites_all_fall_can_stay_as_it_is(tmp_path):
    winter = Winter(tmp_path)
    winter.machine.editor.rewrite = little_left
    refined = {**COLLECTIONS["refined"], "of": ["direct"], "keep_originals": True}
    winter.start({**COLLECTIONS, "refined": refined})
    assert winter.counts("final_rollouts", "collection") == KEPT
    assert {request.sample_index for request in winter.machine.editor.asked} == {0, 1}
    assert len(winter.machine.editor.asked) == 2 * KEPT["direct"]


def test_simple_questions_are_answered_shortly_and_by_no_other_collection(tmp_path):
    winter = Winter(tmp_path)
    problems = [("Add 1 + 1.", "2"), ("What do you get for 2 + 3 ?", "5")]
    told = [{"problem": problem, "gold_answer": gold} for problem, gold in problems]
    simple = {"policy": "zero", "questions": {"max_words": 3}}
    collections = {name: {"kind": name} for name in ("few_shot", "direct")}
    document = cold_document(tmp_path, collections, simple=simple)
    document["prompts"]["sources"] = {"told": {"problems": told}}
    winter.make(Recipe.model_validate(document))
    prompts = winter.read("prompts/prompts").select("prompt_id", "problem")
    asked = winter.read("cold_start/rollouts").join(prompts, on="prompt_id")
    assert sorted(asked.select("problem", "collection").unique().rows()) == [
        ("Add 1 + 1.", "simple"),
        ("What do you get for 2 + 3 ?", "direct"),
        ("What do you get for 2 + 3 ?", "few_shot"),
    ]
    words = [one.messages[-1]["content"] for one in winter.machine.thinker.asked]
    assert sum("easy question" in text for text in words) == 2


def test_the_special_token_pattern_is_written_and_read_again(winter):
    winter.start(pattern="special_token")
    assert winter.asked == (0, 0)
    texts = [row[0]["content"] for row in winter.read("cold_start/sft_mixture")["completion"]]
    assert all(text.count("|special_token|") == 2 for text in texts)
    whole = winter.read("cold_start/final_rollouts")["completion"]
    assert [split_reasoning(text) for text in texts] == [
        (reasoning, response.strip()) for reasoning, response in map(split_reasoning, whole)
    ]
    assert {form(text) for text in texts} == {"well_formed"}


def test_a_plan_counts_every_collection_and_bounds_what_is_rewritten(made_once, tmp_path):
    recipe = cold_recipe(made_once.tmp_path)
    before = {one.round_name: one for one in planned_of(recipe, Store(tmp_path / "new"))}
    collections = [before[f"cold_start/{name}"].num_requests for name in ASKED]
    assert collections == list(ASKED.values())
    rewriting = before["  rewriting"]
    assert (rewriting.num_prompts, rewriting.num_requests, rewriting.is_bound) == (17, 34, True)
    after = {one.round_name: one for one in planned_of(recipe, made_once.store)}
    assert (after["  rewriting"].num_requests, after["  rewriting"].num_missing) == (34, 0)
    assert {one.num_missing for one in after.values()} == {0}


def test_the_path_of_a_rewrite_leads_to_what_it_rewrites_and_back(made_once):
    pair = made_once.read("cold_start/refinements").filter("is_kept").row(0, named=True)
    before, after = pair["before_rollout_id"], pair["rollout_id"]
    told = "\n".join(trace(made_once.store, after))
    assert f"see `r1data why {before[:12]}`" in told
    assert "cold_start/sft_mixture: row" in told
    assert "collection refined" in told
    assert "written by editor" in told
    assert f"rewritten from {before[:12]}, by " in told
    told = "\n".join(trace(made_once.store, before))
    assert "left for rewritten" in told
    assert f"see `r1data why {after[:12]}`" in told


def test_the_lineage_of_a_policy_names_who_wrote_what_its_rows_were_rewritten_from(made_once):
    row = made_once.read("cold_start/policy").row(0, named=True)
    rollout = pl.DataFrame({"rollout_id": ["r"], "policy": ["cold_start"]})
    writer = rollout.with_columns(
        policy_revision=pl.lit(row["revision"]), refined_from=pl.lit(None, pl.String)
    ).row(0, named=True)
    tables = [made_once.store.table(key) for key in made_once.versions()]
    found = Found(next(one for one in tables if one.key == "cold_start/rollouts"), [writer])
    told = "\n".join(Lineage(made_once.store, tables).lines([found], "r"))
    assert "17 of them by editor" in told
    assert "12 of them rewritten from rollouts of teacher" in told
    assert "5 of them rewritten from rollouts of zero" in told
    assert "zero: weights" in told


def test_sql_sees_the_collections_and_the_pairs(made_once):
    rows = query(
        made_once.store.root,
        "select b.collection, a.collection, count(*) from cold_start.refinements r"
        " join cold_start.rollouts b on b.rollout_id = r.before_rollout_id"
        " join cold_start.final_rollouts a on a.rollout_id = r.rollout_id group by all",
    )
    assert sorted(rows.rows()) == [
        (name, "refined", KEPT[name]) for name in ("direct", "few_shot", "zero")
    ]


class Dying(Editor):
    """Breaks off after some replies, as a process does that is killed."""

    def __init__(self, num_replies):
        super().__init__()
        self.left = num_replies

    def complete(self, requests, sampling):
        for reply in super().complete(requests, sampling):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield reply


def make_all(recipe, winter):
    specs = recipe.tables()
    with Run(specs, winter.store.root, winter.machine.parts) as run:
        for spec in specs:
            run.make(spec.key)


def test_rewriting_that_breaks_off_goes_on_where_it_stood(tmp_path):
    winter = Winter(tmp_path)
    recipe = cold_recipe(tmp_path)
    winter.machine.editor = Dying(10)
    with pytest.raises(KeyboardInterrupt):
        make_all(recipe, winter)
    winter.machine.editor = Editor()
    winter.start()
    assert winter.asked == (0, 2 * sum(KEPT.values()) - 10)
    assert winter.read("cold_start/final_rollouts").height == sum(KEPT.values())
