import dagster as dg

from assets.orchestration.build import build_definitions
from r1data.store.staleness import TableState, table_statuses
from r1data.store.store import Store
from tests.assets.recipes import whole_recipe
from tests.fakes import FakeMachine, fake_weights

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Graph:
    """A data folder, and the recipes that are run in it."""

    def __init__(self, tmp_path):
        self.tmp_path = tmp_path
        self.store = Store(tmp_path / "data")
        self.machine = FakeMachine()
        if not (tmp_path / "base").exists():
            fake_weights(tmp_path / "base")

    def run(self, **rounds):
        self.make(whole_recipe(self.tmp_path, **rounds))

    def make(self, recipe):
        asked, trained = self.machine.engine.num_asked, len(self.machine.trained)
        before = self.versions()
        defs = build_definitions(recipe, self.store.root, machine=self.machine.parts)
        job = defs.resolve_implicit_global_asset_job_def()
        with dg.DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(instance=instance, run_config=QUIET)
        assert result.success
        assert {s.state for s in table_statuses(self.store, recipe.tables())} == {TableState.FRESH}
        self.num_asked = self.machine.engine.num_asked - asked
        self.trained = self.machine.trained[trained:]
        self.remade = {k for k, version in self.versions().items() if before.get(k) != version}

    def versions(self):
        keys = self.store.keys()
        made = [key for key in keys if self.store.current(key)]
        return {key: self.store.table(key).data_version for key in made}

    def read(self, key):
        return self.store.table(key).read()
