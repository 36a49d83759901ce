import pytest

from r1data.curation.general.deserving import deserves_reasoning


@pytest.mark.parametrize(
    "problem",
    [
        "How many legs do 3 cats and 2 hens have?",
        "What is 3 + 4?",
        "Solve 5x + 10 = 50.",
        "Calculate the mean of the numbers.\n2, 5, 7",
        "Rank these states by population.\nTexas, Ohio",
        "Classify the following movies by genre.",
        "Prove that the sum of two even numbers is even.",
        "Design an experiment on caffeine.",
        "Write a story about a talking book.",
        "Write a persuasive essay on plants.",
        "Write a function that adds two numbers in Python.",
        "Compare and contrast bees and wasps.",
        "Which of the following is odd one out? cat, dog, stone",
        "Describe the film in exactly five words.",
        "Convert 25 degrees Celsius.",
        "Give me directions from the museum to the zoo.",
        "word " * 100,
        "计算1、5和6的总和。",
        "设计一个国际旅行社的网站。",
        "找出方程 x2 - 3x = 0 的根。",
    ],
)
def test_what_has_to_be_worked_out_deserves_reasoning(problem):
    assert deserves_reasoning(problem)


@pytest.mark.parametrize(
    "problem",
    [
        "hello",
        "Thanks a lot!",
        "Who are you?",
        "你好",
        "What is the capital of Norway?",
        "Who wrote Hamlet?",
        "Name three mammals.",
        "List three benefits of exercise.",
        "Define photosynthesis.",
        "Write a slogan for a bakery.",
        "Create a pun related to fire.",
        "Rewrite the sentence in the past tense.\nShe walks.",
        "Write a title for an essay on the sea.",
        "Identify a famous artist from the 20th century",
        "Give me advice on what to wear to an interview.",
        "Write a thesis statement for a paper on books.",
        "Describe the smell of rain.",
        "列举一种用于监督学习的算法。",
        "流感的常见症状是什么?",
        "",
    ],
)
def test_what_is_answered_at_once_deserves_none(problem):
    assert not deserves_reasoning(problem)
