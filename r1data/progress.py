"""Telling people how far a long step is: what it does, how much is done, when it will end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol


class Bar(Protocol):
    """One step that takes a while."""

    def update(self, done: int, facts: Mapping[str, float | str] = {}) -> None:
        """Say how many of the total are done so far, and facts such as tokens a second."""
        ...


class Progress(Protocol):
    """Where progress is shown: a terminal, Dagster's log, or nowhere."""

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Show a bar while the block runs; `total` counts `unit`s, and is null if nobody knows."""
        ...


class Silent:
    """Shows nothing: for tests and for callers who did not ask."""

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Show nothing."""
        yield self

    def update(self, done: int, facts: Mapping[str, float | str] = {}) -> None:
        """Show nothing."""


SILENT = Silent()
