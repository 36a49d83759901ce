import polars as pl
import pytest

from r1data.answers.workers import Workers
from r1data.tables import MajorityAnswers
from r1data.verification.majority import MAX_LEADERS, find_majority_answers
from tests.verification.rows import prompts

CORRECT, NONE = "correct", "no_answer"


@pytest.fixture(scope="module")
def pool():
    with Workers(1) as pool:
        yield pool


def majority(pool, *answers, gold="1/2", verifier="math", **facts):
    """The majority among answers to one prompt: wrong ones by their text, others by outcome."""
    rows = [
        {"outcome": answer, "predicted_answer": None}
        if answer in (CORRECT, NONE, "undecided", "timed_out")
        else {"outcome": "incorrect", "predicted_answer": answer}
        for answer in answers
    ]
    verdicts = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("predicted_answer").cast(pl.String),
        prompt_id=pl.lit("p0"),
        verifier=pl.lit(verifier),
    )
    asked = prompts(gold_answer=[gold], verifier=[verifier], **facts)
    found = MajorityAnswers.validate(find_majority_answers(verdicts, asked, pool=pool), cast=True)
    return found.row(0, named=True) if found.height else None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([CORRECT] * 3 + ["3"], ("1/2", True, 3), id="the gold answer"),
        pytest.param(["3", "3", "4", CORRECT], ("3", False, 2), id="another answer"),
        pytest.param(["3", "3", CORRECT, CORRECT], ("1/2", True, 2), id="a tie goes to the gold"),
        pytest.param(["7", "9"], ("7", False, 1), id="a tie of wrong ones goes by text"),
        pytest.param([NONE, NONE], (None, None, 0), id="no answers"),
        pytest.param([NONE, "3"], ("3", False, 1), id="one answer"),
        pytest.param(["3 ", " 3", "3"], ("3", False, 3), id="white space"),
    ],
)
def test_the_answer_that_most_rollouts_give(pool, answers, expected):
    found = majority(pool, *answers)
    assert (found["majority_answer"], found["is_gold"], found["num_votes"]) == expected


def test_equal_answers_lead_together_in_their_most_frequent_wording(pool):
    found = majority(pool, "0.25", "1/4", "3", "3", r"\frac{1}{4}", "1/4", "0.250", "3")
    assert (found["majority_answer"], found["num_votes"]) == ("1/4", 5)


def test_its_share_is_that_of_all_judged_rollouts(pool):
    found = majority(pool, "3", "3", NONE, CORRECT, "undecided", "timed_out")
    assert (found["num_judged"], found["num_correct"], found["majority_share"]) == (4, 1, 0.5)


@pytest.mark.parametrize(
    ("verifier", "answers", "votes"),
    [
        pytest.param("text", ["Neon", "neon.", "Argon"], 2, id="text"),
        pytest.param("program_output", ["[1, 2]", "[1,2]", "[2]"], 2, id="output of a program"),
        pytest.param("reasoning_gym", ["a b", "a  b", "b a"], 2, id="a puzzle, by text"),
    ],
)
def test_equal_answers_are_told_by_the_verifier(pool, verifier, answers, votes):
    gold = "helium" if verifier == "text" else "[3]"
    assert majority(pool, *answers, gold=gold, verifier=verifier)["num_votes"] == votes


def test_options_and_their_texts_are_one_answer(pool):
    facts = {"choices": [["one", "two", "three"]]}
    found = majority(pool, "B", "(B) two", "C", gold="A", verifier="choice", **facts)
    assert found["num_votes"] == 2


def test_programs_have_no_majority(pool):
    assert majority(pool, "print(1)", "print(1)", verifier="code", tests=["[]"]) is None


def test_of_very_many_different_answers_the_most_frequent_are_compared(pool):
    answers = [str(number) for number in range(10, 10 + 3 * MAX_LEADERS)] + ["5", "5.0", "5"]
    assert majority(pool, *answers)["num_votes"] == 3


@pytest.mark.parametrize("answer", ["9" * 200_000, "((" * 100_000, "x+" * 100_000])
def test_a_hostile_answer_is_one_that_nothing_equals(pool, answer):
    found = majority(pool, answer, "3", "3")
    assert (found["majority_answer"], found["num_votes"]) == ("3", 2)


def test_no_answers_are_compared_where_the_gold_answer_leads_anyway():
    answers = [CORRECT] * 3 + ["4", "5", "6"]
    assert majority(None, *answers)["is_gold"]
