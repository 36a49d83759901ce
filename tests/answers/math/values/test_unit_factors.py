"""Every factor between units against its exact definition.

The definitions and their sources:

- SI: BIPM, The International System of Units, 9th edition (2019): the base units, table 4 (derived
  units), table 7 (prefixes), table 8 (minute, hour, day, litre, tonne, electronvolt).
- INTERNATIONAL: the yard is 0.9144 m and the pound 0.45359237 kg (agreement of 1959, Federal
  Register 24 FR 5348); the rest by NIST Handbook 44, appendix C.
- CONVENTIONAL: NIST Special Publication 811 (2008), appendix B: the gallon of the United States is
  231 cubic inches, the thermochemical calorie 4.184 J, the atmosphere 101,325 Pa, the bar 10^5 Pa.
- COUNTED: what is so by the meaning of the word: a week, a year of months, a cent, a percent.
"""

from fractions import Fraction

import pint
import pytest

from r1data.answers.math.values.units import BASE, PREFIXES, read_unit

YARD, POUND = Fraction("0.9144"), Fraction("0.45359237")
INCH = YARD / 36
LENGTH, MASS, TIME = {"length": 1}, {"mass": 1}, {"time": 1}
VOLUME = {"length": 3}
FORCE = MASS | {"length": 1, "time": -2}
ENERGY = MASS | {"length": 2, "time": -2}
POWER = MASS | {"length": 2, "time": -3}
PRESSURE = MASS | {"length": -1, "time": -2}

SI = (
    (1, LENGTH, "m meter metre 米"),
    (Fraction(1, 10), LENGTH, "分米"),
    (Fraction(1, 100), LENGTH, "厘米"),
    (Fraction(1, 1000), LENGTH, "毫米"),
    (1000, LENGTH, "千米 公里"),
    (Fraction(1, 1000), MASS, "g gram 克"),
    (1, MASS, "千克 公斤"),
    (1000, MASS, "t ton tonne 吨"),
    (1, TIME, "s sec second 秒"),
    (60, TIME, "min minute 分钟 分"),
    (60 * 60, TIME, "h hr hour 小时 时"),
    (24 * 60 * 60, TIME, "day 天 日"),
    (Fraction(1, 10**3), VOLUME, "L l liter litre 升"),
    (Fraction(1, 10**6), VOLUME, "毫升 cc"),
    (1, FORCE, "N newton"),
    (1, ENERGY, "J joule"),
    (Fraction("1.602176634e-19"), ENERGY, "eV"),
    (1, POWER, "W watt"),
    (1, PRESSURE, "Pa pascal"),
    (1, {"time": -1}, "Hz hertz"),
    (1, {"amount": 1}, "mol mole"),
    (1, {"current": 1}, "A amp ampere"),
    (1, {"voltage": 1}, "V volt"),
    (1, {"resistance": 1}, "Ω ohm"),
    (1, {"charge": 1}, "C coulomb"),
    (1, {"capacitance": 1}, "F farad"),
    (1, {"inductance": 1}, "H henry"),
    (1, {"flux density": 1}, "T tesla"),
    (1, {"temperature": 1}, "K kelvin"),
    (1, {"celsius": 1}, "°C ℃ celsius"),
    (1, {"radian": 1}, "radian rad"),
    (1, {"degree": 1}, "° degree deg 度"),
)
INTERNATIONAL = (
    (INCH, LENGTH, "in inch inches"),
    (YARD / 3, LENGTH, "ft foot feet"),
    (YARD, LENGTH, "yd yard"),
    (YARD * 1760, LENGTH, "mi mile"),
    (POUND, MASS, "lb lbs pound"),
    (POUND / 16, MASS, "oz ounce"),
    (1, {"fahrenheit": 1}, "°F fahrenheit"),
)
CONVENTIONAL = (
    (231 * INCH**3, VOLUME, "gallon gal"),
    (Fraction("4.184"), ENERGY, "cal calorie"),
    (101_325, PRESSURE, "atm"),
    (10**5, PRESSURE, "bar"),
)
COUNTED = (
    (7 * 24 * 60 * 60, TIME, "week wk 周 星期"),
    (1, {"month": 1}, "month 个月 月"),
    (12, {"month": 1}, "year yr 年"),
    (Fraction(1, 100), {"share": 1}, "% percent 百分"),
    (1, {"money": 1}, "dollar usd 美元"),
    (Fraction(1, 100), {"money": 1}, "cent ¢"),
    (1, {"yuan": 1}, "元 yuan 块 rmb"),
    (Fraction(1, 10), {"yuan": 1}, "角"),
    (1, {"euro": 1}, "€ euro eur"),
    (1, {"pound sterling": 1}, "£ gbp"),
    (1, {"rupee": 1}, "₹ rupee rs inr"),
    (1, {"yen": 1}, "yen 日元 円"),
)
DEFINITIONS = {
    name: (Fraction(factor), tuple(sorted(dimensions.items())))
    for factor, dimensions, names in (*SI, *INTERNATIONAL, *CONVENTIONAL, *COUNTED)
    for name in names.split()
}
POWERS_OF_TEN = {
    prefix: power
    for prefixes, power in (
        *(("p", -12), ("n nano", -9), ("\N{MICRO SIGN} \N{GREEK SMALL LETTER MU} u micro", -6)),
        *(("m milli", -3), ("c centi", -2), ("d deci", -1)),
        *(("k kilo", 3), ("M mega", 6), ("G giga", 9)),
    )
    for prefix in prefixes.split()
}


