"""Kinds of contamination: how a text repeats a benchmark's."""

from collections.abc import Mapping
from typing import Literal

Kind = Literal["verbatim", "formatted", "embedded", "reworded", "translated", "numbers_changed"]

KINDS: Mapping[Kind, str] = {
    "verbatim": "The text is the benchmark's, character for character.",
    "formatted": "It differs in LaTeX, white space, punctuation, capitals or Unicode alone.",
    "embedded": "The benchmark's text stands whole inside a longer one.",
    "reworded": "It says nearly the same with the same numbers, in words of which some differ.",
    "translated": "It says the same in another language, as an embedding finds it.",
    "numbers_changed": "The words are the benchmark's; numbers, signs or opposites are not.",
}
"""The sentence of each kind, the gravest first: of several, a pair of texts has the first."""
