"""Compare a finished demo with the README's table; the nightly build fails if a score has moved."""

import argparse
import sys
from pathlib import Path

from pages.demo_table import read_scores, scores_of
from pages.noise import moved_scores

from assets.recipe.load import load_recipe
from r1data.store.store import open_store


def main() -> int:
    """Print each score that moved by more than its noise; return 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path("data/demo"))
    parser.add_argument("--recipe", type=Path, default=Path("recipes/demo.yaml"))
    parser.add_argument("--page", type=Path, default=Path("README.md"))
    asked = parser.parse_args()
    stated = read_scores(asked.page.read_text(encoding="utf-8"))
    found = scores_of(open_store(asked.data), load_recipe(asked.recipe))
    moved = list(moved_scores(stated, found))
    for line in moved or ["every score is within its noise of what the README states"]:
        sys.stdout.write(f"{line}\n")
    return 1 if moved else 0


if __name__ == "__main__":
    sys.exit(main())
