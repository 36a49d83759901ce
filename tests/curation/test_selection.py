import dataframely as dy
import polars as pl
import pytest

from r1data.answers.outcome import Outcome
from r1data.curation.evidence import Evidence
from r1data.curation.judged_quality import JudgedQuality
from r1data.curation.limits import SignalLimits
from r1data.curation.selection import (
    Selection,
    faults,
    keep_selected,
    list_faults,
    select_rollouts,
    signals_read,
)
from r1data.reasons import ROLLOUT_REASONS
from r1data.tables import Faults, Rollouts, Selections

GOOD = {
    "prompt_id": "p",
    "error_class": None,
    "finish_reason": "stop",
    "outcome": "correct",
    "verifier": "math",
    "form": "well_formed",
    "pass_rate": 0.5,
    "num_judged": 8,
    "num_reasoning_chars": 10,
}


def tables(*rows):
    frame = pl.DataFrame(
        [{"rollout_id": f"r{index}", **GOOD, **row} for index, row in enumerate(rows)],
        infer_schema_length=None,
    ).with_columns(
        pl.col("error_class").cast(pl.String),
        policy=pl.lit("teacher"),
        policy_revision=pl.lit("v1"),
        sampling_id=pl.lit("s"),
        num_response_chars=pl.lit(5),
    )
    if "completion_hash" not in frame.columns:
        frame = frame.with_columns(completion_hash="rollout_id")
    keys = ("prompt_id", "policy_revision", "sampling_id")
    return {
        "rollouts": frame.select("rollout_id", *keys, "error_class", "finish_reason"),
        "verdicts": frame.drop_nulls("outcome").select("rollout_id", "outcome", "verifier"),
        "signals": frame.select(
            "rollout_id",
            "prompt_id",
            "form",
            "num_reasoning_chars",
            "num_response_chars",
            "completion_hash",
        ),
        "pass_rates": frame.unique(keys, maintain_order=True).select(
            *keys, "pass_rate", "num_judged"
        ),
    }


def select(*rows, dataset="reasoning", **settings):
    return decide(tables(*rows), dataset=dataset, **settings)


def decide(frames, *, dataset="reasoning", suspect_prompts=(), **settings):
    evidence = Evidence(**frames, suspect_prompts=suspect_prompts)
    return select_rollouts(evidence, settings=Selection(**settings), dataset=dataset)


def kept(selections):
    return sorted(selections.filter("is_kept")["rollout_id"])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param({}, None, id="good"),
        pytest.param({"error_class": "refused", "outcome": None}, "no_completion", id="error"),
        pytest.param({"outcome": None}, "not_judged", id="no verdict"),
        pytest.param({"finish_reason": "length"}, "truncated", id="token limit"),
        pytest.param({"form": "not_closed"}, "malformed", id="bad form"),
        pytest.param({"pass_rate": 0.1}, "too_hard", id="below the band"),
        pytest.param({"pass_rate": 0.9}, "too_easy", id="above the band"),
        pytest.param({"pass_rate": 0.2}, None, id="at the band's lower end"),
        pytest.param({"pass_rate": 0.8}, None, id="at the band's upper end"),
        pytest.param(
            {"outcome": "no_answer", "finish_reason": "length"}, "no_answer", id="first holds"
        ),
    ],
)
def test_a_rollout_leaves_for_the_first_reason_that_holds(row, reason):
    selections = select(row, min_pass_rate=0.2, max_pass_rate=0.8)
    assert selections.select("is_kept", "drop_reason").row(0) == (reason is None, reason)


@pytest.mark.parametrize(
    "outcome", [outcome for outcome in Outcome if outcome is not Outcome.CORRECT]
)
def test_an_outcome_other_than_correct_is_its_own_reason(outcome):
    assert select({"outcome": outcome.value}).item(0, "drop_reason") == outcome.value


def test_no_form_is_required_of_a_policy_that_reasons_in_the_open():
    assert kept(select({"form": "not_opened"}, require_form=False)) == ["r0"]


def test_at_most_so_many_are_kept_of_a_prompt():
    selections = select(*[{}] * 5, *[{"prompt_id": "q"}] * 2, max_per_prompt=2)
    assert selections.filter("is_kept").group_by("prompt_id").len().sort("prompt_id").rows() == [
        ("p", 2),
        ("q", 2),
    ]
    assert selections.filter(~pl.col("is_kept"))["drop_reason"].to_list() == ["over_quota"] * 3


