"""Units: their names, their dimensions, and the factors between them."""

import re
from dataclasses import dataclass
from fractions import Fraction

from r1data.answers.math.notation.vocabulary import names
from r1data.text import fold

Dimensions = tuple[tuple[str, int], ...]
Base = tuple[str, Fraction, int]
"""The dimension of a unit, its factor and the dimension's power."""

FOOT = Fraction("0.3048")
POUND = Fraction("0.45359237")
BASE: dict[str, tuple[str, Fraction, str]] = {
    name: (dimension, Fraction(factor), kind)
    for dimension, factor, kind, names in (
        ("length", 1, "si", "m meter metre 米"),
        ("length", FOOT, "", "ft foot feet"),
        ("length", FOOT / 12, "", "in inch inches"),
        ("length", FOOT * 3, "", "yd yard"),
        ("length", FOOT * 5280, "", "mi mile"),
        ("length", Fraction(1, 100), "", "厘米"),
        ("length", Fraction(1, 10), "", "分米"),
        ("length", Fraction(1, 1000), "", "毫米"),
        ("length", 1000, "", "千米 公里"),
        ("mass", Fraction(1, 1000), "si", "g gram 克"),
        ("mass", 1, "", "千克 公斤"),
        ("mass", 1000, "", "t ton tonne 吨"),
        ("mass", POUND, "", "lb lbs pound"),
        ("mass", POUND / 16, "", "oz ounce"),
        ("time", 1, "si", "s sec second 秒"),
        ("time", 60, "", "min minute 分钟 分"),
        ("time", 3600, "", "h hr hour 小时 时"),
        ("time", 86400, "", "day 天 日"),
        ("time", 604800, "", "week wk 周 星期"),
        ("month", 1, "", "month 个月 月"),
        ("month", 12, "", "year yr 年"),
        ("volume", Fraction(1, 1000), "si", "L l liter litre 升"),
        ("volume", Fraction(1, 10**6), "", "毫升 cc"),
        ("volume", Fraction("0.003785411784"), "", "gallon gal"),
        ("money", 1, "", "dollar usd 美元"),
        ("money", Fraction(1, 100), "", "cent ¢"),
        ("yuan", 1, "", "元 yuan 块 rmb"),
        ("yuan", Fraction(1, 10), "", "角"),
        ("euro", 1, "", "€ euro eur"),
        ("pound sterling", 1, "", "£ gbp"),
        ("rupee", 1, "", "₹ rupee rs inr"),
        ("yen", 1, "", "yen 日元 円"),
        ("degree", 1, "", "° degree deg 度"),
        ("radian", 1, "", "radian rad"),
        ("share", Fraction(1, 100), "", "% percent 百分"),
        ("force", 1, "si", "N newton"),
        ("energy", 1, "si", "J joule"),
        ("energy", Fraction("4.184"), "si", "cal calorie"),
        ("energy", Fraction("1.602176634e-19"), "si", "eV"),
        ("power", 1, "si", "W watt"),
        ("pressure", 1, "si", "Pa pascal"),
        ("pressure", 101325, "", "atm"),
        ("pressure", 100000, "", "bar"),
        ("amount", 1, "si", "mol mole"),
        ("frequency", 1, "si", "Hz hertz"),
        ("voltage", 1, "si", "V volt"),
        ("current", 1, "si", "A amp ampere"),
        ("resistance", 1, "si", "Ω ohm"),
        ("charge", 1, "si", "C coulomb"),
        ("capacitance", 1, "si", "F farad"),
        ("inductance", 1, "si", "H henry"),
        ("flux density", 1, "si", "T tesla"),
        ("temperature", 1, "", "K kelvin"),
        ("celsius", 1, "", "°C ℃ celsius"),
        ("fahrenheit", 1, "", "°F fahrenheit"),
    )
    for name in names.split()
}
"""By name: the dimension, the factor to its base, and whether SI prefixes go with it."""
PREFIXES = {
    "p": Fraction(1, 10**12),
    **dict.fromkeys(("n", "nano"), Fraction(1, 10**9)),
    **dict.fromkeys(("µ", "\N{GREEK SMALL LETTER MU}", "u", "micro"), Fraction(1, 10**6)),
    **dict.fromkeys(("m", "milli"), Fraction(1, 1000)),
    **dict.fromkeys(("c", "centi"), Fraction(1, 100)),
    **dict.fromkeys(("d", "deci"), Fraction(1, 10)),
    **dict.fromkeys(("k", "kilo"), Fraction(1000)),
    **dict.fromkeys(("M", "mega"), Fraction(10**6)),
    **dict.fromkeys(("G", "giga"), Fraction(10**9)),
}
LONG_ABBREVIATIONS = frozenset({"mol", "cal", "eV"})
"""Abbreviations as long as a name: short prefixes go with them."""
COMPOUND = {"us": "µs", "mph": "mi/h", "kph": "km/h", "kmh": "km/h", "kmph": "km/h", "fps": "ft/s"}
DERIVED = {
    "force": {"mass": 1, "length": 1, "time": -2},
    "energy": {"mass": 1, "length": 2, "time": -2},
    "power": {"mass": 1, "length": 2, "time": -3},
    "pressure": {"mass": 1, "length": -1, "time": -2},
    "frequency": {"time": -1},
}
POWERS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cubed": 3, "cu": 3, "平方": 2, "立方": 3}
THING = "thing "
"""The prefix of a dimension that counts things."""
NO_THING = names(
    "for where when with every such or and any other not no but if either neither nor is are the"
    " a an of none all some"
)
SINGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "boxes": "box",
    "classes": "class",
    "pieces": "piece",
}
AFTER = names("squared cubed")
MAX_EXPONENT = 12
MICRO, OHM = re.compile(r"\\mu\s*"), re.compile(r"\s*\\Omega")
HYPHEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")
PART = re.compile(r"[^\s\d/*^·{}()+-]+|\^\s*\{?\s*-?\d+\s*\}?|[/*·]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `factor` times the product of its dimensions."""

    factor: Fraction
    dimensions: Dimensions

    @property
    def thing(self) -> str:
        """What is counted, e.g. `square`; else empty."""
        name = self.dimensions[0][0] if self.dimensions else ""
        return name.removeprefix(THING) if name.startswith(THING) else ""

    @property
    def is_share(self) -> bool:
        """Whether it is the percent."""
        return self.dimensions == (("share", 1),)

    @property
    def is_degree(self) -> bool:
        """Whether it is the degree of an angle."""
        return self.dimensions == (("degree", 1),)

    @property
    def is_radian(self) -> bool:
        """Whether it is the radian."""
        return self.dimensions == (("radian", 1),)

    @property
    def is_money(self) -> bool:
        """Whether it is a currency's."""
        names = {name for name, _ in self.dimensions}
        return bool(names & {"money", "yuan", "euro", "pound sterling", "rupee", "yen"})


def read_unit(text: str, *, may_be_thing: bool = True) -> Unit | None:
    """Return the unit that a text names; a thing that is counted is a unit too.

    None where it is no unit: a formula, or more than a few words.

    >>> read_unit("km/h") == read_unit("kilometers per hour"), read_unit("cm^2").dimensions
    (True, (('length', 2),))
    """
    words = (
        OHM.sub("Ω", MICRO.sub("µ", fold(text)))
        .replace(" per ", " / ")
        .removeprefix("per ")
        .strip(" .,")
    )
    words = HYPHEN.sub(" ", COMPOUND.get(words, words))
    parts = PART.findall(words)
    if not parts or len(parts) > 12 or any(character.isdigit() for character in parts[0]):
        return None
    return _measured(parts) or (_counted(words) if may_be_thing else None)


def _measured(parts: list[str]) -> Unit | None:
    factors: list[tuple[Base, int]] = []
    sign, power = 1, 1
    for part in parts:
        if part in "/*·":
            sign = -1 if part == "/" else sign
        elif part.startswith("^") or part in AFTER:
            if not factors:
                return None
            base, exponent = factors[-1]
            factors[-1] = base, exponent * (POWERS.get(part) or int(part.strip("^ {}")))
        elif part in POWERS:
            power = POWERS[part]
        else:
            found = _base(part)
            if found is None:
                return None
            factors.append((found, sign * power))
            power = 1
    return _multiplied(factors)


def _multiplied(factors: list[tuple[Base, int]]) -> Unit | None:
    """Return the product of powers of units; None where a power is too large to be one."""
    factor, dimensions = Fraction(1), dict[str, int]()
    for (dimension, size, power), exponent in factors:
        if abs(exponent) > MAX_EXPONENT:
            return None
        factor *= size**exponent
        dimensions[dimension] = dimensions.get(dimension, 0) + power * exponent
    return Unit(factor, _in_base(dimensions))


def _in_base(dimensions: dict[str, int]) -> Dimensions:
    """Return dimensions with those derived from others worked out."""
    found: dict[str, int] = {}
    for name, power in dimensions.items():
        for part, times in DERIVED.get(name, {name: 1}).items():
            found[part] = found.get(part, 0) + times * power
    return tuple(sorted(item for item in found.items() if item[1]))


def _base(name: str) -> Base | None:
    """Return what a unit's name means; `sqft` and `平方米` are names too."""
    power = POWERS.get(name[:2]) if len(name) > 2 else None
    inside = _unsquared(name[2:]) if power else None
    if inside and power:
        return inside[0], inside[1] ** power, inside[2] * power
    return _unsquared(name)


def _unsquared(name: str) -> Base | None:
    for candidate in (name, name.lower(), name.removesuffix("s"), name.lower().removesuffix("s")):
        if candidate in BASE:
            dimension, factor, _ = BASE[candidate]
            return _in_lengths(dimension, factor)
    for prefix, size in PREFIXES.items():
        is_prefixed = name.startswith(prefix)
        if is_prefixed and (found := _prefixed(prefix, size, name.removeprefix(prefix))):
            return found
    return None


def _prefixed(prefix: str, size: Fraction, rest: str) -> Base | None:
    """Return the unit that a prefix makes of another: both are words, or both abbreviations."""
    for candidate in (rest, rest.removesuffix("s")):
        dimension, factor, kind = BASE.get(candidate, ("", Fraction(1), ""))
        are_alike = (len(prefix) > 1) == (len(candidate) > 2) or candidate in LONG_ABBREVIATIONS
        if kind == "si" and are_alike:
            return _in_lengths(dimension, factor * size)
    return None


def _in_lengths(dimension: str, factor: Fraction) -> Base:
    """Return litres as cubic metres: a volume is a length to the third."""
    return ("length", factor, 3) if dimension == "volume" else (dimension, factor, 1)


def _counted(words: str) -> Unit | None:
    """Return the unit of things that are counted: `apples`, `square units`, `people`."""
    words, _, each = words.partition(" / ")
    if each:
        return _counted_each(words, each)
    names = words.lower().split()
    is_thing = all(name.replace("'", "").isalpha() and name not in NO_THING for name in names)
    if not names or len(names) > 4 or not is_thing:
        return None
    if names[-1] in ("unit", "units"):
        return Unit(Fraction(1), ())
    thing = " ".join(SINGULAR.get(name, name.removesuffix("s")) for name in names)
    return Unit(Fraction(1), ((f"{THING}{thing}", 1),))


def _counted_each(words: str, each: str) -> Unit | None:
    """Return the unit of things counted for each of others: `goals per game`."""
    one, other = _counted(words), _measured([each]) or _counted(each)
    if one is None or other is None or not one.dimensions or not other.dimensions:
        return None
    inverse = tuple((name, -power) for name, power in other.dimensions)
    return Unit(one.factor / other.factor, tuple(sorted((*one.dimensions, *inverse))))
