"""Faults that end a program's tests early, and whose each is: the program's, the tests', ours.

The rule: what a program does to its judge is the program's failure, `incorrect`. Only what the
tests do by themselves, or the machine does, leaves a program unjudged. So from the program's first
value on that the tests hold, whatever becomes of the process that runs them is the program's doing:
that it never ends, runs out of memory, or fails at reading what it was sent. Tests that are too
slow for every program are found where prompts come in: their own reference solution fails them.
"""

from __future__ import annotations

PROGRAM = ("compile", "raised", "setup", "ended", "limit", "judge")
"""The program: it is no Python, raised, lacks what the tests need, ended, hit a limit of its own,
or broke the process that judges it."""
TESTS = ("broken", "overran")
"""The tests: they import what no sandbox has, or use up their time without the program."""
OURS = ("start", "tests")
"""The machine, or we: no sandbox started, or the judging process was killed or failed by itself."""
KILLED = 9
ALARM = 14
TIME_USED_UP = 24


def fault_of_judge(signal: int, *, has_answered: bool) -> tuple[str, str]:
    """Return whose fault it is that the judging process ended early, and what it died of.

    Limits end it by other signals: killed is what the kernel does where memory is short.

    >>> fault_of_judge(24, has_answered=True)
    ('judge', 'what it gave the tests keeps them busy for ever')
    >>> fault_of_judge(24, has_answered=False)[0], fault_of_judge(9, has_answered=True)[0]
    ('overran', 'tests')
    """
    if signal == KILLED:
        return "tests", "the process that judges it was killed: is memory short?"
    busy = signal in (ALARM, TIME_USED_UP)
    if has_answered:
        said = "keeps them busy for ever" if busy else f"ends them by signal {signal}"
        return "judge", f"what it gave the tests {said}"
    return "overran", "the tests take all their time" if busy else f"signal {signal} ends the tests"
