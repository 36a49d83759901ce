"""Kill a run again and again, resume it, and count what was asked twice, lost or doubled.

    python -m performance.crash_drill                          2,000 rollouts, 12 kills
    python -m performance.crash_drill --prompts 50 --kills 3

A scripted server answers with log-normal delays and injected 429s, 500s and dropped connections,
and notes what it is asked. The run is killed with SIGKILL just before a finished shard gets its
name, just before a manifest does, and at random moments. In the end its table must equal, but for
timings, that of an undisturbed run.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from performance.drilled_run import (
    CONCURRENCY,
    SAMPLING,
    WRITES,
    asked_rollouts,
    finished_table,
    start,
    written_rollouts,
)
from performance.scripted_server import Script, ScriptedServer

FAULTS = Script(delay_seconds=0.2, rate_limited=0.03, server_error=0.02, dropped=0.02)
SETTLE_SECONDS = 0.2
"""After a kill, for the server to read what was sent before it."""


@dataclass(frozen=True, slots=True)
class Life:
    """One start of the run, to its kill or its end."""

    end: str
    asked: frozenset[str]
    """The rollouts that the server was asked for."""
    written: frozenset[str]
    """The rollouts that were in the log when it had ended."""
    asked_later: frozenset[str]
    """The rollouts that the server was asked for after it."""

    @property
    def num_in_flight(self) -> int:
        """What had been in flight at its end, and was asked again for that."""
        return len((self.asked - self.written) & self.asked_later)

    @property
    def num_written_again(self) -> int:
        """What was asked again although it was written."""
        return len(self.written & self.asked_later)


@dataclass(frozen=True, slots=True)
class Drill:
    """What came of all lives."""

    lives: tuple[Life, ...]
    num_rollouts: int
    num_lost: int
    num_doubled: int
    is_equal: bool
    """To the table of an undisturbed run, but for timings."""

    @property
    def is_passed(self) -> bool:
        """Whether nothing was lost, doubled, or asked again that need not be."""
        return (
            self.is_equal
            and self.num_lost == self.num_doubled == 0
            and all(life.num_written_again == 0 for life in self.lives)
            and all(life.num_in_flight <= CONCURRENCY for life in self.lives)
        )


def run_drill(
    folder: Path, *, num_prompts: int, num_kills: int, seconds: float, seed: int = 0
) -> Drill:
    """Bring a run to its end through kills.

    Args:
        folder: Where the data folders go.
        num_prompts: Prompts to ask, in groups of four.
        num_kills: Kills in all, the two at a write included.
        seconds: The longest that a life killed at random lasts, from its first request.
        seed: Of the moments and the faults.
    """
    chance = random.Random(seed)
    moments = [chance.uniform(0.05, seconds) for _ in range(num_kills - len(WRITES))]
    lives = []
    with ScriptedServer(FAULTS, seed=seed) as server:
        for end in (*WRITES, *moments, None):
            live(server, folder / "killed", num_prompts, end)
            written = frozenset(written_rollouts(folder / "killed"))
            lives.append((end, asked_rollouts(server, num_prompts), written))
            server.life += 1
    with ScriptedServer() as server:
        live(server, folder / "undisturbed", num_prompts, None)
    return judge(folder, lives, num_prompts * SAMPLING.group_size)


def live(server: ScriptedServer, root: Path, num_prompts: int, end: str | float | None) -> None:
    """Start the run; let it end, or kill it during a write or after some seconds of asking."""
    child = start(server, root, num_prompts, kill_at=end if isinstance(end, str) else None)
    try:
        if isinstance(end, float):
            while child.poll() is None and not server.is_asked:
                time.sleep(0.002)
            time.sleep(end)
            child.kill()
        said = child.communicate()[1]
    finally:
        child.kill()
        child.wait()
    expected = 0 if end is None else -signal.SIGKILL
    if child.returncode != expected:
        raise RuntimeError(f"the run ended with {child.returncode}, not {expected}: {said}")
    time.sleep(SETTLE_SECONDS)


def judge(
    folder: Path,
    lives: list[tuple[str | float | None, frozenset[str], frozenset[str]]],
    num_rollouts: int,
) -> Drill:
    """Return what came of some lives, each with its end, what was asked and what was written."""
    table = finished_table(folder / "killed")
    completed = table.read(["rollout_id", "completion"]).drop_nulls()["rollout_id"]
    written = written_rollouts(folder / "killed")
    return Drill(
        lives=tuple(
            Life(
                f"after {end:.2f} s" if isinstance(end, float) else end or "none",
                asked,
                written,
                frozenset().union(*(asked for _, asked, _ in lives[number:])),
            )
            for number, (end, asked, written) in enumerate(lives, start=1)
        ),
        num_rollouts=num_rollouts,
        num_lost=num_rollouts - completed.n_unique(),
        num_doubled=len(written) - len(set(written)) + len(completed) - completed.n_unique(),
        is_equal=table.data_version == finished_table(folder / "undisturbed").data_version,
    )


def report(drill: Drill) -> None:
    """Print a table of the lives and what came of them."""
    print(f"{'killed at':>14} {'asked':>7} {'written':>8} {'again: written':>15} {'in flight':>10}")
    for life in drill.lives:
        counts = f"{len(life.asked):>7} {len(life.written):>8} {life.num_written_again:>15}"
        print(f"{life.end:>14} {counts} {life.num_in_flight:>10}")
    in_flight = sum(life.num_in_flight for life in drill.lives)
    print(
        f"{drill.num_rollouts} rollouts: {drill.num_lost} lost, {drill.num_doubled} doubled, "
        f"{sum(life.num_written_again for life in drill.lives)} written ones asked again, "
        f"{in_flight} asked again because in flight (at most {CONCURRENCY} a kill); "
        f"table {'equal' if drill.is_equal else 'NOT EQUAL'} to that of an undisturbed run"
    )


def main() -> None:
    """Run the drill and exit with 1 if it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=500)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=1.6)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        drill = run_drill(
            Path(folder),
            num_prompts=options.prompts,
            num_kills=options.kills,
            seconds=options.seconds,
            seed=options.seed,
        )
    report(drill)
    sys.exit(not drill.is_passed)


if __name__ == "__main__":
    main()
