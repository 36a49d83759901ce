import dagster as dg
import pytest
import yaml

from assets.orchestration.build import build_definitions
from r1data.store.store import Store
from tests.assets.recipes import whole_recipe
from tests.cli.commands import Shell
from tests.fakes import FakeMachine, fake_weights

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """A recipe file and its data folder, made by the fake machine."""
    folder = tmp_path_factory.mktemp("made")
    fake_weights(folder / "base")
    recipe = whole_recipe(folder)
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump(recipe.model_dump(mode="json")), encoding="utf-8")
    store = Store(folder / "data" / recipe.name)
    job = build_definitions(
        recipe, store.root, machine=FakeMachine().parts
    ).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance, run_config=QUIET).success
    return Shell(path, folder / "data")


@pytest.fixture
def shell(made_once, tmp_path):
    """The same in a copy, for commands that change the data folder."""
    return made_once.copied(tmp_path)
