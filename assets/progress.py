"""Progress of an asset: a bar in the terminal, lines elsewhere and in Dagster, throttled.

An observation costs Dagster's storage some 70 ms and 4 kB, a log line 3 ms: so many a minute and
no more, however often a stage reports.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

import dagster as dg
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from r1data.progress import Bar

LOG_SECONDS = 10.0
OBSERVE_SECONDS = 30.0


class RunProgress:
    """Shows the bars of the asset that is being made."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, soft_wrap=True, highlight=False)
        self._context: dg.AssetExecutionContext | None = None

    def say(self, line: str) -> None:
        """Print a line for the person who runs it."""
        self._console.print(f"  {line}", markup=False)

    @contextmanager
    def of(self, context: dg.AssetExecutionContext) -> Iterator[None]:
        """Report to this asset's log while the block runs, and say how long it took."""
        self._context = context
        began = monotonic()
        key = "/".join(context.asset_key.path)
        try:
            yield
            self._console.print(f"  {key:<32} {monotonic() - began:6.1f} s")
        finally:
            self._context = None

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Show a bar while the block runs."""
        with Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            TimeElapsedColumn(),
            TextColumn("eta"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[facts]}"),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        ) as shown:
            task = shown.add_task(what, total=total, unit=unit, facts="")
            yield _AssetBar(shown, task, self._context)


class _AssetBar:
    """One bar, and when it last wrote to Dagster's log."""

    def __init__(
        self, shown: Progress, task: TaskID, context: dg.AssetExecutionContext | None
    ) -> None:
        self._shown = shown
        self._task = task
        self._context = context
        self._logged = self._observed = monotonic()

    def update(self, done: int, facts: Mapping[str, float | str] = {}) -> None:
        """Move the bar; write to the log and to the asset's page when it is time."""
        text = ", ".join(f"{name} {_short(value)}" for name, value in facts.items())
        self._shown.update(self._task, completed=done, facts=text)
        now = monotonic()
        if self._context is None or now - self._logged < LOG_SECONDS:
            return
        self._logged = now
        task = self._shown.tasks[0]
        eta = "" if task.time_remaining is None else f", eta {task.time_remaining:.0f} s"
        of = "" if task.total is None else f" of {task.total:.0f}"
        line = f"{task.description}: {done}{of} {task.fields['unit']}{eta}"
        line = f"{line}; {text}" if text else line
        self._context.log.info(line)
        if self._shown.disable:
            self._shown.console.print(f"  {line}")
        if now - self._observed >= OBSERVE_SECONDS:
            self._observed = now
            metadata = {"done": done, "total": task.total, **facts}
            self._context.log_event(
                dg.AssetObservation(asset_key=self._context.asset_key, metadata=metadata)
            )


def _short(value: float | str) -> str:
    """Return a fact as people read it.

    >>> _short(0.12345), _short(218.4), _short("now")
    ('0.12', '218', 'now')
    """
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"
