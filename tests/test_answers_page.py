r"""What docs/answers.md says of answers, judged: each sentence of the page has its case here."""

import re
from pathlib import Path

import pytest

from r1data.answers.code.tests_of import CodeTests, read_tests
from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers

PAGE = Path("docs/answers.md").read_text(encoding="utf-8")
(SENTENCES,) = re.findall(r"^4\. .*\((.*)\);$", PAGE, re.MULTILINE)
CORRECT, INCORRECT, NO_ANSWER = Outcome.CORRECT, Outcome.INCORRECT, Outcome.NO_ANSWER


@pytest.fixture(scope="module")
def pool():
    with Workers(1) as workers:
        yield workers


def outcome(pool, response, gold, verifier="math", **facts):
    item = Item(response, gold, **facts)
    return VERIFIERS[verifier].verify([item], pool)[0].outcome


@pytest.mark.parametrize("sentence", re.findall(r'"([^"]+)"', SENTENCES))
def test_a_final_answer_sentence_that_the_page_quotes_is_read(pool, sentence):
    assert outcome(pool, f"We add.\n\n{sentence}", "5") is CORRECT


@pytest.mark.parametrize(
    ("response", "gold", "expected"),
    [
        pytest.param('{"answer": 5}', "5", CORRECT, id="one JSON object"),
        pytest.param(r"\boxed{4}, no: \boxed{5}", "5", CORRECT, id="the last box"),
        pytest.param("<answer>5</answer>", "5", CORRECT, id="an answer block"),
        pytest.param(r"The answer is 4. \boxed{5}", "5", CORRECT, id="a box before a sentence"),
        pytest.param("We add.\n5", "5", CORRECT, id="a last line that is an answer"),
        pytest.param("I see 5 apples and go.", "5", NO_ANSWER, id="a number that stands in a text"),
        pytest.param("If the answer is 5, we win.", "5", NO_ANSWER, id="a condition"),
        pytest.param("The answer is not 5.", "5", NO_ANSWER, id="a denial"),
        pytest.param(r"\boxed{10\text{ cm}}", r"0.1\text{ m}", CORRECT, id="units convert"),
        pytest.param(r"\boxed{5}", r"5\text{ cm}", CORRECT, id="a unit that is left out"),
        pytest.param(r"\boxed{101_3}", "101_2", INCORRECT, id="bases count"),
        pytest.param(r"\boxed{[0,1)}", "(0,1)", INCORRECT, id="open and closed ends count"),
        pytest.param(r"\boxed{(2,1)}", "(1,2)", INCORRECT, id="the order in a tuple counts"),
        pytest.param(r"\boxed{1}", "1, 2", INCORRECT, id="all of several answers"),
        pytest.param(r"\boxed{2+2}", "4", INCORRECT, id="an expression that is not evaluated"),
        pytest.param(r"\boxed{3.1416}", "3.14", CORRECT, id="what rounds to a decimal gold answer"),
        pytest.param(
            r"\boxed{3.16}", "3.2", INCORRECT, id="rounds to it, and is further than 1/90"
        ),
        pytest.param(r"\boxed{0.333}", r"\frac{1}{3}", INCORRECT, id="any other needs its value"),
    ],
)
def test_an_answer_is_judged_as_the_page_says(pool, response, gold, expected):
    assert outcome(pool, response, gold) is expected


def test_a_letter_with_another_options_text_is_incorrect(pool):
    choices = ("Paris", "Rome")
    response = r"\boxed{\text{A) Rome}}"
    assert outcome(pool, response, "A", "choice", choices=choices) is INCORRECT


def test_a_text_that_no_closed_rule_decides_is_undecided(pool):
    response = r"\boxed{\text{a large dog}}"
    assert outcome(pool, response, "a big hound", "text") is Outcome.UNDECIDED


def test_the_tests_of_programs_that_the_page_shows_are_ones():
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    kinds = [read_tests(line) for line in shown.splitlines()]
    assert {type(one) for one in kinds} == {CodeTests}
