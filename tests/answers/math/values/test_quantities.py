from fractions import Fraction

import pytest

from r1data.answers.math.values.parsing import read_value
from r1data.answers.math.values.units import read_unit
from r1data.answers.math.values.values import Based, Scalar


@pytest.mark.parametrize(
    ("answer", "number", "unit"),
    [
        pytest.param("5 cm", 5, "cm", id="a unit"),
        pytest.param("5cm", 5, "cm", id="a unit without space"),
        pytest.param(r"5\text{ cm}^2", 5, "cm^2", id="a power of a unit"),
        pytest.param(r"90^\circ", 90, "degree", id="degrees"),
        pytest.param(r"\$5", 5, "dollar", id="money before"),
        pytest.param(r"-\$5", None, "dollar", id="less than no money"),
        pytest.param("50¢", 50, "cent", id="money after"),
        pytest.param(r"50\%", 50, "percent", id="percent"),
        pytest.param("12 apples", 12, "apple", id="things"),
        pytest.param("3 million people", 3_000_000, "person", id="a large number word"),
        pytest.param("3万人", 30_000, "人", id="a large number word inside"),
        pytest.param("1 hour 30 minutes", Fraction(3, 2), "hour", id="smaller units after it"),
        pytest.param("12 dollars and 50 cents", Fraction(25, 2), "dollar", id="joined by and"),
    ],
)
def test_a_number_and_its_unit(answer, number, unit):
    value = read_value(answer)
    assert getattr(value.tree, "value", None) == number
    assert value.unit == read_unit(unit)


@pytest.mark.parametrize("answer", ["x m", "5m", "a", "2 + m", r"\sin 30^\circ"])
def test_a_letter_may_be_no_unit(answer):
    assert read_value(answer).unit is None


@pytest.mark.parametrize("answer", ["30 minutes and 1 hour", "1 hour and 2 meters", "1 and 2 cm"])
def test_what_does_not_add_up_is_a_list(answer):
    assert not isinstance(read_value(answer), Scalar)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("1011_2", Based("1011", 2)),
        ("(1A3)_{16}", Based("1A3", 16)),
        ("-37_8", Based("-37", 8)),
        (r"101_{\text{two}}", Based("101", 2)),
        ("12.3_5", Based("12.3", 5)),
    ],
)
def test_numbers_in_bases(answer, value):
    assert read_value(answer) == value


@pytest.mark.parametrize("answer", ["12_2", "x_2", "A_{12}", "1_{37}"])
def test_what_is_no_number_in_a_base(answer):
    assert not isinstance(read_value(answer), Based)
