"""From a function that fills one table to a Dagster asset: the same way for every round.

An asset file says `asset = Round("reasoning")` and decorates functions with it. The
function is called with the run, the table to fill and the tables it reads, by the names that
`r1data.recipe.graph` gives them, and only if the version the recipe means does not exist yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, overload

import dagster as dg
import dataframely as dy

from assets.failures import told_to_dagster
from r1data.seeds import content_id
from r1data.store.spec import TableSpec

if TYPE_CHECKING:
    from assets.resources import Run

Fill = Callable[..., None]


@dataclass(frozen=True, slots=True)
class RoundAsset:
    """A table of a round, and the function that fills it."""

    round_name: str
    fill: Fill
    name: str
    pool: str | None = None
    kinds: frozenset[str] = frozenset({"polars", "parquet"})

    @property
    def key(self) -> str:
        """The key of the table, which is also where it stands on disk."""
        return f"{self.round_name}/{self.name}"

    def bind(self, spec: TableSpec) -> dg.AssetsDefinition:
        """Return the Dagster asset that makes the table of a recipe."""

        @dg.asset(
            key=spec.key.split("/"),
            group_name=self.round_name,
            deps=[dg.AssetKey(key.split("/")) for key in spec.reads.values()],
            description=cleandoc(self.fill.__doc__ or ""),
            metadata={"dagster/column_schema": column_schema(spec.schema)},
            code_version=content_id(spec.version, dict(spec.settings))[:16],
            kinds=set(self.kinds),
            pool=self.pool,
            required_resource_keys={"run"},
        )
        def made(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
            run: Run = context.resources.run
            with told_to_dagster(run.store.root):
                return run.make(context, spec, self.fill)

        return made


@dataclass(frozen=True, slots=True)
class Round:
    """Declares the assets of a round: a decorator for the functions that fill its tables."""

    name: str

    @overload
    def __call__(self, fill: Fill) -> RoundAsset: ...

    @overload
    def __call__(
        self, *, name: str | None = None, pool: str | None = None
    ) -> Callable[[Fill], RoundAsset]: ...

    def __call__(
        self, fill: Fill | None = None, *, name: str | None = None, pool: str | None = None
    ) -> RoundAsset | Callable[[Fill], RoundAsset]:
        """Declare the asset that a function fills; its name is the function's, unless given.

        Assets that load a model carry `pool="gpu"`: one of them at a time.
        """

        def declare(function: Fill) -> RoundAsset:
            kinds = frozenset({"vllm", "parquet"} if pool else {"polars", "parquet"})
            return RoundAsset(self.name, function, name or function.__name__, pool, kinds)

        return declare if fill is None else declare(fill)


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
