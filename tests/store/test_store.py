import errno
import json
import os
import signal
import subprocess
import sys
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from pyarrow.parquet import ParquetFile

import r1data
from r1data.store.files import write_durably
from r1data.store.locks import TableBusyError
from r1data.store.shards import write_shards
from r1data.store.spec import fingerprints
from r1data.store.store import Store, open_store
from r1data.tables import Verdicts
from tests.store.samples import (
    SELECTIONS,
    SPECS,
    VERDICTS,
    verdicts,
    write_selections,
    write_verdicts,
)

HOLD_LOCK = """
import sys, time
from pathlib import Path
from tests.store.samples import VERDICTS
from r1data.store.store import Store

with Store(Path(sys.argv[1])).writing(VERDICTS, "f" * 16, {}):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_full_disk_is_one_clear_line_and_leaves_the_older_version_good(small_disk):
    older = write_verdicts(small_disk / "data")
    large = verdicts(rows=4).with_columns(
        detail=pl.Series([os.urandom(400_000).hex() for _ in range(4)])
    )
    store = Store(small_disk / "data")
    with store.writing(VERDICTS, "f" * 16, {}) as writer:
        writer.write(0, verdicts(10))
        with pytest.raises(OSError, match="No space left on device; free some space") as full:
            writer.write(1, large)
        assert full.value.errno == errno.ENOSPC
        assert "\n" not in str(full.value)
        assert not writer.is_done(1)
    assert store.table(VERDICTS.key).read().equals(older.read())
    with store.writing(VERDICTS, "f" * 16, {}) as writer:
        assert writer.is_done(0)
        writer.write(1, verdicts(20))
        assert writer.finish().num_rows == 8


def test_a_full_disk_keeps_a_manifest_that_cannot_be_replaced(small_disk):
    path = small_disk / "manifest.json"
    write_durably(path, "old")
    with pytest.raises(OSError, match="free some space"):
        write_durably(path, "new" * 1_000_000)
    assert path.read_text() == "old"
    assert [found.name for found in small_disk.iterdir()] == ["manifest.json"]


def test_a_second_writer_is_told_who_holds_the_table_and_a_dead_one_frees_it_at_once(tmp_path):
    command = [sys.executable, "-c", HOLD_LOCK, str(tmp_path)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        store = Store(tmp_path)
        busy = f"reasoning/verdicts is being written by process {holder.pid};"
        for _ in range(2):
            with (
                pytest.raises(TableBusyError, match=busy),
                store.writing(VERDICTS, "f" * 16, {}),
            ):
                pass
        with store.writing(VERDICTS, "e" * 16, {}):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with store.writing(VERDICTS, "f" * 16, {}) as writer:
            assert not writer.is_done(0)


def test_a_folder_made_by_a_newer_version_is_refused(tmp_path):
    write_verdicts(tmp_path)
    (tmp_path / "store.json").write_text(json.dumps({"format": 2}))
    with pytest.raises(ValueError, match=r"made by a newer r1data \(format 2.*update r1data"):
        Store(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "half a {"])
def test_a_garbled_store_file_is_named(tmp_path, text):
    write_verdicts(tmp_path)
    (tmp_path / "store.json").write_text(text)
    with pytest.raises(ValueError, match=r"store\.json is not what r1data wrote"):
        Store(tmp_path)


def test_reading_makes_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="is no data folder"):
        open_store(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="run `r1data run --select reasoning/verdicts`"):
        Store(tmp_path / "absent").table(VERDICTS.key)
    assert not (tmp_path / "absent").exists()


def test_a_moved_folder_is_read_and_resumed(tmp_path):
    with Store(tmp_path / "old").writing(VERDICTS, "f" * 16, {}) as writer:
        writer.write(0, verdicts(0))
    (tmp_path / "old").rename(tmp_path / "new")
    with Store(tmp_path / "new").writing(VERDICTS, "f" * 16, {}) as writer:
        assert writer.is_done(0)
        writer.finish()
    assert Store(tmp_path / "new").table(VERDICTS.key).num_rows == 4


def test_columns_that_older_shards_lack_are_null(tmp_path):
    table = write_verdicts(tmp_path)
    path = table.paths[0]
    pl.read_parquet(path).drop("predicted_answer").write_parquet(path)
    read = Store(tmp_path).table(VERDICTS.key).read()
    assert read.columns == Verdicts.column_names()
    assert read["predicted_answer"].null_count() == 4


def test_columns_that_newer_shards_have_are_passed_over(tmp_path):
    table = write_verdicts(tmp_path)
    path = table.paths[0]
    pl.read_parquet(path).with_columns(confidence=1.0).write_parquet(path)
    assert Store(tmp_path).table(VERDICTS.key).read().equals(table.read())


def test_the_version_a_recipe_means_is_that_of_the_current_rows_of_what_it_reads(tmp_path):
    store, fingerprint = Store(tmp_path), fingerprints(SPECS)[SELECTIONS.key]
    assert store.version(SELECTIONS, fingerprint) is None
    made = write_selections(tmp_path, write_verdicts(tmp_path), SPECS)
    assert store.version(SELECTIONS, fingerprint) == made
    write_verdicts(tmp_path, spec=replace(VERDICTS, version=2))
    assert store.version(SELECTIONS, fingerprint) is None
    assert store.table(SELECTIONS.key) == made


def test_the_data_versions_of_inputs_must_be_those_of_what_a_table_reads(tmp_path):
    with (
        pytest.raises(ValueError, match="but was given the data versions of"),
        Store(tmp_path).writing(SELECTIONS, "f" * 16, {"verdicts": "x"}),
    ):
        pass


def test_a_version_that_somebody_deleted_is_not_current(tmp_path):
    table = write_verdicts(tmp_path)
    for path in table.folder.iterdir():
        path.unlink()
    assert Store(tmp_path).current(VERDICTS.key) is None


def test_a_shard_has_row_groups_of_at_most_2000_rows(tmp_path):
    (shard,) = write_shards(tmp_path, 0, verdicts(rows=5_000), Verdicts)
    metadata = ParquetFile(tmp_path / shard.file).metadata
    groups = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    assert sum(groups) == 5_000
    assert max(groups) <= 2_000


def test_a_table_is_a_lazy_frame_for_those_who_import_r1data(tmp_path):
    write_verdicts(tmp_path)
    rows = r1data.table(VERDICTS.key, data=tmp_path)
    assert rows.select("outcome").collect()["outcome"].to_list() == ["correct"] * 4


def test_a_lazy_frame_is_of_the_folder_it_was_asked_of_wherever_it_is_collected(tmp_path):
    write_verdicts(tmp_path / "here" / "data")
    write_verdicts(tmp_path / "there" / "data", rows=8)
    with chdir(tmp_path / "here"):
        rows = r1data.table(VERDICTS.key, data="data")
    with chdir(tmp_path / "there"):
        assert rows.collect().height == 4


def test_importing_r1data_loads_nothing_heavy():
    command = "import r1data, sys; sys.exit(any(m in sys.modules for m in ('polars', 'pydantic')))"
    subprocess.run([sys.executable, "-c", command], check=True, cwd=Path(__file__).parents[2])
