import json
from datetime import date

import pytest

from r1data.answers.outcome import Outcome
from r1data.answers.registry import judge
from r1data.answers.verdict import Item, Verdict
from r1data.answers.workers import Workers
from r1data.verification import files
from r1data.verification.files import TypingVerifier, verify_file
from r1data.verification.rows import case_of


class Counting:
    """Says how often it is asked for a type, and cannot type one gold answer."""

    name, version = "counting", 1

    def __init__(self):
        self.asked = []

    def type_answer(self, item):
        self.asked.append(item.gold_answer)
        if item.gold_answer == "odd":
            raise ArithmeticError("no type")
        return "text"

    def as_response(self, item):
        return item.gold_answer

    def verify(self, items, pool):
        return [Verdict(Outcome.CORRECT, item.answer_type) for item in items]


def test_equal_prompts_are_typed_once():
    counting = Counting()
    items = [Item(f"response {number}", f"gold {number % 2}") for number in range(6)]
    verdicts = judge(TypingVerifier(counting), items, None)
    assert [verdict.predicted_answer for verdict in verdicts] == ["text"] * 6
    assert counting.asked == ["gold 0", "gold 1"]


def test_a_gold_answer_that_cannot_be_typed_fails_its_own_rows_only():
    items = [Item("", "even"), Item("", "odd"), Item("", "even")]
    verdicts = judge(TypingVerifier(Counting()), items, None)
    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.CORRECT,
        Outcome.FAILED,
        Outcome.CORRECT,
    ]
    assert verdicts[1].detail == "ArithmeticError: no type"


def test_the_type_that_a_row_gives_is_kept():
    counting = Counting()
    verdicts = judge(TypingVerifier(counting), [Item("", "odd", answer_type="date")], None)
    assert (verdicts[0].predicted_answer, counting.asked) == ("date", [])


@pytest.mark.parametrize(("word", "cut_off"), [("max_tokens", True), ("eos_token", False)])
def test_whether_a_row_was_cut_off_is_said_in_the_words_of_any_server(word, cut_off):
    row = {"completion": "The answer is 1", "gold_answer": "1", "finish_reason": word}
    assert case_of(row).item.is_cut_off is cut_off


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_no_row_is_lost_where_blocks_meet(extra, tmp_path):
    total = 2 * files.BLOCK + extra
    rows = ({"id": number, "completion": r"\boxed{1}", "gold_answer": 1} for number in range(total))
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with Workers(1) as pool:
        found = verify_file(source, out, pool=pool)
    ids = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert (found.num_rows, ids) == (total, list(range(total)))


def test_a_value_that_json_cannot_hold_is_judged_as_its_text():
    record = {"completion": "4", "gold_answer": "4", "metadata": {"on": date(2025, 1, 22)}}
    assert case_of(record).item.metadata == '{"on":"2025-01-22"}'
