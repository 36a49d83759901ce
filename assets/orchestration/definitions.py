"""The code location that the Dagster UI loads: the graph of the recipe named in the environment."""

import os
from pathlib import Path

from assets.orchestration.build import build_definitions
from assets.recipe.load import load_recipe

RECIPE = load_recipe(Path(os.environ.get("R1DATA_RECIPE", "recipes/demo.yaml")))
DATA = Path(os.environ.get("R1DATA_DATA", "data"))

defs = build_definitions(RECIPE, DATA / RECIPE.name)
