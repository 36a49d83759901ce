import json

from r1data.records.kept import other_columns


def test_columns_that_nothing_reads_are_kept_as_json():
    record = {"problem": "1 + 1", "level": 3, "tags": ["a"], "extra": {"split": "train"}}
    assert json.loads(other_columns(record, ["problem"])) == {
        "level": 3,
        "tags": ["a"],
        "extra": {"split": "train"},
    }


def test_a_column_that_a_path_reaches_into_is_read():
    record = {"chat": [{"content": "1 + 1"}], "a.b": 1, "instruction": "x", "input": "y", "id": 7}
    used = ["chat.0.content", "a.b", "instruction + input"]
    assert json.loads(other_columns(record, used)) == {"id": 7}


def test_nothing_long_or_empty_is_kept():
    deep: list = []
    for _ in range(2_000):
        deep = [deep]
    record = {"text": "x" * 2_000, "none": None, "nan": float("nan"), "blank": "", "deep": deep}
    assert other_columns(record, []) is None


def test_what_json_cannot_hold_becomes_a_text():
    assert other_columns({"a": b"x", "b": "half \ud83d"}, []) == '{"a":"x","b":"half \ufffd"}'
