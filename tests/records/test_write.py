import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from r1data.records.write import writing_records
from r1data.store.files import claiming, remove_dead

NEW = {"outcome": pa.string(), "seconds": pa.float64()}
VERDICT = {"outcome": "correct", "seconds": 0.5}


def write(out, blocks, source="in.jsonl"):
    with writing_records(out, out.parent / source, NEW) as writer:
        for block in blocks:
            writer.write([{"value": value, **VERDICT} for value in block])


def interrupted():
    yield [2]
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("blocks", "kind", "values"),
    [
        pytest.param([[1], [2, None]], "int64", [1, 2, None], id="integers"),
        pytest.param([[1], [2.5]], "double", [1.0, 2.5], id="numbers"),
        pytest.param([[2**60], [0.5]], "string", [str(2**60), "0.5"], id="too large for floats"),
        pytest.param([["\ud800"]], "string", ["\ufffd"], id="half a surrogate pair"),
        pytest.param([[None], ["a"]], "string", [None, "a"], id="null at first"),
        pytest.param([[None], [None]], "string", [None, None], id="null only"),
        pytest.param([[[]], [["a"]]], "list<item: string>", [[], ["a"]], id="an empty list"),
        pytest.param([[True], [1]], "string", ["true", "1"], id="booleans and numbers"),
        pytest.param([["a"], [1]], "string", ["a", "1"], id="texts and numbers"),
        pytest.param([["a", 1]], "string", ["a", "1"], id="both in a block"),
        pytest.param([[1 << 70]], "string", [str(1 << 70)], id="a number beyond 64 bits"),
        pytest.param([[{"a": 1}]], "string", ['{"a": 1}'], id="an object"),
        pytest.param([[[{"a": 1}]], [[]]], "string", ['[{"a": 1}]', "[]"], id="objects in a list"),
    ],
)
def test_types_are_found_from_all_rows(blocks, kind, values, tmp_path):
    write(tmp_path / "out.parquet", blocks)
    table = pq.read_table(tmp_path / "out.parquet")
    assert str(table.schema.field("value").type).replace("element", "item") == kind
    assert table["value"].to_pylist() == values
    assert table["outcome"].to_pylist() == ["correct"] * len(values)


def test_json_lines_keep_rows_as_they_are(tmp_path):
    values = [1, "\u4f60", {"a": [None, 0.1]}, "line\nend", "\U0001d400"]
    write(tmp_path / "out.jsonl", [values])
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"value": v, **VERDICT} for v in values]


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_an_interrupted_writer_leaves_the_old_file_and_nothing_else(name, tmp_path):
    write(tmp_path / name, [[1]])
    before = (tmp_path / name).read_bytes()
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / name, interrupted())
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == before


WRITER = """
import sys, time
from pathlib import Path
import pyarrow as pa
from r1data.records.write import writing_records

with writing_records(Path(sys.argv[1]), Path("in.jsonl"), {"a": pa.int64()}) as writer:
    writer.write([{"a": 1}] * 10_000)
    print("writing", flush=True)
    time.sleep(60)
"""


def writing(out):
    """Start a process that writes to a file and does not end."""
    command = [sys.executable, "-c", WRITER, str(out)]
    where = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=where, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"writing\n"
    return process


@pytest.mark.parametrize("name", ["out.jsonl", "[out] *.parquet"])
def test_what_a_killed_writer_left_is_removed_by_the_next_and_not_what_a_living_one_has(
    name, tmp_path
):
    other = tmp_path / "out.jsonl.backup.1.tmp"
    other.touch()
    with writing(tmp_path / name) as killed, writing(tmp_path / name) as living:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert list(tmp_path.glob(f".*.{killed.pid}.tmp*"))
        write(tmp_path / name, [[1]])
        assert list(tmp_path.glob(f".*.{killed.pid}.tmp*")) == []
        assert list(tmp_path.glob(f".*.{living.pid}.tmp*"))
        living.kill()
    write(tmp_path / name, [[1]])
    assert {path.name for path in tmp_path.iterdir()} == {name, other.name}


def test_a_writer_in_another_container_is_left_alone_though_its_process_id_is_not_known(tmp_path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    temporary = tmp_path / f".out.jsonl.{ended.pid}.tmp"
    with claiming(temporary):
        remove_dead(tmp_path / "out.jsonl")
        assert temporary.exists()
    remove_dead(tmp_path / "out.jsonl")
    assert not temporary.exists()


def test_a_file_of_this_process_is_left_alone(tmp_path):
    temporary = tmp_path / f".out.jsonl.{os.getpid()}.tmp"
    temporary.touch()
    remove_dead(tmp_path / "out.jsonl")
    assert temporary.exists()
