"""Output patterns: how reasoning and response stand in the completion that is trained on."""

from typing import Literal, get_args

import polars as pl

from r1data.marks import SPECIAL_TOKEN
from r1data.text import split_reasoning

Pattern = Literal["think", "special_token"]
"""`think`: as the policy wrote it, in think tags. `special_token`: the pattern of R1's first
version (arXiv 2501.12948v1, 2.3.1), `|special_token|reasoning|special_token|summary`."""
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)


def in_pattern(texts: pl.Series, pattern: Pattern) -> pl.Series:
    """Return whole completions in a pattern; one without reasoning stays as it is.

    >>> in_pattern(pl.Series(["<think>I add.</think>2", "2"]), "special_token").to_list()
    ['|special_token|I add.|special_token|2', '2']
    """
    if pattern == "think":
        return texts
    return pl.Series(texts.name, [_with_tokens(text) for text in texts], dtype=pl.String)


def _with_tokens(text: str) -> str:
    reasoning, response = split_reasoning(text)
    if not reasoning:
        return text
    return f"{SPECIAL_TOKEN}{reasoning}{SPECIAL_TOKEN}{response.lstrip()}"
