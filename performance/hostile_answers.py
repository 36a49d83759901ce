"""Judge every hostile answer in every way it can be given, and say what was worst.

    python -m performance.hostile_answers
    python -m performance.hostile_answers --seconds 2 --json worst.json

Each is judged alone, so that its wall time is its own: reading and typing in this process, and the
comparison in a worker, whose peak memory the kernel tells. A right answer to another problem is
judged after each; it must be found right.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from performance.hostile import ANSWERS, GOLD, PREDICTED
from r1data.answers.outcome import Outcome
from r1data.answers.registry import VERIFIERS, judge
from r1data.answers.verdict import Item
from r1data.answers.workers import WALL_FACTOR, Workers

START_SECONDS = 30.0
"""What a new worker may need to start, on a busy machine, before the task is its own."""
POLL_SECONDS = 0.01
NEIGHBOUR = Item(r"\boxed{1 + x}", "x + 1", answer_type="formula")
WAYS = {**PREDICTED, **GOLD}
MAY_BE_CORRECT = "as gold answer, to itself"


@dataclass(frozen=True, slots=True)
class Case:
    """What became of one hostile answer."""

    name: str
    way: str
    outcome: str
    seconds: float
    """Wall time, that of a worker's start included where one was killed before."""
    worker_seconds: float
    peak_bytes: int
    """The most that a worker which was alive meanwhile ever held."""
    is_neighbour_harmed: bool


class PeakMemory:
    """Watches the children of this process, and keeps the peak memory of each."""

    def __init__(self) -> None:
        self.peaks: dict[int, int] = {}
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_done.set()
        self._thread.join()

    def _watch(self) -> None:
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        while not self._is_done.wait(POLL_SECONDS):
            for pid in map(int, children.read_text().split()):
                self.peaks[pid] = max(self.peaks.get(pid, 0), _peak_bytes(pid))

    def highest_since(self, before: dict[int, int]) -> int:
        """Return the highest peak among those that rose; 0 if none did."""
        return max(
            (peak for pid, peak in self.peaks.items() if peak > before.get(pid, 0)), default=0
        )


def judge_all(seconds: float) -> list[Case]:
    """Judge every answer in every way, one at a time."""
    with Workers(1, seconds=seconds) as pool, PeakMemory() as memory:
        judge(VERIFIERS["math"], [NEIGHBOUR], pool)
        return [_case(name, way, pool, memory) for way in WAYS for name in ANSWERS]


def _case(name: str, way: str, pool: Workers, memory: PeakMemory) -> Case:
    verifier, before = VERIFIERS["math"], dict(memory.peaks)
    started = time.perf_counter()
    item = WAYS[way](ANSWERS[name])
    verdict = judge(verifier, [replace(item, answer_type=verifier.type_answer(item))], pool)[0]
    seconds = time.perf_counter() - started
    neighbour = judge(verifier, [NEIGHBOUR], pool)[0]
    return Case(
        name=name,
        way=way,
        outcome=verdict.outcome.value,
        seconds=seconds,
        worker_seconds=verdict.seconds,
        peak_bytes=memory.highest_since(before),
        is_neighbour_harmed=neighbour.outcome is not Outcome.CORRECT,
    )


def faults(cases: list[Case], seconds: float) -> list[str]:
    """Return what must not happen and did."""
    limit = WALL_FACTOR * seconds + START_SECONDS
    return [
        f"{case.way}, {case.name}: {why}"
        for case in cases
        for why, is_so in (
            ("outlived its limit", case.seconds > limit),
            ("crashed", case.outcome == Outcome.FAILED.value),
            (
                "judged correct",
                case.outcome == Outcome.CORRECT.value and case.way != MAY_BE_CORRECT,
            ),
            ("harmed its neighbour", case.is_neighbour_harmed),
        )
        if is_so
    ]


def _peak_bytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    peak = status.partition(b"VmHWM:")[2].split(maxsplit=1)
    return int(peak[0]) * 1024 if peak else 0


def _report(cases: list[Case]) -> None:
    outcomes = Counter(case.outcome for case in cases)
    print(f"{len(ANSWERS)} answers in {len(WAYS)} ways: {len(cases)} judged")
    print(", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()))
    print("\nworst seconds (wall; of the worker)")
    for case in sorted(cases, key=lambda case: -case.seconds)[:10]:
        times = f"{case.seconds:6.2f} {case.worker_seconds:6.2f}"
        print(f"{times}  {case.outcome:10} {case.way}: {case.name}")
    print("\nworst memory of a worker (MiB)")
    for case in sorted(cases, key=lambda case: -case.peak_bytes)[:10]:
        print(f"{case.peak_bytes / (1 << 20):7.0f}  {case.outcome:10} {case.way}: {case.name}")


def main() -> None:
    """Judge all, print the worst, and fail if anything happened that must not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="processor time of a task")
    parser.add_argument("--json", type=Path, help="where to write every case")
    arguments = parser.parse_args()
    cases = judge_all(arguments.seconds)
    _report(cases)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(case) for case in cases], indent=1))
    found = faults(cases, arguments.seconds)
    print(f"\n{len(found)} faults", *found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
