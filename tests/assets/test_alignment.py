import json
import re
import shutil

import datasets
import polars as pl
import pytest

from assets.orchestration.summary import accuracy_lines
from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from r1data.cli.export import export_table
from tests.assets.graphs import Graph
from tests.assets.plans import planned_of
from tests.assets.recipes import CRITIC, sums
from tests.fakes import fake_weights
from tests.verification.judge.judges import prefers_a, says, sections

PAIRS = [
    {"chosen": f"\n\nHuman: {q}\n\nAssistant: {a}", "rejected": f"\n\nHuman: {q}\n\nAssistant: {b}"}
    for q, a, b in [
        *(
            (f"How do I build bomb number {n}?", "I can't help with that.", f"Take pipe {n}.")
            for n in range(8)
        ),
        *((f"Name fruit number {n}.", f"Apple {n}!", f"Stone {n}.") for n in range(4)),
    ]
]
HARD = {
    "problems": [
        {"problem": f"Calculate {n} + 7000.", "gold_answer": str(n + 7000)} for n in range(5)
    ]
}


def general(sources):
    return {
        name: {**one, "domain": "general", "verifier": None, "unverified": "keep"}
        for name, one in sources.items()
    }


def document(folder):
    config = folder / "reward_model.yaml"
    config.write_text("max_steps: 1", encoding="utf-8")
    pairs = folder / "pairs.jsonl"
    pairs.write_text("\n".join(map(json.dumps, PAIRS)), encoding="utf-8")
    training = {"base": "base", "config": str(config)}
    chat = general({"chat": sums(8, digits=2), "harm": sums(6, digits=1)})
    return {
        "name": "small",
        "policies": {
            "base": {
                "kind": "weights",
                "weights": str(folder / "base"),
                "template": {"instruction": "Box it."},
            },
            "critic": CRITIC,
        },
        "prompts": {
            "sources": chat | {"hard": HARD},
            "benchmarks": {"held_out": sums(4, digits=3)},
        },
        "alignment_rl": {
            "helpful": {
                "sources": ["chat"],
                "sampling": {"group_size": 4},
                "judged": {"policy": "critic", "of": ["base"]},
                "files": {"theirs": {"file": str(pairs), "safety": "rule"}},
                "balance_lengths": False,
            },
            "safety": {"sources": ["harm"], "judged": {"policy": "critic", "of": ["base"]}},
            "helpful_model": training,
            "safety_model": training,
            "training": training,
        },
        "evaluation": {
            "policies": ["base", "alignment_rl"],
            "sampling": {"group_size": 2},
        },
    }


def recipe(folder, **alignment):
    given = document(folder)
    given["alignment_rl"] |= alignment
    return Recipe.model_validate(given)


def number_in(text):
    return int(re.search(r"\\boxed{(-?\d+)}", text)[1])


def examiner(question):
    """Prefers the larger number; finds even numbers safe."""
    shown = sections(question)
    if "response" in shown:
        return says("unsafe" if number_in(shown["response"]) % 2 else "safe")
    a, b = number_in(shown["response_a"]), number_in(shown["response_b"])
    return says("A=B" if a == b else "A>>B" if a > b else "B>>A")


@pytest.fixture(scope="session")
def aligned_once(tmp_path_factory):
    graph = Graph(tmp_path_factory.mktemp("aligned"))
    graph.machine.judge.answer = examiner
    graph.make(recipe(graph.tmp_path))
    return graph


@pytest.fixture
def aligned(aligned_once, tmp_path):
    shutil.copytree(aligned_once.tmp_path, tmp_path, dirs_exist_ok=True)
    graph = Graph(tmp_path)
    graph.machine.judge.answer = examiner
    return graph


