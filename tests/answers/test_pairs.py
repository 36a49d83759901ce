import json
from collections import Counter

import pytest

from performance.golden_pairs import PAIRS, judge_pairs, read_pairs
from r1data.answers.answer_types import AnswerType
from r1data.answers.outcome import Outcome
from r1data.answers.workers import Workers

COMMON_TYPES = 10
"""Pairs that make a type common: it must have right and wrong ones."""
MAX_UNDECIDED = 0.03
"""What no rule can tell is left to a judge, and never guessed; but that is the exception."""
FIELDS = {
    *("id", "type", "verifier", "problem", "choices", "gold_answer", "predicted", "completion"),
    *("is_cut_off", "outcome", "why"),
}
PAIR_LIST = read_pairs()


@pytest.fixture(scope="module")
def verdicts():
    with Workers(2) as pool:
        return dict(zip(PAIR_LIST, judge_pairs(PAIR_LIST, pool), strict=True))


def offenders(verdicts, is_offence):
    return [
        f"{pair.id}: gold {pair.gold_answer!r}, {pair.predicted or pair.completion!r}: "
        f"{verdict.outcome.value} for {pair.outcome.value} ({verdict.detail or pair.why})"
        for pair, verdict in verdicts.items()
        if is_offence(pair, verdict)
    ]


def test_there_are_enough_pairs_and_no_two_have_the_same_id():
    assert len(PAIR_LIST) >= 400
    assert len({pair.id for pair in PAIR_LIST}) == len(PAIR_LIST)


def test_no_pair_stands_twice():
    content = [(p.verifier, p.gold_answer, p.whole_completion, p.problem) for p in PAIR_LIST]
    assert [key for key, count in Counter(content).items() if count > 1] == []


@pytest.mark.parametrize("line", PAIRS.read_text(encoding="utf-8").splitlines())
def test_each_pair_is_whole(line):
    row = json.loads(line)
    assert set(row) <= FIELDS
    assert ("predicted" in row) != ("completion" in row)
    assert row["type"] in set(AnswerType)
    assert row["verifier"] in ("math", "choice", "text")
    assert row["outcome"] in ("correct", "incorrect", "no_answer", "undecided")
    assert row["why"].endswith(".")
    assert row["gold_answer"].strip()


def test_each_common_type_has_right_and_wrong_pairs():
    counts = Counter(pair.type for pair in PAIR_LIST)
    outcomes = {(pair.type, pair.outcome) for pair in PAIR_LIST}
    common = {name for name, count in counts.items() if count >= COMMON_TYPES}
    assert len(common) >= 18
    assert {
        (name, outcome) for name in common for outcome in (Outcome.CORRECT, Outcome.INCORRECT)
    } <= outcomes


@pytest.mark.slow
def test_no_wrong_answer_is_judged_correct(verdicts):
    assert (
        offenders(
            verdicts,
            lambda pair, verdict: (
                verdict.outcome is Outcome.CORRECT and pair.outcome is not Outcome.CORRECT
            ),
        )
        == []
    )


@pytest.mark.slow
def test_of_the_right_answers_at_most_one_in_a_hundred_is_missed(verdicts):
    missed = offenders(
        verdicts,
        lambda pair, verdict: (
            pair.outcome is Outcome.CORRECT and verdict.outcome is not Outcome.CORRECT
        ),
    )
    num_right = sum(pair.outcome is Outcome.CORRECT for pair in PAIR_LIST)
    assert len(missed) <= num_right / 100, "\n".join(missed)


@pytest.mark.slow
def test_no_answer_is_told_from_a_wrong_one(verdicts):
    assert (
        offenders(
            verdicts,
            lambda pair, verdict: (
                (pair.outcome is Outcome.NO_ANSWER) != (verdict.outcome is Outcome.NO_ANSWER)
            ),
        )
        == []
    )


@pytest.mark.slow
def test_no_pair_fails_times_out_or_blames_its_gold_answer(verdicts):
    unjudged = (Outcome.FAILED, Outcome.TIMED_OUT, Outcome.BAD_GOLD)
    assert offenders(verdicts, lambda _, verdict: verdict.outcome in unjudged) == []


@pytest.mark.slow
def test_few_pairs_are_left_to_a_judge(verdicts):
    left = offenders(verdicts, lambda _, verdict: verdict.outcome is Outcome.UNDECIDED)
    assert len(left) <= MAX_UNDECIDED * len(PAIR_LIST), "\n".join(left)
