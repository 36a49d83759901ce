"""Finding damage in a data folder, and taking it out."""

from pathlib import Path

import typer

from assets.recipe.load import load_recipe
from r1data.cli.terminal import say
from r1data.store.check import damaged_rows, find_faults, take_out
from r1data.store.query import heal_catalog
from r1data.store.store import open_store

DAMAGED = 2


def print_damage(recipe: Path, data: Path, *, is_repair: bool) -> None:
    """Print what is not as it was written, and take it out if that is asked."""
    store = open_store(data / load_recipe(recipe).name)
    heal_catalog(store)
    faults = list(find_faults(store))
    for fault in faults:
        say(str(fault))
    for path, count in damaged_rows(store).items():
        say(f"{path}: damaged rows, which are passed over: {count:,}")
    if not faults:
        say("every shard is what was written")
    elif is_repair:
        take_out(store, faults)
        say("taken out; `r1data run` makes it again")
    else:
        raise typer.Exit(DAMAGED)
