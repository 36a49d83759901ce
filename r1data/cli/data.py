"""Reading a data folder (status, sql, show, why), and tidying it (gc)."""

from pathlib import Path
from typing import Any

import polars as pl
import typer

from assets.recipe.load import load_recipe
from r1data.cli.file_counts import file_lines
from r1data.cli.options import Format
from r1data.cli.plan_money import standing_lines
from r1data.cli.tables import find_table
from r1data.cli.terminal import CONSOLE, cell, lean_grid, say
from r1data.cli.why.page import trace
from r1data.store.live import tables_being_made
from r1data.store.staleness import TableState, table_statuses
from r1data.store.store import Store, open_store
from r1data.text import visible

MAX_CHARS = 1_000
VERSION_DIGITS = 8
COLOURS = {TableState.FRESH: "green", TableState.STALE: "yellow", TableState.PARTIAL: "yellow"}


def print_status(recipe: Path, data: Path) -> None:
    """Print the state of every table of a recipe, and why those are stale that are."""
    from r1data.store.query import heal_catalog

    loaded = load_recipe(recipe)
    store = Store(data / loaded.name)
    heal_catalog(store)
    statuses = table_statuses(store, loaded.tables())
    grid = lean_grid("table", "state", "rows", "version", "made (UTC)")
    for row in statuses:
        colour = COLOURS.get(row.state, "red")
        grid.add_row(
            cell(row.key),
            f"[{colour}]{row.state.value}[/{colour}]",
            f"{row.num_rows:,}",
            (row.data_version or "")[:VERSION_DIGITS],
            (row.made_at or "")[:16].replace("T", " "),
        )
    CONSOLE.print(grid)
    being_made = tables_being_made(store.root)
    for row in statuses:
        if row.state is not TableState.FRESH and row.key in being_made:
            say(f"{row.key}: {being_made[row.key]}")
        elif row.state in COLOURS and row.reason:
            say(f"{row.key} is {row.state.value}: {row.reason}")
    for line in (*file_lines(store), *standing_lines(loaded, store)):
        say(line)


def answer_sql(statement: str | None, recipe: Path, data: Path, output: Format) -> None:
    """Print what a statement finds in the tables; without a statement, hold a session."""
    from r1data.store.query import query

    root = open_store(_root(recipe, data)).root
    if statement is not None:
        _print_frame(query(root, statement), output)
        return
    CONSOLE.print("SQL, one statement a line; Ctrl-D ends.", style="dim")
    while (line := _next_line()) is not None:
        try:
            _print_frame(query(root, line), output)
        except ValueError as error:
            say(str(error), style="red")


def print_rows(table: str, number: int, recipe: Path, data: Path, *, is_full: bool) -> None:
    """Print some rows of a table, drawn from all over it."""
    from r1data.store.query import heal_catalog

    found = find_table(load_recipe(recipe), data, table)
    heal_catalog(open_store(_root(recipe, data)))
    step = max(1, found.num_rows // number)
    with found.naming_damage():
        rows = found.scan().gather_every(step).head(number).collect()
    for row in rows.iter_rows(named=True):
        CONSOLE.rule()
        _print_row(row, is_full=is_full)


def print_path(identity: str, recipe: Path, data: Path) -> None:
    """Print the path of a prompt or rollout through every table, with the reasons."""
    for line in trace(open_store(_root(recipe, data)), identity):
        say(line)


def report_contamination(out: Path, recipe: Path, data: Path) -> None:
    """Write the page on what repeats a benchmark, and print how much does."""
    from r1data.cli.report import write_contamination

    loaded = load_recipe(recipe)
    benchmarks = loaded.others(loaded.name).benchmarks
    write_contamination(open_store(data / loaded.name), benchmarks, out)


def remove_old(recipe: Path, data: Path, *, is_dry_run: bool) -> None:
    """Remove what no current table came from; print each thing with its size and the reason."""
    from r1data.endpoints.batches.records import tidy_batches
    from r1data.store.collect import collect

    loaded = load_recipe(recipe)
    store = Store(data / loaded.name)
    removed = collect(store, loaded.tables(), dry_run=is_dry_run)
    if not is_dry_run:
        tidy_batches(store.shared_logs)
    for item in removed:
        say(f"{item.num_bytes / 1e6:10.1f} MB  {item.path}  {item.reason}")
    total = sum(item.num_bytes for item in removed)
    CONSOLE.print(f"{'would free' if is_dry_run else 'freed'} {total / 1e6:.1f} MB")


def _root(recipe: Path, data: Path) -> Path:
    return data / load_recipe(recipe).name


def _next_line() -> str | None:
    try:
        return CONSOLE.input("sql> ")
    except EOFError:
        return None


def _print_frame(frame: pl.DataFrame, output: Format) -> None:
    if output == "csv":
        _print_raw(frame.write_csv().rstrip("\n"))
    elif output == "json":
        _print_raw(frame.write_json())
    else:
        with pl.Config(tbl_rows=100, tbl_cols=-1, fmt_str_lengths=100, tbl_width_chars=-1):
            typer.echo(visible(str(frame)))


def _print_raw(text: str) -> None:
    """Print what another program reads as it is, unless it goes to a terminal.

    `color` keeps colours, which are part of the text, from being taken out.
    """
    typer.echo(visible(text) if CONSOLE.is_terminal else text, color=True)


def _print_row(row: dict[str, Any], *, is_full: bool) -> None:
    for name, value in row.items():
        if value is not None:
            text = str(value)
            shown = text if is_full or len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]}…"
            CONSOLE.print(name, style="bold", markup=False, end="")
            say(f": {shown}")
