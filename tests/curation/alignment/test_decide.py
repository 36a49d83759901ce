import polars as pl
import pytest

from r1data.curation.alignment.decide import balance_lengths, decide_pairs
from r1data.curation.alignment.settings import Decision
from r1data.tables import Preferences
from tests.curation.alignment.rows import candidate, candidates


def judgement(order, score):
    return {"order": order, "sample_index": 0, "score": score, "fault": "" if score else "none"}


def said(number, first, second, refusal=None):
    judgements = [judgement("first_as_a", score) for score in first]
    judgements += [judgement("second_as_a", score) for score in second]
    return {"pair_id": f"pair{number}", "refusal": refusal, "judgements": judgements}


def decide(rows, replies, limit=None, **settings):
    schema = {"pair_id": pl.String, "refusal": pl.String}
    found = decide_pairs(
        candidates(*rows),
        pl.DataFrame(replies, schema_overrides=schema) if replies else None,
        Decision(**settings),
        judge="critic",
        max_length_difference=limit,
    )
    return Preferences.validate(found)


CASES = [
    pytest.param([2, 2], [2, 2], None, "0a", id="much better each time"),
    pytest.param([2, 1], [1, 2], None, "0a", id="above one on the mean"),
    pytest.param([-2, -2], [-2, -1], None, "0b", id="the second"),
    pytest.param([1, 1], [1, 1], "not_decided", "0a", id="better is not beyond one"),
    pytest.param([2, 2], [0, 0], "not_decided", "0a", id="exactly one"),
    pytest.param([2, 2], [-2, -2], "decided_by_order", None, id="the place decides"),
    pytest.param([2, 2], [-1, -1], "decided_by_order", "0a", id="the place decides mostly"),
    pytest.param([0, 0], [0, 0], "not_decided", None, id="alike"),
    pytest.param([2, None], [2, 2], None, "0a", id="one reply cannot be read"),
    pytest.param([None, None], [2, 2], "no_verdict", None, id="one order says nothing"),
]


@pytest.mark.parametrize(("first", "second", "reason", "chosen"), CASES)
def test_a_pair_is_kept_where_both_orders_are_sure_of_it(first, second, reason, chosen):
    row = decide([candidate(0)], [said(0, first, second)]).row(0, named=True)
    assert (row["drop_reason"], row["chosen_id"]) == (reason, chosen)
    assert len(row["judgements"]) == 4
    assert row["judge"] == "critic"


def test_the_order_with_more_readable_replies_weighs_no_more():
    row = decide([candidate(0)], [said(0, [2, 2], [1])]).row(0, named=True)
    assert (row["difference"], row["order_effect"]) == (1.5, 1.0)


def test_a_lower_threshold_still_wants_both_orders_to_agree():
    replies = [said(0, [2, 2], [-1, -1]), said(1, [1, 0], [1, 0])]
    found = decide([candidate(0), candidate(1)], replies, min_difference=0.1)
    assert found["drop_reason"].to_list() == ["decided_by_order", None]


def test_what_the_judge_was_not_shown_says_so():
    row = decide([candidate(0)], [said(0, [], [], "a response speaks to its judge: Grader")])
    assert row["drop_reason"].to_list() == ["not_shown"]
    assert row["drop_detail"].to_list() == ["a response speaks to its judge: Grader"]


def test_a_delta_pair_is_kept_unless_its_lengths_are_too_unlike():
    strong = {"made_by": "delta", "preferred": "first"}
    rows = [candidate(0, **strong), candidate(1, first="a" * 50, second="b" * 9, **strong)]
    found = decide(rows, None, limit=40)
    assert found["drop_reason"].to_list() == [None, "length_difference"]
    assert found["chosen_policy"].to_list() == ["one", "one"]
    assert found["judge"].to_list() == [None, None]


def test_lengths_are_of_responses_without_their_reasoning():
    known = {"made_by": "file", "preferred": "first"}
    row = decide([candidate(0, first="<think>long thought</think>ab", **known)], None)
    assert row["chosen_chars"].to_list() == [2]


def test_afterwards_the_longer_response_is_chosen_as_often_as_the_shorter():
    known = {"made_by": "file", "preferred": "first"}
    long, short = "a" * 30, "b" * 20
    rows = [candidate(number, first=long, second=short, **known) for number in range(9)]
    rows += [candidate(number, first=short, second=long, **known) for number in range(9, 12)]
    rows += [candidate(12, first=short, second="c" * 20, **known)]
    rows += [candidate(13, first="d" * 200, second=short, **known)]
    found = balance_lengths(decide(rows, None))
    kept = found.filter("is_kept")
    longer = kept["chosen_chars"] > kept["rejected_chars"]
    shorter = kept["chosen_chars"] < kept["rejected_chars"]
    assert (longer.sum(), shorter.sum(), kept.height) == (3, 3, 7)
    assert set(found.filter(~pl.col("is_kept"))["drop_reason"]) == {"unbalanced_length"}
    assert "pair13" not in kept["pair_id"]
