import json
import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from assets.orchestration.run import main
from performance.scripted_batches import ScriptedBatches
from r1data.cli.data import print_status
from r1data.cli.plan import print_plan
from r1data.store.query import query

NUM_PROMPTS, GROUP_SIZE = 20, 2


@pytest.fixture
def server():
    with ScriptedBatches() as server:
        yield server


@pytest.fixture
def arguments(tmp_path, server):
    """Writes a recipe that asks by batches; returns what a run of it is started with."""

    def write(**batch):
        endpoint = {"endpoint": server.url, "model": "scripted", "revision": "1", "max_retries": 0}
        endpoint |= {"kind": "endpoint", "batch": {"requests": 15, "look_seconds": 0.05} | batch}
        endpoint |= {"price": {"input": 0, "output": 1_000}}
        problems = [
            {"problem": f"What is {n} + {n}?", "gold_answer": f"{2 * n}"}
            for n in range(NUM_PROMPTS)
        ]
        recipe = {
            "name": "mine",
            "policies": {"teacher": endpoint},
            "prompts": {"sources": {"sums": {"problems": problems}}},
            "reasoning": {"policy": "teacher", "sampling": {"group_size": GROUP_SIZE}},
        }
        (tmp_path / "mine.yaml").write_text(json.dumps(recipe), encoding="utf-8")
        where = ["--recipe", str(tmp_path / "mine.yaml"), "--data", str(tmp_path / "data")]
        return [*where, "--select", "reasoning/rollouts"]

    return write


KILLED_AT = [("upload", "after"), ("create", "before"), ("create", "after"), ("fetch", "after")]


@pytest.mark.slow
def test_runs_that_are_killed_at_one_step_after_another_submit_nothing_twice(server, arguments):
    command = [sys.executable, "-m", "assets.orchestration.run", *arguments()]
    server.on_create = lambda batch: setattr(batch, "status", "completed")
    for step in KILLED_AT:
        server.interrupt = [step]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, process_group=0) as run:
            server.on_interrupt = partial(os.killpg, run.pid, signal.SIGKILL)
            said = run.communicate()[1]
        assert (run.returncode, server.interrupt) == (-signal.SIGKILL, []), said
    assert main(arguments()) == 0
    assert len(server.submitted) == len(set(server.submitted)) == NUM_PROMPTS * GROUP_SIZE


@pytest.mark.slow
def test_a_run_that_does_not_wait_has_a_status_of_its_own(server, arguments, tmp_path, capsys):
    assert main(arguments(wait=False)) == 4
    said = capsys.readouterr().err
    assert "3 batches with 40 requests; run again later to take the answers" in said
    for command in (print_plan, print_status):
        command(tmp_path / "mine.yaml", tmp_path / "data")
        assert "teacher: 40 requests are submitted in batches" in capsys.readouterr().out
    server.finish()
    assert main(arguments(wait=False)) == 0
    assert len(server.submitted) == 40
    statement = "select sum(cost) / sum(num_completion_tokens) from logs.requests"
    assert query(tmp_path / "data" / "mine", statement).item() == pytest.approx(0.0005)
