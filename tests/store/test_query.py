import signal
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import duckdb
import polars as pl
import pytest

from r1data.store.catalog import FOLDER, folder_pattern, write_catalog
from r1data.store.query import open_session, query
from r1data.store.store import Store
from tests.store.samples import SPECS, write_selections, write_verdicts

COUNT = "select count(*) from reasoning.verdicts"
NO_READING = "not one statement that reads"
NO_ACCESS = "Cannot access"
SPILLING = """
import os, signal, sys, threading, time
from pathlib import Path
from r1data.store import query

query.MEMORY_LIMIT, query.SPILL_LIMIT = "50MB", sys.argv[2]
root = Path(sys.argv[1])

def kill_once_spilled():
    while not any(path.is_file() for path in root.glob(".spilled/*/*")):
        time.sleep(0.005)
    if sys.argv[3] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    print("spilled", flush=True)

threading.Thread(target=kill_once_spilled, daemon=True).start()
statement = "select count(distinct hash(range)) from range(8_000_000)"
try:
    print(query.query(root, statement).item())
except ValueError as error:
    print(error)
"""


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "data"
    write_selections(root, write_verdicts(root), SPECS)
    write_catalog(Store(root))
    log = root / "logs" / "requests" / "policy" / "replies.jsonl"
    log.parent.mkdir(exist_ok=True)
    log.write_text('{"rollout_id": "ours"}\n')
    return root


@pytest.fixture
def other(tmp_path):
    """A folder with the same files and other rows, to be started in."""
    root = tmp_path / "other"
    write_selections(root, write_verdicts(root, rows=8), SPECS)
    (root / "logs" / "requests").mkdir(parents=True)
    (root / "logs" / "requests" / "replies.jsonl").write_text('{"rollout_id": "theirs"}\n')
    (root / "secret.csv").write_text("secret\n7\n")
    pl.DataFrame({"secret": [7]}).write_parquet(root / "secret.parquet")
    return root


@pytest.mark.parametrize(
    ("statement", "answered"),
    [
        pytest.param(COUNT, 4, id="a table"),
        pytest.param("select rollout_id from logs.requests", "ours", id="a log"),
    ],
)
def test_a_folder_answers_with_its_own_rows_wherever_one_asks_from(
    root, other, statement, answered
):
    with chdir(other):
        assert query(root, statement).item() == answered
    with chdir(root.parent):
        assert query(Path("data"), statement).item() == answered


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("from 'secret.csv'", id="csv by name"),
        pytest.param("from 'secret.parquet'", id="parquet by name"),
        pytest.param("from read_csv('secret.csv')", id="csv"),
        pytest.param("from read_csv('./secret.csv')", id="csv from here"),
        pytest.param("from read_text('secret.csv')", id="text"),
        pytest.param("from read_blob('secret.csv')", id="bytes"),
        pytest.param("from read_json('logs/requests/*.jsonl')", id="log"),
        pytest.param("from read_json('logs/**/*.jsonl')", id="logs"),
        pytest.param("from read_parquet('reasoning/**/*.parquet')", id="shards"),
        pytest.param("from glob('*')", id="glob"),
        pytest.param("from sniff_csv('secret.csv')", id="sniffed"),
        pytest.param("from parquet_metadata('secret.parquet')", id="metadata"),
    ],
)
def test_nothing_is_read_of_the_folder_one_asks_from(root, other, statement):
    with chdir(other), pytest.raises(ValueError, match=NO_ACCESS):
        query(root, statement)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("from read_text('/etc/passwd')", id="a file"),
        pytest.param("from read_csv('/etc/passwd')", id="a file as csv"),
        pytest.param("from '/etc/passwd.csv'", id="a file by name"),
        pytest.param("from read_blob('/proc/self/environ')", id="the environment"),
        pytest.param("from glob('/etc/*')", id="names"),
        pytest.param("from read_text('{root}/../other/secret.csv')", id="up and down again"),
        pytest.param("from read_text('{root}/logs/../../other/secret.csv')", id="through a folder"),
        pytest.param("from read_text('{root}/../**/secret.csv')", id="up and a pattern"),
        pytest.param("from read_text('{root}-more/secret.csv')", id="a name that begins alike"),
        pytest.param("from glob('{root}/../*')", id="names beside it"),
        pytest.param("from read_text('file:///etc/passwd')", id="as an address"),
        pytest.param("from read_text('~/.bashrc')", id="at home"),
        pytest.param("from query('from read_text(''/etc/passwd'')')", id="a query in a query"),
        pytest.param("from read_parquet('https://example.org/x.parquet')", id="the network"),
        pytest.param("from read_parquet('s3://bucket/x.parquet')", id="a bucket"),
        pytest.param("select * from duckdb_secrets()", id="secrets"),
    ],
)
def test_nothing_outside_the_folder_is_read(root, other, statement):
    (root.parent / "data-more").mkdir()
    (root.parent / "data-more" / "secret.csv").write_text("secret")
    with pytest.raises(ValueError, match=NO_ACCESS) as refused:
        query(root, statement.format(root=root))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        pytest.param("drop view reasoning.verdicts", NO_READING, id="drop"),
        pytest.param("create table reasoning.new (a int)", NO_READING, id="create"),
        pytest.param("copy (select 1) to '{root}/logs/x.csv'", NO_READING, id="copy"),
        pytest.param(
            "copy (pivot (select 1 a) on a using count(*)) to '{root}/logs/x.csv'",
            NO_READING,
            id="copy of a pivot",
        ),
        pytest.param(
            "/* select */ copy (pivot (select 1 a) on a using count(*)) to '{root}/logs/x.csv';",
            NO_READING,
            id="copy of a pivot after a comment",
        ),
        pytest.param(
            "explain analyze copy (select 1) to '{root}/logs/x.csv'", NO_READING, id="explained"
        ),
        pytest.param(
            "prepare p as copy (select 1) to '{root}/logs/x.csv'", NO_READING, id="prepared"
        ),
        pytest.param("attach '{root}/x.duckdb'", NO_READING, id="attach"),
        pytest.param("export database '{root}/logs'", NO_READING, id="export"),
        pytest.param("install httpfs", NO_READING, id="install"),
        pytest.param("load httpfs", NO_READING, id="load"),
        pytest.param("set enable_external_access = true", NO_READING, id="set"),
        pytest.param("reset lock_configuration", NO_READING, id="reset"),
        pytest.param("set variable r1data_folder = '/etc/'", NO_READING, id="variable"),
        pytest.param("pragma temp_directory = '/tmp'", NO_READING, id="pragma"),
        pytest.param("call enable_logging()", NO_READING, id="call"),
        pytest.param("select 1; copy (select 1) to 'x.csv'", NO_READING, id="two"),
        pytest.param("", NO_READING, id="none"),
        pytest.param("selec 1", "syntax error", id="syntax"),
        pytest.param("select * from absent.absent", "does not exist", id="unknown table"),
    ],
)
def test_a_statement_that_does_more_than_read_is_refused(root, statement, problem):
    before = sorted(path for path in root.rglob("*") if ".spilled" not in str(path))
    with pytest.raises(ValueError, match=problem) as refused:
        query(root, statement.format(root=root))
    assert "\n" not in str(refused.value)
    after = sorted(path for path in root.rglob("*") if ".spilled" not in str(path))
    assert [path for path in after if path not in before and ".locks" not in path.parts] == []


