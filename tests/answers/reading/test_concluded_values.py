import pytest

from r1data.answers.reading.concluded_values import read_bold_value, read_value


@pytest.mark.parametrize(
    ("clause", "value"),
    [
        pytest.param("it takes 3 hours in all.", "3 hours", id="what follows a unit"),
        pytest.param("she paid $3.50 + $2 = $5.50.", "$5.50", id="a sum of money"),
        pytest.param("each of them gets 12 / 4 = 3 pears.", "3 pears", id="a sum worked out"),
        pytest.param("the mean is 3 m/s^2.", "3 m/s^2", id="a unit with a power"),
        pytest.param("he runs 3 laps per hour.", "3 laps per hour", id="a rate"),
        pytest.param("there are 3 four-door cars.", "3 four-door cars", id="a hyphen"),
        pytest.param("the price increased by 3%.", "3%", id="an increase"),
        pytest.param(r"the sum is $3 + 4 = 7$.", "7", id="named by words"),
        pytest.param(r"$a + b = 3 + 4 = 7$.", "a + b = 7", id="named by its formula"),
        pytest.param(r"$2x = 4 \implies x = 2$.", "x = 2", id="what is implied"),
        pytest.param(r"there are $3$ values of $k$.", "3 values", id="a letter beside it"),
        pytest.param("x_1 = 3.", "x_1 = 3", id="a name"),
        pytest.param("total = 3 pears.", "3 pears", id="a word as a name"),
        pytest.param("the sides are 3 by 5.", None, id="two sizes"),
        pytest.param("she ate 3 or 4 pears.", None, id="alternatives"),
        pytest.param("the cost exceeds 3 or so dollars.", None, id="vague"),
        pytest.param("the M3 motorway is closed.", None, id="part of a name"),
        pytest.param("Version 3.1.2 is out.", None, id="part of a version"),
    ],
)
def test_a_conclusion_gives_one_value(clause, value):
    assert read_value(clause) == value


@pytest.mark.parametrize(
    ("clause", "value"),
    [
        pytest.param("the walk takes **3** hours.", "3 hours", id="the unit behind it"),
        pytest.param("the walk takes **3 hours**.", "3 hours", id="the unit in bold"),
        pytest.param("the root is **$x = 3$**.", "x = 3", id="a formula"),
        pytest.param("it is **3** of **5**.", None, id="two"),
        pytest.param("**note** that it is 3.", None, id="a word"),
    ],
)
def test_the_one_value_in_bold_is_given_with_its_unit(clause, value):
    assert read_bold_value(clause) == value
