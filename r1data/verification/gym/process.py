"""Scoring by reasoning-gym itself; runs inside the workers only."""

import importlib.util
import json
import sys
from functools import lru_cache
from types import ModuleType
from typing import Any

UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What scorers raise on an answer that they cannot read."""


def score(metadata: str, answer: str) -> float:
    """Return the mark that a task's own scorer gives an answer; 0 where it cannot read it.

    Args:
        metadata: JSON with the task, its arguments and the entry that was asked.
        answer: The answer, in a form that the task allows.
    """
    given = json.loads(metadata)
    dataset = _dataset(given["task"], json.dumps(given["arguments"], sort_keys=True))
    try:
        return float(dataset.score_answer(answer, given["entry"]))
    except UNREADABLE:
        return 0.0


@lru_cache(maxsize=32)
def _dataset(task: str, arguments: str) -> Any:  # noqa: ANN401 - reasoning-gym has no types
    if importlib.util.find_spec("pycosat") is None:  # it is compiled, and no scorer needs it
        sys.modules["pycosat"] = ModuleType("pycosat")
    import reasoning_gym

    return reasoning_gym.create_dataset(task, size=1, seed=0, **json.loads(arguments))
