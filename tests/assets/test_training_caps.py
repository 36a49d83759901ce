import json

import dagster as dg
import pytest

from assets.orchestration.build import build_definitions
from r1data.policies.trainings import SECONDS, trained_seconds, unfinished
from r1data.store.store import Store
from tests.assets.graphs import QUIET
from tests.assets.recipes import whole_recipe
from tests.fakes import FakeMachine, fake_weights

HOUR = 3_600.0


class Slow(FakeMachine):
    """A machine on which each training takes an hour."""

    def _train(self, job, progress):
        super()._train(job, progress)
        path = job.weights / "metrics.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"seconds": HOUR}))


@pytest.fixture
def run(tmp_path):
    """Runs a recipe on a slow machine; returns whether it went well, and its trainings."""
    fake_weights(tmp_path / "base")

    def run(**rounds):
        machine = Slow()
        recipe = whole_recipe(tmp_path, **rounds)
        definitions = build_definitions(recipe, tmp_path / "data", machine=machine.parts)
        job = definitions.resolve_implicit_global_asset_job_def()
        with dg.DagsterInstance.ephemeral() as instance:
            done = job.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
        return done.success, machine.jobs

    return run


def test_each_training_is_told_what_is_left_and_none_begins_at_the_cap(run, tmp_path):
    is_done, jobs = run(caps={"training_hours": 1.5})
    assert is_done
    assert [job.max_seconds for job in jobs] == [1.5 * HOUR, 0.5 * HOUR]
    assert trained_seconds(Store(tmp_path / "data").models) == 2 * HOUR
    again = {"base": "base", "config": str(tmp_path / "sft.yaml"), "overrides": {"seed": 1}}
    assert run(caps={"training_hours": 1.5}, sft={"training": again}) == (False, [])
    is_done, (job,) = run(caps={"training_hours": 2.5}, sft={"training": again})
    assert is_done
    assert job.max_seconds == 0.5 * HOUR


def test_without_a_cap_no_training_has_a_limit(run):
    is_done, jobs = run()
    assert is_done
    assert [job.max_seconds for job in jobs] == [None, None]


def test_what_a_publication_that_was_killed_left_beside_its_weights_counts_once(tmp_path):
    weights = tmp_path / "sft-1"
    for folder in (weights, unfinished(weights)):
        folder.mkdir()
    (weights / "metrics.json").write_text('{"seconds": 100}')
    (unfinished(weights) / SECONDS).write_text("100")
    assert trained_seconds(tmp_path) == 100


def test_what_an_unfinished_training_took_counts_and_what_is_no_number_does_not(tmp_path):
    models = tmp_path / "models"
    (models / "base-1").mkdir(parents=True)
    for name, text in (("sft-1", "12.5"), ("sft-2", "x")):
        folder = unfinished(models / name)
        folder.mkdir()
        (folder / SECONDS).write_text(text)
    assert trained_seconds(models) == 12.5
