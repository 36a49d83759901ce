r"""Readings of texts: their words, numbers and letters, in one notation, with where each stands.

Capitals, punctuation, signs, white space and what only changes how a formula looks do not count:
`$\dfrac{1}{2}\pi$`, `1/2 π` and `½π` are read alike. Signs are compared apart, by the facts of the
two texts.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from r1data.curation.decontamination.word_lists import COUNTS, listed

POWERS, FRACTIONS = "²³¹⁰-₉", "¼½¾⅓⅔"
LETTER = rf"[^\W\d_{POWERS}{FRACTIONS}\u03b1-\u03c9\u0391-\u03a9]"
MARKS = "\u0300-\u036f\u200b-\u200d\u2060\u00ad"
"""Accents apart from their letters, and what has no width."""
TOKEN = re.compile(
    r"[A-Za-z]++(?![^\x00-\x7f])"
    r"|\d{1,3}(?:(?:,|\{,\}|\\,)\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\w)\.\d+"
    r"|\\(?:begin|end|BEGIN|END)\{[A-Za-z]{1,12}\*?\}|\\[A-Za-z]+"
    "|[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    rf"|{LETTER}(?:{LETTER}|[{MARKS}])*"
    "|[√∠°∞∑∏∫△⊥∥∈∩\N{UNION}\u03b1-\u03c9\u0391-\u03a9" + POWERS + FRACTIONS + "]"
)
SYMBOLS = {
    "√": "sqrt",
    "∠": "angle",
    "°": "circ",
    "∞": "infty",
    "∑": "sum",
    "∏": "prod",
    "∫": "int",
    "△": "triangle",
    "⊥": "perp",
    "∥": "parallel",
    "∈": "in",
    "\N{UNION}": "cup",
    "∩": "cap",
}
GREEK = {
    chr(point): unicodedata.name(chr(point)).rpartition(" ")[2].lower()
    for point in (*range(0x3B1, 0x3CA), *range(0x391, 0x3AA))
    if point not in (0x3C2, 0x3A2)
}
ALIKE = {
    "varphi": "phi",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "degree": "circ",
    "dbinom": "binom",
    "tbinom": "binom",
}
LOOKS = frozenset(
    listed(
        """
        frac dfrac tfrac cfrac left right big bigg bigl bigr biggl biggr displaystyle textstyle
        limits text textbf textit textrm mathrm mathbf mathit mathcal mathbb mathsf boldsymbol mbox
        hbox emph operatorname cdot times quad qquad hspace vspace hline boxed underline overline
        hfill label tag ast lvert rvert vert leq geq neq le ge ne lt gt pm mp div equiv approx ldots
        cdots dots nonumber notag
        """
    )
)
"""Commands of LaTeX that are no part of a reading: they change looks, or stand for signs."""
SILENT = re.compile("[\u200b-\u200d\u2060\u00ad]")
MASK = "#"
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
DRAWING, DRAWING_END = "[asy]", "[/asy]"


@dataclass(frozen=True)
class Reading:
    """A text in one notation."""

    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    """Where each token begins, in code points of the text."""
    ends: tuple[int, ...]

    @cached_property
    def masked(self) -> tuple[str, ...]:
        """The tokens with every number as `#`."""
        return tuple(MASK if token[0].isdigit() else token for token in self.tokens)

    @property
    def num_words(self) -> int:
        """How many tokens are words, and no letters or numbers."""
        return sum(len(token) > 1 and not token[0].isdigit() for token in self.tokens)


@dataclass(frozen=True)
class Text:
    """A text with its reading."""

    text: str
    reading: Reading

    @cached_property
    def prose(self) -> Reading:
        """The reading without drawings."""
        return without_drawings(self.text, self.reading)

    @cached_property
    def words(self) -> frozenset[str]:
        """The different tokens of its prose, all numbers as one."""
        return frozenset(self.prose.masked)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The different numbers of its prose but 0 and 1."""
        return frozenset(token for token in self.prose.tokens if token[0].isdigit()) - {"0", "1"}

    @cached_property
    def num_words(self) -> int:
        """The words of its prose."""
        return self.prose.num_words

    @classmethod
    def of(cls, text: str) -> "Text":
        """Read a text."""
        return cls(text, read(text))


def read(text: str) -> Reading:
    r"""Return the reading of a text.

    Letters in a row are one token, as a triangle is named: `A B C` is `ABC`.

    >>> read(r"Let $x=\dfrac{1,000}{2}\pi$.").tokens == read("let X = 1000/2 π").tokens
    True
    >>> read("Tom has three pens").tokens
    ('tom', 'has', '3', 'pens')
    """
    tokens: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    end_of_letter = -1
    for found in TOKEN.finditer(text):
        start, end = found.span()
        for token in _tokens(found[0]):
            was_letter, end_of_letter = end_of_letter, end if token in LETTERS else -1
            if end_of_letter >= 0 <= was_letter and not text[was_letter:start].strip():
                tokens[-1] += token
                ends[-1] = end
                continue
            tokens.append(token)
            starts.append(start)
            ends.append(end)
    return Reading(tuple(tokens), tuple(starts), tuple(ends))


def without_drawings(text: str, reading: Reading) -> Reading:
    """Return the reading of a text but for its drawings, programs in Asymptote.

    >>> text = "A line [asy]draw(a--b);[/asy] is drawn"
    >>> without_drawings(text, read(text)).tokens
    ('a', 'line', 'is', 'drawn')
    """
    if DRAWING not in text:
        return reading
    drawn = [range(*span) for span in _drawings(text)]
    kept = [
        place
        for place, start in enumerate(reading.starts)
        if not any(start in drawing for drawing in drawn)
    ]
    return Reading(
        tuple(reading.tokens[place] for place in kept),
        tuple(reading.starts[place] for place in kept),
        tuple(reading.ends[place] for place in kept),
    )


def _drawings(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each drawing of a text begins and ends; one that does not end is none."""
    start = text.find(DRAWING)
    while start >= 0 and (end := text.find(DRAWING_END, start)) >= 0:
        yield start, end + len(DRAWING_END)
        start = text.find(DRAWING, end)


@lru_cache(maxsize=2**16)
def _tokens(shown: str) -> tuple[str, ...]:
    r"""Return what a piece of a text is read as: nothing, one token, or several.

    >>> _tokens(r"\dfrac"), _tokens("½"), _tokens("Three")
    ((), ('1', '2'), ('3',))
    """
    if shown[0] == "\\":
        return _command(shown[1:])
    if shown[0].isdecimal() or shown[0] == ".":
        return (_number(shown),)
    if known := SYMBOLS.get(shown) or GREEK.get(shown):
        return (known,)
    plain = unicodedata.normalize("NFKC", SILENT.sub("", shown)).casefold()
    if shown[0].isnumeric():
        return tuple(re.findall(r"\d+", plain)) or (plain,)
    return (COUNTS.get(plain, plain),)


def _command(name: str) -> tuple[str, ...]:
    known = name.lower()
    if known in LOOKS or name[-1] == "}":
        return ()
    return (ALIKE.get(known, known),)


def _number(shown: str) -> str:
    r"""Return a number in its shortest form: 007 is 7, 1,000 is 1000, .50 is 0.5.

    >>> _number("1{,}000.50"), _number(".5")
    ('1000.5', '0.5')
    """
    plain = unicodedata.normalize("NFKC", shown)
    whole, _, rest = re.sub(r"[^\d.]", "", plain).partition(".")
    rest = rest.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")
