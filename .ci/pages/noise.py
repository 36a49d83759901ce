"""Whether the scores of a run are those that the README states, within their noise."""

from collections.abc import Iterator, Mapping
from math import hypot

from pages.demo_table import Score

STANDARD_ERRORS = 3.0
"""How many standard errors of a difference it may measure: one in 370 is larger by chance."""


def moved_scores(stated: Mapping[str, Score], found: Mapping[str, Score]) -> Iterator[str]:
    """Yield one line for each policy whose pass@1 is missing, new, or further off than noise.

    The two runs are taken as independent. A score of which the sample shows no spread, 0 or 1, is
    known to half a prompt at best.
    """
    for policy in sorted(stated.keys() | found.keys()):
        if policy not in found:
            yield f"{policy}: stated, and not scored by this run"
        elif policy not in stated:
            yield f"{policy}: scored by this run, and not stated"
        elif (line := _moved(stated[policy], found[policy])) is not None:
            yield f"{policy}: {line}"


def _moved(stated: Score, found: Score) -> str | None:
    allowed = STANDARD_ERRORS * hypot(_spread(stated), _spread(found))
    difference = found.value - stated.value
    if abs(difference) <= allowed:
        return None
    return f"{found.value:.3f}, stated {stated.value:.3f}: {difference:+.3f}, noise {allowed:.3f}"


def _spread(score: Score) -> float:
    return max(score.standard_error, 0.5 / max(score.num_prompts, 1))
