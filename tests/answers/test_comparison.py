from collections import Counter

import pytest

from performance.golden_pairs import Pair
from performance.peer_verifiers import CRASH, HANG, judge_by_text
from performance.synthetic_answers import MIX, make_problem
from performance.verification import (
    GROUP,
    make_samples,
    outcomes_of_ours,
    outcomes_one_by_one,
)
from performance.verifier_accuracy import measure
from r1data.answers.outcome import Outcome


def pair(outcome):
    return Pair("one", "integer", "math", "4", outcome, "", predicted="4")


def test_accuracy_counts_what_is_skipped_hangs_or_crashes_as_missed():
    right, wrong = pair(Outcome.CORRECT), pair(Outcome.INCORRECT)
    findings = [True, True, False, None, HANG, CRASH]
    accuracy = measure([(right, found) for found in findings] + [(wrong, True), (wrong, False)])
    assert (accuracy.true_positives, accuracy.false_positives, accuracy.false_negatives) == (
        2,
        1,
        4,
    )
    assert (accuracy.num_skipped, accuracy.num_hangs, accuracy.num_crashes) == (1, 1, 1)
    assert (accuracy.precision, accuracy.recall) == (2 / 3, 2 / 6)
    assert accuracy.f1 == pytest.approx(2 * (2 / 3) * (1 / 3) / (2 / 3 + 1 / 3))


@pytest.mark.parametrize(
    ("gold", "completion", "is_equal"),
    [
        pytest.param("(1, 2)", r"\boxed{\left(1,2\right)}", True, id="layout"),
        pytest.param(r"\frac12", r"\boxed{\dfrac12}.", True, id="style"),
        pytest.param("0.5", r"\boxed{1/2}", False, id="another notation"),
        pytest.param("4", "4", False, id="no box"),
    ],
)
def test_the_comparison_of_texts(gold, completion, is_equal):
    assert judge_by_text(gold, completion) is is_equal


def test_synthetic_answers_have_the_mix_they_are_said_to_have():
    kinds = Counter(make_problem(seed).kind for seed in range(5_000))
    assert set(kinds) == set(MIX)
    assert kinds["integer"] / 5_000 == pytest.approx(0.635, abs=0.03)


def test_synthetic_rollouts_are_the_same_each_time_and_some_are_wrong():
    samples = make_samples(80)
    assert samples == make_samples(80)
    assert len(samples) == 10 * GROUP
    assert 0.4 < sum(sample.is_right for sample in samples) / len(samples) < 0.8


@pytest.mark.slow
def test_the_fast_path_gives_the_verdicts_of_the_slow_path():
    samples = make_samples(1_600)
    fast = outcomes_of_ours(samples)
    assert fast == outcomes_one_by_one(samples)
    made_right = [sample.is_right for sample in samples]
    assert [outcome == Outcome.CORRECT.value for outcome in fast] == made_right
