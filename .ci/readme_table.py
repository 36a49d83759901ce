"""Fill the README's table of what the demo made, from its data folder: `make readme-table`."""

import argparse
from pathlib import Path

from pages.demo_table import NAME, demo_table
from pages.markdown import replace_block

from assets.recipe.load import load_recipe
from r1data.store.store import open_store


def main() -> None:
    """Rewrite the block of the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path("data/demo"))
    parser.add_argument("--recipe", type=Path, default=Path("recipes/demo.yaml"))
    parser.add_argument("--page", type=Path, default=Path("README.md"))
    asked = parser.parse_args()
    lines = demo_table(open_store(asked.data), load_recipe(asked.recipe))
    page = asked.page.read_text(encoding="utf-8")
    asked.page.write_text(replace_block(page, NAME, lines), encoding="utf-8")


if __name__ == "__main__":
    main()
