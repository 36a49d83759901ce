"""Telling people how far a long step is: what it does, how much is done, when it will end."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

MIN_SPEED_SECONDS = 60.0


class Bar(Protocol):
    """One step that takes a while."""

    def update(
        self,
        done: int,
        facts: Mapping[str, float | str] = {},
        *,
        seconds_left: float | None = None,
    ) -> None:
        """Say how many of the total are done so far, and facts such as tokens a second.

        Steps that do not go steadily say themselves how long they will take.
        """
        ...


class Progress(Protocol):
    """Where progress is shown: a terminal, Dagster's log, or nowhere."""

    def say(self, line: str) -> None:
        """Say something that is told once, such as for whom a step waits."""
        ...

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Show a bar while the block runs; `total` counts `unit`s, and is null if nobody knows."""
        ...


class Silent:
    """Shows nothing: for tests and for callers who did not ask."""

    def say(self, line: str) -> None:
        """Say nothing."""

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Show nothing."""
        yield self

    def update(
        self,
        done: int,
        facts: Mapping[str, float | str] = {},
        *,
        seconds_left: float | None = None,
    ) -> None:
        """Show nothing."""


class Speed:
    """How fast a steady step goes: over the latest half of its time, and over a minute at least.

    Its time begins when it first says how much is done: loading is no part of it, nor is what an
    earlier run did.

    >>> speed = Speed()
    >>> [speed.seconds_left(done, 100, now) for done, now in ((40, 30.0), (50, 35.0), (60, 40.0))]
    [None, 25.0, 20.0]
    """

    def __init__(self) -> None:
        self._seen = deque[tuple[float, int]]()
        self._began: float | None = None

    def seconds_left(self, done: int, total: float | None, now: float) -> float | None:
        """Note how much is done, and return how long the rest will take; None if unknown."""
        self._began = now if self._began is None else self._began
        if not self._seen or now >= self._seen[-1][0] + 1:
            self._seen.append((now, done))
        window = max(MIN_SPEED_SECONDS, (now - self._began) / 2)
        while len(self._seen) > 1 and self._seen[1][0] <= now - window:
            self._seen.popleft()
        since, done_then = self._seen[0]
        if total is None or done <= done_then or now <= since:
            return None
        return (total - done) * (now - since) / (done - done_then)


SILENT = Silent()
