"""What commands print to: plain lines, and progress bars where there is a terminal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table as Grid

from r1data.progress import Bar

CONSOLE = Console(soft_wrap=True, highlight=False)


def lean_grid(*headers: str) -> Grid:
    """Return a table without frames, whose cells are never cut where 80 columns hold them."""
    grid = Grid(box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    for header in headers:
        grid.add_column(header, no_wrap=True)
    return grid


class TerminalProgress:
    """Progress bars on standard error; nothing where that is no terminal."""

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Show a bar while the block runs."""
        console = Console(stderr=True)
        with Progress(console=console, disable=not console.is_terminal, transient=True) as shown:
            yield _TerminalBar(shown, shown.add_task(f"{what} ({unit})", total=total))


class _TerminalBar:
    def __init__(self, shown: Progress, task: TaskID) -> None:
        self._shown = shown
        self._task = task

    def update(
        self,
        done: int,
        facts: Mapping[str, float | str] = {},
        *,
        seconds_left: float | None = None,
    ) -> None:
        """Move the bar."""
        self._shown.update(self._task, completed=done)


TERMINAL = TerminalProgress()
