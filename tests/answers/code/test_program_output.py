import pytest

from r1data.answers.code.program_output import ProgramOutputVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers

CASES = [
    pytest.param("[1, 2]", "[1,2]", True, id="spaces"),
    pytest.param("[1, 2]", "(1, 2)", False, id="a tuple is no list"),
    pytest.param("[1, 2]", "[2, 1]", False, id="order"),
    pytest.param("{'a': 1, 'b': 2}", '{"b": 2, "a": 1}', True, id="a dictionary"),
    pytest.param("{1, 2}", "{2, 1}", True, id="a set"),
    pytest.param('{"a": true}', "{'a': True}", True, id="JSON"),
    pytest.param("1", "True", False, id="a boolean is no number"),
    pytest.param("1", "1.0", False, id="an integer is no float"),
    pytest.param("0.1", "0.10000000001", True, id="a float"),
    pytest.param("0.1", "0.11", False, id="another float"),
    pytest.param("'ab'", "ab", True, id="without quotes"),
    pytest.param("'1'", "1", False, id="a text is no number"),
    pytest.param("hello world", "hello  world", False, id="an output as it stands"),
    pytest.param("1\n2", "1\n2", True, id="two lines"),
    pytest.param("1\n2", "1", False, id="a line too few"),
    pytest.param("None", "null", True, id="none"),
    pytest.param("ab", "`ab`", True, id="as code"),
    pytest.param("1\n2", "```\n1\n2\n```", True, id="in a fence"),
    pytest.param("[1]", "__import__('os').getpid()", False, id="code is not run"),
]


@pytest.mark.parametrize(("gold_answer", "answer", "is_right"), CASES)
def test_answers_are_compared_as_values_or_outputs(gold_answer, answer, is_right):
    verdict = _verdict(Item(f"<answer>{answer}</answer>", gold_answer=gold_answer))
    assert verdict.outcome is (Outcome.CORRECT if is_right else Outcome.INCORRECT)


@pytest.mark.parametrize(
    "gold_answer", ["[1, (2.5, 'a')]", "{'a': {1, 2}}", "x = 1\n\n  y", "}{", "None"]
)
def test_gold_answers_verify_against_themselves(gold_answer):
    verifier = ProgramOutputVerifier()
    response = verifier.as_response(Item("", gold_answer=gold_answer))
    assert _verdict(Item(response, gold_answer=gold_answer)).outcome is Outcome.CORRECT


@pytest.mark.parametrize(
    ("response", "gold_answer", "outcome"),
    [
        pytest.param("It prints 4.", "4", Outcome.NO_ANSWER, id="no form that is read"),
        pytest.param("<answer>4</answer>", " ", Outcome.BAD_GOLD, id="blank gold"),
        pytest.param(f"<answer>{'[' * 999}</answer>", "4", Outcome.NO_ANSWER, id="too deep"),
        pytest.param("<answer>4</answer>", "4" * 3000, Outcome.BAD_GOLD, id="too long a gold"),
    ],
)
def test_what_cannot_be_compared_is_said(response, gold_answer, outcome):
    assert _verdict(Item(response, gold_answer=gold_answer)).outcome is outcome


def _verdict(item):
    [verdict] = ProgramOutputVerifier().verify([item], Workers(1))
    return verdict
