import pytest

from r1data.answers.workers import Workers
from r1data.tables import Prompts
from r1data.verification.gold import mark_bad_gold
from tests.verification.rows import prompts


@pytest.fixture(scope="module")
def pool():
    with Workers(1) as pool:
        yield pool


def test_gold_answers_are_typed_and_bad_ones_marked_with_the_reason(pool):
    marked = mark_bad_gold(
        prompts(
            gold_answer=["4", r"\frac{1}{2", None, r"\sqrt{2}", "Tom {"],
            verifier=["math", "math", "math", "math", "text"],
        ),
        pool,
    )
    assert marked["answer_type"].to_list() == ["integer", "text", None, "expression", "text"]
    assert marked["drop_reason"].to_list() == [None, "bad_gold", "bad_gold", None, None]
    assert marked["drop_detail"][1] == "gold answer: its braces do not match"
    assert marked["drop_detail"][2] == "gold answer: empty"


def test_rows_without_a_verifier_and_dropped_rows_stay_as_they_are(pool):
    given = prompts(
        gold_answer=["", r"\frac{1}{2", "4"],
        verifier=[None, "math", "math"],
        drop_reason=[None, "no_problem", "duplicate"],
        drop_detail=[None, "empty", None],
    )
    assert mark_bad_gold(given, pool).equals(given)


def test_marking_twice_is_marking_once_and_keeps_given_types(pool):
    given = prompts(
        gold_answer=["4", "", "1/2"], verifier=["math"] * 3, answer_type=["year", None, None]
    )
    once = mark_bad_gold(given, pool)
    assert once["answer_type"].to_list() == ["year", None, "fraction"]
    assert mark_bad_gold(once, pool).equals(once)


def test_order_and_columns_stay(pool):
    given = prompts(
        prompt_id=["c", "a", "b"], gold_answer=["1", "x", "2"], verifier=["math", "text", "math"]
    )
    marked = mark_bad_gold(given, pool)
    assert marked["prompt_id"].to_list() == ["c", "a", "b"]
    assert marked.schema == given.schema


def test_no_prompts_are_no_prompts(pool):
    empty = Prompts.create_empty()
    assert mark_bad_gold(empty, pool).equals(empty)
