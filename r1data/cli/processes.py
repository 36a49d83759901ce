"""Commands that become another process: the asset graph, the Dagster UI."""

import os
import sys
from typing import Annotated

import typer

from r1data.cli.options import DATA, RECIPE, DataOption, RecipeOption


def run(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    select: Annotated[
        list[str] | None, typer.Option(help="A table or a round, with what it reads; repeatable.")
    ] = None,
    finished_only: Annotated[
        bool, typer.Option(help="Take what is finished; ask for nothing more.")
    ] = False,
) -> None:
    """Make the recipe's tables: the same graph that the UI shows. What is fresh stays as it is.

    r1data run --recipe recipes/demo.yaml --select reasoning/selected_rollouts
    """
    selected = [text for key in select or () for text in ("--select", key)]
    flags = ["--finished-only"] if finished_only else []
    _become("run", "--recipe", str(recipe), "--data", str(data), *selected, *flags)


def ui(
    recipe: RecipeOption = RECIPE,
    data: DataOption = DATA,
    port: Annotated[int, typer.Option(help="Where the browser finds it.")] = 3000,
) -> None:
    """Open the Dagster UI on the recipe's graph, its runs and its tables.

    r1data ui --recipe recipes/demo.yaml
    """
    _become("ui", "--recipe", str(recipe), "--data", str(data), "--port", str(port))


def _become(name: str, *arguments: str) -> None:
    """Replace this process, so that signals and the exit status need no go-between."""
    module = f"assets.orchestration.{name}"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
