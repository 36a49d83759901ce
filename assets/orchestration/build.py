"""The Dagster graph of a recipe: an asset for each table, with checks and jobs."""

from pathlib import Path

import dagster as dg
import dataframely as dy

from assets.orchestration.checks import build_checks
from assets.orchestration.failures import told_to_dagster
from assets.orchestration.jobs import build_jobs
from assets.orchestration.metadata import describe
from assets.orchestration.resource import ReportedRun, run_resource
from assets.recipe.recipe import Recipe
from assets.steps.run import MACHINE, Machine
from assets.steps.spending import spending_of
from assets.steps.step import GPU
from r1data.seeds import content_id
from r1data.store.spec import TableSpec
from r1data.store.store import Store


def build_definitions(recipe: Recipe, root: Path, *, machine: Machine = MACHINE) -> dg.Definitions:
    """Return the assets, checks and jobs of a recipe, its tables kept under `root`."""
    specs = recipe.tables()
    store = Store(root)
    spending = spending_of(recipe.caps, recipe.policies, store)
    return dg.Definitions(
        assets=[_asset(spec, *store.log_state(spec).values()) for spec in specs],
        asset_checks=build_checks(recipe, specs),
        jobs=build_jobs(dict.fromkeys(_group(spec) for spec in specs)),
        resources={"run": run_resource(specs, root, machine, spending)},
        executor=dg.in_process_executor,
    )


def _asset(spec: TableSpec, *log_states: str) -> dg.AssetsDefinition:
    """Return the Dagster asset that makes a table; what its log has counts as a part of its code.

    So the UI shows it stale once the graph is loaded again.
    """

    @dg.asset(
        key=spec.key.split("/"),
        group_name=_group(spec),
        deps=[dg.AssetKey(key.split("/")) for key in spec.reads.values()],
        description=spec.description,
        metadata={"dagster/column_schema": column_schema(spec.schema)},
        code_version=content_id(spec.version, dict(spec.content), *log_states)[:16],
        kinds={"vllm" if spec.pool == GPU else "polars", "parquet"},
        pool=spec.pool,
        required_resource_keys={"run"},
    )
    def made(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        reported: ReportedRun = context.resources.run
        with told_to_dagster(reported.run.store.root), reported.progress.of(context):
            table = reported.run.make(spec.key)
        return dg.MaterializeResult(
            data_version=dg.DataVersion(table.data_version), metadata=describe(table)
        )

    return made


def _group(spec: TableSpec) -> str:
    return spec.key.partition("/")[0]


def column_schema(schema: type[dy.Schema]) -> dg.TableSchema:
    """Return a table's columns with their types and descriptions, as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=name,
                type=str(column.dtype),
                description=column.description,
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for name, column in schema.columns().items()
        ]
    )
