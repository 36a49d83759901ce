"""Numbers and ordinals in English words, turned into digits."""

from fractions import Fraction

from r1data.patterns import lazy

UNITS = {
    word: value
    for value, word in enumerate(
        [
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen"),
        ]
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
IRREGULAR = {
    "first": "one",
    "second": "two",
    "third": "three",
    "fifth": "five",
    "eighth": "eight",
    "ninth": "nine",
    "twelfth": "twelve",
}
ORDINAL = "\N{DEGREE SIGN}"
"""Stands behind the cardinal that an ordinal is read as."""
DIGIT = "|".join(word for word, value in UNITS.items() if 0 < value < 10)
BELOW_100 = rf"(?:(?:{'|'.join(TENS)})(?: (?:{DIGIT}))?|{'|'.join(sorted(UNITS, key=len)[::-1])})"
BELOW_1000 = rf"(?:(?:{DIGIT}|a) hundred(?:(?: and)? {BELOW_100})?|{BELOW_100})"
SCALE = "|".join(SCALES)
PHRASE = lazy(
    rf"(?<!\S)(?:(?:{BELOW_1000}|a|\d+(?:\.\d+)?) (?:{SCALE})(?: (?:{BELOW_1000}) (?:{SCALE}))*"
    rf"(?:(?: and)? {BELOW_1000})?|{BELOW_1000}){ORDINAL}?(?!\S)"
)
MAX_WORDS = 60
"""A longer answer keeps its numbers as they are."""


def in_digits(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words with each number or ordinal among them in digits.

    >>> in_digits(("one", "hundred", "and", "five", "apples")), in_digits(("twenty", "first"))
    (('105', 'apples'), ('21st',))
    >>> in_digits(("one", "two"))
    ('1', '2')
    """
    if len(words) > MAX_WORDS:
        return words
    text = " ".join(_cardinal(word) for word in words)
    if not PHRASE.search(text):
        return words
    found = PHRASE.sub(lambda match: _value(match[0]), text).split()
    return tuple(_as_it_was(word, words) if ORDINAL in word else word for word in found)


def _value(phrase: str) -> str:
    total, part = Fraction(0), Fraction(0)
    for word in phrase.removesuffix(ORDINAL).split():
        if word in SCALES:
            total, part = total + (part or 1) * SCALES[word], Fraction(0)
        elif word == "hundred":
            part = (part or Fraction(1)) * 100
        elif word not in ("and", "a"):
            part += UNITS.get(word, TENS.get(word)) or Fraction(word if word[0].isdigit() else 0)
    value = total + part
    return _ordinal(int(value)) if phrase.endswith(ORDINAL) else str(value)


def _cardinal(word: str) -> str:
    """Return an ordinal as its cardinal with a mark, any other word as it is."""
    if word in IRREGULAR:
        return IRREGULAR[word] + ORDINAL
    stem = f"{word[:-4]}y" if word.endswith("ieth") else word.removesuffix("th")
    is_ordinal = stem != word and (stem in UNITS or stem in TENS or stem in SCALES)
    return stem + ORDINAL if is_ordinal or word == "hundredth" else word


def _as_it_was(marked: str, words: tuple[str, ...]) -> str:
    return next((word for word in words if _cardinal(word) == marked), marked)


def _ordinal(value: int) -> str:
    """Return an ordinal in digits.

    >>> [_ordinal(value) for value in (1, 2, 11, 23)]
    ['1st', '2nd', '11th', '23rd']
    """
    is_teen = 10 < value % 100 < 20
    return f"{value}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"
