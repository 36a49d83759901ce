import pytest

from r1data.answers.math.comparing.intervals import compare_intervals
from r1data.answers.math.comparing.means import EXACT
from r1data.answers.math.values.parsing import read_value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[1, 2)", r"1 \le x < 2"),
        (r"(2, \infty)", "x > 2"),
        ("2 < x", "x > 2"),
        (r"(-\infty, 1) \cup (2, 3)", "x < 1 or 2 < x < 3"),
        ("[1, 2] \\cup [2, 3]", "[1, 3]"),
        ("(1, 3)", "x > 1 and x < 3"),
        ("(1, 10^{400}) \\cup (10^{399}, 10^{500})", "(1, 10^{500})"),
        (r"x \ne 1", r"(-\infty, 1) \cup (1, \infty)"),
        (r"\R", r"(-\infty, \infty)"),
        ("all real numbers", r"x \in \mathbb{R}"),
        (r"\{1\} \cup (2, 3)", "x = 1 or 2 < x < 3"),
    ],
)
def test_two_ways_to_write_a_set_of_numbers(one, other):
    one, other = read_value(one), read_value(other)
    assert compare_intervals(one, other, EXACT) is True
    assert compare_intervals(other, one, EXACT) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("[1, 2)", "(1, 2)", id="an end that belongs to it"),
        pytest.param("(1, 2) \\cup (2, 3)", "(1, 3)", id="a point that is left out"),
        pytest.param("(1, 2)", "(1, 3)", id="another end"),
        pytest.param("x > 2", "x < 2", id="the other side"),
        pytest.param("x > 2", "x + 1", id="no set"),
    ],
)
def test_other_sets_of_numbers(one, other):
    assert compare_intervals(read_value(one), read_value(other), EXACT) is False


def test_ends_that_only_values_can_tell():
    one, other = read_value(r"x > \ln 4"), read_value(r"x > 2\ln 2")
    assert compare_intervals(one, other, EXACT) is None
