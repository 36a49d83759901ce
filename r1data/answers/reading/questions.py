"""The question of a problem, and whether a sentence says of what it asks for."""

import re
from functools import lru_cache

from r1data.patterns import lazy

ASKING = lazy(
    r"\?|\b(?:find|compute|calculate|determine|evaluate|how (?:many|much)|what (?:is|are|was))\b",
    re.IGNORECASE,
)
SENTENCE = lazy(r"(?<=[.?!])\s+|\n+")
WORD = lazy(r"[A-Za-z]{3,}")
COMMON = lazy(
    r"(?:the|and|are|was|were|did|does|has|have|had|how|many|much|what|which|who|will|would|can"
    r"|could|each|that|this|with|for|from|they|them|their|there|then|when|into|its|her|his|she|you"
    r"|find|compute|calculate|determine|evaluate|value|number|total)"
)
MIN_SHARE = 0.6
"""The share of a question's words that a sentence must have to answer it."""
MIN_WORDS = 2
STEM = 4
"""Letters by which words are taken to be forms of one: sell, selling."""


def is_asked_for(sentence: str, problem: str) -> bool:
    """Say whether a sentence speaks of what a problem asks for, by the words of both.

    >>> is_asked_for("Ann has 5 apples left.", "Ann ate 3 of 8 apples. How many apples are left?")
    True
    >>> is_asked_for("Ann ate 3 pears.", "Ann ate 3 of 8 apples. How many apples are left?")
    False
    """
    asked = _asked_words(problem)
    shared = asked & _stems(sentence)
    return len(shared) >= MIN_WORDS and len(shared) >= MIN_SHARE * len(asked)


@lru_cache(maxsize=2_000)
def _asked_words(problem: str) -> frozenset[str]:
    asking = [part for part in SENTENCE.split(problem[-4_000:]) if ASKING.search(part)]
    return _stems(asking[-1]) if asking else frozenset()


def _stems(text: str) -> frozenset[str]:
    words = {word.lower() for word in WORD.findall(text)}
    return frozenset(word[:STEM] for word in words if not COMMON.fullmatch(word))
