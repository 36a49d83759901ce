"""What commands print to: plain lines, and progress bars where there is a terminal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID
from rich.table import Table as Grid
from rich.text import Text

from r1data.progress import Bar
from r1data.text import visible

CONSOLE = Console(soft_wrap=True, highlight=False, emoji=False)


def cell(text: str) -> Text:
    r"""Return a text of models or data for one line of a grid, as it is.

    >>> cell("\x1b[2J[red]").plain
    '\\x1b[2J[red]'
    """
    return Text(visible(text, is_one_line=True))


def say(text: str, style: str | None = None) -> None:
    """Print a text of models or data, of one line or more, as it is."""
    CONSOLE.print(visible(text), style=style, markup=False)


def lean_grid(*headers: str) -> Grid:
    """Return a table without frames, whose cells are never cut where 80 columns hold them."""
    grid = Grid(box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    for header in headers:
        grid.add_column(header, no_wrap=True)
    return grid


class TerminalProgress:
    """Progress bars on standard error; nothing where that is no terminal."""

    def say(self, line: str) -> None:
        """Print a line on standard error."""
        Console(stderr=True, soft_wrap=True).print(visible(line), markup=False)

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Show a bar while the block runs."""
        console = Console(stderr=True, emoji=False)
        with Progress(console=console, disable=not console.is_terminal, transient=True) as shown:
            yield _TerminalBar(
                shown, shown.add_task(f"{escape(visible(what))} ({unit})", total=total)
            )


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
