# ruff: noqa: RUF001 - marks of other scripts are the point
import pytest

from r1data.answers.reading.answer import read_answer
from tests.effort import effort

APPLES = "Ann has 4 apples and buys 3 more. How many has she?"


@pytest.mark.parametrize(
    ("response", "problem", "answer"),
    [
        pytest.param(
            "#### 7\n\nQuestion: Bo has 9 pens and loses 2.\n#### 7.5", APPLES, "7", id="hashes"
        ),
        pytest.param(
            r"\boxed{7}" "\n\nProblem: 5 * 5?\n\nSolution: \\boxed{25}", APPLES, "7", id="box"
        ),
        pytest.param("Answer: 7\n\nQuestion 2: 5 * 5?\nAnswer: 25", APPLES, "7", id="numbered"),
        pytest.param("7\n\nQ: What is 5 * 5?\nA: 25", APPLES, "7", id="few-shot letters"),
        pytest.param(
            "It is \\boxed{7}.\n**Problem 3.** 5 * 5?\n\\boxed{25}", APPLES, "7", id="bold"
        ),
        pytest.param(
            "The answer is 7.\nUser: And 5 * 5?\nAssistant: The answer is 25.",
            APPLES,
            "7",
            id="turn",
        ),
        pytest.param(
            "### Response:\nThe answer is 7.\n\n### Instruction:\nName a sea.\n\n"
            "### Response:\nThe answer is 9.",
            APPLES,
            "7",
            id="an instruction",
        ),
        pytest.param(
            f"Problem: {APPLES}\nSolution: \\boxed{{7}}\n\nProblem: 5 * 5?\nSolution: 25",
            APPLES,
            "7",
            id="its own problem first",
        ),
        pytest.param(
            "答案是7。\n\n问题：5乘5等于多少？\n答案是25。", "4加3等于多少？", "7", id="Chinese"
        ),
        pytest.param(
            "The answer is 7.\nuser\n5 * 5?\nassistant\nThe answer is 25.", APPLES, "7", id="bare"
        ),
        pytest.param("The answer is 7. Human: 5 * 5? AI: It is 25.", APPLES, "7", id="inline"),
        pytest.param("\\boxed{7}\n\n## Problem 2\n5 * 5?\n\\boxed{25}", APPLES, "7", id="heading"),
        pytest.param("It is \\boxed{7}.\n[Question]\n5 * 5?\n\\boxed{25}", APPLES, "7", id="[]"),
        pytest.param("Answer: 7\n\nInput: 5 * 5\nOutput: 25\nAnswer: 25", APPLES, "7", id="input"),
        pytest.param("Answer: 7\n\nExample 2: 5 * 5\nAnswer: 25", APPLES, "7", id="example"),
        pytest.param(
            "Answer: 7\n\n<question>5 * 5?</question>\nAnswer: 25", APPLES, "7", id="tags"
        ),
        pytest.param("Answer: 7\n\nQuestion: 5 * 5?\nAnswer: 25", "", "7", id="no known problem"),
        pytest.param(
            "The answer is the Nile.\n\nQuestion: What is the longest river of Asia?\nAnswer: Lena",
            "What is the longest river of Africa?",
            "the Nile",
            id="a twin in nearly the same words",
        ),
        pytest.param(
            "\\boxed{5/6}\n\nProblem: Compute 1/3 - 1/2.\nSolution: \\boxed{-1/6}",
            "Compute 1/2 + 1/3.",
            "5/6",
            id="a twin with the same numbers",
        ),
        pytest.param(
            "#### 7\n\nQ: Bo has 4 apples and loses 3. How many has he?\nThe final answer is 1.",
            APPLES,
            "7",
            id="a twin with a final answer",
        ),
        pytest.param(
            "#### 7\n\nQ: Bo has 4 apples and loses 3. How many has he?\n\\boxed{1}\n\n"
            "Final answer: 1",
            APPLES,
            "7",
            id="a twin with its answer twice",
        ),
        pytest.param(
            "Let me look at the apples.\n\nQuestion: Which planet is biggest?\nAnswer: 7",
            APPLES,
            None,
            id="another question ends the text",
        ),
        pytest.param(
            "Let me add.\n\nProblem: Compute 9 * 9.\nSolution: It is 81, so \\boxed{81}",
            APPLES,
            None,
            id="another sum ends the text",
        ),
        pytest.param(
            "I cannot say how many.\nHuman: 5 * 5?\nThe answer is 25.", APPLES, None, id="no answer"
        ),
    ],
)
def test_what_answers_a_made_up_question_is_not_read(response, problem, answer):
    reading = read_answer(response, problem=problem)
    assert (reading and reading.answer) == answer


@pytest.mark.parametrize(
    ("response", "problem", "answer"),
    [
        pytest.param(f"Question: {APPLES}\nAnswer: 7", APPLES, "7", id="the problem said again"),
        pytest.param(
            "Question 1: How many apples first?\nAnswer: 4\nQuestion 2: And after it?\nAnswer: 7",
            APPLES,
            "7",
            id="smaller questions",
        ),
        pytest.param(
            "So far the answer is 4.\n\nQuestion: how many apples has she after she buys more?\n"
            "The answer is 7.",
            APPLES,
            "7",
            id="asked on in its words",
        ),
        pytest.param(
            "Let me divide it.\nQuestion: What does she own?\nAnswer: 4\n"
            "Question: And altogether?\nAnswer: 7",
            APPLES,
            "7",
            id="smaller questions after a word",
        ),
        pytest.param(
            "Let me divide it.\n\nQuestion: Which fruits grew?\nAnswer: 4\n\nThe answer is 7.",
            APPLES,
            "7",
            id="something follows its answer",
        ),
        pytest.param(
            "The apples are bought.\n\nProblem: Anna owns 4 fruits, gets 3 more.\nAnswer: 7",
            APPLES,
            "7",
            id="the problem in other words",
        ),
        pytest.param(
            "Answer: 3\nProblem 2: 5 * 5\nAnswer: 25",
            "(1) 1 + 2? (2) 5 * 5?",
            "25",
            id="several asked",
        ),
        pytest.param(
            "The answer is 4.\n\nQuestion: Bo has 9 pens?\nThe answer is 9.\n\nAltogether "
            "the final answer is 13.",
            "How many things have Ann and Bo?",
            "13",
            id="concluded from all",
        ),
        pytest.param(
            "Say 'User: hi'.\nUser: hi\nThe answer is 2.",
            "Complete the chat. User: hi",
            "2",
            id="chat",
        ),
        pytest.param("The answer is 4.\nProblem:\nAnswer: 7", APPLES, "7", id="no question"),
        pytest.param("User: 4 + 3?\nThe answer is 7.", APPLES, "7", id="nothing before it"),
    ],
)
def test_questions_that_belong_to_the_problem_end_nothing(response, problem, answer):
    reading = read_answer(response, problem=problem)
    assert (reading and reading.answer) == answer


def test_a_cut_off_after_the_answer_was_given_does_not_touch_it():
    response = "The answer is 7.\n\nQuestion: What is 5 * 5"
    assert read_answer(response, is_cut_off=True, problem=APPLES).answer == "7"


@pytest.mark.parametrize("unit", ["\nUser: 1\n", "\nQ: 1 + 1?\nA: 2\n", "\n" + "#" * 6, "\nQ 1"])
def test_looking_for_made_up_questions_takes_no_longer_than_the_text(unit):
    assert effort(lambda: read_answer(unit * 20_000, problem=APPLES)) < 10
