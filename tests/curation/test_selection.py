import dataframely as dy
import polars as pl
import pytest

from r1data.answers.outcome import Outcome
from r1data.curation.judged_quality import JudgedQuality
from r1data.curation.limits import SignalLimits
from r1data.curation.selection import (
    Selection,
    faults,
    keep_selected,
)
from r1data.reasons import ROLLOUT_REASONS
from r1data.tables import Rollouts, Selections
from tests.curation.decided import decide, kept, mixed_group, select


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
    decided = [*faults(whole), *of_rank]
    assert [name for name in ROLLOUT_REASONS if name in decided] == decided


def test_a_reason_that_is_not_registered_cannot_be_written():
    decided = decide(mixed_group()).with_columns(
        drop_reason=pl.col("drop_reason").replace({"incorrect": "because"})
    )
    with pytest.raises(dy.exc.ValidationError, match="drop_reason_is_registered"):
        Selections.validate(decided, cast=True)
