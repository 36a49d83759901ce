import json

import polars as pl
import pytest

from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import Message, Reply, Request, Sampling
from r1data.requests.log import RequestLog
from r1data.store.catalog import write_catalog
from r1data.store.log import AppendLog, count_damaged, index_log
from r1data.store.query import query
from r1data.store.store import Store
from r1data.tables import Rollouts, Verdicts
from r1data.verification.log import VerdictLog
from tests.store.samples import verdicts

POLICY = PolicyVersion(
    "teacher", EndpointPolicy(endpoint="http://here/v1", model="m", revision="1"), "org/m@1"
)
NUM_ROWS = 6
INDEXED = {"rollout_id": pl.String}
LARGE = 17 << 20
"""More than DuckDB reads of a row unless told to."""


@pytest.fixture
def root(tmp_path):
    write_catalog(Store(tmp_path))
    return tmp_path


@pytest.fixture
def log(root):
    return RequestLog(root / "logs", POLICY, Sampling())


@pytest.fixture
def lines(log):
    """The lines of a log of six replies, which is then emptied."""
    with log:
        for index in range(NUM_ROWS):
            message = Message(role="user", content="1 + 1")
            asked = Request(log.rollout_id("p", index), "p", index, (message,), "", seed=5)
            reply = Reply(asked.rollout_id, completion="2 " * 20, finish_reason="stop")
            log.append(asked, reply)
    found = log.path.read_bytes().splitlines()
    log.path.write_bytes(b"")
    return found


def changed(line, **values):
    return json.dumps({**json.loads(line), **values}).encode()


