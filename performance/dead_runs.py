"""Kill whole runs at random moments, or fill their disks, and see that the next run goes on.

    python -m performance.dead_runs                          13 kills, and 13 disks (needs root)
    python -m performance.dead_runs --kills 40 --sizes 0

Each run is `r1data run` on a recipe that asks a scripted server. A run whose disk is full
must end with status 2 and one line that says so. The run after a kill, or after space was made,
must end well within a bound that is a multiple of what an undisturbed run takes here and now, and
ask for nothing again that is written.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from performance.full_disk import mounted, resize
from performance.scripted_server import Script, ScriptedServer
from r1data.errors import DONE, NOTHING_KEPT, WRONG_INPUT
from r1data.store.log import index_log

FOLDER = Path(__file__).parents[1]
NUM_PROMPTS, GROUP_SIZE, CONCURRENCY = 30, 4, 4
SLOW, FAST = Script(delay_seconds=0.1), Script(reply=lambda prompt: f"{prompt} {LONG}")
LONG = "so it goes, " * 350
"""Makes a log of half a megabyte, so that disks fill while it is written."""
ENOUGH = "256m"
SMALLEST, STEP = 900_000, 70_000
"""Bytes of the smallest disk, and how much larger each next one is."""
PATIENCE = 6.0
"""A run that takes this many times as long as an undisturbed one counts as hanging."""
LEAST_SECONDS = 60.0
SHARE_ASKING = 0.7
"""Of the kills; the others come at any moment from the start on."""
WHOLE = (DONE, NOTHING_KEPT)
"""How a run ends that made all its tables: the scripted server is hardly ever right."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One run that was stopped, and the run after it."""

    how: str
    status: int | None
    """Of the run that was stopped; None if it hung."""
    said: str
    next_status: int | None
    """Of the run after it; None if it hung."""
    next_said: str
    num_written: int
    num_written_again: int
    num_lost: int
    is_full: bool
    """Whether its disk was full."""

    @property
    def is_passed(self) -> bool:
        """Whether it ended as it should, and the next went on."""
        went_on = self.next_status in WHOLE and self.num_written_again == self.num_lost == 0
        return went_on and (not self.is_full or self.status in WHOLE or self.has_one_line)

    @property
    def has_one_line(self) -> bool:
        """Whether the run on a full disk ended with status 2 and one line that says so."""
        last = (self.said.strip().splitlines() or [""])[-1]
        is_clear = "Traceback" not in self.said and "free some space" in last
        return self.status == WRONG_INPUT and is_clear


class Runs:
    """A data folder, and runs of a recipe in it that ask a scripted server."""

    def __init__(self, folder: Path, data: Path, server: ScriptedServer) -> None:
        self.server = server
        self.data = data
        self._recipe = folder / "recipe.json"
        self._recipe.write_text(json.dumps(recipe(server.url)), encoding="utf-8")

    def start(self) -> "subprocess.Popen[str]":
        """Start a run in a process group of its own, what it says in a pipe."""
        self.server.life += 1
        command = [sys.executable, "-m", "assets.orchestration.run", "--recipe", str(self._recipe)]
        return subprocess.Popen(
            [*command, "--data", str(self.data)],
            cwd=FOLDER,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def finish(self, seconds: float) -> tuple[int | None, str]:
        """Run to the end; return the status, None if it hangs, and what it said."""
        with ended(self.start()) as run:
            try:
                said = run.communicate(timeout=seconds)[1]
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, signal.SIGKILL)
                return None, run.communicate()[1]
            return run.returncode, said

    def kill(self, after: float) -> tuple[int, str]:
        """Start a run and kill it some seconds after its first request, or after its start."""
        with ended(self.start()) as run:
            deadline = time.monotonic() + LEAST_SECONDS
            while after >= 0 and not self.server.is_asked and run.poll() is None:
                if time.monotonic() > deadline:
                    break
                time.sleep(0.005)
            time.sleep(abs(after))
            os.killpg(run.pid, signal.SIGKILL)
            return run.wait(), run.communicate()[1]

    def written(self) -> list[int]:
        """Return the seed of each completion in the request log: one a rollout, in order."""
        logs = (self.data / "logs" / "requests").rglob("*.jsonl")
        fields = {"seed": pl.Int64, "error_class": pl.String}
        rows = [index_log(path, fields).select(list(fields)) for path in logs]
        found = pl.concat([pl.DataFrame(schema=fields), *rows])
        return found.filter(pl.col("error_class").is_null())["seed"].to_list()

    def asked(self) -> set[int]:
        """Return the seed of each rollout that the present run asked for."""
        return {asked.seed for asked in list(self.server.asked) if asked.life == self.server.life}


