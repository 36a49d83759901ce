from fractions import Fraction

import pytest

from r1data.answers.math.values.units import read_unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("km/h", "kilometers per hour"),
        ("mph", "miles/hour"),
        ("cm^2", "square centimeters"),
        ("sq ft", "feet squared"),
        ("sqft", "ft^2"),
        ("m/s/s", "m/s^2"),
        ("m^3", "cubic meters"),
        ("L", "liters"),
        ("N", "kg m/s^2"),
        ("J", "N m"),
        ("people", "person"),
        ("square units", "units"),
        ("foot-pounds", "foot pounds"),
        ("公里", "km"),
    ],
)
def test_two_names_of_one_unit(one, other):
    assert read_unit(one) == read_unit(other) is not None


@pytest.mark.parametrize(
    ("one", "other", "times"),
    [
        ("km", "m", 1000),
        ("hours", "min", 60),
        ("mL", "cm^3", 1),
        ("yd", "ft", 3),
        ("dollars", "cents", 100),
        ("m^2", "cm^2", 10_000),
        ("years", "months", 12),
        ("kPa", "Pa", 1000),
    ],
)
def test_how_many_of_one_unit_are_in_another(one, other, times):
    one, other = read_unit(one), read_unit(other)
    assert one.dimensions == other.dimensions
    assert one.factor / other.factor == Fraction(times)


@pytest.mark.parametrize(
    ("one", "other"), [("m", "s"), ("apples", "pears"), ("$", "€"), ("year", "day"), ("m", "m^2")]
)
def test_other_units_have_other_dimensions(one, other):
    assert getattr(read_unit(one), "dimensions", 0) != getattr(read_unit(other), "dimensions", 1)


@pytest.mark.parametrize("text", ["", "3", "a b c d e", "none", "or more"])
def test_what_is_no_unit(text):
    assert read_unit(text) is None


def test_things_are_counted_only_where_they_may_be():
    assert read_unit("red apples").thing == "red apple"
    assert read_unit("apples", may_be_thing=False) is None
    assert read_unit("cm").thing == ""


@pytest.mark.parametrize("text", ["cm^99999999", "cm^{-13}", "sq" * 900 + "ft", "m/" * 30])
def test_powers_that_no_unit_has_are_not_worked_out(text):
    assert read_unit(text, may_be_thing=False) is None
