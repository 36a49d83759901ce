import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from performance.scripted_server import Script, ScriptedServer
from r1data.store.store import Store
from tests.waiting import wait_until

NUM_PROMPTS, GROUP_SIZE = 30, 2


def write_recipe(folder, name, server):
    endpoint = {"endpoint": server.url, "model": "scripted", "revision": "1", "concurrency": 4}
    problems = [
        {"problem": f"What is {n} + {n}?", "gold_answer": f"{2 * n}"} for n in range(NUM_PROMPTS)
    ]
    recipe = {
        "name": name,
        "policies": {"teacher": {"kind": "endpoint", **endpoint}},
        "prompts": {"sources": {"sums": {"problems": problems}}},
        "reasoning": {"policy": "teacher", "sampling": {"group_size": GROUP_SIZE}},
    }
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(recipe), encoding="utf-8")
    return path


def start(folder, name):
    where = ["--recipe", str(folder / f"{name}.yaml"), "--data", str(folder / "data")]
    command = [sys.executable, "-m", "assets.orchestration.run", *where]
    return subprocess.Popen(
        [*command, "--select", "reasoning/rollouts"],
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


@pytest.fixture
def held():
    """A server whose first answers wait until somebody lets them go."""
    go = threading.Event()
    with ScriptedServer(Script(held=go)) as server:
        yield server, go
        go.set()


@pytest.mark.slow
def test_two_recipes_at_once_pay_one_teacher_once(tmp_path, held):
    server, go = held
    for name in ("first", "second"):
        write_recipe(tmp_path, name, server)
    with start(tmp_path, "first") as first:
        assert wait_until(lambda: server.num_waiting == 4 or first.poll() is not None)
        with start(tmp_path, "second") as second:
            told = next((line for line in second.stderr if "is being asked the same" in line), "")
            go.set()
            said = [run.communicate()[1] for run in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], said
    assert f"process {first.pid}" in told
    assert len({(asked.prompt, asked.seed) for asked in server.asked}) == NUM_PROMPTS * GROUP_SIZE
    assert len(server.asked) == NUM_PROMPTS * GROUP_SIZE
    stores = [Store(tmp_path / "data" / name) for name in ("first", "second")]
    assert len({store.table("reasoning/rollouts").data_version for store in stores}) == 1


@pytest.mark.slow
def test_a_recipe_goes_on_from_where_another_was_killed(tmp_path, held):
    server, go = held
    for name in ("first", "second"):
        write_recipe(tmp_path, name, server)
    with start(tmp_path, "first") as killed:
        assert wait_until(lambda: server.num_waiting == 4 or killed.poll() is not None)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()
    go.set()
    with start(tmp_path, "second") as run:
        said = run.communicate()[1]
    assert run.returncode == 0, said
    assert len(server.asked) <= NUM_PROMPTS * GROUP_SIZE + 4
