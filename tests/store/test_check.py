import json
import random

import polars as pl
import pytest

from r1data.store.catalog import write_catalog
from r1data.store.check import VersionFault, damaged_rows, find_faults, take_out
from r1data.store.manifest import MANIFEST
from r1data.store.query import query
from r1data.store.spec import fingerprints
from r1data.store.staleness import TableState, table_statuses
from r1data.store.store import Store
from tests.store.samples import (
    SELECTIONS,
    SPECS,
    VERDICTS,
    selections,
    verdicts,
    write_selections,
)

NUM_FLIPS = 400


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data")
    with store.writing(VERDICTS, fingerprints(SPECS)[VERDICTS.key], {}) as writer:
        for block in range(3):
            writer.write(block, verdicts(4 * block))
        made = writer.finish()
    write_selections(store.root, made, SPECS)
    return store


def flipped(content, bit):
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def without_checksums(table):
    """Write a table's manifest as older versions did."""
    path = table.folder / MANIFEST
    manifest = json.loads(path.read_text())
    for shard in manifest["shards"]:
        del shard["checksum"]
    manifest["facts"] = {}
    path.write_text(json.dumps(manifest))


def read_again(store):
    """Read the verdicts as an input of the selections, as a run does."""
    spec, version = SELECTIONS, store.table(VERDICTS.key).data_version
    with store.writing(spec, "e" * 16, {VERDICTS.key: version}) as writer:
        writer.write(0, selections(store.table(VERDICTS.key).read()))


def test_every_flipped_bit_of_a_shard_is_found(store):
    path = store.table(VERDICTS.key).paths[1]
    content = path.read_bytes()
    bits = random.Random(1).sample(range(len(content) * 8), NUM_FLIPS)
    found = 0
    for bit in bits:
        path.write_bytes(flipped(content, bit))
        found += len(list(find_faults(store)))
    assert found == NUM_FLIPS
    path.write_bytes(content)
    assert list(find_faults(store)) == []


def test_a_manifest_without_checksums_is_read_and_its_rows_are_compared(store):
    table = store.table(VERDICTS.key)
    without_checksums(table)
    read_again(store)
    assert list(find_faults(store)) == []
    other = pl.read_parquet(table.paths[1]).with_columns(detail=pl.lit("x"))
    other.write_parquet(table.paths[1], compression="zstd")
    (fault,) = find_faults(store)
    assert fault.path == table.paths[1]


def flip(path):
    path.write_bytes(flipped(path.read_bytes(), path.stat().st_size * 4))


DAMAGES = [
    pytest.param(flip, "is not what was written", id="a flipped bit"),
    pytest.param(lambda path: path.unlink(), "is missing", id="missing"),
    pytest.param(lambda path: path.write_bytes(b""), "has 0 bytes where", id="empty"),
    pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-9]), "bytes where", id="cut"),
    pytest.param(
        lambda path: path.write_bytes(b"\0" * path.stat().st_size), "is not what", id="zeros"
    ),
    pytest.param(
        lambda path: path.write_bytes((path.parent / "part-00000-00.parquet").read_bytes()),
        "is not what was written",
        id="another shard",
    ),
]


@pytest.mark.parametrize(("damage", "what"), DAMAGES)
def test_nothing_is_made_of_a_damaged_shard_until_it_is_made_again(store, damage, what):
    table = store.table(VERDICTS.key)
    damage(table.paths[1])
    for _ in range(2):
        with pytest.raises(ValueError, match=what) as refused:
            read_again(store)
    said = str(refused.value)
    assert f"{VERDICTS.key} is damaged: its shard {table.paths[1]} " in said
    assert "r1data check --repair" in said
    assert f"r1data run --select {VERDICTS.key}" in said
    assert "\n" not in said

    take_out(store, list(find_faults(store)))
    states = {status.key: status.state for status in table_statuses(store, SPECS)}
    assert states[VERDICTS.key] is TableState.PARTIAL
    with store.writing(VERDICTS, table.fingerprint, {}) as writer:
        assert [writer.is_done(block) for block in range(3)] == [True, False, True]
        writer.write(1, verdicts(4))
        writer.finish()
    assert store.table(VERDICTS.key).data_version == table.data_version
    assert {status.state for status in table_statuses(store, SPECS)} == {TableState.FRESH}
    assert list(find_faults(store)) == []
    read_again(store)


@pytest.mark.parametrize(("damage", "what"), DAMAGES[1:5])
def test_reading_a_damaged_shard_of_an_older_version_is_one_line(store, damage, what):
    table = store.table(VERDICTS.key)
    without_checksums(table)
    damage(table.paths[1])
    with pytest.raises(ValueError, match=f"{VERDICTS.key} is damaged: its shard ") as refused:
        store.table(VERDICTS.key).read()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", ["", "{}", "half a {", "\0" * 500, "[1]", '{"key": 7}'])
def test_a_version_with_a_garbled_manifest_is_taken_out_whole_and_made_again(store, content):
    table = store.table(VERDICTS.key)
    (table.folder / MANIFEST).write_text(content)
    with pytest.raises(ValueError, match="`r1data check --repair` removes this version") as refused:
        store.table(VERDICTS.key)
    assert "\n" not in str(refused.value)
    faults = list(find_faults(store))
    assert [type(fault) for fault in faults] == [VersionFault]
    take_out(store, faults)
    assert not table.folder.exists()
    assert store.current(VERDICTS.key) is None
    with store.writing(VERDICTS, table.fingerprint, {}) as writer:
        for block in range(3):
            writer.write(block, verdicts(4 * block))
        writer.finish()
    assert {status.state for status in table_statuses(store, SPECS)} == {TableState.FRESH}


@pytest.mark.parametrize("content", [None, "", "{}", "half a {", "\0" * 99])
def test_a_version_that_nothing_names_any_more_is_found_by_the_next_run(store, content):
    table = store.table(VERDICTS.key)
    current = table.folder.parent / "current.json"
    current.unlink() if content is None else current.write_text(content)
    states = {status.key: status.state for status in table_statuses(store, SPECS)}
    assert states[VERDICTS.key] is TableState.STALE
    with pytest.raises(FileNotFoundError, match="run `r1data run --select"):
        store.table(VERDICTS.key)
    store.adopt(store.versions(VERDICTS.key)[-1])
    assert {status.state for status in table_statuses(store, SPECS)} == {TableState.FRESH}


def test_sql_over_a_damaged_shard_says_what_finds_it(store):
    write_catalog(store)
    path = store.table(VERDICTS.key).paths[1]
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError, match="`r1data check` says what is damaged"):
        query(store.root, "select count(detail) from reasoning.verdicts")


def test_damaged_rows_of_logs_are_counted(store):
    for name, text in (("requests/p/a", "garbage\n{}\n"), ("rendered_prompts/p/a", "{}\n")):
        path = store.logs / f"{name}.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    assert damaged_rows(store) == {store.logs / "requests/p/a.jsonl": 2}


def test_a_version_that_is_being_written_is_left_alone(store):
    path = store.table(VERDICTS.key).paths[1]
    path.unlink()
    faults = list(find_faults(store))
    with (
        store.writing(VERDICTS, fingerprints(SPECS)[VERDICTS.key], {}),
        pytest.raises(ValueError, match="is being written by"),
    ):
        take_out(store, faults)


def test_what_is_written_again_is_checked_again(store):
    read_again(store)
    path = store.table(VERDICTS.key).paths[0]
    flip(path)
    with pytest.raises(ValueError, match="is damaged"):
        read_again(store)
