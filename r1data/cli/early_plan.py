"""The requests of a round that stops early: those it made, or all that it may make."""

import polars as pl

from assets.steps.sample import Asking
from r1data.store.table import Table


def not_stopped(
    made: Table | None, problems: pl.DataFrame, settings: Asking
) -> tuple[pl.DataFrame, str]:
    """Return the problems with the samples that were asked, and what is to be said of them.

    Before the rollouts are made, whole groups are reckoned with.
    """
    if made is None:
        return problems, (
            f"{settings.round_name} stops early: its requests, tokens and money are the most that "
            "it can take"
        )
    rows = made.scan().group_by("prompt_id").agg(samples=pl.col("sample_index").sort()).collect()
    return problems.join(rows, on="prompt_id", how="inner", maintain_order="left"), ""
