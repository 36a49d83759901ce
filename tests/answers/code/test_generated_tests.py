import json

import pytest

from r1data.answers.code.generated_tests import generate_tests
from r1data.answers.code.verifier import CodeVerifier
from r1data.answers.outcome import Outcome
from tests.answers.code.programs import RIGHT, RIGHT_PRINT, WRONG, item

GENERATOR = "import random\nrandom.seed(int(input()))\nprint(random.randint(-5, 5))"
GENERATOR_OF_CALLS = "import json\nn = int(input())\nprint(json.dumps([n if n % 2 else [n]]))"


@pytest.fixture(scope="module")
def printed(sandboxed):
    return generate_tests(
        [GENERATOR, "print('no number')", "1 / 0"],
        [RIGHT_PRINT, "n = int(input())\nprint(n + n)"],
        ["print(abs(int(input())) * 2)", RIGHT_PRINT + "print()"],
        num_inputs=12,
    )


def test_inputs_are_kept_that_a_bad_program_gets_wrong(printed, pool):
    cases = json.loads(printed.tests)["cases"]
    assert cases
    assert all(int(case["input"]) < 0 for case in cases)
    assert all(int(case["output"]) == 2 * int(case["input"]) for case in cases)
    assert printed.num_inputs == len(cases) + printed.num_idle + printed.num_disagreed
    assert printed.num_disagreed == 1  # 'no number' fails the good programs
    assert printed.not_caught == (1,)
    right, wrong = CodeVerifier().verify(
        [item(RIGHT_PRINT, printed.tests), item("print(abs(int(input())) * 2)", printed.tests)],
        pool,
    )
    assert (right.outcome, wrong.outcome) == (Outcome.CORRECT, Outcome.INCORRECT)


def test_functions_are_called_with_generated_arguments(pool):
    made = generate_tests(
        [GENERATOR_OF_CALLS],
        [f"print('noise')\n{RIGHT}"],
        [WRONG],
        entry_point="double",
        num_inputs=4,
    )
    right, wrong = CodeVerifier().verify([item(RIGHT, made.tests), item(WRONG, made.tests)], pool)
    assert (right.outcome, wrong.outcome) == (Outcome.CORRECT, Outcome.INCORRECT)


def test_good_programs_that_disagree_make_no_tests(sandboxed):
    made = generate_tests([GENERATOR], [RIGHT_PRINT, "print(0)"], num_inputs=3)
    assert all(
        case["output"] == "0\n" for case in json.loads(made.tests or '{"cases": []}')["cases"]
    )
    assert made.num_disagreed > 0


def test_without_a_good_program_nothing_is_known():
    with pytest.raises(ValueError, match="no known-good program"):
        generate_tests([GENERATOR], [])
