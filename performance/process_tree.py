"""What a process and all those it started take: their memory together, sampled, and their CPU."""

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    pass

SECONDS = 0.2
MIB = 2**20


@dataclass
class Peak:
    """The most memory that a tree of processes had since it was last asked."""

    pid: int
    most: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Peak":
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def taken(self) -> float:
        """Return the most memory in MiB since this was last asked: what pages are shared, once."""
        most, self.most = max(self.most, together(self.pid)), 0.0
        return most

    def _watch(self) -> None:
        while not self._stop.wait(SECONDS):
            self.most = max(self.most, together(self.pid))


def together(pid: int) -> float:
    """Return the memory in MiB of a process and all it started, a shared page counted once."""
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(map(_memory, processes)) / MIB


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
