import pytest

from r1data.tables import Outcome
from r1data.verification.math import MathVerifier
from r1data.verification.verdict import Item
from r1data.verification.workers import Workers

VERIFIER = MathVerifier()


@pytest.fixture(scope="module")
def pool():
    with Workers(2, seconds=2.0) as pool:
        yield pool


def verify(pool, *pairs):
    return VERIFIER.verify([Item(f"\\boxed{{{answer}}}", gold) for gold, answer in pairs], pool)


RIGHT = [
    ("1234", "1,234"),
    ("10{,}000", "10000"),
    ("1/2", r"\frac{2}{4}"),
    ("0.5", r"\dfrac12"),
    (r"3\sqrt{13}", r"\sqrt{117}"),
    (r"\left( 3, \frac{\pi}{2} \right)", r"(3,\pi/2)"),
    (r"\text{Evelyn}", "Evelyn"),
    ("p - q", "-q+p"),
    (r"90^\circ", "90"),
    ("x^2 - 1", "(x-1)(x+1)"),
    (r"\{1, 2\}", r"\{2, 1\}"),
    ("6 - 5i", "-5i + 6"),
]

WRONG = [
    ("1234", "1,235"),
    ("1/2", "1/3"),
    ("0.5", "0.6"),
    (r"3\sqrt{13}", "3"),
    (r"(1, 2)", "(2, 1)"),
    (r"\text{Evelyn}", "Briana"),
    ("x^2 - 1", "(x-1)^2"),
    ("4", "none"),
    ("4", r"\frac{1}{0}"),
    ("4", "%$#"),
]


@pytest.mark.parametrize(("gold", "answer"), RIGHT)
def test_right_answers_are_correct(pool, gold, answer):
    assert verify(pool, (gold, answer))[0].outcome is Outcome.CORRECT


@pytest.mark.parametrize(("gold", "answer"), WRONG)
def test_wrong_answers_are_incorrect(pool, gold, answer):
    assert verify(pool, (gold, answer))[0].outcome is Outcome.INCORRECT


@pytest.mark.parametrize("gold", [gold for gold, _ in RIGHT + WRONG])
def test_a_gold_answer_verifies_itself(pool, gold):
    assert VERIFIER.verify([Item(VERIFIER.as_response(gold), gold)], pool)[0].reward == 1.0


@pytest.mark.parametrize(
    ("gold", "why"),
    [
        pytest.param(" ", "empty", id="blank"),
        pytest.param("7" * 3000, "3,000 characters", id="long"),
        pytest.param("(" * 30 + ")" * 30, "nested 30 deep", id="deep"),
        pytest.param(r"\frac{1}{2", "braces", id="open brace"),
        pytest.param(r"\boxed{4}", "boxed already", id="boxed"),
    ],
)
def test_rollouts_of_a_bad_gold_say_nothing_about_the_policy(pool, gold, why):
    verdicts = VERIFIER.verify([Item(r"\boxed{4}", gold), Item("no answer", gold)], pool)
    assert [verdict.outcome for verdict in verdicts] == [Outcome.BAD_GOLD] * 2
    assert why in verdicts[0].detail


def test_a_response_without_an_answer_has_none(pool):
    verdict = VERIFIER.verify([Item("the answer is 4", "4")], pool)[0]
    assert (verdict.outcome, verdict.predicted_answer) == (Outcome.NO_ANSWER, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param("9^9^9^9", Outcome.INCORRECT, id="tower without braces"),
        pytest.param("9^{9^{9^9}}", Outcome.TIMED_OUT, id="tower"),
        pytest.param("99999999!", Outcome.TIMED_OUT, id="factorial"),
        pytest.param(r"\binom{10^9}{5\cdot 10^8}", Outcome.TIMED_OUT, id="binomial"),
        pytest.param("{" * 10_000 + "}" * 10_000, Outcome.NO_ANSWER, id="braces"),
        pytest.param("1" * 100_000, Outcome.NO_ANSWER, id="long"),
        pytest.param("\x00\x1b[2J\\", Outcome.NO_ANSWER, id="control characters"),
    ],
)
def test_hostile_answers_end_within_the_limit_and_harm_no_neighbour(pool, answer, outcome):
    verdicts = verify(pool, ("4", answer), ("x + 1", "1 + x"))
    assert [verdict.outcome for verdict in verdicts] == [outcome, Outcome.CORRECT]
    assert verdicts[0].seconds <= pool.seconds


def test_equal_pairs_are_compared_once():
    class CountingPool:
        def __init__(self):
            self.tasks = []

        def map(self, function, tasks):
            self.tasks += tasks
            return [pool.map(function, [task])[0] for task in tasks]

    with Workers(1) as pool:
        counting = CountingPool()
        verdicts = verify(counting, *[("x + 1", "1+x"), ("x + 1", r"1\,+x"), ("3", "4")] * 8)
    assert counting.tasks == [("x + 1", "x + 1"), ("x + 1", "1+x")]
    assert [verdict.reward for verdict in verdicts] == [1.0, 1.0, 0.0] * 8
