"""Finding the table that a command names."""

from difflib import get_close_matches
from pathlib import Path

from assets.recipe.recipe import Recipe
from r1data.store.store import open_store
from r1data.store.table import Table


def find_table(recipe: Recipe, data: Path, key: str) -> Table:
    """Return the current version of a table in a recipe's data folder.

    Raises:
        FileNotFoundError: The recipe makes it, and it is not made yet.
        ValueError: Neither the recipe nor the folder knows it; the nearest that they do is named.
    """
    store = open_store(data / recipe.name)
    known = [spec.key for spec in recipe.tables()]
    if key not in (*known, *store.keys()):
        near = get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it makes: {', '.join(known)}."
        raise ValueError(f"the recipe makes no table {key}; {hint}")
    return store.table(key)
