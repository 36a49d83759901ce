import pytest

from r1data.answers.math.verifier import MathVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.workers import TaskResult, Workers

VERIFIER = MathVerifier()


@pytest.fixture(scope="module")
def pool():
    with Workers(2, seconds=2.0) as pool:
        yield pool


def verify(pool, *pairs):
    return VERIFIER.verify([Item(f"\\boxed{{{answer}}}", gold) for gold, answer in pairs], pool)


class RecordingPool:
    """Judges nothing, and says what it was asked to judge."""

    def __init__(self, result):
        self.result = result
        self.tasks = []

    def map(self, function, tasks):
        self.tasks += [task[:2] for task in tasks]
        return [self.result for _ in tasks]


@pytest.mark.parametrize("gold", ["4", r"\boxed{4}", r"\text{Evelyn}", "x > 2", r"\oint f", "{"])
def test_a_gold_answer_is_boxed_once_and_verifies_itself_unless_it_is_bad(pool, gold):
    response = VERIFIER.as_response(Item("", gold))
    assert response.count(r"\boxed") == 1
    outcome = VERIFIER.verify([Item(response, gold)], pool)[0].outcome
    assert outcome is (Outcome.BAD_GOLD if gold == "{" else Outcome.CORRECT)


@pytest.mark.parametrize(
    ("gold", "why"),
    [
        pytest.param(" ", "empty", id="blank"),
        pytest.param("7" * 3000, "3,000 characters", id="long"),
        pytest.param("(" * 30 + ")" * 30, "nested 30 deep", id="deep"),
        pytest.param(r"\frac{1}{2", "braces", id="open brace"),
    ],
)
def test_rollouts_of_a_bad_gold_say_nothing_about_the_policy(pool, gold, why):
    verdicts = VERIFIER.verify([Item(r"\boxed{4}", gold), Item("no answer", gold)], pool)
    assert [verdict.outcome for verdict in verdicts] == [Outcome.BAD_GOLD] * 2
    assert why in verdicts[0].detail


def test_a_response_without_an_answer_has_none(pool):
    verdict = VERIFIER.verify([Item("so we count 4", "4")], pool)[0]
    assert (verdict.outcome, verdict.predicted_answer) == (Outcome.NO_ANSWER, None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param("9^9^9^9", Outcome.INCORRECT, id="tower without braces"),
        pytest.param("9^{9^{9^9}}", Outcome.INCORRECT, id="tower"),
        pytest.param("99999999!", Outcome.INCORRECT, id="factorial"),
        pytest.param(r"\binom{10^9}{5\cdot 10^8}", Outcome.INCORRECT, id="binomial"),
        pytest.param("1/" * 900 + "1", Outcome.INCORRECT, id="fractions in fractions"),
        pytest.param("{" * 10_000 + "}" * 10_000, Outcome.NO_ANSWER, id="braces"),
        pytest.param("1" * 100_000, Outcome.NO_ANSWER, id="long"),
        pytest.param("\x00\x1b[2J\\", Outcome.NO_ANSWER, id="control characters"),
    ],
)
def test_hostile_answers_end_at_once_and_harm_no_neighbour(pool, answer, outcome):
    verdicts = verify(pool, ("4", answer), ("x + 1", "1 + x"))
    assert [verdict.outcome for verdict in verdicts] == [outcome, Outcome.CORRECT]
    assert verdicts[0].seconds <= pool.seconds


def test_only_what_is_not_exact_goes_to_the_workers_and_equal_pairs_go_once():
    workers = RecordingPool(TaskResult(True))
    pairs = [("x + 1", "1+x"), (r"\ln 4", r"2\ln 2"), (r"\ln 4", r" 2\ln 2"), ("3", "4")]
    verdicts = verify(workers, *pairs * 8)
    assert workers.tasks == [(r"\ln 4", r"2\ln 2")]
    assert [verdict.reward for verdict in verdicts] == [1.0, 1.0, 1.0, 0.0] * 8


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (TaskResult(True), Outcome.CORRECT),
        (TaskResult(False), Outcome.INCORRECT),
        (TaskResult(None), Outcome.UNDECIDED),
        (TaskResult(outcome=Outcome.TIMED_OUT), Outcome.TIMED_OUT),
    ],
)
def test_a_verdict_says_what_the_worker_found(result, outcome):
    assert verify(RecordingPool(result), (r"\ln 4", r"2\ln 2"))[0].outcome is outcome


def test_words_that_no_rule_can_tell_are_undecided_without_a_worker():
    workers = RecordingPool(TaskResult(True))
    assert verify(workers, ("Maria", "Mario"))[0].outcome is Outcome.UNDECIDED
    assert workers.tasks == []
