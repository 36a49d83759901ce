"""Jobs: the whole recipe, and each of its rounds."""

from collections.abc import Iterable

import dagster as dg


def build_jobs(rounds: Iterable[str]) -> list[object]:
    """Return one job that makes everything and one for each round."""
    whole = dg.define_asset_job(
        "recipe", dg.AssetSelection.all(), description="Everything the recipe makes."
    )
    return [
        whole,
        *(
            dg.define_asset_job(
                name, dg.AssetSelection.groups(name), description=f"The round {name}."
            )
            for name in rounds
        ),
    ]
