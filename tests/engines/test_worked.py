import pytest
from reasoning_gym import create_dataset

from r1data.engines.worked import WorkedExamples, worked_example
from r1data.protocol import ErrorClass, Request, Sampling
from r1data.text import last_boxed, split_reasoning


@pytest.mark.parametrize(
    ("problem", "steps", "answer"),
    [
        pytest.param("Calculate 2 + 3 * 4.", ["3 * 4 = 12", "2 + 12 = 14"], "14", id="precedence"),
        pytest.param(
            "Calculate ( 2 + 3 ) * -4.", ["2 + 3 = 5", "5 * -4 = -20"], "-20", id="parentheses"
        ),
        pytest.param("What is 7?", ["7 = 7"], "7", id="nothing to do"),
        pytest.param(
            "State the final answer to the following arithmetic problem: 5 - 9 + 1 =",
            ["5 - 9 = -4", "-4 + 1 = -3"],
            "-3",
            id="chain",
        ),
        pytest.param(
            "Solve for h: 3*h + 5 = 20", ["3*h = 20 - 5 = 15", "h = 15 / 3 = 5"], "5", id="equation"
        ),
        pytest.param(
            "Solve for h: 4 - 2*h = 0", ["-2*h = 0 - 4 = -4", "h = -4 / -2 = 2"], "2", id="minus"
        ),
        pytest.param(
            "Find the Greatest Common Divisor (GCD) of these numbers: 12, 18. Give only the GCD.",
            ["18 % 12 = 6", "12 % 6 = 0"],
            "6",
            id="divisor",
        ),
    ],
)
def test_a_problem_is_solved_step_by_step(problem, steps, answer):
    reasoning, response = split_reasoning(worked_example(f"{problem}\n\nThink first."))
    assert reasoning.splitlines() == steps
    assert last_boxed(response) == answer


@pytest.mark.parametrize(
    ("task", "arguments"),
    [
        ("basic_arithmetic", {"max_terms": 4, "max_digits": 2, "operators": ["+", "-", "*"]}),
        ("chain_sum", {"max_terms": 4, "max_digits": 3}),
        ("products", {"max_terms": 3, "max_digits": 2}),
        ("simple_equations", {"min_terms": 2, "max_terms": 3, "max_value": 9}),
        ("gcd", {"max_numbers": 3, "max_value": 200}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_problem_of_these_tasks_is_solved_as_the_task_says(task, arguments):
    for entry in create_dataset(task, seed=7, size=200, **arguments):
        assert last_boxed(worked_example(entry["question"]) or "refused") == entry["answer"]


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param("How many apples has Tom?", id="words"),
        pytest.param("Calculate 7 / 2.", id="division"),
        pytest.param("Calculate 2 + .", id="no expression"),
        pytest.param("Calculate 2 ** 3 ** 9.", id="power"),
        pytest.param("Solve for x: 2*x + 1 = 4", id="no whole solution"),
        pytest.param("Solve for x: x*x = 4", id="not linear"),
        pytest.param("Solve for x: 2*y = 4", id="another variable"),
        pytest.param("", id="empty"),
    ],
)
def test_a_problem_that_no_rule_solves_is_refused(problem):
    request = Request("r", "p", 0, ({"role": "user", "content": problem},), "", 1)
    (reply,) = WorkedExamples().complete([request], Sampling())
    assert (reply.error_class, reply.completion) == (ErrorClass.REFUSED, None)


def test_a_completion_goes_on_from_the_prefill():
    request = Request("r", "p", 0, ({"role": "user", "content": "What is 1 + 1?"},), "<think>\n", 1)
    (reply,) = WorkedExamples().complete([request], Sampling())
    assert reply.completion.startswith("1 + 1 = 2\n</think>")
    assert reply.finish_reason == "stop"


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param(f"Calculate {'-' * 50_000}1.", id="signs without end"),
        pytest.param(f"Calculate {'(' * 900}1{')' * 900}.", id="brackets without end"),
        pytest.param(f"Calculate {'9' * 4_200} * {'9' * 4_200}.", id="numbers without end"),
        pytest.param(f"Calculate {' + '.join(['1'] * 5_000)}.", id="terms without end"),
        pytest.param(f"Calculate {'-' * 399}1.", id="a sign too many"),
    ],
)
def test_a_problem_that_is_too_long_is_refused_and_the_next_is_solved(problem):
    asked = [
        Request(str(n), "p", 0, ({"role": "user", "content": text},), "", 0)
        for n, text in enumerate((problem, "Calculate 1 + 1."))
    ]
    refused, solved = WorkedExamples().complete(asked, Sampling())
    assert refused.error_class is ErrorClass.REFUSED
    assert solved.completion.endswith("\\boxed{2}.")


@pytest.mark.parametrize(
    "expression", [f"{'-' * 380}1", f"{'(' * 190}1{')' * 190}", f"{'9' * 190} * {'9' * 190}"]
)
def test_a_problem_just_short_enough_is_taken_without_an_error(expression):
    worked_example(f"Calculate {expression}.")
