"""A training as a picture: a small panel for each metric that was logged, over its steps."""

from collections.abc import Iterator
from html import escape

import polars as pl

from r1data.text import visible

SHOWN = (
    *("loss", "reward", "kl", "entropy", "completions/mean_length", "frac_reward_zero_std"),
    *("mean_token_accuracy", "grad_norm"),
)
"""Metrics that have a panel where they are logged, beside the mean of each reward."""
MAX_PANELS, MAX_POINTS = 14, 200
COLUMNS, WIDTH, HEIGHT, GAP, HEAD = 2, 320, 90, 24, 18
COLOUR, AXIS_COLOUR = "#1565c0", "#bdbdbd"


def training_plot(log: pl.DataFrame) -> str:
    """Return an SVG of a training's log: value over step, each panel with its own scale.

    Names are escaped; nothing else of the data stands in it.

    Args:
        log: Rows of `TrainingLogs` of one policy.
    """
    known = log.filter(pl.col("value").is_not_null())
    panels = [
        panel
        for name in shown_metrics(known["metric"].unique().sort())
        for panel in [known.filter(metric=name).sort("step")]
        if panel.height
    ]
    rows = -(-len(panels) // COLUMNS)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * (WIDTH + GAP)}" '
        f'height="{rows * (HEAD + HEIGHT + GAP)}" font-family="sans-serif" font-size="11">'
    ]
    for number, panel in enumerate(panels):
        left = number % COLUMNS * (WIDTH + GAP)
        top = number // COLUMNS * (HEAD + HEIGHT + GAP)
        lines += _panel(panel, left, top)
    return "\n".join([*lines, "</svg>"])


def shown_metrics(logged: pl.Series) -> list[str]:
    """Return the metrics that people look at first, of those that were logged.

    >>> shown_metrics(pl.Series(["rewards/format/mean", "learning_rate", "loss", "reward"]))
    ['loss', 'reward', 'rewards/format/mean']
    """
    rewards = [name for name in logged if name.startswith("rewards/") and name.endswith("/mean")]
    return [*(name for name in SHOWN if name in logged), *rewards][:MAX_PANELS]


def _panel(rows: pl.DataFrame, left: float, top: float) -> Iterator[str]:
    """Yield what a metric is drawn with: its name, the ends of its scale, and its line."""
    every = -(-rows.height // MAX_POINTS)
    values, steps = rows["value"].gather_every(every), rows["step"].gather_every(every)
    low, high = float(values.min() or 0.0), float(values.max() or 0.0)  # type: ignore[arg-type]
    span, first = (high - low) or 1.0, int(steps[0])
    length = max(int(steps[-1]) - first, 1)
    points = " ".join(
        f"{left + (step - first) / length * WIDTH:.1f},"
        f"{top + HEAD + HEIGHT - (value - low) / span * HEIGHT:.1f}"
        for step, value in zip(steps, values, strict=True)
    )
    name = escape(visible(str(rows["metric"][0]), is_one_line=True))
    told = f"{name}: {values[0]:.3g} to {values[-1]:.3g}, from {low:.3g} up to {high:.3g}"
    yield f'<text x="{left:g}" y="{top + 12:g}">{told}</text>'
    yield (
        f'<rect x="{left:g}" y="{top + HEAD:g}" width="{WIDTH}" height="{HEIGHT}" fill="none" '
        f'stroke="{AXIS_COLOUR}"/>'
    )
    yield f'<polyline points="{points}" fill="none" stroke="{COLOUR}"/>'