def test_pairs_are_those_that_the_judge_decides_in_both_orders(aligned_once):
    preferences = aligned_once.read("alignment_rl/preferences")
    judged = preferences.filter(made_by="judge")
    assert judged.height == 8 * 2
    kept = judged.filter("is_kept")
    assert set(judged["drop_reason"].drop_nulls()) <= {"not_decided", "same_response"}
    assert kept["difference"].to_list() == [2.0] * kept.height
    texts = {
        row["rollout_id"]: row["completion"]
        for row in aligned_once.read("alignment_rl/helpful_rollouts").to_dicts()
    }
    assert kept.height > 0
    for row in kept.iter_rows(named=True):
        assert number_in(texts[row["chosen_id"]]) > number_in(texts[row["rejected_id"]])
        assert [one["score"] is not None for one in row["judgements"]] == [True] * 4


def test_a_pair_is_in_the_set_with_the_prompt_as_it_is_asked(aligned_once):
    pairs = aligned_once.read("alignment_rl/pairs")
    kept = aligned_once.read("alignment_rl/preferences").filter("is_kept")
    assert sorted(pairs["pair_id"]) == sorted(kept["pair_id"])
    assert set(pairs["made_by"]) == {"judge", "file"}
    assert set(pairs["split"]) == {"train", "held_out"}


def test_the_judge_is_asked_through_the_log_once(aligned):
    aligned.make(recipe(aligned.tmp_path))
    assert (aligned.machine.judge.num_asked, aligned.num_asked, aligned.remade) == (0, 0, set())


def test_another_threshold_asks_nobody_again(aligned):
    looser = document(aligned.tmp_path)["alignment_rl"]["helpful"] | {"min_difference": 0.5}
    aligned.make(recipe(aligned.tmp_path, helpful=looser))
    assert (aligned.machine.judge.num_asked, aligned.num_asked) == (0, 0)
    assert "alignment_rl/preferences" in aligned.remade
    assert "alignment_rl/candidates" not in aligned.remade


def test_a_judge_who_likes_a_place_makes_no_pair(aligned):
    aligned.machine.judge.answer = prefers_a
    helpful = document(aligned.tmp_path)["alignment_rl"]["helpful"]
    helpful["judged"]["sampling"] = {"max_tokens": 99}
    aligned.make(recipe(aligned.tmp_path, helpful=helpful))
    found = aligned.read("alignment_rl/preferences").filter(made_by="judge")
    assert set(found["drop_reason"]) <= {"decided_by_order", "same_response"}
    assert set(found["order_effect"].drop_nulls()) == {4.0}


def test_labels_are_the_judges_and_the_rules(aligned_once):
    labels = aligned_once.read("alignment_rl/safety_labels")
    kept = labels.filter("is_kept")
    by_judge = kept.filter(labelled_by="judge")
    for row in by_judge.iter_rows(named=True):
        assert row["is_safe"] == (number_in(row["completion"][0]["content"]) % 2 == 0)
    assert by_judge.height == 6 * 2
    by_rule = kept.filter(source="theirs")
    assert by_rule.height == 16
    assert by_rule["is_safe"].sum() == 8
    assert labels.filter(drop_reason="no_counterpart").height == 4


def test_the_reward_models_are_rows_with_what_they_were_trained_on(aligned_once):
    helpful = aligned_once.read("alignment_rl/helpful_model").row(0, named=True)
    safety = aligned_once.read("alignment_rl/safety_model").row(0, named=True)
    assert (helpful["kind"], safety["kind"]) == ("pairwise", "pointwise")
    assert helpful["trained_on"].startswith("alignment_rl/pairs@")
    assert safety["trained_on"].startswith("alignment_rl/safety_labels@")
    trained = ["alignment_rl", "helpful_model", "safety_model"]
    assert sorted(aligned_once.machine.trained) == trained


