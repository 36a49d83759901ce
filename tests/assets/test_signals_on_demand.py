"""Signals that a threshold looks at are measured, each once, and decide."""

import json

import polars as pl
import pytest
from pydantic import ValidationError

from assets.recipe.recipe import Recipe
from assets.steps.measure import Measuring, measured_before
from assets.steps.run import Run
from r1data.answers import versions
from r1data.curation.signals.measure import measure_signals
from r1data.curation.signals.signal import Means

SHORT = "<think>1 + 1 = 2</think>\\boxed{2}"
WORDY = f"<think>{'on and on ' * 9}</think>\\boxed{{2}}"
CODED = "<think>\n```\n1 + 1\n```\n</think>\\boxed{2}"


def recipe(tmp_path, signals=None, measured=()):
    file = tmp_path / "rows.jsonl"
    row = {"problem": "1 + 1", "gold_answer": "2", "completion": [SHORT, WORDY, CODED]}
    file.write_text(json.dumps(row), encoding="utf-8")
    return Recipe.model_validate(
        {
            "name": "signals",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": str(file), "model": "R1"}},
            "prompts": {
                "sources": {
                    "theirs": {"file": str(file), "columns": {"gold_answer": "gold_answer"}}
                }
            },
            "reasoning": {
                "policy": "theirs",
                "sampling": {"group_size": 3},
                "signals": measured,
                "selection": {"max_per_prompt": 3, "signals": signals or {}},
            },
        }
    )


def made(tmp_path, **settings):
    specs = recipe(tmp_path, **settings).tables()
    with Run(specs, tmp_path / "data") as run:
        for spec in specs:
            run.make(spec.key)
    return run


def reasons(run):
    return sorted(run.table("reasoning/selections").read()["drop_reason"].fill_null("kept"))


def test_a_threshold_on_a_signal_decides_and_has_it_measured(tmp_path):
    run = made(tmp_path, signals={"layout": {"max_paragraph_chars": 60}})
    assert reasons(run) == ["code_in_reasoning", "kept", "long_paragraph"]


def test_without_a_threshold_a_signal_is_neither_measured_nor_looked_at(tmp_path):
    run = made(tmp_path)
    assert reasons(run) == ["kept", "kept", "kept"]
    assert run.table("reasoning/signals").read()["num_code_blocks"].null_count() == 3


def test_a_recipe_can_have_a_signal_measured_that_decides_nothing(tmp_path):
    run = made(tmp_path, measured=["layout"])
    assert reasons(run) == ["kept", "kept", "kept"]
    assert run.table("reasoning/signals").read()["num_code_blocks"].to_list() == [0, 0, 1]


def test_another_threshold_measures_nothing_again(tmp_path):
    before = made(tmp_path, signals={"layout": {"max_paragraph_chars": 60}})
    after = made(tmp_path, signals={"layout": {"max_paragraph_chars": None}})
    assert before.table("reasoning/signals").folder == after.table("reasoning/signals").folder
    assert reasons(after) == ["code_in_reasoning", "kept", "kept"]


def test_what_was_measured_before_is_taken_and_not_measured_again(tmp_path):
    earlier = made(tmp_path, measured=["layout"]).table("reasoning/signals")
    others = made(tmp_path).table("reasoning/rollouts").read().with_columns(completion=pl.lit(""))
    found = measure_signals(others, means=Means("think"), earlier=[(earlier, ("form",))])
    assert found["form"].to_list() == ["well_formed"] * 3
    assert found["num_reasoning_chars"].to_list() == [0, 0, 0]


def test_earlier_signals_of_the_same_rollouts_are_found(tmp_path):
    made(tmp_path)
    run = made(tmp_path, measured=["layout"])
    taken = measured_before(run.store, run.table("reasoning/signals"))
    assert [{*names} for _, names in taken] == [{"form", "lengths", "completion_hash"}]


def test_conclusions_are_read_anew_by_another_version_of_their_reader(monkeypatch):
    before = Measuring(reasoning="think", signals=("conclusion",)).content()
    monkeypatch.setattr(versions, "VERSIONS", {**versions.VERSIONS, "math": 99})
    after = Measuring(reasoning="think", signals=("conclusion",)).content()
    assert before["signals"]["conclusion"] != after["signals"]["conclusion"]


def test_an_unknown_signal_is_refused_in_one_line(tmp_path):
    with pytest.raises(ValidationError, match="there is no signal 'mood'; there are form"):
        recipe(tmp_path, measured=["mood"])