def recipe(url: str) -> dict[str, object]:
    """Return a recipe of sums that a scripted server answers."""
    problems = [
        {"problem": f"What is {number} + {number}?", "gold_answer": f"{number + number}"}
        for number in range(NUM_PROMPTS)
    ]
    teacher = {"kind": "endpoint", "endpoint": url, "model": "scripted", "revision": "1"}
    return {
        "name": "dead",
        "policies": {"teacher": teacher | {"concurrency": CONCURRENCY}},
        "prompts": {"sources": {"sums": {"problems": problems}}},
        "reasoning": {"policy": "teacher", "sampling": {"group_size": GROUP_SIZE}},
    }


@contextmanager
def ended(run: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Kill a run on leaving, if it still runs."""
    try:
        yield run
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def undisturbed_seconds(folder: Path, server: ScriptedServer) -> float:
    """Return how long a run may take here and now before it counts as hanging."""
    began = time.monotonic()
    status, said = Runs(folder, folder / "undisturbed", server).finish(10 * LEAST_SECONDS)
    if status not in WHOLE:
        raise RuntimeError(f"an undisturbed run ended with {status}: {said}")
    return max(LEAST_SECONDS, PATIENCE * (time.monotonic() - began))


def stopped(
    runs: Runs, how: str, end: tuple[int | None, str], seconds: float, *, is_full: bool
) -> Stop:
    """Let the next run finish, and return what came of both."""
    written = runs.written()
    runs.server.script = FAST
    next_status, next_said = runs.finish(seconds)
    again, after = runs.asked() & set(written), runs.written()
    num_lost = NUM_PROMPTS * GROUP_SIZE - len(set(after)) + len(after) - len(set(after))
    return Stop(
        how, *end, next_status, next_said, len(written), len(again), num_lost, is_full=is_full
    )


def kill_runs(
    folder: Path, server: ScriptedServer, num_kills: int, seconds: float
) -> Iterator[Stop]:
    """Kill runs in one used folder at random moments, asking among them, each time anew."""
    chance = random.Random(num_kills)
    for number in range(num_kills):
        data = folder / f"killed-{number}"
        runs = Runs(folder, data, server)
        server.script = SLOW
        for _ in range(2):
            end = runs.kill(
                chance.uniform(0.0, 2.0) if chance.random() < 0.7 else -chance.uniform(1.0, 6.0)
            )
        yield stopped(runs, f"kill {number}", end, seconds, is_full=False)


def fill_disks(
    folder: Path, server: ScriptedServer, sizes: list[int], seconds: float
) -> Iterator[Stop]:
    """Run on disks of some sizes that are too small, then on the same with room."""
    for size in sizes:
        disk = folder / f"disk-{size}"
        with mounted(disk, str(size)):
            runs = Runs(folder, disk / "data", server)
            server.script = FAST
            end = runs.finish(seconds)
            resize(disk, ENOUGH)
            yield stopped(runs, f"{size:,} bytes", end, seconds, is_full=True)


def report(stop: Stop) -> None:
    """Print what came of one stop, and what was said if it was wrong."""
    status = "hung" if stop.status is None else stop.status
    then = "HUNG" if stop.next_status is None else stop.next_status
    said = (stop.said.strip().splitlines() or [""])[-1]
    print(
        f"{'pass' if stop.is_passed else 'FAIL'} {stop.how}: status {status}, then {then}; "
        f"{stop.num_written} written, {stop.num_written_again} of them asked again, "
        f"{stop.num_lost} lost or doubled; it said: {said[:200]}",
        flush=True,
    )
    if not stop.is_passed:
        print(f"    --- {stop.said[-1500:]}\n    --- then {stop.next_said[-1500:]}", flush=True)


def main() -> None:
    """Run the drill and exit with 1 if any stop fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=13)
    parser.add_argument("--sizes", type=int, default=13)
    parser.add_argument("--smallest", type=int, default=SMALLEST)
    parser.add_argument("--step", type=int, default=STEP)
    options = parser.parse_args()
    sizes = [options.smallest + options.step * number for number in range(options.sizes)]
    stops = []
    with tempfile.TemporaryDirectory() as name, ScriptedServer() as server:
        folder = Path(name)
        seconds = undisturbed_seconds(folder, server)
        print(f"a run that takes {seconds:.0f} s hangs", flush=True)
        for stop in kill_runs(folder, server, options.kills, seconds):
            stops.append(stop)
            report(stop)
        for stop in fill_disks(folder, server, sizes, seconds):
            stops.append(stop)
            report(stop)
    num_passed = sum(stop.is_passed for stop in stops)
    print(f"{num_passed} of {len(stops)} pass")
    sys.exit(num_passed < len(stops))


if __name__ == "__main__":
    main()
