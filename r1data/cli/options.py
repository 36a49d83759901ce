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
InFile = Annotated[
    Path, typer.Argument(metavar="IN", help="JSONL, JSON, CSV (also .gz) or Parquet.")
]
OutOption = Annotated[Path, typer.Option(help="A .jsonl or .parquet file.")]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(metavar="OURS=THEIRS", help="A column of another name; can be repeated."),
]
ReasoningOption = Annotated[
    Literal["think", "prefilled", "none"],
    typer.Option(help="`prefilled`: the chat template opened the think block."),
]
PackageOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="What programs may import; can be repeated."),
]
