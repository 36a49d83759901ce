"""Starting the process that vLLM runs in, exchanging lines with it, reporting why it ended."""

import json
import logging
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from r1data.processes import process_group
from r1data.text import last_lines

LOG = logging.getLogger(__name__)

TAIL_BYTES = 4096

Line = dict[str, Any]


class WorkerDiedError(RuntimeError):
    """The worker is gone; the message is one line with its last words and its log file."""


class WorkerProcess:
    """The two pipes to `vllm_worker`, and the log of what vLLM prints."""

    def __init__(self, child: subprocess.Popen[str], log_file: Path) -> None:
        self.child = child
        self.log_file = log_file
        self.engine = ""
        """What runs there, once it is loaded: vLLM's version, the device, the number format."""
        self._lines: queue.Queue[Line | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def load(self, arguments: Mapping[str, Any], lock_file: Path, start_seconds: float) -> None:
        """Have the weights loaded; waiting for another engine does not count as loading."""
        self.send({"arguments": arguments, "lock_file": str(lock_file)})
        line = self.receive()
        if "waiting" in line:
            LOG.warning("another engine runs on this machine; waiting for it (%s)", lock_file)
            line = self.receive()
        if "loading" in line:
            line = self.receive(timeout=start_seconds)
        if "error" in line:
            raise WorkerDiedError(self._last_words(line["error"]))
        self.engine = line["engine"]
        if line["note"]:
            LOG.warning(line["note"])

    def send(self, line: Mapping[str, Any]) -> None:
        """Send a line; that the worker is gone is noticed on receiving."""
        if self.child.stdin:
            with suppress(BrokenPipeError):
                self.child.stdin.write(json.dumps(line) + "\n")
                self.child.stdin.flush()

    def receive(self, timeout: float | None = None) -> Line:
        """Wait for the next line; raise `WorkerDiedError` if there will be none."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise WorkerDiedError(self._last_words(f"not ready after {timeout:g} s")) from None
        if line is None:
            raise WorkerDiedError(self._last_words(_last_line(self.log_file)))
        return line

    def _read(self) -> None:
        """Queue what the worker says, and at its end that it is gone."""
        with suppress(ValueError):  # closed while it was read: the engine is being closed
            for line in self.child.stdout or ():
                self._lines.put(json.loads(line))
        self._lines.put(None)

    def _last_words(self, words: str) -> str:
        return f"vLLM ended: {words} (see {self.log_file})"


@contextmanager
def worker_process(
    command: Sequence[str], environment: Mapping[str, str], log_file: Path
) -> Iterator[WorkerProcess]:
    """Run a worker in a process group of its own; end the whole group on leaving."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with (
        log_file.open("a", encoding="utf-8") as log,
        process_group(command, environment=environment, stderr=log) as child,
    ):
        yield WorkerProcess(child, log_file)


def device_lock_file(environment: Mapping[str, str]) -> Path:
    """Return the lock file of the devices an engine with this environment would use.

    Engines that are given different `CUDA_VISIBLE_DEVICES` may run side by side.

    >>> device_lock_file({"CUDA_VISIBLE_DEVICES": "0,1"}).name.endswith("-0-1.lock")
    True
    """
    devices = environment.get("CUDA_VISIBLE_DEVICES", "all").replace(",", "-")
    return Path(tempfile.gettempdir()) / f"r1data-engine-{os.getuid()}-{devices}.lock"


def _last_line(log_file: Path) -> str:
    """Return the last line of a log that says something, of a long one's end."""
    with log_file.open("rb") as log:
        log.seek(max(0, log_file.stat().st_size - TAIL_BYTES))
        end = last_lines(log.read().decode(errors="replace"))
    return end[0] if end else "no last words"
