import json

import pytest

from r1data.curation.review.decisions import DecisionLog, read_decisions
from r1data.curation.review.files import bring_back, exported, exported_lines
from r1data.text import visible
from tests.curation.review.candidates import candidate

CANDIDATES = {
    name: candidate(name, f"<think>1 + 1 = 2, says {name}</think>It is \\boxed{{2}}.")
    for name in ("r1", "r2", "r3")
}


def line(name="r1", **changes):
    return json.dumps(exported(CANDIDATES[name]) | changes).encode()


def brought(tmp_path, *lines, reviewer="anna", **options):
    with DecisionLog(tmp_path / "log.jsonl") as log:
        return bring_back(lines, CANDIDATES, reviewer, log, **options)


def decisions(tmp_path):
    found = read_decisions(tmp_path / "log.jsonl")
    return {key: (one.decision, one.reasoning, one.response) for key, one in found.items()}


def test_what_was_exported_and_left_open_decides_nothing(tmp_path):
    lines = [text.encode() for text in exported_lines(CANDIDATES.values())]
    found = brought(tmp_path, *lines)
    assert (dict(found.counts), found.refused) == ({"left open": 3}, [])
    assert decisions(tmp_path) == {}


HOSTILE = "\x1b[2J \x9b2J \u202e \ufeff \U000e0041 \x7f 数学 \N{SNAKE}"


def test_a_file_holds_nothing_that_a_terminal_obeys_and_loses_no_character():
    one = candidate(text=f"<think>{HOSTILE}</think>It is \\boxed{{2}}.")
    (text,) = exported_lines([one])
    assert visible(text) == text
    assert "数学 \N{SNAKE}" in text
    assert json.loads(text)["reasoning"] == HOSTILE


def test_each_decision_is_taken_with_the_texts_of_edits(tmp_path):
    edit = line("r2", decision="edit", reasoning="I add.", note="shorter")
    found = brought(tmp_path, line(decision="accept"), edit, line("r3", decision="reject"))
    assert dict(found.counts) == {"accept": 1, "edit": 1, "reject": 1}
    assert decisions(tmp_path) == {
        ("r1", "anna"): ("accept", None, None),
        ("r2", "anna"): ("edit", "I add.", "It is \\boxed{2}."),
        ("r3", "anna"): ("reject", None, None),
    }


def test_a_round_trip_twice_doubles_nothing(tmp_path):
    lines = [line(decision="accept"), line("r2", decision="edit", reasoning="I add.")]
    brought(tmp_path, *lines)
    before = decisions(tmp_path)
    again = brought(tmp_path, *lines)
    assert dict(again.counts) == {"there already": 2}
    assert decisions(tmp_path) == before


BAD = {
    "no json": (b'{"rollout_id": "r1", ', "it is no JSON"),
    "no object": (b"[1]", "it is no JSON object"),
    "not utf-8": (b'{"rollout_id": "\xff"}', "not UTF-8"),
    "deep": (b"[" * 100_000, "holds what no export has"),
    "long number": (b'{"rollout_id": ' + b"9" * 9999 + b"}", "holds what no export has"),
    "no id": (b'{"decision": "accept"}', "`rollout_id` is missing"),
    "unknown id": (line().replace(b'"r1"', b'"r9"'), "which is no candidate"),
    "unknown decision": (line(decision="ok"), "`decision` is 'ok'; write accept, edit or reject"),
    "a note that is no text": (line(decision="accept", note=5), "`note` is 5; write a text"),
    "a response that is no text": (line(decision="edit", response=None), "`response` is None"),
    "a text that changed since": (line(decision="accept", text_hash="0"), "another text now"),
    "edited and left open": (line(response="Two."), "write edit"),
    "edited and accepted": (line(decision="accept", response="Two."), "write edit"),
    "an edit of nothing": (line(decision="edit"), "is as it was"),
    "a tag in an edit": (line(decision="edit", reasoning="</think>"), "think tags"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_has_one_line_with_its_number_and_costs_itself_alone(tmp_path, name):
    raw, said = BAD[name]
    found = brought(
        tmp_path, line("r2", decision="accept"), b"\n", raw, line("r3", decision="reject")
    )
    (told,) = found.refused
    assert told.startswith("line 3: ")
    assert said in told
    assert told.isprintable()
    assert dict(found.counts) == {"accept": 1, "reject": 1}


def test_two_decisions_by_one_reviewer_on_one_candidate_are_a_conflict_that_is_told(tmp_path):
    found = brought(tmp_path, line(decision="accept"), line(decision="reject"))
    (told,) = found.refused
    assert "line 2: anna decided otherwise on it before: accept" in told
    assert decisions(tmp_path) == {("r1", "anna"): ("accept", None, None)}
    brought(tmp_path, line(decision="reject"), is_replacing=True)
    assert decisions(tmp_path) == {("r1", "anna"): ("reject", None, None)}


def test_an_editor_that_writes_a_mark_at_the_beginning_of_a_file_is_no_fault(tmp_path):
    assert brought(tmp_path, b"\xef\xbb\xbf" + line(decision="accept")).refused == []
