"""A run: the data folder, with the engine and the worker processes that its tables share."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assets.steps.spending import NO_LIMIT, Spending, budget_of
from assets.steps.trainer import TrainingJob, train
from r1data.curation.embeddings import Embed, Embedding, load_embedding
from r1data.curation.quality.training import Train, train_fasttext
from r1data.engines.open import open_engine
from r1data.evaluation.reward_models import RewardModel, load_reward_model
from r1data.generation.budget import Budget
from r1data.policies.settings import Policy, PolicyVersion
from r1data.policies.table import policy_version
from r1data.progress import SILENT, Progress
from r1data.protocol import Engine
from r1data.store.catalog import Catalog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table

if TYPE_CHECKING:
    from r1data.answers.workers import Workers

CATALOG_SECONDS = 3.0
"""While a run goes on, what it wrote reaches SQL after so long; at its end, at once."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The models and trainings that a run starts; tests put fakes in their place."""

    open_engine: Callable[[PolicyVersion, Store, Callable[[str], object]], Engine] = open_engine
    """Takes the policy, the data folder, and what is told of waiting."""
    train: Callable[[TrainingJob, Progress], None] = train
    load_embedding: Callable[[Embedding], Embed] = load_embedding
    train_classifier: Train = train_fasttext
    load_reward_model: Callable[[Path], RewardModel] = load_reward_model


MACHINE = Machine()


class Run:
    """One run in one process: makes tables as their specs say.

    The engine of the policy asked last stays up until another is asked or a training begins; the
    verifiers' workers stay up to the end. Leaving the `with` block ends them all, and so does an
    exception: whoever wants to stop a run raises one.
    """

    def __init__(
        self,
        specs: Sequence[TableSpec],
        root: Path,
        machine: Machine = MACHINE,
        progress: Progress = SILENT,
        spending: Spending = NO_LIMIT,
    ) -> None:
        self.store = Store(root)
        self.machine = machine
        self.specs = {spec.key: spec for spec in specs}
        self.fingerprints = fingerprints(specs)
        self.catalog = Catalog(self.store)
        self.progress = progress
        self._spending = spending
        self._engine: tuple[tuple[str, Policy], Engine] | None = None

    def __enter__(self) -> "Run":
        self.catalog.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            stack.callback(self.catalog.refresh)
            stack.callback(self.workers.close)
            stack.callback(self.close_engine)

    def make(self, key: str) -> Table:
        """Make the version of a table that its spec means, if it is not there; make it current."""
        spec = self.specs[key]
        table = self.store.version(spec, self.fingerprints[key]) or self._fill(spec)
        self.store.adopt(table)
        self.refresh_catalog()
        return table

    def table(self, key: str) -> Table:
        """Return the version of a table that its spec means.

        Raises:
            FileNotFoundError: If it is not made yet.
        """
        found = self.store.version(self.specs[key], self.fingerprints[key])
        if found is None:
            raise FileNotFoundError(
                f"{key} is not made yet as this recipe means it; run `r1data run --select {key}`."
            )
        return found

    def budget(self) -> Budget:
        """Return what the recipe may still ask of models; a cap has the logs read for it each time.

        Other runs of the recipe may have asked between two tables of this one.
        """
        return budget_of(self.store, self._spending)

    @cached_property
    def workers(self) -> "Workers":
        """The worker processes of verifiers, which are started when they are first needed."""
        from r1data.answers.workers import Workers

        return Workers()

    def refresh_catalog(self) -> None:
        """Show SQL the shards that are written, unless that was done a moment ago."""
        self.catalog.refresh(min_seconds=CATALOG_SECONDS)

    def policy_version(self, table: Table, settings: Policy) -> PolicyVersion:
        """Return the policy that a one-row table of policies describes, ready to be asked."""
        return policy_version(table.read().row(0, named=True), settings, self.store)

    def engine(self, policy: PolicyVersion) -> Engine:
        """Return the policy's engine: the one that is up, or a new one in its place.

        Policies that are one model, asked in one way, share an engine, whatever their instructions.
        """
        wanted = policy.revision, policy.without_instructions().settings
        if self._engine is not None and self._engine[0] == wanted:
            return self._engine[1]
        self.close_engine()
        engine = self.machine.open_engine(policy, self.store, self.progress.say)
        self._engine = (wanted, engine)
        return engine

    def close_engine(self) -> None:
        """End the engine that is up, if any: training needs its memory."""
        if self._engine is not None:
            self._engine[1].close()
            self._engine = None

    def _fill(self, spec: TableSpec) -> Table:
        inputs = {name: self.table(key) for name, key in spec.reads.items()}
        versions = {table.key: table.data_version for table in inputs.values()}
        versions |= self.store.log_state(spec)
        with self.store.writing(spec, self.fingerprints[spec.key], versions) as writer:
            spec.fill(self, writer, spec.settings, **inputs)
            return writer.finish()
