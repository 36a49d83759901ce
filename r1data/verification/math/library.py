"""Whether math-verify finds two answers equal: for what is not read here; in the workers only."""

import logging
import re
from functools import lru_cache
from typing import Any

PIECES = re.compile(r"[0-9]+(?:\.[0-9]+)?|\\[A-Za-z]+|[A-Za-z]+")


def is_equal(gold_answer: str, predicted_answer: str) -> bool:
    r"""Say whether math-verify finds the predicted answer equal to the gold answer.

    Both are boxed first: of a bare answer math-verify reads only the first number. What it reads
    only in part counts for nothing: the two must be made of the same numbers and names. Its own
    time limits are off: they need signals, which big-number arithmetic ignores.

    >>> is_equal(r"\sum_{k=1}^{n} k", r"\sum _{k=1}^n k"), is_equal(r"\lambda_a", r"\lambda_b")
    (True, False)
    """
    import math_verify

    if pieces(gold_answer) != pieces(predicted_answer):
        return False
    return bool(
        math_verify.verify(_parsed(gold_answer), _parsed(predicted_answer), timeout_seconds=None)
    )


def pieces(answer: str) -> list[str]:
    r"""Return the numbers and names that an answer is made of, sorted.

    >>> pieces(r"\frac{12}{x}")
    ['12', '\\frac', 'x']
    """
    return sorted(PIECES.findall(answer))


@lru_cache(maxsize=1000)
def _parsed(answer: str) -> list[Any]:
    import math_verify

    logging.getLogger("math_verify").setLevel(logging.ERROR)
    boxed = math_verify.LatexExtractionConfig(
        boxed_match_priority=0, try_extract_without_anchor=False
    )
    return list(math_verify.parse(f"\\boxed{{{answer}}}", [boxed], parsing_timeout=None))