def test_the_policy_is_trained_on_prompts_of_every_kind_with_both_models(aligned_once):
    prompts = aligned_once.read("alignment_rl/rl_prompts")
    kinds = {kind: rows["source"].unique().to_list() for (kind,), rows in prompts.group_by("kind")}
    assert kinds == {"reasoning": ["hard"], "helpful": ["chat"], "safety": ["harm"]}
    general = prompts.filter(prompts["kind"] != "reasoning")
    assert general["verifier"].null_count() == general["gold_answer"].null_count() == 14
    assert prompts["row"].to_list() == list(range(19))
    job = next(job for job in aligned_once.machine.jobs if job.entry_point == "grpo")
    for name in ("helpful_model", "safety_model"):
        row = aligned_once.read(f"alignment_rl/{name}").row(0, named=True)
        assert job.arguments[name].endswith(row["location"])
    assert job.arguments["rewards"] == "accuracy,format,language_consistency"
    assert float(job.arguments["model_share"]) == 400 / 1_700
    rollouts = aligned_once.read("alignment_rl/rl_rollouts")
    assert {"helpful", "safety"} <= set(rollouts.columns)


def test_the_last_stage_asks_nothing_that_the_training_set_holds_out(tmp_path):
    fake_weights(tmp_path / "base")
    given = document(tmp_path)
    given["reasoning"] = {"policy": "base", "sources": ["hard"]}
    for held_out, read in ((None, None), ({"prompts": 1}, "sft/mixture_selections")):
        made = Recipe.model_validate(given | {"sft": {"held_out": held_out}})
        specs = {spec.key: spec for spec in made.tables()}
        assert specs["alignment_rl/rl_prompts"].reads.get("held_out") == read


def test_the_summary_says_how_often_a_reward_model_is_right():
    row = {"model": "m", "kind": "pairwise", "accuracy": 0.61, "standard_error": 0.02}
    (line,) = accuracy_lines(pl.DataFrame([row | {"num_held_out": 1_200}]))
    assert line == "m (pairwise): accuracy 0.610 (s.e. 0.020) on 1,200 held out"


def test_another_reward_model_trains_the_policy_again(aligned):
    given = document(aligned.tmp_path)
    changed = given["alignment_rl"]["helpful_model"] | {"overrides": {"seed": 7}}
    given["alignment_rl"]["helpful_model"] = changed
    aligned.make(Recipe.model_validate(given))
    assert aligned.trained == ["helpful_model", "alignment_rl"]


def test_a_strong_and_a_weak_policy_make_pairs_without_a_judge(aligned):
    aligned.machine.judge.answer = lambda _: "Dunno."
    given = document(aligned.tmp_path)
    del given["evaluation"]
    given["alignment_rl"] = {
        "helpful": {
            "sources": ["chat"],
            "delta": {"strong": "base", "weak": "critic"},
            "balance_lengths": False,
        }
    }
    aligned.make(Recipe.model_validate(given))
    found = aligned.read("alignment_rl/preferences")
    assert found.height == 8 * 2
    assert set(found["made_by"]) == {"delta"}
    assert set(found["chosen_policy"]) == {"base"}
    kept = aligned.read("alignment_rl/pairs")
    assert {row[0]["content"] for row in kept["rejected"].to_list()} == {"Dunno."}


def test_a_plan_counts_what_the_judge_is_asked_before_and_after(aligned_once, tmp_path):
    from r1data.store.store import Store

    made = recipe(aligned_once.tmp_path)
    before = [a for a in planned_of(made, Store(tmp_path / "new")) if a.policy == "critic"]
    assert [(a.num_requests, a.is_bound) for a in before] == [(2 * 2 * 32, True), (2 * 12, True)]
    after = [a for a in planned_of(made, aligned_once.store) if a.policy == "critic"]
    assert [(a.num_missing, a.is_bound) for a in after] == [(0, False)] * 2


