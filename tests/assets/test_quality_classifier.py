import json
import shutil
from dataclasses import replace
from pathlib import Path

from assets.recipe.recipe import Recipe
from assets.steps.measure import measured_before
from assets.steps.run import MACHINE, Run

TRAINED = Path(__file__).parents[1] / "golden" / "quality.bin"
GOOD, BAD = "It is clear and exact.", "It is rude and wrong."


class Trainer:
    """Counts how often it is asked, and hands out a classifier that was trained before."""

    def __init__(self):
        self.num_trained = 0

    def __call__(self, settings, file):
        self.num_trained += 1
        shutil.copyfile(TRAINED, file)


def recipe(tmp_path, word="mild", signals=None):
    for side in ("good", "bad"):
        rows = [{"response": f"{side} {word} {number}"} for number in range(40)]
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        (tmp_path / f"{side}.jsonl").write_text(lines, encoding="utf-8")
    file = tmp_path / "rows.jsonl"
    completions = [f"<think>Hm.</think>{text} \\boxed{{2}}" for text in (GOOD, BAD)]
    row = {"problem": "1 + 1", "gold_answer": "2", "completion": completions}
    file.write_text(json.dumps(row), encoding="utf-8")
    sides = {side: {"file": str(tmp_path / f"{side}.jsonl")} for side in ("good", "bad")}
    return Recipe.model_validate(
        {
            "name": "quality",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": str(file), "model": "R1"}},
            "prompts": {
                "sources": {
                    "theirs": {"file": str(file), "columns": {"gold_answer": "gold_answer"}}
                }
            },
            "reasoning": {
                "policy": "theirs",
                "sampling": {"group_size": 2},
                "quality_classifier": sides,
                "selection": {
                    "max_per_prompt": 2,
                    "signals": {"quality": {}} if signals is None else signals,
                },
            },
        }
    )


def made(tmp_path, trainer, **settings):
    specs = recipe(tmp_path, **settings).tables()
    with Run(specs, tmp_path / "data", replace(MACHINE, train_classifier=trainer)) as run:
        for spec in specs:
            run.make(spec.key)
    return run


def reasons(run):
    return run.table("reasoning/selections").read()["drop_reason"].to_list()


def test_a_response_below_the_score_is_left_out(tmp_path):
    run = made(tmp_path, Trainer())
    assert reasons(run) == [None, "low_score"]
    row = run.table("reasoning/quality_classifier").read().row(0, named=True)
    assert (run.store.root / row["location"]).read_bytes() == TRAINED.read_bytes()
    assert row["num_good"] + row["num_bad"] + row["num_held_out"] == 80
    assert row["accuracy"] is not None


def test_another_threshold_trains_and_measures_nothing_again(tmp_path):
    trainer = Trainer()
    before = made(tmp_path, trainer)
    after = made(tmp_path, trainer, signals={"quality": {"min_score": 0}})
    assert trainer.num_trained == 1
    assert reasons(after) == [None, None]
    assert before.table("reasoning/signals").folder == after.table("reasoning/signals").folder


def test_other_examples_train_again_and_measure_nothing_else_again(tmp_path):
    trainer = Trainer()
    limits = {"quality": {}, "layout": {}}
    before = made(tmp_path, trainer, signals=limits).table("reasoning/signals")
    run = made(tmp_path, trainer, word="wild", signals=limits)
    after = run.table("reasoning/signals")
    assert trainer.num_trained == 2
    assert before.folder != after.folder
    ((taken, names),) = measured_before(run.store, after)
    assert taken.folder == before.folder
    assert {*names} == {"form", "lengths", "completion_hash", "layout"}


def test_a_classifier_that_no_signal_asks_changes_no_signals(tmp_path):
    specs = {spec.key: spec for spec in recipe(tmp_path, signals={}).tables()}
    assert "classifier" not in specs["reasoning/signals"].reads


def test_the_table_of_signals_reads_the_classifier_it_asks(tmp_path):
    specs = {spec.key: spec for spec in recipe(tmp_path).tables()}
    assert specs["reasoning/signals"].reads["classifier"] == "reasoning/quality_classifier"
