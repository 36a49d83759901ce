"""How a round chooses among the rollouts of a prompt, and the control of its filters."""

import json

import polars as pl
import pytest
import yaml

from assets.orchestration.funnel import is_in_funnel, rows_add_up
from assets.recipe.load import load_recipe
from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.seeds import content_id
from r1data.store.spec import fingerprints
from tests.assets.recipes import CRITIC
from tests.fakes import FakeMachine
from tests.verification.judge.judges import says, sections

TEXTS = [
    "One and one are two.",
    "One and one are two, as everybody knows.",
    "Count on your fingers: first there is a single one, and then another; that makes two.",
    "By definition the successor of one is called two, so the sum is two.",
]


def recipe(tmp_path, policies=None, **reasoning):
    file = tmp_path / "rows.jsonl"
    rows = [
        {
            "problem": f"{number} + 1",
            "gold_answer": str(number + 1),
            "completion": [
                f"<think>{text}</think>{text} So it is \\boxed{{{number + 1}}}." for text in TEXTS
            ],
        }
        for number in range(30)
    ]
    for number in range(0, 30, 3):
        of_group = rows[number]["completion"]
        of_group[number % 4] = of_group[number % 4].replace("<think>", "<think>\n```\n1\n```\n")
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "choices",
            "policies": {
                "theirs": {"kind": "rollouts", "rollouts": str(file), "model": "R1"},
                **(policies or {}),
            },
            "prompts": {
                "sources": {
                    "theirs": {"file": str(file), "columns": {"gold_answer": "gold_answer"}}
                }
            },
            "reasoning": {"policy": "theirs", "sampling": {"group_size": "all"}, **reasoning},
        }
    )


def made(tmp_path, **reasoning):
    specs = recipe(tmp_path, **reasoning).tables()
    with Run(specs, tmp_path / "data") as run:
        for spec in specs:
            run.make(spec.key)
    return run


def test_the_most_diverse_are_preferred_and_the_distance_is_recorded(tmp_path):
    run = made(tmp_path, selection={"prefer": "most_diverse", "max_per_prompt": 2})
    decided = run.table("reasoning/selections").read()
    kept = decided.filter("is_kept").sort("prompt_id", "rank")
    assert kept.height == 60
    assert kept.filter(rank=0)["distance"].null_count() == 30
    second = kept.filter(rank=1).select("prompt_id", best="distance")
    others = decided.filter(pl.col("rank") > 1).join(second, on="prompt_id")
    assert (others["best"] >= others["distance"]).all()


def test_a_filter_and_its_control_keep_as_many_and_both_can_be_trained_on(tmp_path):
    layout = {"signals": {"layout": {"max_paragraph_chars": None}}}
    run = made(tmp_path, selection=layout, control_of=["code_in_reasoning"])
    names = ("selected_rollouts", "control_rollouts")
    assert [run.table(f"reasoning/{name}").num_rows for name in names] == [30, 30]
    dropped = run.table("reasoning/selections").read().filter(drop_reason="code_in_reasoning")
    drawn = run.table("reasoning/control_selections").read().filter(drop_reason="control")
    assert dropped.height == drawn.height == 10
    assert drawn.join(dropped, on="rollout_id", how="semi").height < 10


def test_a_control_remakes_nothing_that_was_there(tmp_path):
    plain, controlled = (
        fingerprints(recipe(tmp_path, control_of=names).tables()) for names in ((), ("truncated",))
    )
    added = {"reasoning/control_selections", "reasoning/control_rollouts"}
    assert controlled.keys() - plain.keys() == added
    assert {key: controlled[key] for key in plain} == plain


def written(tmp_path, settings):
    path = tmp_path / "choices.yaml"
    path.write_text(yaml.safe_dump(settings.model_dump(mode="json")), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("reasoning", "said"),
    [
        pytest.param(
            {"selection": {"prefer": "best_judged"}}, "no judge gives any; set", id="no judge"
        ),
        pytest.param(
            {"control_of": ["long_paragraph"]}, "which the selection does not look at", id="is off"
        ),
    ],
)
def test_what_a_round_cannot_do_is_refused_in_one_line(tmp_path, reasoning, said):
    with pytest.raises(ValueError, match=said) as error:
        load_recipe(written(tmp_path, recipe(tmp_path, **reasoning)))
    assert "\n" not in str(error.value)


def test_a_filter_that_there_is_not_is_refused_in_one_line(tmp_path):
    with pytest.raises(ValueError, match="there is no filter 'mood'; there are not_judged"):
        recipe(tmp_path, control_of=["mood"])


def checked(run):
    """The version of each table, once every number of the funnel is seen to add up."""
    results = [rows_add_up(run, key) for key, spec in run.specs.items() if is_in_funnel(spec)]
    assert len(results) == 6
    assert all(result.passed for result in results)
    return {key: run.table(key).data_version for key in run.specs}


def test_another_limit_remakes_the_selection_and_what_follows_and_every_number_adds_up(tmp_path):
    few, more = ({"signals": {"layout": {"max_code_blocks": most}}} for most in (0, 1))
    before = checked(made(tmp_path, selection=few))
    run = made(tmp_path, selection=more)
    after = checked(run)
    assert {key for key in after if before[key] != after[key]} == {
        f"reasoning/{name}" for name in ("selections", "faults", "drop_table", "selected_rollouts")
    }
    left = run.table("reasoning/selections").read()["drop_reason"].drop_nulls()
    assert set(left) == {"over_quota"}


def by_hash(question):
    """Rates each response by its hash, from 1 to 10; finds every answer right."""
    if '"score"' not in question:
        return says("correct")
    return json.dumps({"score": 1 + int(content_id(sections(question)["candidate"])[:8], 16) % 10})


def test_the_best_judged_of_a_prompt_are_kept(tmp_path):
    machine = FakeMachine()
    machine.judge.answer = by_hash
    specs = recipe(
        tmp_path,
        {"critic": CRITIC},
        judge={"policy": "critic", "quality": True},
        selection={"prefer": "best_judged"},
    ).tables()
    with Run(specs, tmp_path / "data", machine=machine.parts) as run:
        for spec in specs:
            run.make(spec.key)
    scores = run.table("reasoning/judgements").read().select("rollout_id", "score")
    ranked = run.table("reasoning/selections").read().join(scores, on="rollout_id")
    best = ranked.group_by("prompt_id").agg(pl.col("score").max())
    assert ranked["score"].n_unique() > 5
    kept = ranked.filter("is_kept")
    assert kept.height == 30
    assert kept.sort("prompt_id")["score"].equals(best.sort("prompt_id")["score"])
