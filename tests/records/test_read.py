import gzip
import json
import math

import polars as pl
import pytest

from r1data.records import json_array
from r1data.records.read import BadRecord, read_records

ROWS = [{"problem": "1 + 1", "n": {"gold": [2]}}, {"problem": "ünï", "n": {"gold": []}}]


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def records(path, content, rows=None):
    path.write_bytes(content)
    return [record for _, record in read_records(path, rows)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.jsonl", lines(ROWS), id="lines"),
        pytest.param("a.json", lines(ROWS), id="lines that are called json"),
        pytest.param("a.json", json.dumps(ROWS).encode(), id="array"),
        pytest.param("a.json", b"\xef\xbb\xbf \n" + json.dumps(ROWS, indent=1).encode(), id="bom"),
        pytest.param("a.jsonl", b"\xef\xbb\xbf" + lines(ROWS), id="lines after a bom"),
        pytest.param("a.jsonl", lines(ROWS).replace(b"\n", b"\r\n\r\n"), id="blank lines"),
        pytest.param("a.jsonl", lines(ROWS).rstrip(), id="no end of line at the end"),
        pytest.param("a.jsonl.gz", gzip.compress(lines(ROWS)), id="gzipped lines"),
        pytest.param("a.json.gz", gzip.compress(json.dumps(ROWS).encode()), id="gzipped array"),
    ],
)
def test_every_kind_of_json_file_gives_the_same_rows(tmp_path, name, content):
    assert records(tmp_path / name, content) == ROWS


def test_parquet_keeps_nested_columns(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame(ROWS).write_parquet(path, row_group_size=1)
    assert list(read_records(path)) == list(enumerate(ROWS))


def test_csv_cells_are_texts_and_may_hold_lines(tmp_path):
    content = b'problem,gold\n"1, or\n2?",3\nx,\n'
    assert records(tmp_path / "a.csv", content) == [
        {"problem": "1, or\n2?", "gold": "3"},
        {"problem": "x", "gold": ""},
    ]


def test_an_array_inside_an_object_is_found_by_its_path(tmp_path):
    content = json.dumps({"canary": "x", "data": {"examples": ROWS}}).encode()
    assert records(tmp_path / "a.json", content, "data.examples") == ROWS


@pytest.mark.parametrize(
    ("whole", "path"),
    [
        pytest.param({"data": [1, {"rows": ROWS}]}, "data.1.rows", id="through a list"),
        pytest.param({"a.b": ROWS, "a": {"c": 1}}, "a.b", id="a name with a dot"),
        pytest.param({"x": {"a.b": ROWS}}, "x.a.b", id="a name with a dot inside"),
        pytest.param({"data": 3, "rows": ROWS, "more": 1}, "rows", id="after another"),
        pytest.param({"rows": {"rows": ROWS}, "x": "]}"}, "rows.rows", id="the same name twice"),
        pytest.param({"rows": ROWS, "": [], "n": None}, "rows", id="before others"),
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_is_found_wherever_it_stands(tmp_path, whole, path, indent):
    assert records(tmp_path / "a.json", json.dumps(whole, indent=indent).encode(), path) == ROWS


@pytest.mark.parametrize(
    ("whole", "message"),
    [
        pytest.param(b'{"a": []}', "no array stands at `rows: data.rows`", id="absent"),
        pytest.param(b'{"data": {"rows": {}}}', "no array stands at", id="an object"),
        pytest.param(b'{"data": "rows"}', "no array stands at", id="a text"),
        pytest.param(b"[]", "no array stands at", id="a list"),
        pytest.param(b'{"data": {"rows": [1', "line 1, column 21: expecting `,`", id="cut off"),
        pytest.param(b'{"data"\n, "rows": 1}', "line 2, column 1: expecting `:`", id="no colon"),
        pytest.param(b'{"a": 1, 7: []}', "column 10: expecting a name in quotes", id="no name"),
        pytest.param(b"", "line 1, column 1: Expecting value", id="nothing"),
    ],
)
def test_where_no_array_is_found_one_line_says_so(tmp_path, whole, message):
    with pytest.raises(ValueError, match="cannot be read") as stopped:
        records(tmp_path / "a.json", whole, "data.rows")
    assert message in str(stopped.value)


def test_numbers_and_halves_of_pairs_in_arrays_are_what_python_writes(tmp_path):
    whole = '[{"a": NaN, "b": -Infinity, "c": "x\\ud800", "d": 123456789012345678901234567890}]'
    for path, text in (("", whole), ("rows", f'{{"rows": {whole}}}')):
        (row,) = records(tmp_path / "a.json", text.encode(), path or None)
        assert math.isnan(row["a"])
        assert list(row.values())[1:] == [-math.inf, "x\ud800", 123456789012345678901234567890]


def test_a_bad_line_is_named_and_the_others_are_read(tmp_path):
    content = lines(ROWS[:1]) * 811 + b'{"problem": "cut\n' + lines(ROWS[1:])
    found = records(tmp_path / "a.jsonl", content)
    assert len(found) == 813
    assert found[811] == BadRecord(
        "invalid_json", "line 812, column 13: Unterminated string starting at"
    )
    assert found[812] == ROWS[1]


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        pytest.param(b'{"a": 1} x', "column 10: Extra data", id="more text"),
        pytest.param(b"[1]", "list where an object is expected", id="list"),
        pytest.param(b"null", "null where an object is expected", id="null"),
        pytest.param(b'{"a": "\xff"}', "can't decode byte 0xff in position 7", id="no utf-8"),
        pytest.param(b'{"a": ' + b"[" * 100_000, "maximum recursion depth", id="deeply nested"),
    ],
)
def test_a_line_that_holds_no_record_is_a_bad_one(tmp_path, line, detail):
    _, bad, last = records(tmp_path / "a.jsonl", lines(ROWS[:1]) + line + b"\n" + lines(ROWS[1:]))
    assert bad.detail.startswith("line 2")
    assert detail in bad.detail
    assert last == ROWS[1]


def test_a_csv_row_of_another_width_is_a_bad_one(tmp_path):
    found = records(tmp_path / "a.csv", b"a,b\n1\n2,3\n")
    assert found == [
        BadRecord("invalid_csv", "line 2: 1 fields where the header has 2"),
        {"a": "2", "b": "3"},
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param(
            "a.json", b'[\n{"a": 1},\n{"a" 2}]', "line 3, column 6: Expecting ':'", id="array"
        ),
        pytest.param("a.json", b'[{"a": 1}', "line 1, column 10: expecting `,`", id="cut array"),
        pytest.param("a.json", b'[{"a": 1}] {}', "line 1, column 12: text after", id="more text"),
        pytest.param(
            "a.jsonl.gz", gzip.compress(lines(ROWS))[:-9], "Compressed file ended", id="gz"
        ),
        pytest.param("a.jsonl.gz", b"{}\n", "Not a gzipped file", id="no gzip"),
        pytest.param("a.csv", b'a,b\n"1,2\n', "unexpected end of data", id="open quote"),
        pytest.param("a.parquet", b"{}\n" * 9, "Parquet magic bytes", id="no parquet"),
    ],
)
def test_a_file_that_breaks_stops_with_one_line(tmp_path, name, content, message):
    with pytest.raises(ValueError, match="cannot be read") as stopped:
        records(tmp_path / name, content)
    assert message in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_rows_before_the_break_of_an_array_are_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b'[{"a": 1}, {"a": 2}, {"a"]')
    rows = read_records(path)
    assert [next(rows)[1]["a"], next(rows)[1]["a"]] == [1, 2]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_an_array_is_the_same_whatever_the_buffer_cuts(tmp_path, size):
    class Trickle:
        def __init__(self, text):
            self.text = text

        def read(self, _):
            piece, self.text = self.text[:size], self.text[size:]
            return piece

    value = [{"a": 'é\\u00e9 "x" \n', "b": [None, True, -1.5e-7]}, {}, {"c": {"d": [[], 12345]}}]
    assert list(json_array.read_array(Trickle(json.dumps(value, indent=2)))) == value
    with pytest.raises(ValueError, match="line 3, column 10: Expecting"):
        list(json_array.read_array(Trickle('[{},\n{},\n{"a": 1, x}]')))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("folder.jsonl", "is a folder; name one file", id="folder"),
        pytest.param("a.xlsx", "is of no known kind", id="suffix"),
        pytest.param("a.parquet.gz", "is of no known kind", id="gzipped parquet"),
        pytest.param("missing.jsonl", "does not exist", id="missing"),
    ],
)
def test_a_path_that_cannot_be_a_table_of_rows_stops_before_reading(tmp_path, name, message):
    (tmp_path / "folder.jsonl").mkdir()
    for other in ("a.xlsx", "a.parquet.gz"):
        (tmp_path / other).touch()
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        read_records(tmp_path / name)


