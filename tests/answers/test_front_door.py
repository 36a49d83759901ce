import ast
import subprocess
import sys

import pytest

from r1data import answers
from r1data.answers import VERIFIERS, Item, Outcome, judge_many, judge_one, type_gold_answer
from r1data.answers.workers import Workers

ELSEWHERE = ("polars", "dataframely", "dagster", "torch", "pydantic", "sympy", "mpmath", "duckdb")
USED = """
import sys
from r1data.answers import Item, judge_one
print(judge_one(Item("The answer is 5.", gold_answer="5.0")).outcome.value)
print([name for name in {wanted} if name in sys.modules])
"""


def test_judging_an_answer_loads_nothing_of_what_the_pipeline_needs():
    command = [sys.executable, "-c", USED.format(wanted=ELSEWHERE)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    outcome, loaded = said.splitlines()
    assert outcome == "correct"
    assert ast.literal_eval(loaded) == []


def test_every_name_of_the_front_door_is_behind_it():
    assert all(getattr(answers, name) for name in answers.__all__)
    assert sorted(name for names in answers.ROOMS.values() for name in names) == sorted(
        answers.__all__
    )
    with pytest.raises(AttributeError, match="no attribute 'judge_none'"):
        answers.judge_none  # noqa: B018


def test_every_verifier_has_the_name_it_is_registered_under():
    assert {name: verifier.name for name, verifier in VERIFIERS.items()} == {
        n: n for n in VERIFIERS
    }


def test_many_are_judged_in_order_each_by_the_rule_its_gold_answer_asks_for():
    items = [
        Item(r"\boxed{\frac{1}{2}}", gold_answer="0.5"),
        Item("The answer is B.", gold_answer="B", choices=("red", "blue")),
        Item("The answer is Tuesday.", gold_answer="Monday"),
        Item("", gold_answer="4"),
    ]
    with Workers(1) as pool:
        found = [verdict.outcome for verdict in judge_many(items, pool=pool)]
    assert found[:2] == [Outcome.CORRECT, Outcome.CORRECT]
    assert found[2] in (Outcome.INCORRECT, Outcome.UNDECIDED)
    assert found[3] is Outcome.NO_ANSWER
    assert judge_many([]) == []


def test_an_unknown_verifier_is_named_with_those_there_are():
    with pytest.raises(
        ValueError, match=r"there is no verifier 'maths'; .* is one of choice, code"
    ):
        judge_one(Item("4", gold_answer="4"), "maths")


@pytest.mark.parametrize(
    ("gold_answer", "outcome", "answer_type"),
    [
        pytest.param("12", Outcome.CORRECT, "integer", id="an integer"),
        pytest.param(r"\frac12", Outcome.CORRECT, "fraction", id="a fraction"),
    ],
)
def test_a_gold_answer_is_typed_and_judged_by_its_own_verifier(gold_answer, outcome, answer_type):
    found = type_gold_answer(Item("ignored", gold_answer=gold_answer), "math")
    assert (found.verdict.outcome, found.answer_type) == (outcome, answer_type)
