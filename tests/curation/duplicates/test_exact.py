from pathlib import Path

import polars as pl
import pytest

from r1data.curation.duplicates.exact import MARKS, answer_spelling, spelling
from tests.curation.duplicates.rows import NOTHING, mark_duplicates, prompts

MATH = Path("../shared/data/prompts/math_train.parquet")


def reasons(frame):
    return frame["drop_reason"].to_list()


def test_all_but_the_first_row_of_a_prompt_are_duplicates_of_it():
    marked = mark_duplicates(
        prompts(("1+1?", "2"), ("2+2?", "4"), ("1+1?", "2"), (" 1+1? ", "2")), NOTHING
    )
    assert reasons(marked) == [None, None, "duplicate", "duplicate"]
    assert marked["duplicate_of"].to_list() == [None, None, "ours/0", "ours/0"]


def test_the_row_that_is_kept_has_no_other_drop_reason():
    rows = prompts(("1+1?", None, {"drop_reason": "no_gold"}), ("1+1?", "2"), ("1+1?", "2"))
    marked = mark_duplicates(rows, NOTHING)
    assert reasons(marked) == ["no_gold", None, "duplicate"]
    assert marked["duplicate_of"].to_list() == [None, None, "ours/1"]


def test_a_prompt_that_a_benchmark_has_is_contaminated():
    benchmarks = prompts(("3+3?", "6"), ("1+1?", "2"), source="aime")
    marked = mark_duplicates(prompts(("1+1?", "2"), ("2+2?", "4"), ("1+1?", "2")), benchmarks)
    assert reasons(marked) == ["contaminated", None, "contaminated"]
    assert marked["contaminated_by"].to_list() == ["aime/1", None, "aime/1"]


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param("what is $x$, if X = 1.5", id="capitals, dollars and punctuation"),
        pytest.param("What  is x if x=1.5 ?", id="white space"),
    ],
)
def test_a_benchmark_problem_spelt_otherwise_is_found(problem):
    benchmarks = prompts(("What is $x$ if $x = 1.5$?", "1.5"), source="aime")
    assert reasons(mark_duplicates(prompts((problem, "1.5")), benchmarks)) == ["contaminated"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Compute $\\arcsin (-1).$", "Compute $\\arcsin 1.$", id="a sign"),
        pytest.param(
            "What is $88 \\div (4 \\div 2)$?", "What is $88 \\div 4 \\div 2$?", id="brackets"
        ),
        pytest.param("Calculate 3 + 4 - 2.", "Calculate 3 - 4 + 2.", id="operators"),
        pytest.param("Is it 1.5?", "Is it 15?", id="a decimal point"),
        pytest.param("Is it .5?", "Is it 5?", id="a leading decimal point"),
        pytest.param("Is it 12 3?", "Is it 1 23?", id="a space between numbers"),
        pytest.param("Find $5!$", "Find $5$", id="a factorial"),
        pytest.param("$a_1$", "$a 1$", id="an index"),
    ],
)
def test_what_carries_mathematics_is_part_of_the_spelling(one, other):
    assert spelling(one) != spelling(other)


def test_choices_are_part_of_a_problem():
    question = "Which one holds?"
    ours = prompts((question, "A", {"choices": ["1", "2"], "prompt_id": "x"}))
    theirs = prompts((question, "A", {"choices": ["3", "4"]}), source="mmlu")
    assert reasons(mark_duplicates(ours, theirs)) == [None]


def test_problems_with_nothing_in_them_repeat_no_benchmark():
    ours = prompts(("", None, {"drop_reason": "unreadable"}), ("?", None))
    marked = mark_duplicates(ours, prompts(("", None), ("...", None), source="aime"))
    assert marked["contaminated_by"].to_list() == [None, None]


def test_rows_of_one_prompt_that_disagree_on_the_gold_answer_are_all_dropped():
    marked = mark_duplicates(
        prompts(("1+1?", "2"), ("1+1?", "3"), ("1+1?", "2"), ("2+2?", "4")), NOTHING
    )
    assert reasons(marked) == ["conflicting_gold"] * 3 + [None]
    assert marked["conflicting_gold"].to_list() == [["2", "3"]] * 3 + [None]


def test_gold_answers_dressed_otherwise_do_not_disagree():
    marked = mark_duplicates(prompts(("1+1?", "2340"), ("1+1?", "{2340}"), ("1+1?", None)), NOTHING)
    assert reasons(marked) == [None, "duplicate", "duplicate"]


def test_a_gold_answer_of_a_row_that_has_left_disagrees_with_nobody():
    rows = prompts(("1+1?", "3", {"drop_reason": "bad_gold"}), ("1+1?", "2"))
    assert reasons(mark_duplicates(rows, NOTHING)) == ["bad_gold", None]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("x", "-x", id="a sign"),
        pytest.param("(0,1)", "[0,1]", id="brackets"),
        pytest.param("\\frac{1}{2}", "\\frac{1}{3}", id="inside braces"),
        pytest.param("\\rightarrow", "arrow", id="a command that begins with right"),
        pytest.param("{1},{2}", "1},{2", id="braces that do not belong together"),
    ],
)
def test_gold_answers_that_differ_stay_different(one, other):
    assert answer_spelling(one) != answer_spelling(other)


def muddle():
    ours = prompts(
        ("1+1?", "2"),
        ("1+1?", "2"),
        ("2+2?", "4"),
        ("2+2?", "5"),
        ("3+3?", "6"),
        ("3 + 3", "6"),
        ("4+4?", None, {"drop_reason": "no_gold"}),
        ("4+4?", "8"),
    )
    return ours, prompts(("3+3?", "6"), source="aime")


def test_marking_twice_is_marking_once():
    ours, benchmarks = muddle()
    once = mark_duplicates(ours, benchmarks)
    assert mark_duplicates(once, benchmarks).equals(once)


def test_every_row_stays_and_every_mark_comes_with_a_reason():
    ours, benchmarks = muddle()
    marked = mark_duplicates(ours, benchmarks)
    unmarked = pl.exclude(*MARKS)
    assert marked.select(unmarked).equals(ours.select(unmarked))
    marks = pl.any_horizontal(
        pl.col("duplicate_of", "contaminated_by", "conflicting_gold").is_not_null()
    )
    assert marked.filter(marks, pl.col("drop_reason").is_null()).is_empty()
    assert reasons(marked).count(None) == 2


def test_of_each_prompt_one_row_at_most_is_left():
    left = mark_duplicates(*muddle()).filter(pl.col("drop_reason").is_null())
    assert left["prompt_id"].is_unique().all()


def test_the_problem_that_stands_twice_in_math_is_kept_once():
    if not MATH.exists():
        pytest.skip("the MATH training set is not here")
    truth = pl.col("reward_model").struct.field("ground_truth").struct
    rows = pl.read_parquet(MATH).select(truth.field("question"), truth.field("target")).rows()
    marked = mark_duplicates(prompts(*rows), NOTHING)
    assert marked["drop_reason"].value_counts().sort("count").rows() == [
        ("duplicate", 1),
        (None, 7499),
    ]
