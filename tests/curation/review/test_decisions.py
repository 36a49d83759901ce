import dataclasses

import pytest

from r1data.curation.review.decisions import (
    DecisionLog,
    check_reviewer,
    decide,
    read_decisions,
)
from r1data.store.log import state_of_log
from tests.curation.review.candidates import candidate


def decision(of=None, name="accept", reviewer="anna", **said):
    of = of or candidate()
    reasoning, response = of.parts
    return decide(of, reviewer, name, **{"reasoning": reasoning, "response": response} | said)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "reviews" / "cold_start.jsonl"


def take(path, *decisions, **options):
    with DecisionLog(path) as log:
        return [log.take(one, **options) for one in decisions]


def test_a_decision_is_read_as_it_was_taken(path):
    one = decision(name="edit", reasoning="I add 1 and 1.", note=" good \ud800")
    assert take(path, one) == [True]
    assert read_decisions(path) == {("r1", "anna"): one}
    assert one.note == "good \N{REPLACEMENT CHARACTER}"


def test_the_same_decision_again_is_not_doubled(path):
    assert take(path, decision(), decision()) == [True, False]
    assert take(path, dataclasses.replace(decision(), decided_at="later")) == [False]
    assert path.read_bytes().count(b"\n") == 1


def test_another_decision_on_the_same_text_is_a_conflict_and_changes_nothing(path):
    first = decision()
    take(path, first)
    with pytest.raises(ValueError, match=r"anna decided otherwise .* accept.* --replace"):
        take(path, decision(name="reject"))
    assert read_decisions(path) == {("r1", "anna"): first}


def test_a_replacement_that_was_asked_for_counts_and_the_log_keeps_both(path):
    take(path, decision())
    assert take(path, decision(name="reject"), is_replacing=True) == [True]
    assert read_decisions(path)["r1", "anna"].decision == "reject"
    assert path.read_bytes().count(b"\n") == 2


def test_a_decision_on_a_changed_text_follows_the_earlier_one(path):
    changed = candidate(text="<think>other</think>It is \\boxed{2}.")
    assert take(path, decision(), decision(changed, name="reject")) == [True, True]
    assert read_decisions(path)["r1", "anna"].text_hash == changed.text_hash


def test_two_reviewers_decide_each_for_themselves(path):
    assert take(path, decision(), decision(name="reject", reviewer="ben")) == [True, True]
    assert {key: one.decision for key, one in read_decisions(path).items()} == {
        ("r1", "anna"): "accept",
        ("r1", "ben"): "reject",
    }


def test_a_log_is_read_as_far_as_a_state_says(path):
    take(path, decision())
    state = state_of_log(path)
    take(path, decision(reviewer="ben"))
    assert len(read_decisions(path, state)) == 1
    assert state_of_log(path) != state


def test_a_torn_last_line_counts_for_nothing(path):
    take(path, decision())
    state = state_of_log(path)
    with path.open("ab") as file:
        file.write(b'{"rollout_id": "r2", "revi')
    assert state_of_log(path) == state
    assert len(read_decisions(path)) == 1
    assert take(path, decision(reviewer="ben")) == [True]
    assert len(read_decisions(path)) == 2


def test_a_damaged_line_costs_itself_alone(path, caplog):
    take(path, decision(), decision(reviewer="ben"))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b'"accept"', b'"axxept"') + lines[1])
    assert list(read_decisions(path)) == [("r1", "ben")]


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        pytest.param("accept", {"response": "Two."}, "write edit", id="accept, and edited"),
        pytest.param("edit", {}, "as it was", id="edit, and nothing edited"),
        pytest.param("edit", {"reasoning": "a </think> b"}, "think tags", id="a tag"),
    ],
)
def test_a_decision_that_does_not_fit_its_text_is_refused(name, said, told):
    with pytest.raises(ValueError, match=told):
        decision(name=name, **said)


def test_white_space_around_a_text_is_no_edit():
    assert decision(response="\nIt is \\boxed{2}. \n").decision == "accept"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(None, id="missing"),
        pytest.param(" ", id="empty"),
        pytest.param("a\x1b[2J", id="an escape"),
        pytest.param("a\nb", id="two lines"),
        pytest.param("x" * 81, id="long"),
        pytest.param("majority", id="a rule"),
    ],
)
def test_what_is_no_reviewers_name_is_refused_in_one_line(name):
    with pytest.raises(ValueError, match="--reviewer is ") as error:
        check_reviewer(name)
    assert str(error.value).isprintable()
