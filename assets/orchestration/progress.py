"""Progress of an asset: a bar in the terminal, lines elsewhere and in Dagster, throttled.

An observation costs Dagster's storage some 70 ms and 4 kB, a log line 3 ms: so many a minute and
no more, however often a stage reports.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import dagster as dg
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from r1data.progress import Bar, Speed
from r1data.store.live import Far
from r1data.text import visible

LOG_SECONDS = 10.0
OBSERVE_SECONDS = 30.0
TELL_SECONDS = 2.0
"""How often a run writes how far it is, for `r1data status`."""
UNKNOWN = "-:--:--"


class RunProgress:
    """Shows the bars of the asset that is being made."""

    def __init__(self, far: Far) -> None:
        self._far = far
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
        self._far.tell(key)
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
            TextColumn("eta {task.fields[eta]}"),
            TextColumn("{task.fields[facts]}"),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        ) as shown:
            task = shown.add_task(what, total=total, unit=unit, eta=UNKNOWN, facts="")
            yield _AssetBar(shown, task, self._context, self._far)


class _AssetBar:
    """One bar, and when it last wrote to Dagster's log."""

    def __init__(
        self,
        shown: Progress,
        task: TaskID,
        context: dg.AssetExecutionContext | None,
        far: Far,
    ) -> None:
        self._shown = shown
        self._task = task
        self._context = context
        self._far = far
        self._told = -TELL_SECONDS
        self._logged = self._observed = monotonic()
        self._speed = Speed()

    def update(
        self,
        done: int,
        facts: Mapping[str, float | str] = {},
        *,
        seconds_left: float | None = None,
    ) -> None:
        """Move the bar; write to the log and to the asset's page when it is time."""
        now = monotonic()
        task = self._shown.tasks[0]
        steady = self._speed.seconds_left(done, task.total, now)
        left = steady if seconds_left is None else seconds_left
        text = ", ".join(f"{name} {_short(value)}" for name, value in facts.items())
        self._shown.update(self._task, completed=done, facts=escape(text), eta=_clock(left))
        if self._context is None:
            return
        if now - self._told >= TELL_SECONDS:
            self._told = now
            self._far.tell("/".join(self._context.asset_key.path), _so_far(task, done))
        if now - self._logged < LOG_SECONDS:
            return
        self._logged = now
        self._log(_line(task, done, left, text))
        if now - self._observed >= OBSERVE_SECONDS:
            self._observed = now
            self._observe({"done": done, "total": task.total, "eta (s)": left, **facts})

    def _log(self, line: str) -> None:
        if self._context is not None:
            self._context.log.info(line)
        if self._shown.disable:
            self._shown.console.print(f"  {line}", markup=False)

    def _observe(self, facts: Mapping[str, float | str | None]) -> None:
        if self._context is not None:
            known = {name: value for name, value in facts.items() if value is not None}
            key = self._context.asset_key
            self._context.log_event(dg.AssetObservation(asset_key=key, metadata=known))


def _line(task: Task, done: int, seconds_left: float | None, facts: str) -> str:
    eta = "" if seconds_left is None else f", eta {seconds_left:.0f} s"
    line = f"{task.description}: {_so_far(task, done)}{eta}"
    return f"{line}; {facts}" if facts else line


def _so_far(task: Task, done: int) -> str:
    of = "" if task.total is None else f" of {task.total:,.0f}"
    return f"{done:,}{of} {task.fields['unit']}"


def _clock(seconds: float | None) -> str:
    """Return a time as people read it.

    >>> _clock(83.2), _clock(None)
    ('0:01:23', '-:--:--')
    """
    return UNKNOWN if seconds is None else str(timedelta(seconds=round(seconds)))


def _short(value: float | str) -> str:
    """Return a fact as people read it.

    >>> _short(0.12345), _short(218.4), _short("now")
    ('0.12', '218', 'now')
    """
    if isinstance(value, str):
        return visible(value, is_one_line=True)
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"
