"""Dates and times of day in the forms people write them, compared as far as they are sure.

A form that can mean several dates (03/05/2020), or that leaves something out (March 5, 3:30),
stands for all that it can mean. Two are equal if each can mean one thing only and it is the same,
different if they have no meaning in common; else nothing is decided.
"""

import re
from datetime import date
from functools import lru_cache

from r1data.patterns import lazy

Day = tuple[int | None, int, int]
"""Year (None where it is not said), month, day; day 0 stands for the whole month."""

MONTHS = {
    name: number
    for number, name in enumerate(
        [
            *("january", "february", "march", "april", "may", "june", "july", "august"),
            *("september", "october", "november", "december"),
        ],
        start=1,
    )
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT = {"sept": "september", "tues": "tuesday", "thur": "thursday", "thurs": "thursday"}
MONTH = "(?P<month>[a-z]{3,9})"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>\d{4})"
WRITTEN = tuple(
    lazy(form)
    for form in (
        rf"{MONTH} {DAY}(?:,? {YEAR})?",
        rf"{DAY}(?: of)? {MONTH}(?:,? {YEAR})?",
        rf"{YEAR},? {MONTH} {DAY}",
        rf"{MONTH},? {YEAR}",
    )
)
IN_DIGITS = lazy(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")
EAST_ASIAN = lazy(r"(?:(\d{4}) ?[年년] ?)?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号號일]")
ORDER = lazy(r"\b(?:(m{1,2})|(d{1,2}))[-/.](?:m{1,2}|d{1,2})[-/.]y{2,4}\b", re.IGNORECASE)
CLOCK = lazy(r"(\d{1,2})(?:[:.](\d{2})(?::(\d{2}(?:\.\d+)?))?)?(?: ?(am|pm))?")
NAMED = {"noon": 720.0, "midday": 720.0, "midnight": 0.0}


@lru_cache(maxsize=20_000)
def read_dates(text: str, order: str = "") -> frozenset[Day]:
    """Return the days a text in small letters can mean; none if it is no date.

    `order` is `m` or `d` where it is known which of the two comes first.

    >>> sorted(read_dates("march 5, 2020")) == sorted(read_dates("the 5th of march 2020"))
    True
    >>> sorted(read_dates("03/05/2020")), sorted(read_dates("03/05/2020", "m"))
    ([(2020, 3, 5), (2020, 5, 3)], [(2020, 3, 5)])
    """
    if len(text) > 40:
        return frozenset()
    plain = _without_weekday(text.replace(".", ". ") if text[:1].isalpha() else text)
    if match := IN_DIGITS.fullmatch(plain):
        return _from_digits(match[1], match[3], match[4], order)
    if match := EAST_ASIAN.fullmatch(plain):
        return _valid((int(match[1]) if match[1] else None, int(match[2]), int(match[3])))
    for form in WRITTEN:
        match = form.fullmatch(plain)
        if match and (month := month_number(match["month"])):
            found = match.groupdict()
            year, day = found.get("year"), found.get("day")
            return _valid((int(year) if year else None, month, int(day) if day else 0))
    return frozenset()


def month_number(word: str) -> int:
    """Return a month's number, 0 if the word is none; three letters are enough.

    >>> month_number("sept."), month_number("Mai")
    (9, 0)
    """
    return MONTHS.get(_whole_name(word, tuple(MONTHS)), 0)


def weekday(word: str) -> str:
    """Return the name of a day of the week, empty if the word is none.

    >>> weekday("Tue"), weekday("sun")
    ('tuesday', 'sunday')
    """
    found = _whole_name(word, WEEKDAYS)
    return found if found in WEEKDAYS else ""


def date_order(problem: str) -> str:
    """Return `m` or `d`, whichever a problem says comes first in its dates; else empty.

    >>> date_order("What is the date tomorrow in MM/DD/YYYY?")
    'm'
    """
    found = {"m" if match[1] else "d" for match in ORDER.finditer(problem)}
    return found.pop() if len(found) == 1 else ""


def is_same_day(gold: frozenset[Day], predicted: frozenset[Day]) -> bool | None:
    """Say whether two readings mean the same day; None if they may or may not."""
    if not any(_agree(one, other) for one in gold for other in predicted):
        return False
    return True if gold == predicted and len(gold) == 1 else None


@lru_cache(maxsize=20_000)
def read_times(text: str) -> frozenset[float]:
    """Return the minutes after midnight that a text in small letters can mean; none if no time.

    >>> read_times("3:30 p.m.") == read_times("15:30"), sorted(read_times("3:30"))
    (True, [210.0, 930.0])
    """
    plain = re.sub(r"\b([ap])\. ?m\b\.?", r"\1m", text.strip())
    if plain.removeprefix("12 ") in NAMED:
        return frozenset({NAMED[plain.removeprefix("12 ")]})
    match = CLOCK.fullmatch(plain)
    if not match or (match[2] is None and match[4] is None) or _is_decimal(plain, match):
        return frozenset()
    hour, minutes = int(match[1]), int(match[2] or 0) + float(match[3] or 0) / 60
    if hour > 23 or minutes >= 60 or (match[4] and not 1 <= hour <= 12):
        return frozenset()
    if match[4]:
        return frozenset({60 * (hour % 12 + 12 * (match[4] == "pm")) + minutes})
    is_sure = hour == 0 or hour > 12
    return frozenset(
        {60 * h + minutes for h in ({hour} if is_sure else {hour % 12, hour % 12 + 12})}
    )


def is_same_time(gold: frozenset[float], predicted: frozenset[float]) -> bool | None:
    """Say whether two readings mean the same time of day; None if they may or may not.

    The same digits without am or pm on both sides mean the same.
    """
    if not gold & predicted:
        return False
    return True if gold == predicted else None


def _is_decimal(plain: str, match: re.Match[str]) -> bool:
    """Say whether a text is rather a decimal number than a time: 3.30, but 3.30 pm is a time."""
    return "." in plain.partition(":")[0] and match[4] is None


def _agree(one: Day, other: Day) -> bool:
    return one[1] == other[1] and all(
        not a or not b or a == b for a, b in ((one[0], other[0]), (one[2], other[2]))
    )


def _from_digits(first: str, second: str, third: str, order: str) -> frozenset[Day]:
    if len(first) == 4:
        return _valid((int(first), int(second), int(third)))
    if len(third) != 4:
        return frozenset()
    a, b, year = int(first), int(second), int(third)
    by_order = {"m": (year, a, b), "d": (year, b, a)}
    return _valid(*(by_order[key] for key in (order or "md")))


def _valid(*days: Day) -> frozenset[Day]:
    return frozenset(day for day in days if _exists(day))


def _exists(day: Day) -> bool:
    try:
        date(day[0] or 2000, day[1], day[2] or 1)
    except ValueError:
        return False
    return True


def _without_weekday(text: str) -> str:
    first, _, rest = text.partition(" ")
    plain = rest if rest and weekday(first.rstrip(",")) else text
    return re.sub(r"\s+", " ", plain.replace(". ", " ")).strip().removeprefix("the ")


def _whole_name(word: str, names: tuple[str, ...]) -> str:
    plain = word.casefold().rstrip(".")
    plain = SHORT.get(plain, plain)
    if len(plain) == 3:
        return next((name for name in names if name.startswith(plain)), plain)
    return plain
