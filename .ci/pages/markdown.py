"""Markdown: tables, and blocks between two comments that a run rewrites."""

import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    r"""Return the lines of a table; no cell ends its row or a column.

    >>> table(["a"], [["x | y"]])
    ['| a |', '|---|', '| x \\| y |']
    """
    lines = [_line(head), "|" + "---|" * len(head)]
    return [*lines, *(_line(row) for row in rows)]


def replace_block(text: str, name: str, lines: Iterable[str]) -> str:
    """Return a page with other lines between `<!-- NAME -->` and `<!-- /NAME -->`.

    Raises:
        ValueError: The page has no such block.
    """
    found = _block(name).search(text)
    if found is None:
        raise ValueError(f"there is no block <!-- {name} --> ... <!-- /{name} -->; add it")
    body = "\n".join(lines)
    return text[: found.start(1)] + f"\n{body}\n" + text[found.end(1) :]


def block(text: str, name: str) -> list[str]:
    """Return the lines of a page between the two comments of a block.

    Raises:
        ValueError: The page has no such block.
    """
    found = _block(name).search(text)
    if found is None:
        raise ValueError(f"there is no block <!-- {name} --> ... <!-- /{name} -->; add it")
    return found[1].strip("\n").splitlines()


def anchor(name: str) -> str:
    """Return a link to the section of a page that has this heading."""
    return f"[{name}](#{name.lower()})"


def code(text: str) -> str:
    """Return a text as inline code, whatever ticks it holds itself.

    >>> code("a`b")
    "``a`b``"
    """
    runs = [len(run) for run in re.findall("`+", text)]
    ticks = "`" * (max(runs, default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _block(name: str) -> re.Pattern[str]:
    return re.compile(f"<!-- {name} -->(.*?)<!-- /{name} -->", re.DOTALL)
