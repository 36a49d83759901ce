"""Whether two mathematical answers are equal, by math-verify; runs inside the workers only."""

import logging
from functools import lru_cache
from typing import Any


def is_equal(gold_answer: str, predicted_answer: str) -> bool:
    r"""Say whether math-verify finds the predicted answer equal to the gold answer.

    Both are boxed first: of a bare answer math-verify reads only the first number. Its own time
    limits are off: they need signals, which big-number arithmetic ignores.

    >>> is_equal(r"3\sqrt{13}", r"\sqrt{117}"), is_equal(r"3\sqrt{13}", "3")
    (True, False)
    """
    import math_verify

    return bool(
        math_verify.verify(_parsed(gold_answer), _parsed(predicted_answer), timeout_seconds=None)
    )


def prepare() -> None:
    """Import math-verify and parse once, so that no answer pays for it."""
    logging.getLogger("math_verify").setLevel(logging.ERROR)
    is_equal(r"\frac{1}{2} + x", "x + 0.5")


@lru_cache(maxsize=1000)
def _parsed(answer: str) -> list[Any]:
    import math_verify

    boxed = math_verify.LatexExtractionConfig(
        boxed_match_priority=0, try_extract_without_anchor=False
    )
    return list(math_verify.parse(f"\\boxed{{{answer}}}", [boxed], parsing_timeout=None))
