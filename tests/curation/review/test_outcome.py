import polars as pl
import pytest

from r1data.curation.review.decisions import decide
from r1data.curation.review.outcome import (
    edited_rollouts,
    project_reviews,
    resolve,
    select_reviewed,
)
from r1data.curation.review.settings import Review
from r1data.tables import NO_VERIFIER, UNVERIFIED, Rollouts, Selections
from tests.curation.review.candidates import candidate

PREFILL, REST = "<think>\n", "1 + 1 = 2</think>It is \\boxed{2}."


def rollouts(*names):
    every = {name: [None] * len(names) for name in Rollouts.column_names()}
    given = {
        "rollout_id": list(names),
        "prompt_id": ["p1"] * len(names),
        "prefill": [PREFILL] * len(names),
        "completion": [REST] * len(names),
        "num_completion_tokens": [9] * len(names),
    }
    return pl.DataFrame(every | given, schema_overrides={"prompt_id": pl.String})


def of(name):
    return candidate(name, PREFILL + REST)


def said(name, reviewer, decision, response=None):
    one = of(name)
    reasoning, response = one.parts[0], response or one.parts[1]
    return decide(one, reviewer, decision, reasoning=reasoning, response=response)


def decided(*decisions, names=("r1",), verified=True, verifier="math", **settings):
    """The drop reason of each rollout; edited ones are called `edit`, in the order of texts."""
    kept = rollouts(*names)
    reviews = project_reviews(decisions, kept)
    edited = edited_rollouts(reviews, kept)
    outcome = "correct" if verified is True else "incorrect"
    verdicts = edited.select("rollout_id", verifier=pl.lit(verifier), outcome=pl.lit(outcome))
    if isinstance(verified, str):
        is_it = pl.col("completion").str.contains(verified)
        verdicts = edited.select(
            "rollout_id",
            verifier=pl.lit("math"),
            outcome=pl.when(is_it).then(pl.lit("correct")).otherwise(pl.lit("incorrect")),
        )
    found = select_reviewed(
        kept, reviews, edited, verdicts, settings=Review(**settings), dataset="cold_start"
    )
    assert Selections.is_valid(found, cast=True)
    texts = dict(edited.select("rollout_id", "completion").iter_rows())
    return {
        texts.get(name, name).rpartition(">")[2]: reason
        for name, reason in found.select("rollout_id", "drop_reason").iter_rows()
    }


def test_what_nobody_reviewed_stays_or_leaves_as_the_recipe_says():
    assert decided() == {"r1": None}
    assert decided(unreviewed="drop") == {"r1": "not_reviewed"}


def test_accepted_stays_and_rejected_leaves():
    found = decided(said("r1", "anna", "accept"), said("r2", "anna", "reject"), names=("r1", "r2"))
    assert found == {"r1": None, "r2": "rejected_by_reviewer"}


def test_an_edit_that_verifies_stands_in_the_place_of_what_it_came_from():
    assert decided(said("r1", "anna", "edit", "Two.")) == {"r1": "edited", "Two.": None}


def test_an_edit_that_does_not_verify_leaves_with_what_it_came_from():
    found = decided(said("r1", "anna", "edit", "Three."), verified=False)
    assert found == {"r1": "edit_not_verified", "Three.": "edit_not_verified"}


@pytest.mark.parametrize("verifier", [UNVERIFIED, NO_VERIFIER])
def test_where_no_rule_can_judge_whoever_edits_is_the_judge(verifier):
    edit = said("r1", "anna", "edit", "Two.")
    found = decided(edit, verified=False, verifier=verifier)
    assert found == {"r1": "edited", "Two.": None}


ACCEPT, EDIT, REJECT = (
    said("r1", "anna", "accept"),
    said("r1", "ben", "edit", "Two."),
    said("r1", "carl", "reject"),
)


@pytest.mark.parametrize(
    ("decisions", "rule", "reason", "of_edit"),
    [
        pytest.param([ACCEPT, EDIT, REJECT], "any_reject", "rejected_by_reviewer", None, id="any"),
        pytest.param([ACCEPT, EDIT, REJECT], "majority", "edited", "taken", id="most keep it"),
        pytest.param([ACCEPT, REJECT], "majority", "reviewers_differ", None, id="a tie"),
        pytest.param([ACCEPT, EDIT], "any_reject", "edited", "taken", id="nobody rejects"),
        pytest.param([ACCEPT, EDIT, REJECT], "anna", None, "edit_not_taken", id="anna decides"),
        pytest.param([ACCEPT, EDIT, REJECT], "ben", "edited", "taken", id="ben decides"),
        pytest.param([ACCEPT, REJECT], "dora", "rejected_by_reviewer", None, id="dora saw nothing"),
    ],
)
def test_where_reviewers_differ_the_rule_decides(decisions, rule, reason, of_edit):
    found = decided(*decisions, when_differing=rule)
    assert found["r1"] == reason
    if of_edit is not None:
        assert found["Two."] == (None if of_edit == "taken" else of_edit)


def test_most_who_reject_are_heard():
    two = [{"reviewer": name, "decision": "reject"} for name in ("anna", "ben")]
    assert resolve([*two, {"reviewer": "carl", "decision": "edit"}], "majority") == "reject"


def test_of_several_edits_the_one_that_verifies_and_most_wrote_is_taken():
    edits = [("anna", "Three."), ("ben", "Two."), ("carl", "Two."), ("dora", "It is two.")]
    decisions = [said("r1", name, "edit", text) for name, text in edits]
    assert decided(*decisions, verified="[Tt]wo") == {
        "r1": "edited",
        "Three.": "edit_not_verified",
        "Two.": None,
        "It is two.": "edit_not_taken",
    }


def test_the_same_edit_by_two_is_one_rollout():
    decisions = [said("r1", name, "edit", "Two.") for name in ("anna", "ben")]
    reviews = project_reviews(decisions, rollouts("r1"))
    assert edited_rollouts(reviews, rollouts("r1")).height == 1


def test_an_edited_rollout_names_what_it_came_from_and_was_not_sampled():
    reviews = project_reviews([said("r1", "anna", "edit", "Two.")], rollouts("r1"))
    row = edited_rollouts(reviews, rollouts("r1")).row(0, named=True)
    assert row["refined_from"] == "r1"
    assert row["rollout_id"] == reviews["edited_rollout_id"].item() != "r1"
    assert row["prefill"] + row["completion"] == "<think>\n1 + 1 = 2</think>Two."
    assert row["prefill"] == PREFILL
    assert row["num_completion_tokens"] is None


@pytest.mark.parametrize(
    ("names", "text", "outdated"),
    [
        pytest.param(("r1",), REST, None, id="counts"),
        pytest.param(("r1",), "other</think>It is \\boxed{2}.", "other_text", id="another text"),
        pytest.param(("r2",), REST, "not_kept", id="no candidate any more"),
    ],
)
def test_a_decision_on_a_text_that_is_no_more_is_told_as_such_and_does_nothing(
    names, text, outdated
):
    now = rollouts(*names).with_columns(completion=pl.lit(text))
    reviews = project_reviews([said("r1", "anna", "edit", "Two.")], now)
    assert reviews["outdated"].to_list() == [outdated]
    assert edited_rollouts(reviews, now).height == (outdated is None)
