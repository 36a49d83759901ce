"""Markdown of cards: tables and texts from data, shown as they stand, whatever markup they hold."""

import html
import re

import polars as pl

MARKUP = re.compile(r"([\\`*_\[\]|~])")
EMPTY = "-"


def escaped(text: str) -> str:
    r"""Show a text from data as it stands, on one line, whatever markup it holds.

    >>> escaped("a|b <script>*x*\n# y")
    'a\\|b &lt;script&gt;\\*x\\* # y'
    """
    return MARKUP.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))


def table(frame: pl.DataFrame, *, missing: str = EMPTY) -> str:
    """Return a frame as a Markdown table; columns that end in `share` are per cent."""
    lines = [
        frame.columns,
        ["---"] * frame.width,
        *(
            [_cell(name, value, missing) for name, value in zip(frame.columns, row, strict=True)]
            for row in frame.iter_rows()
        ),
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _cell(name: str, value: object, missing: str) -> str:
    if value is None:
        return missing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.1%}" if name.endswith("share") else f"{value:,.1f}"
    return escaped(str(value))
