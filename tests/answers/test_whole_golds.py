import pytest

from r1data.answers.judging import judge_one, type_gold_answer
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.whole_golds import final_gold

PENCILS = "He has 3 * 24 = <<3*24=72>>72 pencils.\nHe lost none of them.\n#### 72"
ROOT = r"From $x + 2 = 5$ we get $x = 3$. Hence it is $\boxed{3}$."
SEINE = "It lies on the Seine.\n#### Paris"
HEAT = "Because of the heat, (B) is right. #### B"


@pytest.mark.parametrize(
    ("gold_answer", "final"),
    [
        pytest.param(PENCILS, "72", id="hashes"),
        pytest.param("#### $1,200\n", "$1,200", id="nothing before them"),
        pytest.param("It is 72.\n####", "", id="nothing behind them"),
        pytest.param("#### Solution\nIt is 72.", "#### Solution\nIt is 72.", id="a heading"),
        pytest.param(ROOT, "3", id="a box"),
        pytest.param(r"So \boxed{1} or \boxed{\frac{1}{2}}.", "1, \\frac{1}{2}", id="a list"),
        pytest.param(r"Not yet \boxed{1}. Then it is \boxed{2}.", "2", id="the last box"),
        pytest.param(r"\boxed{}", r"\boxed{}", id="an empty box"),
        pytest.param("5 cm", "5 cm", id="an answer"),
    ],
)
def test_the_end_of_a_solution_is_the_gold_answer(gold_answer: str, final: str) -> None:
    assert final_gold(gold_answer) == final


@pytest.mark.parametrize(
    ("gold_answer", "response", "choices", "outcome"),
    [
        pytest.param(PENCILS, r"\boxed{72}", (), Outcome.CORRECT, id="a number"),
        pytest.param(PENCILS, r"\boxed{24}", (), Outcome.INCORRECT, id="a number on the way"),
        pytest.param(ROOT, "The answer is 3.", (), Outcome.CORRECT, id="a box"),
        pytest.param(ROOT, r"\boxed{5}", (), Outcome.INCORRECT, id="another number of it"),
        pytest.param(SEINE, "The answer is Paris.", (), Outcome.CORRECT, id="a word"),
        pytest.param(SEINE, "The answer is London.", (), Outcome.INCORRECT, id="another word"),
        pytest.param(HEAT, r"\boxed{B}", ("cold", "heat"), Outcome.CORRECT, id="a letter"),
        pytest.param(HEAT, r"\boxed{A}", ("cold", "heat"), Outcome.INCORRECT, id="another letter"),
        pytest.param("So.\n#### N/A", r"\boxed{7}", (), Outcome.BAD_GOLD, id="no answer"),
        pytest.param("So.\n####", r"\boxed{7}", (), Outcome.BAD_GOLD, id="nothing"),
    ],
)
def test_a_response_is_judged_by_the_end_of_a_gold_solution(
    gold_answer: str, response: str, choices: tuple[str, ...], outcome: Outcome
) -> None:
    assert judge_one(Item(response, gold_answer=gold_answer, choices=choices)).outcome is outcome


def test_a_gold_solution_is_typed_by_its_end_and_verifies_against_itself() -> None:
    typed = type_gold_answer(Item("", gold_answer=PENCILS))
    assert (typed.answer_type, typed.verdict.outcome) == ("integer", Outcome.CORRECT)
