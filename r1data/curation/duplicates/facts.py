r"""Facts of a problem: the numbers, signs and words of which one that differs makes it another.

By its words alone "the smallest n with n > 60" is nearly "the largest n with n > 61". So problems
are compared only where their facts are the same, whatever the order of their sentences: each
formula, as the row of its numbers, signs and letters; the numbers written as words; and the words
of pairs of opposites, such as `least` and `most`. Facts are read alike from `$\tfrac{3}{4}$` and
`3/4`, from `1,000` and `1000`, from `three` and `3`.
"""

import re
import unicodedata
from collections.abc import Iterator


def _words(listed: str) -> list[str]:
    return listed.split()


LOOKS = re.compile(
    r"\\(?:left|right|displaystyle|limits|text|mathrm|mathbf|operatorname|cdot|times)(?![a-zA-Z])"
    r"|\\[!,;: ()\[\]]"
)
"""Commands that only change how a formula looks, or stand between factors."""
FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{([^{}]*)\}\s*\{([^{}]*)\}|(\d)\s*(\d))")
COMMANDS = {"div": "/", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠"} | {
    "lt": "<",
    "gt": ">",
    "sqrt": "√",
    "pm": "±",
}
COMMAND = re.compile(rf"\\({'|'.join(sorted(COMMANDS, key=len, reverse=True))})(?![a-zA-Z])")
SIGNS = str.maketrans(
    {
        "$": " ",
        **dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}", "-"),
        **dict.fromkeys("\N{MULTIPLICATION SIGN}\N{DOT OPERATOR}\N{MIDDLE DOT}*", " "),
        "\N{DIVISION SIGN}": "/",
        **{sign: f"^{power}" for power, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    }
)
POWER = re.compile(r"(?<=[\w)])(\s?)\*\*\1(?=[\w(])")
"""As programs write it; stars on one side of a word only print it bold."""
THOUSANDS = re.compile(r"(?<=\d)(?:,|\{,\}|\\,)(?=\d{3}(?!\d))")
FACT = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<sign>[-+/<>=≤≥≠^√±|_()\[\]]|(?<=[\w)\]])!(?!\w))"
    r"|(?P<letter>(?<![^\W\d_])[A-Za-z](?![^\W\d_]))"
    r"|(?P<word>[^\W\d_]+)"
)
HYPHEN = re.compile(r"(?<=[^\W\d_]{2})-(?=[^\W\d_]{2})")

NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        _words("zero one two three four five six seven eight nine ten eleven twelve")
    )
}
OPPOSITES = frozenset(
    _words(
        """
        not no never none without neither only except unless any all every some
        least most less more fewer greater smaller larger bigger smallest largest biggest greatest
        minimum maximum minimal maximal minimize maximize minimise maximise min max
        lowest highest lower higher shorter longer shortest longest cheapest nearest farthest
        even odd positive negative prime composite rational irrational true false
        increase increases increased increasing decrease decreases decreased decreasing
        before after first second third last previous next inside outside above below under over
        left right north south east west up down clockwise counterclockwise ascending descending
        sum difference product quotient ratio area perimeter volume surface circumference
        radius diameter length width height mean median mode range average total remaining
        half twice double triple quarter sine cosine tangent sin cos tan sec csc cot
        arcsin arccos arctan row rows column columns prefix suffix substring subsequence subarray
        add remove insert delete encode decode uppercase lowercase union intersection
        inscribed circumscribed acute obtuse buys sells gains loses gives takes wins adds removes
        """
    )
)
"""Words that stand opposite to others: exchanged, they make another problem."""
DECIDING = {word: word for word in OPPOSITES} | NUMBER_WORDS
"""What each deciding word is as a fact."""
OPPOSITE_CHARACTERS = frozenset(
    "零一二三四五六七八九十百千万亿两半大小多少最不无非没奇偶正负增减加乘除前后上下左右内外"
)
"""The same in Chinese and Japanese, and their numbers."""


def facts(problem: str) -> list[str]:
    r"""Return the facts of a problem, sorted.

    >>> facts(r"Find the least $n$ with $\tfrac{1}{2} n > 1,000$, twice.")
    ['1 / 2 n > 1000', 'least', 'twice']
    >>> facts("Ann has three pens. Is 3 + 4 - 2 odd?") == facts("Is 3+4-2 odd? Ann has 3 pens.")
    True
    """
    return sorted(_facts(plain(problem)))


def plain(problem: str) -> str:
    """Return a problem in one notation."""
    text = POWER.sub("^", THOUSANDS.sub("", unicodedata.normalize("NFC", problem)))
    if "\\" in text:
        text = FRACTION.sub(lambda found: "/".join(filter(None, found.groups())), text)
        text = COMMAND.sub(lambda found: COMMANDS[found[1]], LOOKS.sub(" ", text))
    return HYPHEN.sub(" ", text.translate(SIGNS))


def _facts(text: str) -> Iterator[str]:
    """Yield the formulas and deciding words of a text in one notation."""
    formula: list[tuple[str | None, str]] = []
    for found in FACT.finditer(text):
        if found.lastgroup != "word":
            formula.append((found.lastgroup, found[0]))
            continue
        if formula:
            yield from _formula(formula)
            formula = []
        word = found[0].casefold()
        if word in DECIDING:
            yield DECIDING[word]
        elif not word.isascii():
            yield from (character for character in word if character in OPPOSITE_CHARACTERS)
    yield from _formula(formula)


def _formula(parts: list[tuple[str | None, str]]) -> Iterator[str]:
    """Yield a row of numbers, signs and letters as one fact; a letter counts beside a sign."""
    kinds = ["", *(kind for kind, _ in parts), ""]
    kept = [
        shorten(part) if kind == "number" else part
        for place, (kind, part) in enumerate(parts)
        if kind != "letter" or "sign" in (kinds[place], kinds[place + 2])
    ]
    row = " ".join(kept)
    if row.strip("()[]| "):
        yield row


def shorten(digits: str) -> str:
    r"""Return the shortest form of a number: 007 is 7, .50 is 0.5."""
    whole, point, rest = digits.partition(".")
    rest = rest.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + rest if rest else "")
