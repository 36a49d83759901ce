import json
import os
import subprocess
import sys
import threading

import polars as pl
import pytest

from r1data.store.locks import TableBusyError
from r1data.store.log import AppendLog, index_log, read_rows

FIELDS = {"id": pl.String, "error": pl.String, "size": pl.Int64}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rows.jsonl"


def test_rows_are_found_again_by_their_offsets(path):
    rows = [{"id": f"r{number}", "text": "π\n" * number} for number in range(100)]
    with AppendLog(path) as log:
        offsets = [log.append(row) for row in rows]
        assert log.read_rows(reversed(offsets)) == rows[::-1]
    assert read_rows(path, offsets) == rows


def test_an_index_has_the_fields_and_offsets_of_all_rows_in_order(path):
    with AppendLog(path) as log:
        offsets = [log.append({"id": "a", "error": None, "size": 1}), log.append({"id": "b"})]
        index = log.index(FIELDS)
    assert index.rows() == [("a", None, 1, offsets[0]), ("b", None, None, offsets[1])]
    assert index.schema == {**FIELDS, "offset": pl.Int64}


@pytest.mark.parametrize(
    "value",
    [r'say "id":"x"', "\\", '\\"', '"', ',"error":"fake"', "}", "a,b", "π"],
)
def test_an_index_is_not_misled_by_what_a_text_says(path, value):
    with AppendLog(path) as log:
        log.append({"text": value, "id": value, "error": None, "size": 3, "more": value})
        assert log.index(FIELDS).row(0) == (value, None, 3, 0)


def test_a_log_that_does_not_exist_is_empty(path):
    index = index_log(path, FIELDS)
    assert index.is_empty()
    assert index.schema == {**FIELDS, "offset": pl.Int64}


@pytest.mark.parametrize("torn", ['{"id":"b","te', "x" * 200_000, '{"id":"b"}'])
def test_a_torn_last_line_is_cut_off_on_opening(path, torn):
    path.write_text('{"id":"a"}\n' + torn)
    assert index_log(path, FIELDS)["id"].to_list() == ["a"]
    with AppendLog(path) as log:
        log.append({"id": "c"})
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ["a", "c"]


def test_a_log_that_is_only_a_torn_line_begins_anew(path):
    path.write_text('{"id":')
    with AppendLog(path) as log:
        assert log.append({"id": "a"}) == 0
    assert path.read_text() == '{"id":"a"}\n'


def test_a_second_writer_is_told_who_writes(path):
    with AppendLog(path), pytest.raises(TableBusyError, match=f"process {os.getpid()}"):
        AppendLog(path)
    AppendLog(path).close()


def test_closing_leaves_no_thread_and_can_be_done_twice(path):
    before = threading.active_count()
    log = AppendLog(path)
    log.close()
    log.close()
    assert threading.active_count() == before


def test_half_a_surrogate_pair_is_stored_as_the_replacement_character(path):
    with AppendLog(path) as log:
        assert log.read_rows([log.append({"id": "a\ud800b"})]) == [{"id": "a\ufffdb"}]


def test_rows_survive_the_kill_of_their_writer(path):
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from r1data.store.log import AppendLog\n"
        "log = AppendLog(Path(sys.argv[1]))\n"
        "for number in range(10): log.append({'id': str(number)})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert ended.returncode == -9
    with AppendLog(path) as log:
        log.append({"id": "10"})
        assert log.index(FIELDS)["id"].to_list() == [str(number) for number in range(11)]


def test_a_write_that_fails_halfway_leaves_no_torn_line(path):
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from r1data.store.log import AppendLog\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))\n"
        "log = AppendLog(Path(sys.argv[1]))\n"
        "try:\n"
        "    for number in range(100): log.append({'id': str(number), 'text': 'x' * 100})\n"
        "except OSError: print(number)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert path.read_text().endswith("\n")
    assert index_log(path, FIELDS).height == int(printed) > 10
