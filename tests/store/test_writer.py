import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from r1data.store.spec import fingerprints
from r1data.store.store import Store
from tests.store.samples import SPECS, VERDICTS, verdicts, write_verdicts

FINGERPRINT = fingerprints(SPECS)[VERDICTS.key]

KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from tests.store.samples import VERDICTS, verdicts
from r1data.store.store import Store

root, steps = Path(sys.argv[1]), int(sys.argv[2])

def kill_at_step(event, arguments):
    global steps
    if event in ("open", "os.rename", "os.mkdir") and str(root) in str(arguments[0]):
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill_at_step)
with Store(root).writing(VERDICTS, sys.argv[3], {}) as writer:
    writer.write(0, verdicts(0))
    writer.write(1, verdicts(4))
    writer.finish()
"""


def killed_at(root: Path, step: int, fingerprint: str) -> int:
    command = [sys.executable, "-c", KILLED_WRITER, str(root), str(step), fingerprint]
    return subprocess.run(command, cwd=Path(__file__).parents[2], check=False).returncode


def resumed(root: Path, fingerprint: str):
    with Store(root).writing(VERDICTS, fingerprint, {}) as writer:
        writer.write(0, verdicts(0))
        writer.write(1, verdicts(4))
        return writer.finish()


def test_a_kill_before_any_file_operation_leaves_a_folder_that_resumes_to_the_same_table(tmp_path):
    undisturbed = resumed(tmp_path / "undisturbed", FINGERPRINT)

    def drill(step: int) -> int:
        root = tmp_path / f"killed_at_{step}"
        older = write_verdicts(root / "data", rows=2)
        status = killed_at(root / "data", step, FINGERPRINT[::-1])
        readable = Store(root / "data").table(VERDICTS.key)
        assert readable.read().height in (older.num_rows, undisturbed.num_rows)
        table = resumed(root / "data", FINGERPRINT[::-1])
        assert table.data_version.split("-")[1] == undisturbed.data_version.split("-")[1]
        assert {path.name for path in table.folder.iterdir()} == {
            "manifest.json",
            *(path.name for path in table.paths),
        }
        return status

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(drill, range(1, 40, 2)))
    assert statuses[0] == -signal.SIGKILL
    assert statuses[-1] == 0


def test_a_written_block_is_not_written_again(tmp_path):
    with Store(tmp_path).writing(VERDICTS, FINGERPRINT, {}) as writer:
        writer.write(0, verdicts(0))
    with Store(tmp_path).writing(VERDICTS, FINGERPRINT, {}) as writer:
        assert writer.is_done(0)
        writer.write(0, verdicts(100))
        assert writer.finish().read()["rollout_id"].to_list() == ["r0", "r1", "r2", "r3"]


def test_rows_stand_in_the_order_of_their_blocks_whatever_was_written_first(tmp_path):
    with Store(tmp_path).writing(VERDICTS, FINGERPRINT, {}) as writer:
        for block in (2, 0, 1):
            writer.write(block, verdicts(10 * block, rows=1))
        assert writer.finish().read()["rollout_id"].to_list() == ["r0", "r10", "r20"]


def test_a_key_that_stands_in_two_shards_is_refused(tmp_path):
    with Store(tmp_path).writing(VERDICTS, FINGERPRINT, {}) as writer:
        writer.write(0, verdicts(0))
        writer.write(1, verdicts(3))
        with pytest.raises(ValueError, match="2 rows with the key rollout_id r3, verifier math"):
            writer.finish()


def test_rows_that_break_the_schema_are_refused_in_one_line(tmp_path):
    with Store(tmp_path).writing(VERDICTS, FINGERPRINT, {}) as writer:
        with pytest.raises(ValueError, match="rows do not fit the table Verdicts") as refused:
            writer.write(0, verdicts().drop("detail"))
        assert "\n" not in str(refused.value)
        assert not writer.is_done(0)


def test_a_table_with_rows_is_not_replaced_by_an_empty_one(tmp_path):
    write_verdicts(tmp_path)
    with Store(tmp_path).writing(VERDICTS, "f" * 16, {}) as writer:
        writer.write(0, verdicts(rows=0))
        with pytest.raises(ValueError, match="would lose all of its 4 rows"):
            writer.finish()
    assert Store(tmp_path).table(VERDICTS.key).num_rows == 4


def test_a_first_version_may_be_empty(tmp_path):
    table = write_verdicts(tmp_path, rows=0)
    assert table.read().columns == VERDICTS.schema.column_names()


def test_the_data_version_ignores_order_blocks_and_timings_but_no_content(tmp_path):
    once = write_verdicts(tmp_path / "once", rows=8, seconds=1.0)
    with Store(tmp_path / "cut").writing(VERDICTS, FINGERPRINT, {}) as writer:
        writer.write(0, verdicts(4, seconds=9.0).reverse())
        writer.write(1, verdicts(0, seconds=9.0))
        cut = writer.finish()
    other = write_verdicts(tmp_path / "other", rows=8, outcome="incorrect")
    assert cut.data_version == once.data_version != other.data_version


def test_a_block_that_is_larger_than_a_shard_is_cut_between_prompts(tmp_path):
    rows = verdicts(rows=40).with_columns(detail=pl.lit("x" * 9_000_000))
    with Store(tmp_path).writing(VERDICTS, FINGERPRINT, {}) as writer:
        writer.write(0, rows)
        table = writer.finish()
    prompts = [set(frame["prompt_id"]) for _, frame in table.blocks(["prompt_id"])]
    assert [len(found) for found in prompts] == [3, 3, 3, 1]
    assert table.read(["rollout_id"]).equals(rows.select("rollout_id"))
