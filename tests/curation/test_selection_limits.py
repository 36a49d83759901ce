"""Limits of a selection, and what it reads for them."""

import polars as pl
import pytest

from r1data.curation.evidence import Evidence
from r1data.curation.selection import (
    Selection,
    list_faults,
    signals_read,
)
from r1data.tables import Faults
from tests.curation.decided import decide, kept, mixed_group, select, tables


def test_what_no_rule_can_judge_is_kept_where_the_recipe_says_so_and_only_there():
    kept = {"outcome": "undecided", "verifier": "unverified"}
    unread = {"outcome": "undecided", "verifier": "none", "prompt_id": "q"}
    decided = select(kept, unread)
    assert decided["drop_reason"].to_list() == [None, "undecided"]


def test_a_selection_can_leave_out_what_is_unverified():
    row = {"outcome": "undecided", "verifier": "unverified"}
    assert select(row)["drop_reason"].to_list() == [None]
    assert select(row, keep_unverified=False)["drop_reason"].to_list() == ["undecided"]


def test_what_is_kept_unverified_must_be_whole_all_the_same():
    rows = [
        {"outcome": "undecided", "verifier": "unverified", **fault}
        for fault in ({"finish_reason": "length"}, {"form": "not_closed"})
    ]
    assert select(*rows)["drop_reason"].to_list() == ["truncated", "malformed"]


@pytest.mark.parametrize("error_class", ["not_asked", "missing"])
def test_what_nobody_was_asked_for_did_not_fail(error_class):
    decided = select({"error_class": error_class, "outcome": None})
    assert decided["drop_reason"].to_list() == ["not_asked"]


def test_the_longest_reasoning_is_preferred_if_the_recipe_says_so():
    group = [{"num_reasoning_chars": length} for length in (30, 10, 20)]
    assert select(*group, prefer="longest")["rank"].to_list() == [0, 2, 1]


def judged(frames, scores):
    """The frames with a judge's scores of quality, and one of correctness that does not count."""
    rows = [(name, "quality", score) for name, score in scores.items()]
    columns = ("rollout_id", "purpose", "score")
    rows.append((next(iter(scores)), "correctness", 0.0))
    return frames | {"judgements": pl.DataFrame(rows, schema=columns, orient="row")}


def test_the_best_judged_is_preferred_and_what_has_no_score_comes_last():
    frames = judged(tables({}, {}, {}), {"r0": 4.5, "r1": None, "r2": 9.0})
    assert decide(frames, prefer="best_judged")["rank"].to_list() == [1, 2, 0]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        pytest.param({}, ["low_quality", None, None], id="by default"),
        pytest.param({"min_score": 9.5}, ["low_quality", None, "low_quality"], id="a higher score"),
        pytest.param({"min_score": 1}, [None, None, None], id="the lowest score"),
        pytest.param(
            {"require_score": True}, ["low_quality", "not_scored", None], id="a score required"
        ),
    ],
)
def test_the_judges_score_is_a_threshold_and_what_has_none_stays_unless_one_is_required(
    limits, expected
):
    rollouts = tables(*({"prompt_id": name} for name in "abc"))
    frames = judged(rollouts, {"r0": 4.5, "r1": None, "r2": 9.0})
    assert decide(frames, judged_quality=limits)["drop_reason"].to_list() == expected


def test_a_list_of_all_that_speaks_against_a_rollout_says_what_was_first_and_what_is_alone():
    row = {"prompt_id": "q", "outcome": "no_answer", "finish_reason": "length", "pass_rate": 0.1}
    frames = tables(row, {"form": "not_closed"}, {})
    found = list_faults(Evidence(**frames), Selection(min_pass_rate=0.2))
    columns = ("rollout_id", "drop_reason", "is_first", "is_only")
    assert Faults.validate(found).select(columns).rows() == [
        ("r0", "no_answer", True, False),
        ("r0", "truncated", False, False),
        ("r1", "malformed", True, True),
        ("r0", "too_hard", False, False),
    ]


def test_of_a_rollout_without_a_completion_nothing_else_is_said():
    missing = {"error_class": "not_asked", "outcome": None, "form": "empty"}
    refused = missing | {"error_class": "refused"}
    found = list_faults(Evidence(**tables(missing, refused)), Selection())
    assert found["drop_reason"].to_list() == ["not_asked", "no_completion"]
    assert found["is_only"].all()


def test_the_reasons_for_which_rollouts_left_are_the_first_of_those_that_speak_against_them():
    frames = mixed_group()
    first = list_faults(Evidence(**frames), Selection()).filter("is_first")
    left = decide(frames, max_per_prompt=9).filter(pl.col("drop_reason") != "duplicate_completion")
    columns = ("rollout_id", "drop_reason")
    assert first.sort("rollout_id").select(columns).equals(left.sort("rollout_id").select(columns))


def test_a_selection_reads_no_signal_that_it_does_not_look_at():
    assert signals_read(Selection()) == [
        *("rollout_id", "form", "num_reasoning_chars", "num_response_chars", "completion_hash")
    ]
    looked_at = signals_read(Selection(signals={"layout": {}}))
    assert {"longest_paragraph_chars", "num_code_blocks"} <= {*looked_at}


def test_a_pass_rate_of_too_few_judged_rollouts_leaves_nothing_out():
    rare = {"pass_rate": 1.0, "num_judged": 3}
    band = {"max_pass_rate": 0.8}
    assert select(rare, **band)["drop_reason"].to_list() == ["too_easy"]
    assert select(rare, min_judged=4, **band)["drop_reason"].to_list() == [None]


def test_of_easy_prompts_a_share_is_kept_by_the_hash_of_the_prompt():
    rows = [{"prompt_id": f"p{number}", "pass_rate": 1.0} for number in range(100)]
    easy = {"above": 0.625, "keep_share": 0.3}
    decided = select(*rows, easy_prompts=easy)
    assert set(decided["drop_reason"]) == {None, "easy_prompt"}
    assert 15 < decided["is_kept"].sum() < 45
    again = select(*rows, easy_prompts=easy, dataset="another")
    assert kept(again) == kept(decided)


def test_a_hard_prompt_is_not_thinned_out():
    assert select({"pass_rate": 0.5}, easy_prompts={"keep_share": 0}).item(0, "is_kept")


def test_all_rollouts_of_a_suspect_gold_answer_leave_for_it():
    rows = ({}, {"outcome": "incorrect"}, {"prompt_id": "q"}, {"error_class": "refused"})
    decided = decide(tables(*rows), suspect_prompts=["p"])
    reasons = ["suspect_gold", "suspect_gold", None, "no_completion"]
    assert decided["drop_reason"].to_list() == reasons


def test_only_limits_that_are_stated_decide_what_is_stale():
    stated = Selection(signals={"layout": {}}).content()["signals"]
    assert [*stated] == ["layout"]
    assert "signals" not in Selection().content()
