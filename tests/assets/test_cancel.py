import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack

import dagster as dg
import polars as pl
import pytest

from assets.orchestration.failures import status_of
from assets.orchestration.instance import alive, bury_dead_runs, instance_folder
from performance.scripted_server import Script, ScriptedServer
from r1data.store.log import index_log
from r1data.store.store import Store
from tests.waiting import wait_until

NUM_PROMPTS = 40
SLOW, FAST = Script(delay_seconds=0.4, delay_sigma=0.2), Script()


class Runs:
    """A data folder, and runs of a recipe that asks a scripted server."""

    def __init__(self, folder, server):
        self.folder = folder
        self.server = server
        problems = [
            {"problem": f"What is {number} + {number}?", "gold_answer": f"{number + number}"}
            for number in range(NUM_PROMPTS)
        ]
        endpoint = {"endpoint": server.url, "model": "scripted", "revision": "1", "concurrency": 4}
        recipe = {
            "name": "cancel",
            "policies": {"teacher": {"kind": "endpoint", **endpoint}},
            "prompts": {"sources": {"sums": {"problems": problems}}},
            "reasoning": {"policy": "teacher", "sampling": {"group_size": 4}},
        }
        (folder / "recipe.yaml").write_text(json.dumps(recipe), encoding="utf-8")
        self.store = Store(folder / "cancel")

    def start(self):
        arguments = ["--recipe", str(self.folder / "recipe.yaml"), "--data", str(self.folder)]
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "assets.orchestration.run",
                *arguments,
                "--select",
                "reasoning/rollouts",
            ],
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def written(self):
        fields = {"rollout_id": pl.String, "prompt_id": pl.String, "sample_index": pl.Int64}
        logs = (self.store.shared_logs / "requests").rglob("*.jsonl")
        return pl.concat(index_log(path, fields) for path in logs)

    def num_asked(self):
        return sum(asked.life == self.server.life for asked in list(self.server.asked))

    def stop(self, number):
        """Start a run, stop it while it asks, and return its exit status and what it said."""
        self.server.life += 1
        with ExitStack() as running:
            run = running.enter_context(self.start())
            running.callback(run.kill)
            assert wait_until(lambda: self.num_asked() >= 12 or run.poll() is not None)
            assert run.poll() is None, run.stderr.read()
            os.killpg(run.pid, number)
            said = run.communicate()[1]
        return run.returncode, said

    def finish(self):
        self.server.life += 1
        with ExitStack() as running:
            run = running.enter_context(self.start())
            running.callback(run.kill)
            said = run.communicate()[1]
        return run.returncode, said


@pytest.fixture
def default_interrupts():
    """In a background shell SIGINT is ignored, and children would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("default_interrupts")
def test_a_run_goes_on_by_itself_after_a_kill_and_after_an_interrupt(tmp_path):
    with ScriptedServer(SLOW) as server:
        runs = Runs(tmp_path, server)
        assert runs.stop(signal.SIGKILL)[0] == -signal.SIGKILL
        num_killed = runs.written().height
        status, said = runs.stop(signal.SIGINT)
        assert status == 130, said
        assert "what was finished is kept" in said
        assert "Traceback" not in said
        num_interrupted = runs.written().height
        server.script = FAST
        status, said = runs.finish()
        assert status == 0, said
    assert 0 < num_killed < num_interrupted < NUM_PROMPTS * 4
    assert runs.store.table("reasoning/rollouts").num_rows == NUM_PROMPTS * 4
    assert runs.written()["rollout_id"].is_unique().all()
    num_asked = len(server.asked)
    assert num_asked - NUM_PROMPTS * 4 <= 2 * 4, "more was asked again than was in flight"


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.from_config(str(instance_folder(tmp_path))) as instance:
        instance.event_log_storage.initialize_concurrency_limit_to_default("gpu")
        yield instance


def started(instance, status=dg.DagsterRunStatus.STARTED):
    run = instance.add_run(dg.DagsterRun(job_name="recipe", status=status))
    instance.event_log_storage.claim_concurrency_slot("gpu", run.run_id, "rollouts")
    return run


def holders(instance):
    return instance.event_log_storage.get_concurrency_info("gpu").active_run_ids


def leave_behind(root, run):
    with alive(root, run, []):
        told = (root / "runs" / f"{run.run_id}.json").read_text(encoding="utf-8")
    (root / "runs" / f"{run.run_id}.json").write_text(told, encoding="utf-8")


def test_a_run_whose_process_is_gone_is_reported_and_its_pool_slot_freed(tmp_path, instance):
    run = started(instance)
    leave_behind(tmp_path, run)
    assert holders(instance) == {run.run_id}
    bury_dead_runs(instance, tmp_path)
    assert instance.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.FAILURE
    assert not holders(instance)
    assert not list((tmp_path / "runs").iterdir())


def test_a_pool_slot_of_a_run_that_the_ui_saw_dying_is_freed_too(tmp_path, instance):
    run = started(instance, dg.DagsterRunStatus.FAILURE)
    leave_behind(tmp_path, run)
    bury_dead_runs(instance, tmp_path)
    assert not holders(instance)


def test_a_run_that_lives_keeps_its_pool_slot(tmp_path, instance):
    run = started(instance)
    with alive(tmp_path, run, []):
        bury_dead_runs(instance, tmp_path)
    assert instance.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.STARTED
    assert holders(instance) == {run.run_id}


def test_ctrl_c_before_the_first_table_is_one_line_and_130(tmp_path, capsys):
    def interrupted():
        raise KeyboardInterrupt

    assert status_of(interrupted, tmp_path) == 130
    assert "stopped; what was finished is kept" in capsys.readouterr().err
