"""Sets for the measurement of languages: sentences, and texts mixed of two languages on purpose."""

import random
import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

LANGUAGES = ("en", "zh", "fr", "ru", "hi")
SHARES = (0.01, 0.05, 0.2)
NUM_WORDS, PIECE = 300, 12
"""Words of a text, and at most of one foreign piece of it."""
FORMULAS = (
    r"$x^2 + 3x = 10$",
    r"\( \frac{a+b}{2} \geq \sqrt{ab} \)",
    r"\[ \int_0^1 f(t)\,dt = \text{area} \]",
    "`total = sum(values)`",
    "```python\ndef solve(n):\n    return sum(range(n))  # the sum of all\n```",
)
SCRIPTS = {
    "zh": re.compile(r"[^\u4e00-\u9fff]"),
    "ru": re.compile(r"[^\u0400-\u04ff\s]"),
    "hi": re.compile(r"[^\u0900-\u097f\s]"),
}
SPACED = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


class Text(NamedTuple):
    """A text, and what was put into it."""

    base: str
    other: str | None
    """The other language; None for a text of one alone."""
    share: float
    layout: str
    """`pieces` of up to twelve words, or `scattered` single words."""
    text: str


def sentences(folder: Path) -> dict[str, list[str]]:
    """Return the sentences of each language."""
    return {
        path.stem: path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        for path in sorted(folder.glob("*.txt"))
    }


def mixed_texts(known: dict[str, list[str]], count: int, seed: int = 0) -> Iterator[Text]:
    """Yield texts of each language alone and of each pair, `count` for each share and layout."""
    draw = random.Random(seed)
    for base in LANGUAGES:
        for _ in range(count):
            yield Text(base, None, 0.0, "alone", " ".join(base_units(known[base], base, draw)))
    for base, other in permutations(LANGUAGES, 2):
        for share in SHARES:
            for layout in ("pieces", "scattered"):
                for _ in range(count):
                    units = base_units(known[base], base, draw)
                    put_in(units, foreign_pieces(known[other], other, share, layout, draw), draw)
                    yield Text(base, other, share, layout, " ".join(units))


def base_units(known: list[str], language: str, draw: random.Random) -> list[str]:
    """Return a text in units of a word (of Chinese, a sentence), formulas and code among them."""
    units: list[str] = []
    size = 0
    while size < NUM_WORDS:
        sentence = _pure(draw.choice(known), language)
        size += num_words(sentence, language)
        units += [sentence] if language == "zh" else sentence.split()
        if draw.random() < 0.4:
            units.append(draw.choice(FORMULAS))
    return units


def foreign_pieces(
    known: list[str], language: str, share: float, layout: str, draw: random.Random
) -> list[str]:
    """Return pieces of sentences of a language, of so many words in all."""
    left, size = max(1, round(share * NUM_WORDS)), 1 if layout == "scattered" else PIECE
    pieces = []
    while left > 0:
        words = _words(_pure(draw.choice(known), language), language)
        length = min(size, left)
        start = draw.randrange(max(1, len(words) - length + 1))
        piece = words[start : start + length]
        if piece:
            pieces.append(("" if language == "zh" else " ").join(piece))
            left -= len(piece)
    return pieces


def put_in(units: list[str], pieces: list[str], draw: random.Random) -> None:
    """Put pieces in at random places, within sentences or between them."""
    for piece in pieces:
        units.insert(draw.randrange(1, len(units) + 1), piece)


def num_words(sentence: str, language: str) -> int:
    """Return the words of a sentence; two Chinese characters are one."""
    return len(_words(sentence, language))


def _pure(sentence: str, language: str) -> str:
    """Return a sentence without what it holds of other scripts."""
    if language not in SCRIPTS:
        return sentence
    kept = SCRIPTS[language].sub("" if language == "zh" else " ", sentence)
    return kept + ("\u3002" if language == "zh" else ".")


def _words(sentence: str, language: str) -> list[str]:
    if language == "zh":
        return [sentence[place : place + 2] for place in range(0, len(sentence) - 1, 2)]
    if language == "hi":
        return sentence.rstrip(".").split()
    return SPACED.findall(sentence)
