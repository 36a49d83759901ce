from dataclasses import replace

import polars as pl
import pytest

from r1data.store.collect import collect
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.staleness import table_statuses
from r1data.store.store import Store
from r1data.tables import Policies
from tests.store.samples import SPECS, VERDICTS, verdicts, write_selections, write_verdicts

OLDER = replace(VERDICTS, version=0)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_an_old_version_goes_and_the_current_ones_stay(store):
    old = write_verdicts(store.root, spec=OLDER)
    write_selections(store.root, write_verdicts(store.root), SPECS)
    (removed,) = collect(store, SPECS)
    assert (removed.path, removed.reason) == (old.folder, "old version")
    assert removed.num_bytes > 0
    assert not old.folder.exists()
    assert {row.state.value for row in table_statuses(store, SPECS)} == {"fresh"}
    assert collect(store, SPECS) == []


def test_a_dry_run_removes_nothing(store):
    old = write_verdicts(store.root, spec=OLDER)
    write_verdicts(store.root)
    assert [item.path for item in collect(store, SPECS, dry_run=True)] == [old.folder]
    assert old.read().height == 4


def test_what_a_current_table_was_made_from_stays(store):
    older_specs = [SPECS[0], OLDER]
    old = write_verdicts(store.root, spec=OLDER)
    write_selections(store.root, old, older_specs)
    write_verdicts(store.root)
    assert collect(store, SPECS) == []
    assert old.read().height == 4


def test_what_a_current_policy_was_trained_on_stays(store):
    old = write_verdicts(store.root, spec=OLDER)
    write_verdicts(store.root)
    policy = TableSpec("sft/policy", Policies, 1)
    row = {
        "policy": "sft",
        "kind": "weights",
        "revision": "1",
        "location": "weights",
        "trained_on": f"{old.key}@{old.data_version}",
    }
    with store.writing(policy, "f" * 16, {}) as writer:
        writer.write(0, pl.DataFrame([row], schema=Policies.create_empty().schema))
        writer.finish()
    assert collect(store, SPECS) == []


def test_what_kills_left_goes(store):
    table = write_verdicts(store.root)
    left = [
        table.folder / "part-00007-00.parquet",
        table.folder / ".manifest.json.1.tmp",
        table.folder.parent / ".current.json.1.tmp",
    ]
    for path in left:
        path.write_text("left")
    half = table.folder.with_name(f".{'a' * 16}-{'b' * 8}.removed")
    half.mkdir()
    assert {item.path for item in collect(store, SPECS)} == {*left, half}
    assert not any(path.exists() for path in (*left, half))
    assert store.table(VERDICTS.key).read().height == 4


def test_what_is_being_written_is_left_alone(store):
    write_verdicts(store.root)
    with store.writing(OLDER, "f" * 16, {}) as writer:
        writer.write(0, verdicts(50))
        assert collect(store, SPECS) == []
        assert writer.table.read().height == 4


def test_a_version_that_the_recipe_means_stays_though_it_was_not_finished(store):
    with store.writing(VERDICTS, fingerprints(SPECS)[VERDICTS.key], {}) as writer:
        writer.write(0, verdicts())
    assert collect(store, SPECS) == []


def test_logs_weights_and_other_folders_are_never_touched(store):
    write_verdicts(store.root)
    for name in ("logs/requests/x", "engines/x/y", "reasoning/verdicts/notes"):
        (store.root / name).mkdir(parents=True)
        (store.root / name / "kept.jsonl").write_text("kept")
    assert collect(store, SPECS) == []
    assert len(list(store.root.rglob("kept.jsonl"))) == 3
