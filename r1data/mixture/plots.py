"""Plots of a dataset card: bars, as small SVG files that need no library and quote no text."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

import polars as pl

from r1data.mixture.statistics import ALL
from r1data.tables import HELD_OUT

WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 720, 190, 90, 14, 12, 64
COLOURS = ("#3b6fb6", "#c9c9c9")
FONT = "font-family='sans-serif' font-size='12'"
MAX_LABEL = 28
LONGEST = 2**17


def draw_bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Return horizontal bars as SVG: a group for each label, a bar of it for each series.

    Counts are whole numbers; others are shares, and shown as per cent.
    """
    values = [value for row in series.values() for value in row]
    largest = max([*values, 0]) or 1
    is_share = any(isinstance(value, float) for value in values)
    group = len(series) * BAR + GAP
    height = TOP + group * len(labels)
    shown = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' "
        f"viewBox='0 0 {WIDTH} {height}' role='img'>",
        f"<title>{escape(title)}</title>",
        f"<rect width='{WIDTH}' height='{height}' fill='white'/>",
        _text(8, 20, title, "font-weight='bold'"),
        *_legend([*series]),
    ]
    for place, label in enumerate(labels):
        top = TOP + place * group
        shown.append(_text(LEFT - 8, top + BAR - 3, label[:MAX_LABEL], "text-anchor='end'"))
        for number, row in enumerate(series.values()):
            width = round((WIDTH - LEFT - RIGHT) * row[place] / largest, 1)
            at = top + number * BAR
            colour = COLOURS[number % len(COLOURS)]
            shown.append(
                f"<rect x='{LEFT}' y='{at}' width='{width}' height='{BAR - 2}' fill='{colour}'/>"
            )
            said = f"{row[place]:.1%}" if is_share else f"{row[place]:,.0f}"
            shown.append(_text(LEFT + width + 4, at + BAR - 4, said))
    return "\n".join([*shown, "</svg>"]) + "\n"


def draw_domains(statistics: pl.DataFrame) -> str:
    """Return the share of each domain in rows, beside the paper's."""
    rows = statistics.filter(pl.col("domain") != ALL)
    series = {"this set": rows["row_share"].to_list(), "the paper": _known(rows["paper_row_share"])}
    return draw_bars("Share of rows by domain", rows["domain"].to_list(), series)


def draw_lengths(counted: pl.DataFrame) -> str:
    """Return how many rows have up to 256, 512, 1,024... tokens; counted as `count_tokens` does."""
    tokens = counted.filter(pl.col("split").ne_missing(HELD_OUT))["num_tokens"]
    longest = max([256, *tokens])
    bounds = [0, *(2**power for power in range(8, 18) if 2 ** (power - 1) < longest)]
    labels = [f"up to {bound:,}" for bound in bounds[1:]]
    rows = [int(tokens.is_between(low + 1, high).sum()) for low, high in pairwise(bounds)]
    if longest > LONGEST:
        labels, rows = [*labels, f"above {LONGEST:,}"], [*rows, int((tokens > LONGEST).sum())]
    return draw_bars("Rows by tokens", labels, {"rows": rows})


def _known(shares: pl.Series) -> list[float]:
    return [float(share or 0) for share in shares]


def _legend(names: Sequence[str]) -> list[str]:
    if len(names) < 2:
        return []
    shown = []
    for number, name in enumerate(names):
        at = LEFT + number * 120
        shown.append(f"<rect x='{at}' y='32' width='12' height='12' fill='{COLOURS[number % 2]}'/>")
        shown.append(_text(at + 18, 42, name))
    return shown


def _text(x: float, y: float, text: str, style: str = "") -> str:
    return f"<text x='{x}' y='{y}' {FONT} {style}>{escape(text)}</text>"
