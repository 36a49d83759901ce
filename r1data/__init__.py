"""Build DeepSeek-R1-style datasets: prompts in, verified training data out."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def table(key: str, data: str | Path = "data/demo") -> "pl.LazyFrame":
    """Return the current version of a table, e.g. `table("reasoning/rollouts")`, lazily.

    Args:
        key: Round and name of the table.
        data: The data folder of a recipe.
    """
    from r1data.store.store import open_store

    return open_store(Path(data).resolve()).table(key).scan()