def with_middle(middle):
    return lambda row: row[: len(row) // 2] + middle + row[len(row) // 2 :]


DAMAGED = [
    pytest.param(lambda row: b"garbage", id="garbage"),
    pytest.param(lambda row: b'"', id="an open quote"),
    pytest.param(lambda row: b"{", id="an open brace"),
    pytest.param(lambda row: b"\0" * len(row), id="zeros"),
    pytest.param(lambda row: b"\0" * (20 << 20), id="twenty megabytes of zeros"),
    pytest.param(lambda row: row[:-30] + b"\0" * 30, id="zeros at the end"),
    pytest.param(with_middle(b"\0\0\0"), id="zeros in the middle"),
    pytest.param(lambda row: row[: len(row) // 2], id="the first half"),
    pytest.param(lambda row: row[len(row) // 2 :], id="the second half"),
    pytest.param(lambda row: row.replace(b'"completion"', b'"completion', 1), id="a lost quote"),
    pytest.param(lambda row: row.replace(b"2 2", b"\xff\xfe\xff", 1), id="no UTF-8"),
    pytest.param(lambda row: b"[" + row + b"]", id="a list"),
    pytest.param(lambda row: b"7", id="a number"),
    pytest.param(lambda row: b"null", id="null"),
    pytest.param(lambda row: b'{"rollout_id":' * 100_000, id="nested without end"),
    pytest.param(lambda row: b"{}", id="an empty object"),
]
UNFIT = [
    pytest.param({"num_completion_tokens": 2**70}, id="tokens beyond 64 bits"),
    pytest.param({"num_completion_tokens": 2**40}, id="tokens beyond 32 bits"),
    pytest.param({"num_prompt_tokens": float("nan")}, id="tokens that are no number"),
    pytest.param({"num_prompt_tokens": 1.5}, id="a half token"),
    pytest.param({"num_prompt_tokens": True}, id="a truth as tokens"),
    pytest.param({"seconds": float("inf")}, id="endless seconds"),
    pytest.param({"completion": ["a", "b"]}, id="a list as a completion"),
    pytest.param({"completion": {"text": "a"}}, id="an object as a completion"),
    pytest.param({"finish_reason": "tired"}, id="an unknown finish reason"),
    pytest.param({"prompt_id": None}, id="no prompt"),
    pytest.param({"sample_index": "0"}, id="a text as a number"),
]


def readable(log, lines):
    """Return which of the rows can be read as a table, by position."""
    ids = pl.Series([json.loads(line)["rollout_id"] for line in lines])
    found = log.index().find(ids)["offset"]
    rows = log.rollouts
    with log:
        Rollouts.validate(rows(found.drop_nulls()))
        assert (
            rows(found.drop_nulls())["rollout_id"].to_list()
            == ids.filter(found.is_not_null()).to_list()
        )
    return [position for position, offset in enumerate(found) if offset is not None]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_row_is_lost_alone(root, log, lines, damage):
    log.path.write_bytes(b"\n".join([*lines[:3], damage(lines[3]), *lines[4:]]) + b"\n")
    assert readable(log, lines) == [0, 1, 2, 4, 5]
    assert query(root, "select count(*) from logs.requests").item() == NUM_ROWS - 1
    assert count_damaged(log.path, Rollouts) == 1


@pytest.mark.parametrize("values", UNFIT)
def test_a_row_with_a_value_that_fits_no_column_is_lost_alone(root, log, lines, values):
    log.path.write_bytes(b"\n".join([*lines[:3], changed(lines[3], **values), *lines[4:]]) + b"\n")
    assert readable(log, lines) == [0, 1, 2, 4, 5]
    assert query(root, "select count(*) from logs.requests").item() >= NUM_ROWS - 1
    assert count_damaged(log.path, Rollouts) == 1


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"\0" * 5_000, id="zeros"),
        pytest.param(b'{"rollout_id":"cut off","prompt_id":"p","comp', id="half a row"),
        pytest.param(b'{"rollout_id":"a","completion":"\\"{\\"a\\":1}', id="an escaped row"),
        pytest.param(b"garbage", id="garbage"),
    ],
)
def test_a_whole_row_behind_damage_in_one_line_is_kept(root, log, lines, damage):
    log.path.write_bytes(b"\n".join([*lines[:3], damage + lines[3], *lines[4:]]) + b"\n")
    assert readable(log, lines) == [0, 1, 2, 3, 4, 5]
    with AppendLog(log.path) as writer:
        assert writer.index(INDEXED, Rollouts).height == NUM_ROWS
    assert query(root, "select count(*) from logs.requests").item() == NUM_ROWS
    assert readable(log, lines) == [0, 1, 2, 3, 4, 5]


def test_a_row_that_stands_twice_counts_once(log, lines):
    log.path.write_bytes(b"\n".join([*lines, lines[3]]) + b"\n")
    assert readable(log, lines) == [0, 1, 2, 3, 4, 5]


def test_a_row_larger_than_sixteen_megabytes_is_read(root, log, lines):
    large = changed(lines[3], completion="x" * LARGE)
    log.path.write_bytes(b"\n".join([*lines[:3], large, *lines[4:]]) + b"\n")
    assert readable(log, lines) == [0, 1, 2, 3, 4, 5]
    statement = "select max(length(completion)) from logs.requests"
    assert query(root, statement).item() == LARGE


def test_damage_is_counted_and_told_of_once(log, lines, caplog):
    log.path.write_bytes(b"\n".join([b"garbage", *lines, b"more"]) + b"\n")
    for _ in range(3):
        index_log(log.path, INDEXED)
    (said,) = caplog.messages
    assert said.startswith(f"{log.path}: damaged rows are passed over: 2, the first at byte 0;")


def test_a_damaged_verdict_is_lost_alone(tmp_path):
    class Math:
        name, version = "math", 1

    with VerdictLog(tmp_path) as log:
        for row in verdicts().iter_rows(named=True):
            log.append(Math, row["rollout_id"], row)
    path = tmp_path / "math-v1.jsonl"
    rows = path.read_bytes().splitlines()
    unfit = changed(rows[1], outcome="perhaps")
    path.write_bytes(b"\n".join([rows[0], unfit, b"\0" * 99, *rows[2:]]) + b"\n")
    with VerdictLog(tmp_path) as log:
        found = log.find(Math, ["r0", "r1", "r2", "r3"])
    assert list(found) == ["r0", "r2", "r3"]
    assert count_damaged(path, Verdicts) == 2
