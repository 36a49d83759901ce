"""Reading, typing and comparing answers: the verifiers, which need nothing else of r1data.

The front door: `judge_one` and `judge_many` judge, `type_gold_answer` says what a gold answer is,
`VERIFIERS` lists the rules. What is behind it is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from r1data.answers.judging import judge_many, judge_one, type_gold_answer
    from r1data.answers.outcome import JUDGED, Outcome
    from r1data.answers.registry import VERIFIERS, find_verifier
    from r1data.answers.verdict import Item, Verdict, Verifier
    from r1data.answers.workers import Workers

__all__ = [
    "JUDGED",
    "VERIFIERS",
    "Item",
    "Outcome",
    "Verdict",
    "Verifier",
    "Workers",
    "find_verifier",
    "judge_many",
    "judge_one",
    "type_gold_answer",
]

ROOMS = {
    "judging": ("judge_many", "judge_one", "type_gold_answer"),
    "registry": ("VERIFIERS", "find_verifier"),
    "outcome": ("JUDGED", "Outcome"),
    "verdict": ("Item", "Verdict", "Verifier"),
    "workers": ("Workers",),
}


def __getattr__(name: str) -> object:
    """Return a name of the front door, importing its module on first use."""
    for room, names in ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
