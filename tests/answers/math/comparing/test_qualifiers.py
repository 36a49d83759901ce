import pytest

from r1data.answers.math.comparing.pairs import Pair, judge_by_value, judge_exactly
from r1data.answers.math.comparing.qualifiers import aligned, without_clauses
from r1data.answers.math.values.question import UNKNOWN


def is_equal(gold, predicted):
    found = judge_exactly(Pair(gold, predicted))
    return judge_by_value(gold, predicted, UNKNOWN) if found is None else found


SAME = [
    pytest.param("g(t)=t^3", r"g(t)=t^3 \text{ for all real } t", id="for all real"),
    pytest.param("g(t)=t^3", r"g(t) = t^3, t \in \mathbb{R}", id="in the reals"),
    pytest.param("g(t)=t^3", r"g(t) = t^3 \quad \forall t \in \mathbb{R}", id="a sign for all"),
    pytest.param("g(t)=t^3", "g(t) = t^3 for every t", id="plain words"),
    pytest.param("g(t)=bt", r"g(t)=bt \text{, where } b \text{ is a constant}", id="a constant"),
    pytest.param("g(t)=bt", r"g(t)=bt \text{ for some real constant } b", id="some constant"),
    pytest.param("g(t)=bt", r"g(t)=bt \quad (b \in \mathbb{R})", id="in brackets"),
    pytest.param("g(t)=at+b", r"g(t)=at+b, \text{ where } a, b \in \mathbb{R}", id="two constants"),
    pytest.param(
        r"g(t)=bt, b\in\mathbb{R}", r"g(t)=kt \text{ with } k \in \mathbb{R}", id="another name"
    ),
    pytest.param(r"t = m\pi, m\in\mathbb{Z}", r"t = k\pi, k \in \mathbb{Z}", id="another index"),
    pytest.param("u_n=3^n", r"u_n=3^n \text{ for all } n \ge 0", id="all indices"),
    pytest.param("u_n=3^n", r"u_n=3^n \text{ for all positive integers } n", id="whole indices"),
    pytest.param("g(t)=0, g(t)=t", r"g(t)=t \text{ and } g(t)=0 \text{ for all } t", id="both"),
    pytest.param("t^4+C", "t^4+c", id="a small letter for the constant of integration"),
    pytest.param("t^4+C", r"t^4+\text{const}", id="a word for the constant of integration"),
    pytest.param("C+t^4", "t^4+K", id="another letter for the constant of integration"),
    pytest.param(r"g(t)=t, t>0", r"g(t)=t, t>0", id="the same clause"),
]
OTHER = [
    pytest.param("g(t)=t^3", r"g(t)=t^2 \text{ for all real } t", id="another function"),
    pytest.param("g(t)=t^3", r"g(t)=t^3 \text{ for } t > 0", id="half of the domain"),
    pytest.param("g(t)=t^3", r"g(t)=t^3 \text{ for some } t", id="some argument"),
    pytest.param("g(t)=t^3", r"g(t)=t^3 \text{ for all } t \in \mathbb{Z}", id="whole arguments"),
    pytest.param("g(t)=t^3", r"g(t)=t^3 \text{ for } t \neq 0", id="all but one"),
    pytest.param("g(t)=bt", r"g(t)=bt \text{ where } b > 0", id="positive constants"),
    pytest.param("g(t)=bt", r"g(t)=bt \text{ where } b = 2", id="one constant"),
    pytest.param("g(t)=bt", "g(t)=kt", id="another letter that nobody declares"),
    pytest.param(r"g(t)=bt, b\in\mathbb{R}", r"g(t)=kt+1, k\in\mathbb{R}", id="other, renamed"),
    pytest.param(r"t = m\pi, m\in\mathbb{Z}", r"t = k\pi, k\in\mathbb{R}", id="any multiple"),
    pytest.param(r"t = m\pi, m\in\mathbb{Z}", r"t = m\pi, m \ge 0", id="half of the multiples"),
    pytest.param("u_n=3^n", r"u_n=3^n \text{ for } n \ge 2", id="later indices"),
    pytest.param("u_n=3^n", r"u_n=3^n \text{ for even } n", id="even indices"),
    pytest.param("t^4+C", "t^4", id="no constant of integration"),
    pytest.param("t^4+C", "t^4-c", id="a constant that is taken off"),
    pytest.param("t^4+c", "t^4+C", id="a letter that was given"),
    pytest.param("Ct^4", "ct^4", id="a factor is no constant of integration"),
    pytest.param("g(t)=0, g(t)=t", r"g(t)=0 \text{ for all } t", id="one of two"),
]
NAMED = [
    pytest.param("|PQ|=7", "7", True, id="a length"),
    pytest.param("|PQ|=7", "PQ = 7", True, id="a length without bars"),
    pytest.param("|PQ|=7", "8", False, id="another length"),
    pytest.param("|PQ|=7", "|RS|=7", False, id="the length of another"),
    pytest.param("S_{1}:S_{2}=4:9", "4:9", True, id="a ratio"),
    pytest.param("PQ:RS=4:9", "8:18", True, id="a ratio not in lowest terms"),
    pytest.param("PQ:RS=4:9", "9:4", False, id="a ratio the wrong way round"),
    pytest.param(r"\sin P = \frac{1}{3}", r"\frac{1}{3}", True, id="a sine"),
    pytest.param("h(3)=11", "11", True, id="a value of a function"),
    pytest.param("P(X=1) = 0.2", "0.2", True, id="a probability"),
    pytest.param("P(A) = 0.2", "P(B) = 0.2", False, id="the probability of another"),
    pytest.param(r"|\vec{b}| = 4", "4", True, id="the length of a vector"),
    pytest.param("PQ = RS", "RS", False, id="a statement"),
    pytest.param(r"\angle P = \angle Q", r"\angle Q", False, id="a statement about angles"),
    pytest.param("t+u=1", "1", False, id="an equation"),
]


@pytest.mark.parametrize(("gold", "predicted"), SAME)
def test_clauses_that_repeat_a_domain_or_name_a_constant_change_nothing(gold, predicted):
    assert is_equal(gold, predicted) is True


@pytest.mark.parametrize(("gold", "predicted"), OTHER)
def test_clauses_that_say_more_make_another_answer(gold, predicted):
    assert is_equal(gold, predicted) is not True


@pytest.mark.parametrize(("gold", "predicted", "are_same"), NAMED)
def test_a_gold_answer_that_names_what_it_gives_may_be_given_without_the_name(
    gold, predicted, are_same
):
    assert bool(is_equal(gold, predicted)) is are_same


def test_the_clauses_of_an_answer_tell_what_its_names_stand_for():
    found = without_clauses(r"g(t)=at, \text{ where } a \text{ is a constant}, t \in \mathbb{R}")
    assert (found.answer, found.kinds) == ("g(t)=at", (("a", "constant"), ("t", "real")))


def test_answers_without_clauses_are_left_as_they_are():
    assert aligned("x + y", r"\frac{a}{b}") == ("x + y", r"\frac{a}{b}")
