import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from r1data.execution.shards import map_shards
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Verdicts
from tests.store.samples import VERDICTS, verdicts
from tests.waiting import wait_until

CHECKED = TableSpec("reasoning/checked", Verdicts, 1, reads={"verdicts": VERDICTS.key})
FINGERPRINT = fingerprints([VERDICTS, CHECKED])[CHECKED.key]

MAP_SLOWLY = """
import sys
from pathlib import Path
from r1data.execution.shards import map_shards
from r1data.store.store import Store
from tests.execution.test_shards import CHECKED, FINGERPRINT, VERDICTS, slow

if __name__ == "__main__":
    store = Store(Path(sys.argv[1]))
    table = store.table(VERDICTS.key)
    with store.writing(CHECKED, FINGERPRINT, {table.key: table.data_version}) as writer:
        map_shards(writer, slow, table, workers=2)
"""


def marked(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(detail=pl.lit("seen"))


def slow(frame: pl.DataFrame) -> pl.DataFrame:
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    time.sleep(600)
    return frame


def killed(frame: pl.DataFrame) -> pl.DataFrame:
    os.kill(os.getpid(), signal.SIGKILL)
    return frame


def mapped(store: Store, table, function=marked, **options):
    with store.writing(CHECKED, FINGERPRINT, {table.key: table.data_version}) as writer:
        map_shards(writer, function, table, **options)
        return writer.finish()


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    with store.writing(VERDICTS, "f" * 16, {}) as writer:
        for block in range(5):
            writer.write(block, verdicts(10 * block))
        writer.finish()
    return store


@pytest.mark.parametrize("workers", [1, 2])
def test_each_shard_is_mapped_to_the_block_of_its_number(store, workers):
    table = store.table(VERDICTS.key)
    result = mapped(store, table, workers=workers)
    assert result.read().equals(marked(table.read()))
    assert result.num_blocks == 5


def test_shards_that_are_done_are_left_out(store):
    table = store.table(VERDICTS.key)
    seen = []
    with store.writing(CHECKED, FINGERPRINT, {table.key: table.data_version}) as writer:
        writer.write(3, marked(table.read_block(3)))
        map_shards(writer, lambda frame: seen.append(frame) or marked(frame), table)
        assert writer.finish().num_rows == 20
    assert len(seen) == 4


def test_progress_counts_rows_and_those_done_before(store):
    class Recorded:
        def __init__(self):
            self.told = []

        def bar(self, what, total, unit):
            self.told.append((what, total, unit))
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, done, facts=None):
            self.told.append(done)

    table, progress = store.table(VERDICTS.key), Recorded()
    with store.writing(CHECKED, FINGERPRINT, {table.key: table.data_version}) as writer:
        writer.write(0, table.read_block(0))
        map_shards(writer, marked, table, progress=progress)
    assert progress.told == [("reasoning/checked", 20, "rows"), 4, 8, 12, 16, 20]


def test_a_worker_that_is_killed_is_one_line_and_what_was_done_stays(store):
    with pytest.raises(ChildProcessError, match="run again on fewer cores"):
        mapped(store, store.table(VERDICTS.key), killed, workers=2)
    assert mapped(store, store.table(VERDICTS.key)).num_rows == 20


def test_no_worker_outlives_a_parent_that_is_killed(store):
    with subprocess.Popen(
        [sys.executable, "-c", MAP_SLOWLY, str(store.root)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()
        parent.wait()
        assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
