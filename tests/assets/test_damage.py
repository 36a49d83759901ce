import shutil

import pytest

from r1data.store.check import find_faults, take_out
from r1data.store.manifest import MANIFEST
from r1data.store.store import CURRENT
from tests.assets.graphs import Graph

MAY_DIFFER = {"evaluation/scores", "policies/base"}
"""Sums of floats, which are summed in whatever order; where the weights lie, which were copied."""


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    made = Graph(tmp_path_factory.mktemp("made"))
    made.run()
    return made


@pytest.fixture
def graph(made_once, tmp_path):
    shutil.copytree(made_once.tmp_path, tmp_path, dirs_exist_ok=True)
    return Graph(tmp_path)


def flip(table):
    content = bytearray(table.paths[0].read_bytes())
    content[len(content) // 2] ^= 1
    table.paths[0].write_bytes(content)


def lose(table):
    table.paths[0].unlink()


def garble_manifest(table):
    (table.folder / MANIFEST).write_bytes(b"\0" * 100)


def garble_current(table):
    (table.folder.parent / CURRENT).write_text("{")


@pytest.mark.parametrize(
    ("damage", "keys"),
    [
        pytest.param(flip, ["reasoning/rollouts", "reasoning/verdicts"], id="bits of two tables"),
        pytest.param(garble_manifest, ["reasoning/rollouts"], id="a manifest"),
        pytest.param(garble_current, ["reasoning/rollouts"], id="which version is current"),
        pytest.param(flip, None, id="every table"),
    ],
)
def test_what_was_damaged_is_made_again_and_nothing_is_asked_or_trained_again(graph, damage, keys):
    before = graph.versions()
    for key in keys or before:
        damage(graph.store.table(key))
    take_out(graph.store, list(find_faults(graph.store)))
    graph.run()
    assert (graph.num_asked, graph.trained) == (0, [])
    after = graph.versions()
    assert {key for key in before if after[key] != before[key]} <= MAY_DIFFER
    assert list(find_faults(graph.store)) == []


def test_of_a_damaged_log_only_what_the_damage_held_is_asked_again(graph):
    before = graph.versions()
    log = max(
        graph.store.shared_logs.glob("requests/*/*.jsonl"), key=lambda path: path.stat().st_size
    )
    rows = log.read_bytes().splitlines(keepends=True)
    damaged = [b"\0" * len(rows[1]), *rows[2:5], rows[5][:40] + rows[6]]
    log.write_bytes(b"".join([rows[0], *damaged, *rows[7:]]))
    lose(graph.store.table("reasoning/rollouts"))
    lose(graph.store.table("evaluation/rollouts"))
    take_out(graph.store, list(find_faults(graph.store)))
    graph.run()
    assert graph.num_asked == 2
    assert graph.versions() == before
