import pytest

from r1data.answers.judging import judge_one, type_gold_answer
from r1data.answers.missing_golds import AS_WRITTEN, MISSING, find_missing
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item

WORDS = ("?", "---", "...", "…", "proof", "Proof.", "(see proof)", "proof is omitted", "证明")


@pytest.mark.parametrize("word", sorted({*MISSING, *AS_WRITTEN, *WORDS}))
def test_each_word_for_no_answer_is_none(word):
    assert find_missing(word) is not None
    assert find_missing(f"\\text{{{word}}}", "Find n, or prove that there is none.") is not None


@pytest.mark.parametrize(
    ("gold", "problem", "choices"),
    [
        pytest.param("none", "How many of them fly?", (), id="none answers how many"),
        pytest.param("Na", "Which element is in salt?", (), id="sodium"),
        pytest.param(r"\emptyset", "Solve x = x + 1.", (), id="the empty set"),
        pytest.param("no solution", "Solve x = x + 1.", (), id="no solution"),
        pytest.param("does not exist", "Find the limit.", (), id="no limit"),
        pytest.param("undefined", "What is 1/0?", (), id="undefined"),
        pytest.param("unknown", "Is it true, false or unknown?", (), id="offered after or"),
        pytest.param("N/A", 'If there is no such n, write "N/A".', (), id="offered in quotes"),
        pytest.param("None", "Pick one.", ("All", "None"), id="a choice"),
        pytest.param("proofreading", "What is it?", (), id="another word"),
        pytest.param("a missing sock", "What is it?", (), id="a word among others"),
        pytest.param("-1", "Find n.", (), id="a number"),
        pytest.param("", "Find n.", (), id="empty"),
    ],
)
def test_answers_are_no_words_for_none(gold, problem, choices):
    assert find_missing(gold, problem, choices) is None


@pytest.mark.parametrize("verifier", ["math", "choice", "text"])
@pytest.mark.parametrize("gold", ["notfound", "proof", "N/A", "?"])
def test_nothing_is_judged_by_a_gold_answer_that_says_there_is_none(gold, verifier):
    verdict = judge_one(Item(f"\\boxed{{{gold}}}", gold), verifier)
    assert verdict.outcome is Outcome.BAD_GOLD
    assert gold in verdict.detail


def test_programs_may_print_such_words():
    item = Item("<answer>None</answer>", "None", problem="What does `print(None)` print?")
    assert judge_one(item, "program_output").outcome is Outcome.CORRECT


def test_a_missing_gold_answer_has_no_kind_and_does_not_verify():
    typed = type_gold_answer(Item("", "notfound"))
    assert (typed.answer_type, typed.verdict.outcome) == (None, Outcome.BAD_GOLD)
