"""The options that commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

RecipeOption = Annotated[
    Path, typer.Option("--recipe", envvar="R1DATA_RECIPE", help="The recipe, a YAML file.")
]
DataOption = Annotated[
    Path, typer.Option("--data", envvar="R1DATA_DATA", help="Folder of all recipes' data folders.")
]
RECIPE = Path("recipes/demo.yaml")
DATA = Path("data")
Format = Literal["table", "csv", "json"]
"""How `sql` prints rows."""
