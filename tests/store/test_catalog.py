import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from r1data.store.catalog import Catalog, write_catalog
from r1data.store.query import query
from r1data.store.spec import TableSpec
from r1data.store.store import Store
from r1data.tables import Mixtures, Prompts
from tests.store.samples import SPECS, VERDICTS, verdicts, write_selections, write_verdicts

OPEN_SESSION = """
import sys
from pathlib import Path
from r1data.store.query import open_session

with open_session(Path(sys.argv[1])) as session:
    for line in sys.stdin:
        print(session.query(line).item(), flush=True)
"""


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "data"
    write_selections(root, write_verdicts(root), SPECS)
    write_catalog(Store(root))
    return root


def test_every_table_answers_and_joins(root):
    statement = """
        select outcome, count(*) from reasoning.verdicts join reasoning.selections
        using (rollout_id) where is_kept group by all
    """
    assert query(root, statement).rows() == [("correct", 4)]


def test_every_view_and_column_has_its_comment(root):
    views = "select view_name from duckdb_views() where not internal and comment is null"
    assert query(root, views).rows() == []
    columns = """
        select comment from duckdb_columns() where column_name = 'predicted_answer'
        and schema_name = 'reasoning'
    """
    assert query(root, columns).rows() == [("The answer found in the response, if any.",)]
    lacking = "select column_name from duckdb_columns() where not internal and comment is null"
    assert query(root, f"{lacking} and schema_name <> 'logs'").rows() == []


def test_the_views_of_every_kind_of_column_have_its_type(tmp_path):
    for schema in (Prompts, Mixtures):
        spec = TableSpec(f"kinds/{schema.__name__.lower()}", schema, 1)
        with Store(tmp_path).writing(spec, "f" * 16, {}) as writer:
            writer.write(0, schema.create_empty())
            writer.finish()
    write_catalog(Store(tmp_path))
    described = dict(row[:2] for row in query(tmp_path, "describe kinds.mixtures").rows())
    assert described["row"] == "BIGINT"
    assert described["completion"] == 'STRUCT("role" VARCHAR, "content" VARCHAR)[]'


def test_a_moved_folder_still_answers(root):
    moved = root.rename(root.with_name("moved, [1]* it's elsewhere, outcome=x"))
    assert query(moved, "select count(*) from reasoning.verdicts").row(0) == (4,)
    statement = "select distinct outcome from reasoning.verdicts"
    assert query(moved, statement).rows() == [("correct",)]


def test_a_table_in_the_making_shows_the_blocks_that_are_done(tmp_path):
    store = Store(tmp_path)
    with store.writing(VERDICTS, "f" * 16, {}) as writer:
        write_catalog(store)
        assert query(tmp_path, "select count(*) from reasoning.verdicts").row(0) == (0,)
        writer.write(0, verdicts())
        write_catalog(store)
        assert query(tmp_path, "select count(*) from reasoning.verdicts").row(0) == (4,)


def test_shards_that_no_manifest_lists_are_not_read(root):
    table = Store(root).table(VERDICTS.key)
    verdicts(100).write_parquet(table.folder / "part-00009-00.parquet")
    write_catalog(Store(root))
    assert query(root, "select count(*) from reasoning.verdicts").row(0) == (4,)


def test_columns_that_shards_lack_are_null(root):
    path = Store(root).table(VERDICTS.key).paths[0]
    pl.read_parquet(path).drop("predicted_answer").write_parquet(path)
    write_catalog(Store(root))
    statement = "select count(*), count(predicted_answer) from reasoning.verdicts"
    assert query(root, statement).row(0) == (4, 0)


def test_logs_are_live_and_pass_over_a_line_that_is_being_written(root):
    statement = "select rollout_id, completion from logs.requests order by all"
    assert query(root, statement).rows() == []
    log = root / "logs" / "requests" / "policy" / "replies.jsonl"
    log.parent.mkdir()
    row = json.dumps({"rollout_id": "r1", "completion": "4", "unknown": [1]})
    log.write_text(f"{row}\n{row[:-20]}")
    assert query(root, statement).rows() == [("r1", "4")]
    log.write_text(f"{row}\n{row.replace('r1', 'r2')}\n")
    assert query(root, statement).rows() == [("r1", "4"), ("r2", "4")]


def test_an_open_session_in_another_process_neither_stops_nor_misses_a_run(root):
    with subprocess.Popen(
        [sys.executable, "-c", OPEN_SESSION, str(root)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as session:

        def answer() -> str:
            session.stdin.write("select count(*) from reasoning.verdicts\n")
            session.stdin.flush()
            return session.stdout.readline()

        assert answer() == "4\n"
        write_verdicts(root, spec=replace(VERDICTS, version=2), rows=8)
        write_catalog(Store(root))
        assert answer() == "4\n"
        assert query(root, "select count(*) from reasoning.verdicts").row(0) == (8,)
        session.stdin.close()
    assert session.returncode == 0


def test_a_catalog_is_written_only_when_something_changed_and_not_too_often(root):
    catalog, path = Catalog(Store(root)), root / "r1data.duckdb"
    catalog.refresh()
    first = path.stat().st_ino
    catalog.refresh()
    assert path.stat().st_ino == first
    write_verdicts(root, spec=replace(VERDICTS, version=2), rows=8)
    catalog.refresh(min_seconds=60)
    assert path.stat().st_ino == first
    catalog.refresh()
    assert path.stat().st_ino != first
    assert not list(root.glob(".r1data.duckdb*"))


def test_a_full_disk_leaves_the_older_catalog_good(small_disk):
    root = small_disk / "data"
    write_verdicts(root)
    write_catalog(Store(root))
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize
    (small_disk / "filler").write_bytes(b"0" * (free - 10_000))
    with pytest.raises(OSError, match=r"cannot write .*free some space") as full:
        write_catalog(Store(root))
    assert "\n" not in str(full.value)
    assert query(root, "select count(*) from reasoning.verdicts").row(0) == (4,)
