"""Simple questions: the rule by which they are told, so that they are answered shortly."""

import polars as pl
from pydantic import PositiveInt

from r1data.settings import Settings

OF_CHARACTERS = r"\p{Han}\p{Hiragana}\p{Katakana}"
WORD = rf"[{OF_CHARACTERS}]|[\w--[{OF_CHARACTERS}]]+"
"""A word, a number, or a character of a language that writes no spaces."""


class SimpleQuestions(Settings):
    """Which questions are simple: short ones. The paper's example is `1+1=?`; the limit is ours."""

    max_words: PositiveInt = 8
    """Words and numbers of the problem at most; of Chinese and Japanese, characters."""

    def is_simple(self, num_words: pl.Expr | None = None) -> pl.Expr:
        """Return what says of a row of `Prompts`, or of one with its words counted, that it is.

        >>> asked = pl.DataFrame({"problem": ["1 + 1 = ?", "一加一等于多少?", "Why " * 9]})
        >>> asked.select(SimpleQuestions().is_simple())["problem"].to_list()
        [True, True, False]
        """
        counted = num_words_of(pl.col("problem")) if num_words is None else num_words
        return counted <= self.max_words


def num_words_of(text: pl.Expr) -> pl.Expr:
    """Return how many words, numbers and characters of their own a text has."""
    return text.str.count_matches(WORD)
