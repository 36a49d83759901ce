import json

import pytest

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from r1data.cli.report import write_contamination
from r1data.store.query import open_session
from r1data.store.store import Store

HELD_OUT = (
    "A ferry between two islands carries 36 passengers and 18 bicycles on each crossing. How many "
    "wheels and shoes are on board when every passenger wears both shoes?"
)
SOLUTION = (
    "Every passenger wears two shoes, so that thirty-six passengers bring 72 shoes on board; every "
    "bicycle has two wheels, so that 36 wheels are added to them, and 108 are on board in all."
)
FORMATTED = HELD_OUT.upper().replace(" ", "  ")
EMBEDDED = f"Please help me with my homework, it is due soon. {HELD_OUT} Thank you very much!"
OTHER_NUMBERS = HELD_OUT.replace("36", "40").replace("18", "22")
UNLIKE = "A baker makes 12 loaves each hour. How many loaves does he make from nine to five?"

BENCHMARKS = "prompts/benchmark_prompts"


def recipe(tmp_path, *, prompts=None, rollouts=None):
    rows = [
        {"problem": problem, "gold_answer": "108", "completion": completion}
        for problem, completion in (
            (FORMATTED, "<think>It is easy.</think>So it is \\boxed{108}."),
            (EMBEDDED, "<think>It is easy.</think>So it is \\boxed{108}."),
            (OTHER_NUMBERS, "<think>It is easy.</think>So it is \\boxed{108}."),
            (UNLIKE, f"<think>Well. {SOLUTION} That was it.</think>So it is \\boxed{{108}}."),
        )
    ]
    theirs = tmp_path / "rows.jsonl"
    theirs.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    benchmark = tmp_path / "held_out.jsonl"
    held_out = {"problem": HELD_OUT, "gold_answer": "108", "solution": SOLUTION}
    benchmark.write_text(json.dumps(held_out), encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "clean",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": str(theirs), "model": "R1"}},
            "prompts": {
                "sources": {
                    "theirs": {"file": str(theirs), "columns": {"gold_answer": "gold_answer"}}
                },
                "benchmarks": {
                    "ferries": {
                        "file": str(benchmark),
                        "columns": {"gold_answer": "gold_answer", "solution": "solution"},
                    }
                },
                "decontamination": prompts,
            },
            "reasoning": {"policy": "theirs", "selection": {"decontamination": rollouts}},
        }
    )


def made(tmp_path, made_recipe, *keys):
    specs = made_recipe.tables()
    with Run(specs, tmp_path / "data") as run:
        for spec in specs:
            if not keys or spec.key in keys or spec.key.startswith("p"):
                run.make(spec.key)
        return {key: run.table(key).read() for key in keys}


def test_prompts_that_hold_a_benchmarks_question_are_dropped_with_the_kind_and_the_row(tmp_path):
    found = made(tmp_path, recipe(tmp_path, prompts={}), "prompts/filtered_prompts")
    prompts = found["prompts/filtered_prompts"]
    assert prompts["drop_reason"].to_list() == ["contaminated", "contaminated", None, None]
    assert prompts["contamination_kind"].to_list() == [
        *("formatted", "embedded", "numbers_changed", None),
    ]
    assert prompts["contaminated_by"].to_list() == ["ferries/0"] * 3 + [None]


def test_a_kind_more_to_drop_finds_nothing_again(tmp_path):
    first = recipe(tmp_path, prompts={})
    kinds = ["numbers_changed"]
    second = recipe(tmp_path, prompts={"drop": kinds})
    made(tmp_path, first, "prompts/filtered_prompts")
    found = made(tmp_path, second, "prompts/filtered_prompts", "prompts/contamination")
    reasons = found["prompts/filtered_prompts"]["drop_reason"].to_list()
    assert reasons == ["contaminated", None, "contaminated", None]
    assert len(list((tmp_path / "data" / "prompts" / "contamination").glob("*/manifest.json"))) == 1


def test_without_the_setting_only_the_same_question_is_looked_for(tmp_path):
    prompts = made(tmp_path, recipe(tmp_path), "prompts/filtered_prompts")
    reasons = prompts["prompts/filtered_prompts"]["drop_reason"].to_list()
    assert reasons == ["contaminated", None, None, None]


def test_a_rollout_that_quotes_a_reference_solution_is_left_out(tmp_path):
    specs = recipe(tmp_path, rollouts={})
    found = made(
        tmp_path, specs, *(spec.key for spec in specs.tables() if spec.key.startswith("reasoning"))
    )
    decided = found["reasoning/selections"].filter(drop_reason="quotes_benchmark")
    quoted = found["reasoning/contamination"]
    assert quoted.select("benchmark", "part", "kind").rows() == [
        ("ferries", "solution", "embedded")
    ]
    assert decided["rollout_id"].to_list() == quoted["rollout_id"].to_list()


def test_contaminations_are_answerable_by_sql(tmp_path):
    made(tmp_path, recipe(tmp_path, prompts={}), "prompts/contamination")
    with open_session(tmp_path / "data") as session:
        asked = "select kind::text, spans[1]['start'] from prompts.contamination order by 1"
        rows = session.query(asked).rows()
    start = EMBEDDED.index(HELD_OUT)
    assert rows == [("embedded", start), ("formatted", 0), ("numbers_changed", 0)]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"drop": ["similar"]}, id="no such kind"),
        pytest.param({"min_similarity": 0.1}, id="below what is recorded"),
    ],
)
def test_settings_that_mean_nothing_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        recipe(tmp_path, prompts=wrong)


def test_the_report_shows_prompts_and_benchmarks_side_by_side(tmp_path):
    made(tmp_path, recipe(tmp_path, prompts={}), "prompts/contamination")
    page = tmp_path / "page.html"
    write_contamination(Store(tmp_path / "data"), BENCHMARKS, page)
    written = page.read_text(encoding="utf-8")
    assert written.count("<h3>") == 3
    assert HELD_OUT[:-1] in written
    assert FORMATTED[:-1] in written


def test_a_folder_without_contamination_says_how_to_ask_for_it(tmp_path):
    made(tmp_path, recipe(tmp_path), "prompts/filtered_prompts")
    with pytest.raises(ValueError, match="decontamination"):
        write_contamination(
            Store(tmp_path / "data"), "prompts/benchmark_prompts", tmp_path / "page.html"
        )