def test_every_unit_and_every_prefix_has_its_definition_here():
    assert DEFINITIONS.keys() == BASE.keys()
    assert POWERS_OF_TEN.keys() == PREFIXES.keys()


@pytest.mark.parametrize("name", BASE)
def test_a_unit_has_the_factor_and_the_dimensions_of_its_definition(name):
    unit = read_unit(name, may_be_thing=False)
    assert (unit.factor, unit.dimensions) == DEFINITIONS[name]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_prefix_is_the_power_of_ten_of_its_definition(prefix):
    unit = "meter" if len(prefix) > 1 else "m"
    assert read_unit(f"{prefix}{unit}").factor == Fraction(10) ** POWERS_OF_TEN[prefix]


@pytest.mark.parametrize(
    ("compound", "factor", "dimensions"),
    [
        ("mph", YARD * 1760 / 3600, {"length": 1, "time": -1}),
        ("km/h", Fraction(1000, 3600), {"length": 1, "time": -1}),
        ("kW h", 3_600_000, ENERGY),
        ("sq ft", (YARD / 3) ** 2, {"length": 2}),
        ("cubic inches", INCH**3, VOLUME),
    ],
)
def test_a_compound_unit_multiplies_the_definitions_of_its_parts(compound, factor, dimensions):
    unit = read_unit(compound, may_be_thing=False)
    assert (unit.factor, dict(unit.dimensions)) == (factor, dimensions)


OTHER_NAMES = {"h": "hour", "wk": "week", "cc": "cubic_centimeter", "ton": "tonne"}
"""What pint calls a unit otherwise: its `h` is Planck's constant, its `ton` 2,000 pounds."""
NOT_OF_PINT = {"money", "yuan", "euro", "pound sterling", "rupee", "yen", "month", "share"}
NO_FACTOR = {"celsius", "fahrenheit", "degree"}
"""Units with an offset, or an irrational factor."""
HELD = [
    name
    for name, (dimension, _, _) in BASE.items()
    if name.isascii() and name.isalpha() and dimension not in NOT_OF_PINT | NO_FACTOR
]


@pytest.fixture(scope="module")
def registry():
    return pint.UnitRegistry(non_int_type=Fraction)


@pytest.mark.parametrize("name", HELD)
def test_pint_gives_a_unit_the_same_factor(name, registry):
    theirs = registry.Quantity(Fraction(1), OTHER_NAMES.get(name, name)).to_base_units()
    assert theirs.magnitude == BASE[name][1]
