import re
from dataclasses import replace
from functools import partial
from time import thread_time

import pytest

from performance.hostile import ANSWERS, GOLD, PREDICTED
from r1data.answers.outcome import Outcome
from r1data.answers.reading.answer import read_answer
from r1data.answers.registry import VERIFIERS, judge
from r1data.answers.verdict import Item
from r1data.answers.workers import WALL_FACTOR, Workers
from tests.effort import lag, processor_seconds, reference

SECONDS = 1.0
READING_EFFORT = 10
MATH = VERIFIERS["math"]
ITSELF = "as gold answer, to itself"


@pytest.fixture(scope="module")
def pool():
    with Workers(2, seconds=SECONDS) as pool:
        yield pool


def judge_with_neighbours(way, pool):
    """Judge all answers in one batch, each followed by a right answer to another problem."""
    make = {**PREDICTED, **GOLD}[way]
    items = []
    for number, answer in enumerate(ANSWERS.values()):
        hostile = make(answer)
        items.append(replace(hostile, answer_type=MATH.type_answer(hostile)))
        items.append(Item(rf"\boxed{{{number} + x}}", f"x + {number}"))
    verdicts = judge(MATH, items, pool)
    return dict(zip(ANSWERS, verdicts[::2], strict=True)), verdicts[1::2]


def test_the_set_is_large_enough():
    assert len(ANSWERS) >= 70


@pytest.mark.slow
@pytest.mark.parametrize("way", [*PREDICTED, *GOLD])
def test_hostile_answers_end_in_time_credit_nothing_and_harm_no_neighbour(pool, way):
    verdicts, neighbours = judge_with_neighbours(way, pool)
    outcomes = {name: verdict.outcome for name, verdict in verdicts.items()}
    if way != ITSELF:
        assert [name for name, found in outcomes.items() if found is Outcome.CORRECT] == []
    assert [name for name, found in outcomes.items() if found is Outcome.FAILED] == []
    limit = WALL_FACTOR * SECONDS * lag()
    assert {name: v.seconds for name, v in verdicts.items() if v.seconds > limit} == {}
    assert {verdict.outcome for verdict in neighbours} == {Outcome.CORRECT}


@pytest.mark.parametrize("way", [way for way in PREDICTED if "against" not in way])
def test_reading_and_typing_hostile_answers_is_little_work(way):
    def read_and_type(answer):
        item = PREDICTED[way](answer)
        read_answer(item.response)
        read_answer(item.response, is_cut_off=True)
        MATH.type_answer(replace(item, gold_answer=answer))

    def slow(names):
        limit = READING_EFFORT * processor_seconds(reference)
        return [n for n in names if seconds_of(partial(read_and_type, ANSWERS[n])) > limit]

    def seconds_of(work):
        began = thread_time()
        work()
        return thread_time() - began

    assert slow(slow(slow(ANSWERS))) == []


def test_no_hostile_answer_is_four():
    """The set's own promise, without which crediting one would be no fault."""
    assert [name for name, answer in ANSWERS.items() if re.fullmatch(r"\W*4\W*", answer)] == []