def test_which_one_is_kept_is_not_decided_by_its_place():
    firsts = {
        kept(select(*[{"rollout_id": f"{prompt}-{index}"} for index in range(4)]))[0][-1]
        for prompt in range(40)
    }
    assert firsts == {"0", "1", "2", "3"}


def test_two_datasets_choose_independently():
    group = [{}] * 50
    assert kept(select(*group, dataset="a")) != kept(select(*group, dataset="b"))


def test_the_shortest_reasoning_is_preferred_if_the_recipe_says_so():
    group = [{"num_reasoning_chars": length} for length in (30, 10, 20)]
    selections = select(*group, prefer="shortest")
    assert selections["rank"].to_list() == [2, 0, 1]


def test_ranks_count_the_eligible_only():
    selections = select({"outcome": "incorrect"}, {}, {"form": "empty"})
    assert selections["rank"].to_list() == [None, 0, None]


def test_the_same_text_twice_does_not_fill_the_quota():
    group = [{"completion_hash": text} for text in ("a", "a", "a", "b")]
    selections = select(*group, max_per_prompt=2)
    assert selections["drop_reason"].drop_nulls().to_list() == ["duplicate_completion"] * 2
    assert "r3" in kept(selections)


def test_a_wrong_rollout_does_not_take_the_place_of_the_same_text_judged_correct():
    group = [{"completion_hash": "a", "outcome": "timed_out"}, {"completion_hash": "a"}]
    assert kept(select(*group)) == ["r1"]


def test_texts_that_were_never_hashed_are_all_different():
    assert len(kept(select(*[{"completion_hash": None}] * 2, max_per_prompt=2))) == 2


def mixed_group():
    return tables(
        {"outcome": None, "error_class": "refused"},
        *[{"completion_hash": text} for text in ("a", "a", "b", "c", "d")],
        *[
            {"prompt_id": "q", "outcome": outcome}
            for outcome in ("incorrect", "correct", "correct")
        ],
        {"prompt_id": "q", "finish_reason": "length"},
    )


@pytest.mark.parametrize("prefer", ["any", "shortest", "longest"])
@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_rows_decides_nothing(prefer, seed):
    frames = mixed_group()
    shuffled = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=seed) for name, frame in frames.items()
    }
    expected = decide(frames, prefer=prefer, max_per_prompt=2)
    decided = decide(shuffled, prefer=prefer, max_per_prompt=2)
    assert decided.sort("rollout_id").equals(expected.sort("rollout_id"))


def test_every_rollout_is_decided_on_and_every_dropped_one_has_a_reason():
    frames = mixed_group()
    selections = Selections.validate(decide(frames), cast=True)
    assert selections["rollout_id"].to_list() == frames["rollouts"]["rollout_id"].to_list()


def test_a_quota_raised_keeps_what_was_kept():
    few, more = (decide(mixed_group(), max_per_prompt=number) for number in (1, 3))
    assert set(kept(few)) < set(kept(more))


def test_the_kept_rollouts_of_a_shard_come_back_in_their_order():
    shard = Rollouts.cast(
        pl.DataFrame(
            {
                **dict.fromkeys(Rollouts.column_names()),
                "rollout_id": ["r2", "r0", "r1"],
                "sample_index": 0,
                **dict.fromkeys(
                    [
                        "prompt_id",
                        "policy",
                        "policy_revision",
                        "template_id",
                        "sampling_id",
                        "prefill",
                    ],
                    "x",
                ),
            }
        )
    )
    selections = select({}, {"outcome": "incorrect"}, {}, max_per_prompt=2)
    assert keep_selected(shard, selections)["rollout_id"].to_list() == ["r2", "r0"]


def test_the_registry_has_the_faults_in_their_order_and_those_of_rank():
    of_rank = ["control", "duplicate_completion", "near_duplicate", "over_quota"]
    looked_at = SignalLimits.model_validate({name: {} for name in SignalLimits.model_fields})
    whole = Selection(signals=looked_at, judged_quality=JudgedQuality())
    assert [*faults(whole), *of_rank] == [*ROLLOUT_REASONS]


def test_a_reason_that_is_not_registered_cannot_be_written():
    decided = decide(mixed_group()).with_columns(
        drop_reason=pl.col("drop_reason").replace({"incorrect": "because"})
    )
    with pytest.raises(dy.exc.ValidationError, match="drop_reason_is_registered"):
        Selections.validate(decided, cast=True)


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
