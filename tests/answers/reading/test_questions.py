import pytest

from r1data.answers.reading.questions import is_asked_for

PROBLEM = (
    "A farm has 12 cows. It sells 5 cows and buys 3 goats. How many cows does the farm own now?"
)


@pytest.mark.parametrize(
    ("sentence", "is_asked"),
    [
        pytest.param("The farm owns 7 cows now.", True, id="the words of the question"),
        pytest.param("The farm buys 3 goats.", False, id="other words"),
        pytest.param("The farm is large.", False, id="one word"),
    ],
)
def test_a_sentence_answers_a_question_in_the_words_of_the_question(sentence, is_asked):
    assert is_asked_for(sentence, PROBLEM) is is_asked


@pytest.mark.parametrize("problem", ["", "A farm has 12 cows and 3 goats."])
def test_nothing_answers_a_problem_without_a_question(problem):
    assert not is_asked_for("The farm has 12 cows and 3 goats.", problem)
