import pytest

from r1data.answers.math.values.question import UNKNOWN, Question, question_of, without_label


@pytest.mark.parametrize(
    ("problem", "question"),
    [
        ("", UNKNOWN),
        ("Find x.", Question(asks_percent=False)),
        ("What percentage of it?", Question(asks_percent=True)),
        ("Find the vertex.", Question(asks_percent=False, is_interval=False)),
        ("Find the domain of the vector field.", Question(asks_percent=False)),
        ("List them in increasing order.", Question(asks_percent=False, is_ordered=True)),
        ("List them in any order.", Question(asks_percent=False)),
    ],
)
def test_what_a_problem_says(problem, question):
    assert question_of(problem) == question


@pytest.mark.parametrize(
    ("answer", "gold", "problem", "left"),
    [
        pytest.param("a + b = 11", "11", "Find $a+b$.", "11", id="asked for"),
        pytest.param("a + b = 11", "11", "", "a + b = 11", id="no problem"),
        pytest.param("a + b = 11", "a+b=11", "Find $a+b$.", "a + b = 11", id="an equation"),
        pytest.param("a = b = 1", "1", "Find $a$.", "a = b = 1", id="a chain"),
        pytest.param("x + y = 1", "1", "Find x.", "x + y = 1", id="not asked for"),
    ],
)
def test_a_label_that_is_asked_for_comes_off(answer, gold, problem, left):
    assert without_label(answer, gold, problem) == left
