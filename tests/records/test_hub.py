import json

import polars as pl
import pytest

from r1data.prompts.check import check_source
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def hub(folder, **settings):
    columns = {"problem": "chat.0.content", "gold_answer": "truth.target", "id": "id"}
    repository = {"repository": str(folder), "revision": COMMIT, **settings}
    return Source(hub=repository, columns=columns)


@pytest.fixture
def folder(tmp_path):
    rows = [
        {"id": i, "chat": [{"content": f"{i} + 1"}], "truth": {"target": i + 1}} for i in range(5)
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_rows_of_a_hub_dataset_become_prompts(folder):
    check_source("mine", hub(folder))
    found = pl.concat(load_prompts("mine", hub(folder)))
    assert found["problem"].to_list() == [f"{i} + 1" for i in range(5)]
    assert found["gold_answer"].to_list() == ["1", "2", "3", "4", "5"]
    assert found["upstream_row"].to_list() == ["0", "1", "2", "3", "4"]
    assert found["revision"].unique().to_list() == [COMMIT]
    assert found["drop_reason"].null_count() == 5


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"split": "tset"}, "Bad split: tset", id="split"),
        pytest.param({"repository": "./no/such/folder"}, "cannot be read", id="repository"),
    ],
)
def test_a_dataset_that_cannot_be_read_is_one_line(folder, settings, message):
    with pytest.raises(ValueError, match=message) as stopped:
        check_source("mine", hub(folder, **settings))
    assert str(stopped.value).startswith("source `mine`: the Hub dataset ")
    assert "\n" not in str(stopped.value)
