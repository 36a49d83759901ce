import pytest

from tests.answers.math.written import judged


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ("y = 2x + 1", "2x + 1"),
        ("y = 2x + 1", "2y = 4x + 2"),
        ("y = 2x + 1", "2x - y + 1 = 0"),
        ("f(x) = x^2", "x^2"),
        ("x^2 + y^2 = 1", "1 = y^2 + x^2"),
        ("x > 2", r"(2, \infty)"),
        ("-2x < 4", "x > -2"),
        ("PV = nRT", r"P = \frac{nRT}{V}"),
        ("a = b = c", "c = a = b"),
        ("1 < x < y", "y > x > 1"),
        (r"x \in \{1, 2\}", r"\{2, 1\}"),
        ("x = 5", r"\{5\}"),
    ],
)
def test_relations_that_say_the_same(gold, predicted):
    assert judged(gold, predicted) is True


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ("y = 2x + 1", "2x + 2"),
        ("y = 2x + 1", "y > 2x + 1"),
        ("x = 5", "y = 5"),
        ("x^2 + y^2 = 1", "1"),
        ("x > 2", r"x \ge 2"),
        ("-2x < 4", "x < -2"),
        ("a = b = c", "a = b"),
        ("1 < x < y", "1 < y < x"),
        ("PV = nRT", r"P = \frac{V}{nRT}"),
    ],
)
def test_relations_that_do_not(gold, predicted):
    assert judged(gold, predicted) is False
