"""The identity of a problem: the hash by which two are the same problem.

A problem is stored as its source gave it. For its identity alone, texts are normalised: Unicode
NFC, every run of white space as one space, none at the ends. Nothing else: not case, not
punctuation, and no NFKC, which would turn x² into x2. An empty system message counts as none. The
id hashes domain, system message, problem, choices in their order, tests, and the earlier turns of a
conversation where there are any, so the same words asked with other choices, or under another
system message, are another prompt; the source, the gold answer and the verifier are no part of it.
Ids are stable: rollouts and verdicts are kept by them.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from r1data.seeds import content_id
from r1data.text import fold


def prompt_id(
    domain: str,
    system_message: str | None,
    problem: str,
    choices: Sequence[str] | None = None,
    tests: str | None = None,
    earlier_turns: Sequence[Mapping[str, str]] | None = None,
) -> str:
    r"""Return the 32-digit id of what is asked.

    >>> prompt_id("math", None, "1 +\n 1 ") == prompt_id("math", "", "1 + 1")
    True
    >>> prompt_id("math", None, "x²") == prompt_id("math", None, "x2")
    False
    """
    before = [[turn["role"], fold(turn["content"])] for turn in earlier_turns or ()]
    return content_id(
        domain,
        fold(system_message) if system_message and fold(system_message) else None,
        fold(problem),
        None if choices is None else [fold(choice) for choice in choices],
        None if tests is None else fold(tests),
        *([before] if before else []),
    )


def identify(prompts: pl.DataFrame) -> pl.DataFrame:
    """Return prompts with their ids computed anew: tests may have been made for them since."""
    asked = prompts.select(
        "domain", "system_message", "problem", "choices", "tests", "earlier_turns"
    )
    ids = [prompt_id(*row) for row in asked.iter_rows()]
    return prompts.with_columns(prompt_id=pl.Series(ids, dtype=pl.String))