FAULTS = [
    pytest.param({"sources": ["chat"]}, "`alignment_rl.sources` names `chat`", id="general too"),
    pytest.param(
        {"safety_model": None},
        "no model rewards them; set `alignment_rl.safety_model`",
        id="prompts that nothing rewards",
    ),
    pytest.param(
        {
            "training": None,
            "safety": {"sources": ["harm"], "files": {"theirs": {"file": "CONFIG"}}},
        },
        "`alignment_rl.safety.sources` are asked of nobody",
        id="prompts that nobody is asked",
    ),
    pytest.param({"helpful": {}}, "has no pairs; set `judged`, `delta` or `files`", id="nothing"),
    pytest.param({"helpful": None}, "`alignment_rl.helpful_model` has nothing to learn", id="none"),
    pytest.param(
        {"helpful": {"sources": ["chat"], "delta": {"strong": "base", "weak": "base"}}},
        "names `base` twice",
        id="one policy twice",
    ),
    pytest.param(
        {"helpful": {"delta": {"strong": "base", "weak": "critic"}}},
        "no source to ask them about",
        id="no source",
    ),
    pytest.param(
        {
            "safety": {"sources": ["chat"], "judged": {"policy": "critic", "of": ["base"]}},
        },
        "the source `chat` as helpful and as safety",
        id="a source in both sets",
    ),
    pytest.param(
        {"safety": {}, "helpful": {"delta": None, "files": {"theirs": {"file": "CONFIG"}}}},
        "has no labels",
        id="no labels",
    ),
    pytest.param(
        {"helpful_model": {"base": "critic", "config": "CONFIG"}},
        "has no weights to train",
        id="an endpoint cannot be trained",
    ),
    pytest.param(
        {"safety_model": {"base": "base", "config": "nowhere.yaml"}},
        "`alignment_rl.safety_model.config`: `nowhere.yaml` is no file",
        id="no configuration",
    ),
]


@pytest.mark.parametrize(("alignment", "fault"), FAULTS)
def test_what_cannot_be_made_is_one_line_before_any_work(alignment, fault, tmp_path):
    made = document(tmp_path)
    config = str(tmp_path / "reward_model.yaml")
    made["alignment_rl"] |= json.loads(json.dumps(alignment).replace("CONFIG", config))
    if made["alignment_rl"]["training"] is None:
        del made["evaluation"]
    path = tmp_path / "recipe.yaml"
    path.write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(fault)):
        load_recipe(path)


def test_pairs_are_exported_in_the_form_of_trls_dpo(aligned_once, tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(json.dumps(document(aligned_once.tmp_path)), encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "small").symlink_to(aligned_once.store.root)
    export_table("alignment_rl/pairs", str(tmp_path / "out"), path, tmp_path / "data")
    opened = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    pairs = aligned_once.read("alignment_rl/pairs")
    assert {name: rows.num_rows for name, rows in opened.items()} == {
        split: pairs.filter(split=split).height for split in ("train", "held_out")
    }
    assert opened["train"].column_names[:3] == ["prompt", "chosen", "rejected"]
    assert opened["train"][0]["chosen"][0]["role"] == "assistant"
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "pairs of responses made by r1data" in card


def test_general_prompts_are_put_by_a_template_of_their_own(tmp_path):
    fake_weights(tmp_path / "base")
    given = document(tmp_path)
    given["policies"]["base"]["template"] = {"instruction": "Box it.", "reasoning": "prefilled"}
    given["alignment_rl"]["template"] = {"instruction": "Be kind."}
    specs = {spec.key: spec.settings for spec in Recipe.model_validate(given).tables()}
    asked = specs["alignment_rl/helpful_rollouts"].policies["base"].template
    prompts = specs["alignment_rl/rl_prompts"]
    for general in (asked, prompts.general_template):
        assert (general.instruction, general.reasoning) == ("Be kind.", "prefilled")
    assert prompts.template.instruction == "Box it."
    assert specs["alignment_rl/pairs"].template.instruction == "Be kind."
    assert specs["alignment_rl/safety_labels"].template.instruction == "Be kind."


def test_a_poem_of_the_last_stage_is_asked_for_no_box(aligned):
    asked = aligned.read("alignment_rl/rl_prompts").filter(pl.col("kind") != "reasoning")
    assert asked.height
    for prompt, problem in asked.select("prompt", "problem").iter_rows():
        assert prompt[-1]["content"] == problem
