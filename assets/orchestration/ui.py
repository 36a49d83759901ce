"""The Dagster UI of a recipe, for `r1data ui`."""

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from assets.orchestration.failures import status_of
from assets.orchestration.instance import open_instance
from assets.recipe.load import load_recipe


def main() -> int:
    """Become `dagster dev` on the recipe's graph and instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", default="3000")
    options = parser.parse_args()
    return status_of(lambda: _become(options), options.data)


def _become(options: argparse.Namespace) -> NoReturn:
    open_instance(options.data / load_recipe(options.recipe).name).dispose()
    os.environ["R1DATA_RECIPE"] = str(options.recipe)
    os.environ["R1DATA_DATA"] = str(options.data)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "assets.orchestration.definitions"]
    os.execv(sys.executable, [*command, "--port", options.port])


if __name__ == "__main__":
    sys.exit(main())
