"""The child process that makes reasoning-gym problems: a line in, a line out.

The first line names the task and its arguments, each further line is a seed. It ends with its
standard input.
"""

import importlib.util
import json
import random
import sys
from collections.abc import Callable
from dataclasses import fields
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from r1data.processes import own_standard_output

RESERVED = ("seed", "size")
BUILT_ONCE = frozenset(
    {
        "arc_agi",
        "codeio",
        "figlet_font",
        "group_anagrams",
        "n_queens",
        "rush_hour",
        "spell_backward",
        "word_ladder",
    }
)
"""Tasks that load a corpus when they are built (up to 0.3 s) and use their seed only afterwards, so
that one of them serves all seeds. Every other task is built anew for each problem: some draw on
their seed while they are built."""


def main() -> None:
    """Answer each seed with a problem, its gold answer and the entry that it is judged by."""
    replies = own_standard_output()
    task, arguments = json.loads(sys.stdin.readline())
    make = problem_maker(task, arguments)
    for line in sys.stdin:
        item = make(int(line))
        reply = {
            "problem": item["question"],
            "gold_answer": item["answer"],
            "metadata": scoring_metadata(task, arguments, item),
        }
        replies.write(json.dumps(reply) + "\n")


def scoring_metadata(task: str, arguments: dict[str, Any], item: dict[str, Any]) -> str | None:
    """Return the task, its arguments and the entry as JSON; None where that cannot hold them.

    >>> scoring_metadata("gcd", {}, {"question": "?", "answer": "2", "metadata": {1j}}) is None
    True
    """
    entry = {key: item.get(key) for key in ("question", "answer", "metadata")}
    try:
        return json.dumps({"task": task, "arguments": arguments, "entry": entry}, sort_keys=True)
    except (TypeError, ValueError):
        return None


def problem_maker(task: str, arguments: dict[str, Any]) -> Callable[[int], dict[str, Any]]:
    """Return the function that makes a task's problem from a seed.

    Raises `ValueError` where the task or the name of an argument is unknown.
    """
    _do_without_pycosat()
    import reasoning_gym
    from reasoning_gym.factory import DATASETS

    if task not in DATASETS:
        near = get_close_matches(task, DATASETS, n=3, cutoff=0.0)
        raise ValueError(f"reasoning-gym has no such task; the nearest are {', '.join(near)}.")
    known = sorted({field.name for field in fields(DATASETS[task][1])} - set(RESERVED))
    for argument in arguments:
        if argument not in known:
            raise ValueError(f"unknown argument `{argument}`; there are {', '.join(known)}.")
    built = reasoning_gym.create_dataset(task, size=1, seed=0, **arguments)

    def make(seed: int) -> dict[str, Any]:
        random.seed(seed)
        if task in BUILT_ONCE:
            built.seed = seed
            return dict(built[0])
        return dict(reasoning_gym.create_dataset(task, size=1, seed=seed, **arguments)[0])

    return make


def _do_without_pycosat() -> None:
    """Let reasoning-gym be imported where its one compiled dependency could not be built.

    It has no wheel, and only the task `zebra_puzzles` calls it.
    """
    if importlib.util.find_spec("pycosat") is None:
        sys.modules["pycosat"] = ModuleType("pycosat")


if __name__ == "__main__":
    main()
