"""The code location that the Dagster UI loads: the graph of the recipe named in the environment."""

import os
from pathlib import Path

from assets.build import build_definitions
from r1data.recipe.load import load_recipe

RECIPE = load_recipe(Path(os.environ.get("R1DATA_RECIPE", "recipes/demo.yaml")))
DATA = Path(os.environ.get("R1DATA_DATA", "data"))

defs = build_definitions(RECIPE, DATA / RECIPE.name)
