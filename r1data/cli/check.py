"""The command that finds damage in a data folder, and takes it out."""

from typing import Annotated

import typer

from assets.recipe.load import load_recipe
from r1data.cli.options import DATA, RECIPE, DataOption, RecipeOption
from r1data.cli.terminal import say
from r1data.store.check import damaged_rows, find_faults, take_out
from r1data.store.query import heal_catalog
from r1data.store.store import open_store

DAMAGED = 2


def check(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    repair: Annotated[
        bool, typer.Option(help="Take what is damaged out; `r1data run` makes it again.")
    ] = False,
) -> None:
    """Read every shard and every log, and say what is not as it was written.

    What is taken out is made again from the logs, which are asked for nothing twice. Rows of a
    log that are damaged are passed over by all who read it. The exit status is 2 if a shard or a
    manifest is damaged and stays so.

    r1data check --repair
    """
    store = open_store(data / load_recipe(recipe).name)
    heal_catalog(store)
    faults = list(find_faults(store))
    for fault in faults:
        say(str(fault))
    for path, count in damaged_rows(store).items():
        say(f"{path}: damaged rows, which are passed over: {count:,}")
    if not faults:
        say("every shard is what was written")
    elif repair:
        take_out(store, faults)
        say("taken out; `r1data run` makes it again")
    else:
        raise typer.Exit(DAMAGED)
