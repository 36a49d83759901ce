import dataframely as dy
import polars as pl
import pytest

from r1data.store.shards import write_shards
from r1data.tables import LATER

ROW = {"id": "a", "text": "b"}


class Before(dy.Schema):
    id = dy.String(primary_key=True)
    text = dy.String()


class Now(Before):
    note = dy.String(nullable=True, metadata=LATER)
    another = dy.String(nullable=True, metadata=LATER)


def content_hash(folder, schema, **later):
    folder.mkdir()
    frame = pl.DataFrame([ROW | later], schema=schema.create_empty().schema)
    return write_shards(folder, 0, frame, schema)[0].content_hash


def test_a_row_without_what_a_column_gained_later_holds_is_what_it_was(tmp_path):
    before = content_hash(tmp_path / "before", Before)
    assert content_hash(tmp_path / "now", Now, note=None, another=None) == before


@pytest.mark.parametrize("column", ["note", "another"])
def test_what_a_column_gained_later_holds_is_content(tmp_path, column):
    nothing = {"note": None, "another": None}
    hashes = {
        content_hash(tmp_path / str(value), Now, **nothing | {column: value})
        for value in (None, "x", "y")
    }
    assert len(hashes) == 3
