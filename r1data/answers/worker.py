"""The inside of a worker process: does tasks within the kernel's limits until its pipe ends.

Each task has its processor time; the kernel ends the process when it is used up, whatever the
process is busy with. So no worker outlives a killed parent: an idle one reads the end of its pipe,
a busy one writes into it or runs out of time.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")

OUT_OF_MEMORY = 70
"""Exit status: the task in hand took more memory than its limit."""
WORN_OUT = 71
"""Exit status: what earlier tasks left behind takes too much memory; nothing is wrong."""
ADDRESS_SPACE = 2
"""Address space allowed, as a multiple of the memory limit."""
WEAR = 4
"""A worker that ever used a fraction 1/WEAR of its memory limit ends after the task."""


def main(arguments: list[str]) -> None:
    """Serve the pipe whose file descriptor is the first argument; limits are the others."""
    connection: Connection[Any, Any] = Connection(int(arguments[0]))
    seconds, memory_bytes = float(arguments[1]), int(arguments[2])
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE * memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    try:
        connection.recv()()
        connection.send(None)
        while True:
            function, tasks = connection.recv()
            for task in tasks:
                connection.send(_do(function, task, seconds, memory_bytes))
                if _peak_bytes() > memory_bytes // WEAR:
                    os._exit(WORN_OUT)
    except (EOFError, ConnectionError):
        return


def _do(
    function: Callable[..., Any], task: tuple[Any, ...], seconds: float, memory_bytes: int
) -> tuple[Any, str, float]:
    """Return the value of a task, what went wrong, and the seconds it took."""
    value, error, started = None, "", time.perf_counter()
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        value = function(*task)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as exception:  # noqa: BLE001 - whatever a task raises is its result
        error = f"{type(exception).__name__}: {exception}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if _peak_bytes() > memory_bytes:
        os._exit(OUT_OF_MEMORY)  # libraries swallow a MemoryError: the value is not to be trusted
    return value, error, time.perf_counter() - started


def _peak_bytes() -> int:
    """Return the most memory this process ever held; 0 where the system has no /proc.

    Not `getrusage`: there a new process begins with the peak of the one that started it.
    """
    try:
        status = STATUS.read_bytes()
    except FileNotFoundError:
        return 0
    return int(status.partition(b"VmHWM:")[2].split(maxsplit=1)[0]) * 1024


if __name__ == "__main__":
    main(sys.argv[1:])
