"""The memory of whole sandboxes, watched from outside: one that takes too much is killed.

The kernel limits the address space of each process. What all processes of a sandbox take together
is summed here, many times a second, without need of a control group that somebody must delegate.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PERIOD_SECONDS = 0.04
"""Between two looks; most programs are done before the first, and cost nothing."""
PROC = Path("/proc")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(eq=False, slots=True)
class Watch:
    """One sandbox under watch."""

    pid: int
    """The process that all of its processes descend from."""
    limit_bytes: int
    since: float = field(default_factory=time.monotonic)
    excess: str = ""
    """The resource it took too much of, once it was killed for that."""


@dataclass(slots=True)
class _Watcher:
    """A thread that looks at all sandboxes of this process; it sleeps while there is none."""

    watches: set[Watch] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)
    thread: threading.Thread | None = None

    def add(self, watch: Watch) -> None:
        with self.changed:
            self.watches.add(watch)
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="sandboxes", daemon=True)
                self.thread.start()
            self.changed.notify()

    def remove(self, watch: Watch) -> None:
        with self.changed:
            self.watches.discard(watch)

    def _run(self) -> None:
        while True:
            time.sleep(PERIOD_SECONDS)
            with self.changed:
                while not self.watches:
                    self.changed.wait()
                newest = time.monotonic() - PERIOD_SECONDS
                for watch in self.watches:
                    if watch.since < newest and not watch.excess:
                        _look(watch)


_WATCHER = _Watcher()


@contextmanager
def watched(pid: int, limit_bytes: int) -> Iterator[Watch]:
    """Kill a process and so its sandbox when all that descends from it takes too much memory.

    Where the limit is 0 nothing is watched.
    """
    watch = Watch(pid, limit_bytes)
    if limit_bytes:
        _WATCHER.add(watch)
    try:
        yield watch
    finally:
        _WATCHER.remove(watch)


def memory_of(pids: list[int], limit_bytes: int) -> int:
    """Return the bytes that processes take: an upper bound where that is below the limit.

    What they share is counted once, which takes longer to find out.
    """
    bound = sum(map(_resident, pids))
    return bound if bound <= limit_bytes else sum(map(_own_share, pids))


def descendants(pid: int) -> list[int]:
    """Return a process and all that descend from it, as far as they are there."""
    found = [pid]
    for one in found:
        with suppress(OSError), os.scandir(PROC / str(one) / "task") as tasks:
            for task in tasks:
                children = Path(task.path, "children").read_text()
                found.extend(map(int, children.split()))
    return found


def _look(watch: Watch) -> None:
    """Kill what takes too much; its owner has not waited for it, so its number is no other's."""
    if memory_of(descendants(watch.pid), watch.limit_bytes) > watch.limit_bytes:
        watch.excess = (
            f"more than {watch.limit_bytes >> 20:,} MiB of memory, all processes together"
        )
        with suppress(ProcessLookupError):
            os.kill(watch.pid, 9)


def _resident(pid: int) -> int:
    with suppress(OSError, IndexError):
        pages = (PROC / str(pid) / "statm").read_text().split()
        return int(pages[1]) * PAGE_BYTES
    return 0


def _own_share(pid: int) -> int:
    """Return the memory of a process, of what it shares its share; where that is not told, all."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(pid)
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
