"""What every asset is given: the recipe, the store, and what is kept up between assets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from assets.failures import told_to_dagster
from assets.instance import alive, bury_dead_runs, waiting_aloud
from assets.metadata import describe
from assets.progress import RunProgress
from assets.trainer import train_sft
from r1data.engines.open import open_engine
from r1data.engines.policies import Policy, PolicyVersion
from r1data.engines.policy_table import policy_version
from r1data.engines.protocol import Engine
from r1data.progress import Progress
from r1data.recipe.graph import table_specs
from r1data.recipe.recipe import ColdStartRound, ReasoningRound, Recipe, Training
from r1data.store.catalog import Catalog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.verification.workers import Workers

CATALOG_SECONDS = 3.0
"""While a run goes on, what it wrote reaches SQL after so long; at its end, at once."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a run uses of the machine; tests put fakes in their place."""

    open_engine: Callable[[PolicyVersion, Path], Engine] = open_engine
    """Takes the policy and a folder for logs."""
    train: Callable[[Training, PolicyVersion, Table, Path, Progress], None] = train_sft
    """Takes the settings, the policy to begin from, the mixture and the folder to fill."""


class Run:
    """One run of a recipe's graph in one process.

    The engine of the policy asked last stays up until another is asked or a training begins; the
    verifiers' workers stay up to the end. Leaving the `with` block ends them all.
    """

    def __init__(self, recipe: Recipe, root: Path, means: Means) -> None:
        self.recipe = recipe
        self.store = Store(root)
        self.means = means
        self.specs = {spec.key: spec for spec in table_specs(recipe)}
        self.fingerprints = fingerprints(list(self.specs.values()))
        self.catalog = Catalog(self.store)
        self.progress = RunProgress()
        self.workers = Workers()
        self._engine: tuple[tuple[str, Policy], Engine] | None = None

    def __enter__(self) -> "Run":
        self.catalog.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            stack.callback(self.catalog.refresh)
            stack.callback(self.workers.close)
            stack.callback(self.close_engine)

    def make(
        self, context: dg.AssetExecutionContext, spec: TableSpec, fill: Callable[..., None]
    ) -> dg.MaterializeResult[None]:
        """Make the version of a table that the recipe means, if it is not there, and report it."""
        fingerprint = self.fingerprints[spec.key]
        with self.progress.of(context):
            table = self.store.version(spec, fingerprint) or self._fill(spec, fill)
        self.store.adopt(table)
        self.catalog.refresh(min_seconds=CATALOG_SECONDS)
        return dg.MaterializeResult(
            data_version=dg.DataVersion(table.data_version), metadata=describe(table)
        )

    def table(self, key: str) -> Table:
        """Return the version of a table that the recipe means."""
        found = self.store.version(self.specs[key], self.fingerprints[key])
        if found is None:
            raise FileNotFoundError(
                f"{key} is not made yet as this recipe means it; run `r1data run --select {key}`."
            )
        return found

    def policy_version(self, table: Table) -> PolicyVersion:
        """Return the policy that a one-row table of policies describes, ready to be asked."""
        row = table.read().row(0, named=True)
        return policy_version(row, self.recipe.policy_settings(row["policy"]), self.store)

    def prefilled_policies(self) -> list[str]:
        """Return the policies whose chat template opens the think block for them."""
        names = self.recipe.policy_names()
        settings = {name: self.recipe.policy_settings(name) for name in names}
        return [n for n, policy in settings.items() if policy.template.reasoning == "prefilled"]

    def answering_round(self, name: str) -> ColdStartRound | ReasoningRound:
        """Return the settings of a round whose policy answers prompts."""
        found = {"cold_start": self.recipe.cold_start, "reasoning": self.recipe.reasoning}[name]
        if found is None:
            raise ValueError(f"the recipe has no round {name}; add it.")
        return found

    def engine(self, policy: PolicyVersion) -> Engine:
        """Return the policy's engine: the one that is up, or a new one in its place.

        Policies that are one model, asked in one way, share an engine, whatever their instructions.
        """
        wanted = policy.revision, policy.without_instructions().settings
        if self._engine is not None and self._engine[0] == wanted:
            return self._engine[1]
        self.close_engine()
        engine = self.means.open_engine(policy, self.store.root / "engines")
        self._engine = (wanted, engine)
        return engine

    def close_engine(self) -> None:
        """End the engine that is up, if any: training needs its memory."""
        if self._engine is not None:
            self._engine[1].close()
            self._engine = None

    def _fill(self, spec: TableSpec, fill: Callable[..., None]) -> Table:
        inputs = {name: self.table(key) for name, key in spec.reads.items()}
        versions = {table.key: table.data_version for table in inputs.values()}
        with self.store.writing(spec, self.fingerprints[spec.key], versions) as writer:
            fill(self, writer, **inputs)
            return writer.finish()


def run_resource(recipe: Recipe, root: Path, means: Means) -> dg.ResourceDefinition:
    """Return the resource that gives each Dagster run its `Run`, and ends it with the run."""

    @dg.resource
    @contextmanager
    def run(context: dg.InitResourceContext) -> Iterator[Run]:
        with ExitStack() as stack:
            with told_to_dagster(root):
                bury_dead_runs(context.instance, root)
                opened = Run(recipe, root, means)
                stack.enter_context(alive(root, context.run, opened.specs))
                tell = opened.progress.say
                stack.enter_context(waiting_aloud(context.instance, root, context.run, tell))
                stack.enter_context(opened)
            yield opened

    return run
