"""The scoreboard as a picture: a bar for each policy on each benchmark, with its standard error."""

from collections.abc import Iterator
from html import escape

import polars as pl

from r1data.evaluation.metrics import ALL
from r1data.text import visible

MAX_BENCHMARKS = 8
"""Benchmarks that have a panel beside the one for all."""
MAX_NAME = 24
COLOUR, ERROR_COLOUR, AXIS_COLOUR = "#1565c0", "#212121", "#bdbdbd"
ROW, BAR, LEFT, WIDTH, RIGHT = 18, 12, 170, 380, 120


def scoreboard_plot(scoreboard: pl.DataFrame, metric: str = "pass@1") -> str:
    """Return an SVG of one metric that is a share: a panel for each benchmark, `all` first.

    The whisker of a bar is one standard error to each side. Names are escaped; nothing else of the
    data stands in it.

    Args:
        scoreboard: Rows of `Scoreboard`.
        metric: The metric that is shown.
    """
    rows = scoreboard.filter(metric=metric).sort("place")
    benchmarks = [one for one in rows["benchmark"].unique().sort() if one != ALL][:MAX_BENCHMARKS]
    lines: list[str] = []
    number = 0
    for benchmark in (ALL, *benchmarks):
        panel = rows.filter(benchmark=benchmark)
        lines.append(_text(4, number, f"{metric}: {benchmark}", weight="bold"))
        for place, row in enumerate(panel.iter_rows(named=True), start=number + 1):
            lines += _bar(place, row["policy"], row["value"], row["standard_error"])
        number += panel.height + 1
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" '
        f'height="{ROW * number + 4}" font-family="sans-serif" font-size="11">'
    )
    return "\n".join([head, *lines, "</svg>"])


def _bar(number: int, policy: str, value: float | None, error: float | None) -> Iterator[str]:
    """Yield what a policy's bar is drawn with: name, axis, bar, whisker, value."""
    yield _text(12, number, policy if len(policy) <= MAX_NAME else f"{policy[: MAX_NAME - 1]}…")
    middle = number * ROW + ROW / 2
    yield _line(LEFT, LEFT + WIDTH, middle, AXIS_COLOUR)
    if value is None:
        return
    y = middle - BAR / 2
    yield (
        f'<rect x="{LEFT}" y="{y:g}" width="{value * WIDTH:.1f}" height="{BAR}" fill="{COLOUR}"/>'
    )
    if error:
        low, high = (min(max(value + sign * error, 0.0), 1.0) * WIDTH for sign in (-1, 1))
        yield _line(LEFT + low, LEFT + high, middle, ERROR_COLOUR)
    told = f"{value:.3f}" + ("" if error is None else f" ± {error:.3f}")
    yield _text(LEFT + WIDTH + 8, number, told)


def _line(start: float, end: float, y: float, colour: str) -> str:
    return f'<line x1="{start:.1f}" x2="{end:.1f}" y1="{y:g}" y2="{y:g}" stroke="{colour}"/>'


def _text(x: float, number: int, text: str, *, weight: str = "normal") -> str:
    shown = escape(visible(text, is_one_line=True))
    return f'<text x="{x:g}" y="{number * ROW + BAR + 1}" font-weight="{weight}">{shown}</text>'
