"""Persistent worker processes with hard limits: for rules that may hang, crash or eat memory.

Limits are set from outside the code that they limit. The kernel ends a worker whose task has used
up its processor time, which a busy machine does not shorten; the pool kills one that sleeps. Its
place is taken by a new one, and only the task in hand is lost. Workers are started when first
needed and kept for the next call: importing what they need takes longer than most tasks.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from r1data.answers.outcome import Outcome
from r1data.answers.prepare import prepare
from r1data.answers.worker import OUT_OF_MEMORY, WORN_OUT

CHUNK = 16
"""Tasks given to a worker at once."""
WALL_FACTOR = 6
"""Seconds a task may last for each second of processor time it may take."""
START_SECONDS = 120.0
GRACE_SECONDS = 5.0
MAX_REMEMBERED = 200_000

Task = tuple[Any, ...]


class WorkersError(ValueError):
    """Workers cannot be started: the set-up is wrong, whatever the tasks."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The result of a task: a value, or the outcome that stands in for it."""

    value: Any = None
    outcome: Outcome | None = None
    """`timed_out` or `failed`; None if there is a value."""
    detail: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: "Connection[Any, Any]"
    pending: deque[Task] = field(default_factory=deque)
    is_ready: bool = False
    deadline: float = 0.0
    is_overdue: bool = False


class Workers:
    """A pool of worker processes; close it, or use it as a context manager."""

    def __init__(
        self,
        num_workers: int | None = None,
        *,
        seconds: float = 5.0,
        memory_bytes: int = 2 << 30,
        prepare: Callable[[], object] = prepare,
    ) -> None:
        """Start nothing yet.

        Args:
            num_workers: How many processes; None means one per processor.
            seconds: Processor time that one task may take.
            memory_bytes: Memory that one task may take.
            prepare: Called once in each worker before its first task.
        """
        self.num_workers = num_workers or os.cpu_count() or 1
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self._prepare = prepare
        self._workers: list[_Worker] = []
        self._results: dict[tuple[Callable[..., Any], Task], TaskResult] = {}
        self._suspects: set[Task] = set()
        """Tasks whose worker died once, perhaps of something else: they are tried again."""
        self._lock = threading.Lock()

    def map(self, function: Callable[..., Any], tasks: Sequence[Task]) -> list[TaskResult]:
        """Call a module-level function with each task's arguments; results in order.

        Equal tasks are done once, and remembered for later calls.
        """
        with self._lock:
            if len(self._results) > MAX_REMEMBERED:
                self._results.clear()
            new = [task for task in dict.fromkeys(tasks) if (function, task) not in self._results]
            queue = deque(new)
            try:
                while queue or any(worker.pending for worker in self._workers):
                    self._hand_out(function, queue)
                    self._collect(function, queue)
            except BaseException:
                self.close()  # half-done tasks would answer the next call
                raise
            return [self._results[function, task] for task in tasks]

    def close(self) -> None:
        """End the workers; a later call starts new ones."""
        while self._workers:
            self._end(self._workers[-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _hand_out(self, function: Callable[..., Any], queue: deque[Task]) -> None:
        """Give each idle worker a chunk, starting workers as long as there is work for them."""
        for worker in [one for one in self._workers if one.process.poll() is not None]:
            if not worker.pending:
                self._end(worker)
        idle = [worker for worker in self._workers if not worker.pending]
        share = -(-len(queue) // self.num_workers)
        while queue and (idle or len(self._workers) < self.num_workers):
            worker = idle.pop() if idle else self._start()
            size = min(CHUNK, share, len(queue))
            worker.pending.extend(queue.popleft() for _ in range(size))
            worker.deadline = time.monotonic() + self._patience(worker)
            with contextlib.suppress(ConnectionError):  # it died: its pipe says so when read
                worker.connection.send((function, list(worker.pending)))

    def _collect(self, function: Callable[..., Any], queue: deque[Task]) -> None:
        """Wait for news from the busy workers, or until the first of them is overdue."""
        busy = {worker.connection: worker for worker in self._workers if worker.pending}
        if not busy:
            return
        first = min(worker.deadline for worker in busy.values())
        for connection in wait(list(busy), max(0.0, first - time.monotonic())):
            self._receive(function, busy[connection], queue)  # type: ignore[index]
        for worker in busy.values():
            if worker.pending and time.monotonic() > worker.deadline:
                worker.is_overdue = True
                worker.process.kill()
                worker.deadline = time.monotonic() + self._patience(worker)

    def _receive(self, function: Callable[..., Any], worker: _Worker, queue: deque[Task]) -> None:
        try:
            message = worker.connection.recv()
        except (EOFError, ConnectionError):
            self._bury(function, worker, queue)
            return
        if worker.is_ready:
            value, error, seconds = message
            outcome = Outcome.FAILED if error else None
            result = TaskResult(value, outcome, error, seconds)
            self._results[function, worker.pending.popleft()] = result
        worker.is_ready = True
        worker.deadline = time.monotonic() + self._patience(worker)

    def _bury(self, function: Callable[..., Any], worker: _Worker, queue: deque[Task]) -> None:
        """Say what the task in hand died of, and put the others back."""
        self._end(worker, GRACE_SECONDS)
        if not worker.is_ready:
            raise WorkersError(
                f"a verification worker did not start (exit status {worker.process.returncode}); "
                f"what it said is above; is `{sys.executable} -c 'import mpmath'` well?"
            )
        if worker.process.returncode != WORN_OUT:
            task, cause = worker.pending.popleft(), self._cause(worker)
            if cause.outcome is Outcome.FAILED and task not in self._suspects:
                self._suspects.add(task)
                queue.append(task)
            else:
                self._results[function, task] = cause
        queue.extendleft(reversed(worker.pending))

    def _cause(self, worker: _Worker) -> TaskResult:
        status = worker.process.returncode
        if worker.is_overdue:
            seconds = WALL_FACTOR * self.seconds
            return TaskResult(None, Outcome.TIMED_OUT, f"more than {seconds:g} s", seconds)
        if status == -signal.SIGPROF:
            detail = f"more than {self.seconds:g} s of processor time"
            return TaskResult(None, Outcome.TIMED_OUT, detail, self.seconds)
        if status == OUT_OF_MEMORY:
            detail = f"more than {self.memory_bytes / (1 << 30):g} GiB of memory"
            seconds = self._patience(worker) - (worker.deadline - time.monotonic())
            return TaskResult(None, Outcome.TIMED_OUT, detail, seconds)
        detail = f"signal {-status}" if status < 0 else f"exit status {status}"
        return TaskResult(None, Outcome.FAILED, f"the worker died: {detail}")

    def _patience(self, worker: _Worker) -> float:
        return WALL_FACTOR * self.seconds if worker.is_ready else START_SECONDS

    def _start(self) -> _Worker:
        ours, theirs = Pipe()
        module = ("-m", "r1data.answers.worker")
        arguments = (str(theirs.fileno()), str(self.seconds), str(self.memory_bytes))
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-W", "ignore", *module, *arguments],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
                    "PYTHONHASHSEED": "0",  # SymPy's ways depend on the order of sets
                },
                start_new_session=True,  # Ctrl-C is for the parent
            )
        worker = _Worker(process, ours)
        self._workers.append(worker)
        ours.send(self._prepare)
        return worker

    def _end(self, worker: _Worker, grace_seconds: float = 0.0) -> None:
        self._workers.remove(worker)
        worker.connection.close()
        try:
            worker.process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait()