@pytest.mark.parametrize(
    ("statement", "answered"),
    [
        pytest.param(COUNT, [(4,)], id="select"),
        pytest.param(f"with n as ({COUNT}) from n -- done", [(4,)], id="with"),
        pytest.param("values (1)", [(1,)], id="values"),
        pytest.param(
            "pivot reasoning.verdicts on outcome using count(*) group by verifier; -- done",
            [("math", 4)],
            id="pivot",
        ),
        pytest.param("select 'π;' -- done;", [("π;",)], id="comment"),
        pytest.param(
            "from (pivot reasoning.verdicts on outcome using count(*)) select 'π;' -- done;",
            [("π;",)] * 4,
            id="pivot, comment",
        ),
        pytest.param("select name from (show tables) limit 0", [], id="show"),
    ],
)
def test_a_statement_that_reads_is_answered(root, statement, answered):
    assert query(root, statement).rows() == answered


def test_a_folder_in_which_nothing_was_run_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="has no tables yet; run `r1data run`"):
        query(tmp_path, "select 1")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="deleted"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"garbage" * 5_000), id="garbage"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:5_000]), id="cut off"),
        pytest.param(lambda path: write_older_catalog(path), id="of an older version"),
    ],
)
def test_a_damaged_catalog_is_written_anew(root, damage):
    damage(root / "r1data.duckdb")
    assert query(root, COUNT).item() == 4


def write_older_catalog(path):
    path.unlink()
    with duckdb.connect(path) as older:
        older.execute("create schema logs")
        older.execute("create view logs.requests as select 1 as rollout_id")


def test_the_catalog_answers_in_another_client_once_it_knows_where_the_folder_lies(root):
    with duckdb.connect(root / "r1data.duckdb", read_only=True) as client:
        with pytest.raises(duckdb.Error):
            client.execute(COUNT)
        client.execute(f"set variable {FOLDER} = '{root}/'")
        assert client.execute(COUNT).fetchone() == (4,)
        assert folder_pattern(root) == f"{root}/"


def test_sessions_at_once_leave_nothing_behind(root):
    with open_session(root) as one, open_session(root) as two:
        assert one.query(COUNT).equals(two.query(COUNT))
        assert len(list(root.glob(".spilled/*"))) == 2
    assert list(root.glob(".spilled/*")) == []
    assert list(root.glob(".locks/spilled.*-*")) == []


def spill(root, limit, end):
    command = [sys.executable, "-c", SPILLING, str(root), limit, end]
    where = Path(__file__).parents[2]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)


def test_a_query_spills_into_the_data_folder_and_nothing_of_it_stays(root):
    done = spill(root, "10GB", "go on")
    assert done.stdout.split() == ["spilled", "8000000"]
    assert list(root.glob(".spilled/*")) == []


def test_what_a_killed_query_spilled_is_removed_by_the_next(root):
    assert spill(root, "10GB", "kill").returncode == -signal.SIGKILL
    assert list(root.glob(".spilled/*/*"))
    with open_session(root) as session:
        assert session.query(COUNT).item() == 4
        assert len(list(root.glob(".spilled/*"))) == 1


def test_a_query_that_spills_too_much_is_one_line(root):
    said = spill(root, "20MB", "go on").stdout.splitlines()[-1]
    assert said.startswith("the SQL does not work: Out of Memory Error")
