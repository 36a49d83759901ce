"""The drop table as a picture: a bar for each source, cut by what became of its rows."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import accumulate

import polars as pl

from r1data.curation.drops import KEPT, ordered_fates
from r1data.text import visible

KEPT_COLOUR = "#2e7d32"
COLOURS = (
    *("#c62828", "#ef6c00", "#f9a825", "#6a1b9a", "#1565c0", "#00838f"),
    *("#ad1457", "#5d4037", "#757575", "#9e9d24", "#4527a0", "#0277bd"),
)
MAX_SOURCES = 20
"""Sources that have a bar: those with most rows."""
MAX_NAME = 24
ROW, BAR, LEFT, WIDTH, LEGEND = 18, 12, 170, 480, 150


def drop_plot(drops: pl.DataFrame) -> str:
    """Return an SVG of a drop table; the width of a bar is all rows of its source.

    Names are escaped; nothing else of the data stands in it.

    Args:
        drops: Rows of `Drops` of one table.
    """
    fates = ordered_fates(drops.filter(pl.col("num_rows") > 0)["fate"])
    colours = dict(zip(fates, _colours(fates), strict=True))
    sources = drops.group_by("source").agg(pl.col("num_source_rows").first())
    largest = sources.sort("num_source_rows", "source", descending=[True, False]).head(MAX_SOURCES)
    height = ROW * (max(largest.height, len(fates)) + 1)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + LEGEND}" ']
    lines[0] += f'height="{height}" font-family="sans-serif" font-size="11">'
    for number, source in enumerate(largest["source"]):
        lines += _bar(number, source, drops.filter(source=source), colours)
    for number, (fate, colour) in enumerate(colours.items()):
        lines.append(_rect(LEFT + WIDTH + 12, number, 10, colour))
        lines.append(_text(LEFT + WIDTH + 28, number, fate))
    return "\n".join([*lines, "</svg>"])


def _colours(fates: list[str]) -> Iterator[str]:
    others = 0
    for fate in fates:
        yield KEPT_COLOUR if fate == KEPT else COLOURS[others % len(COLOURS)]
        others += fate != KEPT


def _bar(number: int, source: str, rows: pl.DataFrame, colours: dict[str, str]) -> Iterable[str]:
    """Return what a source's bar is drawn with: its name, and a piece for each fate."""
    name = source if len(source) <= MAX_NAME else f"{source[: MAX_NAME - 1]}…"
    yield _text(4, number, name)
    widths = [share * WIDTH for share in rows["share"]]
    for fate, width, start in zip(
        rows["fate"], widths, accumulate(widths, initial=0.0), strict=False
    ):
        if width:
            yield _rect(LEFT + start, number, width, colours[fate])


def _rect(x: float, number: int, width: float, colour: str) -> str:
    y = number * ROW + (ROW - BAR) / 2
    return f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>'


def _text(x: float, number: int, text: str) -> str:
    shown = escape(visible(text, is_one_line=True))
    return f'<text x="{x:g}" y="{number * ROW + BAR + 1}">{shown}</text>'
