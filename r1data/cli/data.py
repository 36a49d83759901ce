"""Commands that read a data folder: status, sql, show, why; and gc, which tidies it."""

from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import typer

from assets.recipe.load import load_recipe
from r1data.cli.options import DATA, RECIPE, DataOption, RecipeOption
from r1data.cli.path import trace
from r1data.cli.tables import find_table
from r1data.cli.terminal import CONSOLE, cell, lean_grid, say
from r1data.store.collect import collect
from r1data.store.query import heal_catalog, query
from r1data.store.staleness import TableState, table_statuses
from r1data.store.store import Store, open_store
from r1data.text import visible

MAX_CHARS = 1_000
VERSION_DIGITS = 8
Format = Literal["table", "csv", "json"]
COLOURS = {TableState.FRESH: "green", TableState.STALE: "yellow", TableState.PARTIAL: "yellow"}


def status(recipe: RecipeOption = RECIPE, data: DataOption = DATA) -> None:
    """Show every table of the recipe: fresh or not, rows, version, when it was made, and why.

    A version is shown by its first digits; `manifest.json` of the table has it whole.

    r1data status --recipe recipes/demo.yaml
    """
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
    for row in statuses:
        if row.state in COLOURS and row.reason:
            say(f"{row.key} is {row.state.value}: {row.reason}")


def sql(
    statement: Annotated[str | None, typer.Argument(help="Leave out for a session.")] = None,
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    output: Annotated[Format, typer.Option("--format", help="How rows are printed.")] = "table",
) -> None:
    """Answer SQL over every table, read-only, also while a run writes.

    It reads the files of the data folder and no others. What a terminal would obey (control
    characters, turned writing) is shown as an escape; csv and json keep it where they are printed
    to a file or a pipe.

    r1data sql "select policy, count(*) from reasoning.rollouts group by all"
    """
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


def show(
    table: Annotated[str, typer.Argument(help="Its key, e.g. reasoning/selected_rollouts.")],
    number: Annotated[int, typer.Option("-n", min=1, help="Rows to show.")] = 3,
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    full: Annotated[bool, typer.Option(help="Show long texts whole.")] = False,
) -> None:
    """Read rows of a table in the terminal, drawn from all over it.

    r1data show reasoning/selected_rollouts -n 5
    """
    found = find_table(load_recipe(recipe), data, table)
    heal_catalog(open_store(_root(recipe, data)))
    step = max(1, found.num_rows // number)
    with found.naming_damage():
        rows = found.scan().gather_every(step).head(number).collect()
    for row in rows.iter_rows(named=True):
        CONSOLE.rule()
        _print_row(row, is_full=full)


def why(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A prompt's or a rollout's id.")],
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
) -> None:
    """Follow one prompt or rollout through every table, with the reasons.

    A prefix of the id will do.

    r1data why 3f0c2a
    """
    for line in trace(open_store(_root(recipe, data)), identity):
        say(line)


def gc(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    dry_run: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
) -> None:
    """Remove old versions and what crashes left; never logs, nor what a current table came from.

    r1data gc --dry-run
    """
    loaded = load_recipe(recipe)
    removed = collect(Store(data / loaded.name), loaded.tables(), dry_run=dry_run)
    for item in removed:
        say(f"{item.num_bytes / 1e6:10.1f} MB  {item.path}  {item.reason}")
    total = sum(item.num_bytes for item in removed)
    CONSOLE.print(f"{'would free' if dry_run else 'freed'} {total / 1e6:.1f} MB")


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
