"""From a recipe to its Dagster graph: the assets of its rounds, their checks and jobs."""

from pathlib import Path

import dagster as dg

from assets import cold_start, evaluation, policies, prompts, reasoning, sft
from assets.checks import build_checks
from assets.decorator import RoundAsset
from assets.jobs import build_jobs
from assets.resources import Means, run_resource
from r1data.recipe.graph import table_specs
from r1data.recipe.recipe import Recipe
from r1data.store.spec import TableSpec

MEANS = Means()
ROUNDS = (policies, prompts, cold_start, reasoning, sft, evaluation)


def build_definitions(recipe: Recipe, root: Path, *, means: Means = MEANS) -> dg.Definitions:
    """Return the assets, checks and jobs of a recipe, its tables kept under `root`."""
    specs = {spec.key: spec for spec in table_specs(recipe)}
    declared = {asset.key: asset for asset in round_assets()}
    return dg.Definitions(
        assets=[_asset_of(spec, declared).bind(spec) for spec in specs.values()],
        asset_checks=build_checks(specs),
        jobs=build_jobs(dict.fromkeys(key.split("/")[0] for key in specs)),
        resources={"run": run_resource(recipe, root, means)},
        executor=dg.in_process_executor,
    )


def round_assets() -> list[RoundAsset]:
    """Return every asset that a round's file declares."""
    named = [value for module in ROUNDS for value in vars(module).values()]
    return [value for value in named if isinstance(value, RoundAsset)]


def _asset_of(spec: TableSpec, declared: dict[str, RoundAsset]) -> RoundAsset:
    """Return the asset of a table: the one of its name, or the one its round has for all."""
    return declared.get(spec.key) or declared[f"{spec.key.split('/')[0]}/*"]
