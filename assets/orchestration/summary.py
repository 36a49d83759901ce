"""The summary of a run: the funnel, drop tables, quotas, and the scoreboard of policies."""

from collections.abc import Callable, Mapping

import dataframely as dy
import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from r1data.curation.drops import KEPT, drop_matrix, drop_warnings
from r1data.evaluation.metrics import ALL
from r1data.evaluation.scoreboard import ACCURACY, wide_scoreboard
from r1data.generation.spending import Spent
from r1data.store.spec import TableSpec
from r1data.store.store import Store
from r1data.tables import (
    FATES,
    Comparisons,
    Drops,
    Mixtures,
    Quotas,
    RewardModels,
    Rollouts,
    Scoreboard,
)
from r1data.text import visible

MAX_SOURCES = 20
"""Sources whose drops are printed one by one."""
MAX_WIDTH = 1000
"""Characters of a line of the scoreboard."""
CONSOLE = Console(stderr=True, soft_wrap=True, highlight=False)


def say(line: str) -> None:
    """Print one line for the person who runs it."""
    CONSOLE.print(line)


def complain(line: str) -> None:
    """Print one line that says what is wrong and what to do, as it stands."""
    CONSOLE.print(visible(line), style="red", markup=False, emoji=False)


def print_summary(store: Store, specs: dict[str, TableSpec]) -> None:
    """Print the funnel, the drop tables, the quotas and the scoreboard of what is made."""
    made = {key: spec for key, spec in specs.items() if store.current(key)}
    CONSOLE.print(_funnel(store, made))
    for key, spec in made.items():
        if spec.schema is Drops:
            _print_drops(store.table(key).read())
        if spec.schema is Quotas:
            CONSOLE.print(_quotas(store.table(key).read()))
        if spec.schema is Scoreboard:
            _print_scoreboard(store.table(key).read())
        if spec.schema in LINES:
            for line in LINES[spec.schema](store.table(key).read()):
                CONSOLE.print(line)


def spent_line(spent: Spent) -> str:
    """Return a line on what a recipe has asked of models so far; empty if nothing.

    >>> spent_line(Spent(1200, 3_000_000, 4.5, 0.25))
    'asked of models in all runs: 1,200 requests, 3,000,000 tokens, 4.50 in money, 0.2 hours'
    >>> spent_line(Spent())
    ''
    """
    if not spent.requests:
        return ""
    money = f"{spent.money:,.2f} in money, " if spent.money else ""
    return (
        f"asked of models in all runs: {spent.requests:,} requests, {spent.tokens:,} tokens, "
        f"{money}{spent.hours:.1f} hours"
    )


def accuracy_lines(models: pl.DataFrame) -> list[str]:
    """Return one line for each reward model whose accuracy was measured."""
    return [
        f"{row['model']} ({row['kind']}): accuracy {_number(row['accuracy'])} "
        f"(s.e. {_number(row['standard_error'])}) on {row['num_held_out']:,} held out"
        for row in models.drop_nulls("accuracy").iter_rows(named=True)
    ]


def _funnel(store: Store, specs: dict[str, TableSpec]) -> Grid:
    grid = Grid("table", "rows", "of which", title="funnel", title_justify="left")
    shown = (Rollouts, Mixtures, *FATES)
    for key, spec in specs.items():
        if spec.schema in shown:
            table = store.table(key)
            fate = FATES.get(spec.schema)
            reasons = _reasons(table.scan(), fate.told) if fate else ""
            grid.add_row(key, f"{table.num_rows:,}", reasons)
    return grid


def _reasons(rows: pl.LazyFrame, reason: pl.Expr) -> str:
    counts = rows.group_by(reason.alias("reason")).len().sort("len", "reason", descending=True)
    return ", ".join(f"{escape(name)} {count:,}" for name, count in counts.collect().iter_rows())


def _print_drops(drops: pl.DataFrame) -> None:
    """Print a drop table, a line a source, and what is to be said of its shares."""
    for (table,), rows in drops.partition_by("decided_in", as_dict=True).items():
        CONSOLE.print(_drop_table(str(table), drop_matrix(rows)))
        for line in drop_warnings(rows):
            CONSOLE.print(visible(line), style="yellow", markup=False, emoji=False)


def _drop_table(table: str, matrix: pl.DataFrame) -> Grid:
    title = f"drop table of {escape(table)}"
    grid = Grid("source", "rows", KEPT, "left for", title=title, title_justify="left")
    for row in shown_sources(matrix).iter_rows(named=True):
        source, num_rows, kept = (row.pop(name) for name in ("source", "rows", KEPT))
        left = ", ".join(f"{reason} {cell}" for reason, cell in row.items() if cell)
        grid.add_row(escape(visible(source, is_one_line=True)), f"{num_rows:,}", kept, left)
    return grid


def shown_sources(matrix: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the sources with most rows, in their order, and the last, which sums up.

    SQL has the others.
    """
    sources = matrix.head(-1).with_row_index("place")
    largest = sources.sort("rows", "place", descending=[True, False]).head(MAX_SOURCES)
    return pl.concat([largest.sort("place").drop("place"), matrix.tail(1)])


def _quotas(quotas: pl.DataFrame) -> Grid:
    grid = Grid(title="quotas", title_justify="left")
    for name in ("of", "name", "wanted", "available", "taken", "shortfall"):
        grid.add_column(name, no_wrap=True, min_width=len(name))
    for row in quotas.iter_rows(named=True):
        counts = (row[name] for name in ("wanted", "available", "taken", "shortfall"))
        shown = ("" if count is None else f"{count:,}" for count in counts)
        grid.add_row(row["kind"], escape(row["name"]), *shown)
    return grid


def _print_scoreboard(scoreboard: pl.DataFrame) -> None:
    """Print a row a policy, as DeepSeek-R1's Table 3: pass@1, then all else that is known over all.

    What is wider than the terminal goes beyond it: numbers are not cut.
    """
    is_pass = pl.col("metric") == "pass@1"
    parts = {
        "scoreboard: pass@1, with standard errors": is_pass,
        "scoreboard: the rest, over all benchmarks": ~is_pass & (pl.col("benchmark") == ALL),
    }
    for title, is_part in parts.items():
        wide = wide_scoreboard(scoreboard.filter(is_part))
        grid = Grid(title=title, title_justify="left")
        for name in wide.columns:
            grid.add_column(escape(name.removesuffix(" pass@1")), no_wrap=True)
        for row in wide.iter_rows():
            grid.add_row(*(escape(value or "") for value in row))
        Console(stderr=True, soft_wrap=True, highlight=False, width=MAX_WIDTH).print(grid)


def comparison_lines(comparisons: pl.DataFrame) -> list[str]:
    """Return one line for each difference of pass@1 or accuracy over all benchmarks."""
    is_told = pl.col("metric").is_in(["pass@1", ACCURACY]) & (pl.col("benchmark") == ALL)
    rows = comparisons.filter(is_told).drop_nulls("difference")
    without = {ACCURACY: " without the format rule"}
    return [
        f"{row['policy']} minus {row['baseline']}{without.get(row['metric'], '')}, "
        "paired by prompt: "
        f"{row['difference']:+.3f} (s.e. {_number(row['standard_error'])}, "
        f"{row['num_prompts']} prompts)"
        for row in rows.iter_rows(named=True)
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


LINES: Mapping[type[dy.Schema], Callable[[pl.DataFrame], list[str]]] = {
    RewardModels: accuracy_lines,
    Comparisons: comparison_lines,
}
"""The tables of which lines are printed, and what makes them."""
