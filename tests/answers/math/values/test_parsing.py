import pytest

from r1data.answers.math.values.parsing import read_value
from r1data.answers.math.values.values import (
    EMPTY_SET,
    Based,
    Matrix,
    Reals,
    Relation,
    Scalar,
    Sequenced,
    UnionOfSets,
    Words,
    is_interval,
    name_of,
    number_of,
)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("5 cm", Scalar),
        ("(1, 2]", Sequenced),
        (r"\{1, 2\}", Sequenced),
        ("1, 2 and 3", Sequenced),
        (r"3 \pm 2", Sequenced),
        ("x = 5", Relation),
        (r"\{x \mid x > 2\}", Relation),
        (r"(-\infty, 1) \cup (2, 3]", UnionOfSets),
        (r"\R \setminus \{1\}", UnionOfSets),
        (r"\mathbb{R}", Reals),
        ("1011_2", Based),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", Matrix),
        ("Evelyn", Words),
        (r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", Words),
        (r"\{1, , 2\}", Words),
        ("(" * 30 + ")" * 30, Words),
    ],
)
def test_what_an_answer_is(answer, kind):
    assert type(read_value(answer)) is kind


@pytest.mark.parametrize(
    ("answer", "same"),
    [
        pytest.param("1,234", "1234", id="digits in groups"),
        pytest.param("1,234, 5", "1234, 5", id="groups in a list"),
        pytest.param("the answer is 5", "5", id="filler words"),
        pytest.param("]1, 2[", "(1, 2)", id="turned brackets"),
        pytest.param("P(2, 3)", "(2, 3)", id="a named point"),
        pytest.param("2 to 3", "2:3", id="a ratio in words"),
        pytest.param(
            r"2\begin{matrix} 1 \\ 2 \end{matrix}",
            r"\begin{pmatrix} 2 \\ 4 \end{pmatrix}",
            id="a factor",
        ),
        pytest.param("= 5", "5", id="a sign of equality alone"),
        pytest.param(r"\frac{3}{4}", "3/4", id="the short way and the long one"),
        pytest.param("12 ", "12", id="white space"),
        pytest.param(r"\text{6, and } 8", "6, 8", id="a comma before and"),
    ],
)
def test_two_ways_to_write_one_value(answer, same):
    one, other = read_value(answer), read_value(same)
    assert getattr(one, "members", one) == getattr(other, "members", other)


def test_four_digits_after_a_comma_are_two_numbers():
    assert len(read_value("1,2345").members) == 2
    assert len(read_value("0,123").members) == 2


def test_there_is_nothing_in_the_empty_set_however_it_is_said():
    answers = [r"\{\}", r"\emptyset", r"\text{no real solutions}", "None"]
    assert [read_value(answer) for answer in answers] == [EMPTY_SET] * 4


@pytest.mark.parametrize(
    ("answer", "is_one"),
    [
        ("[1, 2]", True),
        ("(1, 2]", True),
        ("(1, 2)", False),
        (r"(1, \infty)", True),
        ("1, 2", False),
    ],
)
def test_brackets_and_infinity_tell_intervals(answer, is_one):
    assert is_interval(read_value(answer)) is is_one


def test_a_number_and_a_name_are_told_from_formulas():
    assert [number_of(read_value(answer)) for answer in ("5 cm", "x", "1, 2")] == [5, None, None]
    assert [name_of(read_value(answer)) for answer in ("x", "2x", "x, y")] == ["x", None, None]