@pytest.mark.parametrize(
    ("beginning", "path"),
    [
        pytest.param("[", "", id="whole"),
        pytest.param('{"n": 1, "skipped": [[1], {}], "data": {"rows": [', "data.rows", id="nested"),
    ],
)
def test_a_large_array_is_never_held_whole(beginning, path):
    class Endless:
        read_so_far = 0

        def read(self, size):
            self.read_so_far += size
            return (beginning if self.read_so_far == size else "") + '{"a": 1},' * (size // 9)

    endless = Endless()
    rows = json_array.read_array(endless, path)
    for _ in range(300_000):
        next(rows)
    assert endless.read_so_far < 300_000 * 9 + 4 * json_array.BUFFER


@pytest.mark.parametrize("form", ["array", "lines"])
def test_an_integer_that_python_does_not_read_stays_its_text_and_costs_no_other_row(tmp_path, form):
    rows = [b'{"gold": 7}', b'{"gold": ' + b"9" * 5_000 + b"}", b'{"gold": -3}']
    held = b"[" + b", ".join(rows) + b"]" if form == "array" else b"\n".join(rows)
    path = tmp_path / "rows.json"
    path.write_bytes(held)
    found = [row["gold"] for _, row in read_records(path)]
    assert found == [7, "9" * 5_000, -3]


def test_bytes_in_an_array_that_are_no_utf8_cost_no_other_row(tmp_path):
    path = tmp_path / "rows.json"
    path.write_bytes(b'[{"gold": "1"}, {"gold": "\xff"}, {"gold": "2"}]')
    found = [row["gold"] for _, row in read_records(path)]
    assert found == ["1", "\udcff", "2"]
