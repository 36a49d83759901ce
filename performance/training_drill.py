r"""Kill trainings in the middle, and see that each goes on to where an undisturbed one ends.

    python -m performance.training_drill                  SFT, GRPO and a reward model
    python -m performance.training_drill --kinds sft grpo \
        --accelerate training/configs/multi_cpu.yaml      in two processes each

A tiny model is trained for twelve steps with a checkpoint at every third. At a random step the
training, or the process that started it, is killed with `kill -9`. No process may be left after ten
seconds, and no weights may stand under their name. The training is killed again, and at last
finished: each step must be logged and sampled once, and the weights must be those of the training
that nobody disturbed.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psutil

from performance.drilled_training import SETTINGS, STEPS, Drilled, write_data
from r1data.policies.weights import weights_revision

GONE_SECONDS = 10.0
"""No process of a training may live longer than who started it by this."""
POLL_SECONDS = 0.002
VICTIMS = ("training", "run")


@dataclass(frozen=True, slots=True)
class Result:
    """A training that was killed so many times, and how it ended."""

    kind: str
    kills: Sequence[str]
    """Who was killed, and at which step."""
    gone_seconds: float
    """The longest until no process was left."""
    is_hidden: bool
    """Whether no weights stood under their name before the end."""
    is_logged_once: bool
    """Whether log and samples have each step once, as those of the undisturbed training have."""
    is_equal: bool
    """Whether the weights are those of the undisturbed training."""

    @property
    def is_passed(self) -> bool:
        """Whether it went as it must."""
        is_whole = self.is_hidden and self.is_logged_once and self.is_equal
        return is_whole and self.gone_seconds <= GONE_SECONDS


def drill(straight: Drilled, disturbed: Drilled, num_kills: int, chance: random.Random) -> Result:
    """Kill one training several times, finish it, and compare it with another."""
    kills, gone, hidden = [], [], True
    for number in range(num_kills):
        first = _last_step(disturbed.partial) + 1
        if first >= STEPS:
            break
        victim = VICTIMS[number % len(VICTIMS)]
        at = first + chance.randrange(max(1, (STEPS - first) // (num_kills - number)))
        if (seconds := _kill(disturbed, victim, at, chance.random() * 0.05)) is None:
            break
        kills.append(f"{victim} at {at}")
        gone.append(seconds)
        hidden = hidden and not disturbed.weights.exists()
    if not disturbed.weights.exists():
        disturbed.finish()
    same = weights_revision(disturbed.weights) == weights_revision(straight.weights)
    logged, sampled = _steps(disturbed.weights)
    each = [(step, 1) for step in range(1, STEPS + 1)]
    once = logged == each and sampled == _steps(straight.weights)[1]
    return Result(disturbed.kind, kills, max(gone, default=0.0), hidden, once, same)


def _kill(training: Drilled, victim: str, at: int, delay: float) -> float | None:
    """Kill a training, or who started it, past a step; return the seconds until all were gone.

    None if it ended before.
    """
    child = training.start()
    while _last_step(training.partial) < at and child.poll() is None:
        time.sleep(POLL_SECONDS)
    time.sleep(delay)
    parent = psutil.Process(child.pid)
    started = parent.children(recursive=True) if child.poll() is None else []
    trainers = [process for process in started if _is_of(process, training.weights)]
    if not trainers:
        child.communicate()
        return None
    began = time.monotonic()
    (trainers[-1] if victim == "training" else parent).kill()
    while any(map(_is_alive, started)) and time.monotonic() - began < 2 * GONE_SECONDS:
        time.sleep(POLL_SECONDS)
    seconds = time.monotonic() - began
    child.communicate()
    return seconds


def _is_of(process: psutil.Process, weights: Path) -> bool:
    """Tell whether a process trains some weights; one that it started does not say so."""
    try:
        return str(weights) in process.cmdline()
    except psutil.Error:
        return False


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _last_step(folder: Path) -> int:
    log = folder / "log.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    steps = [int(json.loads(line)["step"]) for line in lines if line.endswith("}")]
    return steps[-1] if steps else 0


def _steps(weights: Path) -> list[list[tuple[int, int]]]:
    """Return each step that was logged, and each that was sampled with its number of rows."""
    lines = (weights / "log.jsonl").read_text(encoding="utf-8").splitlines()
    logged = [(int(json.loads(line)["step"]), 1) for line in lines]
    files = sorted((weights / "completions").glob("*.parquet"))
    steps = [pl.read_parquet(path, columns=["step"])["step"].to_list() for path in files]
    return [logged, [(step, rows.count(step)) for rows in steps for step in sorted(set(rows))]]


def main() -> None:
    """Run the drill and print what came of it; exit status 1 if anything was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", choices=[*SETTINGS], default=[*SETTINGS])
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accelerate", help="a configuration of `accelerate launch`")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as root:
        data = write_data(Path(root))
        results = []
        for kind in options.kinds:
            straight = Drilled(kind, data, data / f"{kind}_straight", options.accelerate)
            straight.finish()
            disturbed = Drilled(kind, data, data / f"{kind}_disturbed", options.accelerate)
            results.append(drill(straight, disturbed, options.kills, chance))
            print(results[-1], "passed" if results[-1].is_passed else "FAILED", flush=True)
    sys.exit(not all(result.is_passed for result in results))


if __name__ == "__main__":
    main()
