import datetime
import decimal
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from r1data.endpoints.reply_check import check_reply
from r1data.engines.existing import ExistingRollouts
from r1data.policies.settings import RolloutsPolicy
from r1data.policies.templates import Template
from r1data.prompts.check import check_source
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Columns, Source
from r1data.protocol import ErrorClass, Request, Sampling
from r1data.tables import Prompts

COLUMNS = Columns(
    gold_answer="answer",
    id="id",
    choices="choices",
    tests="tests",
    metadata="metadata",
    language="language",
    system_message="system",
)
FIELDS = ("problem", "answer", "id", "choices", "tests", "metadata", "language", "system")
GOOD = dict.fromkeys(FIELDS) | {"problem": "2 + 3", "answer": "5", "id": "good", "tests": "{}"}
ODD = {
    "an integer of 309 digits": "9" * 309,
    "an integer of 5,000 digits": "9" * 5_000,
    "an integer above 64 bits": str(2**70),
    "a negative integer": "-1",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "a float of 400 digits": "1e400",
    "null": "null",
    "true": "true",
    "an empty list": "[]",
    "a list of everything": '[1, null, "a", [2.5], {"b": true}, 1e999]',
    "an object": '{"a": {"b": [1]}}',
    "an object without keys": "{}",
    "half a surrogate pair": r'"x\ud835y"',
    "half a pair in a list": r'["\udc00", {"\ud835": "\ud835"}]',
    "a NUL": r'"x\u0000y"',
    "control characters": r'"\u0001\u001b]0;title\u0007\u009b"',
    "a text of a million": json.dumps("long " * 200_000),
    "nothing in a text": '""',
    "white space": r'"\u00a0\u2028\n"',
    "not a character": r'"\uffff\ufdd0"',
    "nested 500 deep": "[" * 500 + "]" * 500,
    "nested 900 deep": '{"a":' * 900 + "1" + "}" * 900,
    "nested 100,000 deep": "[" * 100_000 + "]" * 100_000,
}
VALUES = [pytest.param(value, id=name) for name, value in ODD.items()]


def as_line(texts):
    return "{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}"


def loaded(path, columns=COLUMNS):
    source = Source(file=str(path), columns=columns, verifier=None)
    check_source("odd", source)
    (frame,) = load_prompts("odd", source)
    return Prompts.validate(frame)


@pytest.mark.parametrize("value", VALUES)
def test_an_odd_value_in_any_column_costs_its_own_row_at_most(tmp_path, value):
    lines = [json.dumps(GOOD)]
    for field in FIELDS:
        held = {name: json.dumps(text) for name, text in GOOD.items()} | {field: value}
        lines.append(as_line(held))
    path = tmp_path / "odd.jsonl"
    path.write_text("\n".join([*lines, json.dumps(GOOD | {"id": "last"})]), encoding="utf-8")
    rows = loaded(path).rows(named=True)
    assert len(rows) == len(FIELDS) + 2
    assert all(rows[index]["drop_reason"] is None for index in (0, -1))
    assert all(row["drop_detail"] for row in rows if row["drop_reason"])


PARQUET = {
    "bytes": pa.array([b"\xff\x00", b"ok"]),
    "dates": pa.array([datetime.date(2020, 1, 2)] * 2),
    "times": pa.array([datetime.datetime(2020, 1, 2, 3, 4)] * 2),
    "a time beyond the year 9999": pa.array([2**62, 0], pa.timestamp("us")),
    "durations": pa.array([datetime.timedelta(1)] * 2),
    "decimals": pa.array([decimal.Decimal("1.50")] * 2),
    "64 bits without a sign": pa.array([2**64 - 1, 0], pa.uint64()),
    "halves": pa.array([float("nan"), float("inf")], pa.float32()),
    "lists": pa.array([[1, 2], None]),
    "lists of bytes": pa.array([[b"\xff"], []]),
    "structs": pa.array([{"a": b"\xff", "b": datetime.date(1, 1, 1)}, None]),
    "maps": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())),
    "texts that are no UTF-8": pa.array([b"\xff", b"5"]).view(pa.string()),
    "nothing": pa.array([None, None]),
    "categories": pa.array(["a", "b"]).dictionary_encode(),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", PARQUET)
def test_an_odd_value_of_a_parquet_file_costs_its_own_row_at_most(tmp_path, kind, field):
    path = tmp_path / "odd.parquet"
    held = {name: pa.array([text] * 2, pa.string()) for name, text in GOOD.items() if name != "id"}
    held["id"] = pa.array(["first", "second"])
    pq.write_table(pa.table(held | {field: PARQUET[kind]}), path)
    columns = Columns(**(COLUMNS.used() | {"problem": "problem"}))
    frame = Prompts.validate(
        next(load_prompts("odd", Source(file=str(path), columns=columns, verifier=None)))
    )
    assert frame.height == 2


def test_a_byte_of_a_csv_file_that_is_no_utf_8_costs_its_own_row(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(b"problem,answer\n1 + 1,2\nbad \xff,2\n2 + 2,4\n")
    rows = loaded(path, Columns())
    assert rows["drop_reason"].to_list() == [None, "invalid_csv", None]
    assert rows["drop_detail"][1] == "line 3: bytes that are no UTF-8"


@pytest.mark.parametrize("field", ["problem", "completion", "finish"])
@pytest.mark.parametrize("value", VALUES)
def test_an_odd_value_in_a_file_of_rollouts_costs_its_own_row_at_most(tmp_path, value, field):
    good = {"problem": '"2 + 3"', "completion": '"5"', "finish": '"stop"'}
    odd = good | {"problem": '"1 + 1"'} | {field: value}
    rows = [good, odd, good | {"problem": '"last"'}]
    path = tmp_path / "rollouts.jsonl"
    lines = (
        "{" + ", ".join(f'"{name}": {text}' for name, text in row.items()) + "}" for row in rows
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    settings = RolloutsPolicy(rollouts=str(path), model="m", finish_reason="finish")
    requests = [
        Request(problem, problem, 0, Template().messages(problem), "", 0)
        for problem in ("2 + 3", "1 + 1", "last")
    ]
    engine = ExistingRollouts("theirs", settings)
    replies = {r.rollout_id: check_reply(r) for r in engine.complete(requests, Sampling())}
    assert (replies["2 + 3"].completion, replies["last"].completion) == ("5", "5")
    assert replies["1 + 1"].completion is not None or replies["1 + 1"].error


def test_a_problem_with_half_a_surrogate_pair_finds_its_completion(tmp_path):
    path = tmp_path / "rollouts.jsonl"
    path.write_text(r'{"problem": "x\ud835", "completion": "5"}', encoding="utf-8")
    settings = RolloutsPolicy(rollouts=str(path), model="m")
    asked = Request("r", "p", 0, Template().messages("x\ufffd"), "", 0)
    (reply,) = ExistingRollouts("theirs", settings).complete([asked], Sampling())
    assert reply.error_class is not ErrorClass.MISSING
