import json
import tracemalloc
from pathlib import Path

import polars as pl
import pytest

from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Source, source_revision
from r1data.tables import Prompts

SHARED = Path("../shared/data/prompts")


def written(tmp_path, rows, **settings):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows))
    settings.setdefault("columns", {"gold_answer": "answer"})
    return Source(file=str(path), **settings)


def loaded(source, name="mine"):
    return pl.concat(load_prompts(name, source))


def row(index, **changed):
    return {"id": f"r{index}", "problem": f"{index} + 1", "answer": str(index + 1), **changed}


def test_rows_come_in_frames_of_two_thousand_at_most(tmp_path):
    source = written(tmp_path, map(row, range(4_001)))
    frames = list(load_prompts("mine", source))
    assert [frame.height for frame in frames] == [2_000, 2_000, 1]
    assert all(Prompts.is_valid(frame) for frame in frames)
    assert pl.concat(frames)["upstream_row"].to_list() == [str(i) for i in range(4_001)]


def test_a_row_says_where_it_came_from(tmp_path):
    source = written(tmp_path, [row(1)], licence="MIT", domain="stem")
    (found,) = loaded(source).to_dicts()
    assert (found["source"], found["upstream_row"]) == ("mine", "0")
    assert found["revision"] == source_revision(source)
    assert (found["licence"], found["domain"], found["verifier"]) == ("MIT", "stem", "math")


def test_invalid_json_on_line_812_drops_that_row_alone(tmp_path):
    rows = [row(i) for i in range(1_000)]
    rows[811] = '{"problem": "1 + 1", "answer": }'
    found = loaded(written(tmp_path, rows))
    assert found.height == 1_000
    (bad,) = found.filter(pl.col("drop_reason").is_not_null()).to_dicts()
    assert (bad["drop_reason"], bad["upstream_row"], bad["problem"]) == ("invalid_json", "811", "")
    assert bad["drop_detail"] == "line 812, column 32: Expecting value"


def test_rows_that_repeat_an_id_are_kept_under_another_one(tmp_path):
    columns = {"gold_answer": "answer", "id": "id"}
    rows = [row(1), row(2, id="r1"), row(3, id="r1"), row(4, id="r1#2"), row(5, id=None), row(6)]
    found = loaded(written(tmp_path, [*rows, "{"], columns=columns))
    assert list(found.select("upstream_row", "drop_reason").iter_rows()) == [
        ("r1", None),
        ("r1#2", "duplicate_id"),
        ("r1#3", "duplicate_id"),
        ("r1#2#2", "duplicate_id"),
        ("row 4", None),
        ("r6", None),
        ("row 6", "invalid_json"),
    ]


def test_ids_that_repeat_across_frames_are_found(tmp_path):
    columns = {"gold_answer": "answer", "id": "id"}
    found = loaded(written(tmp_path, [*map(row, range(2_500)), row(0)], columns=columns))
    assert found["drop_reason"].to_list() == [None] * 2_500 + ["duplicate_id"]


def test_a_limit_takes_the_first_rows(tmp_path):
    found = loaded(written(tmp_path, map(row, range(10)), limit=3))
    assert found["problem"].to_list() == ["0 + 1", "1 + 1", "2 + 1"]


def test_an_empty_file_stops(tmp_path):
    with pytest.raises(ValueError, match="source `mine` has no rows"):
        loaded(written(tmp_path, []))


def test_inline_problems_are_rows(tmp_path):
    source = Source(problems=[{"problem": "1 + 1", "gold_answer": "2"}])
    (found,) = loaded(source).to_dicts()
    assert (found["problem"], found["gold_answer"], found["drop_reason"]) == ("1 + 1", "2", None)
    assert len(found["revision"]) == 16


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(num_rows):
        rows = (row(i, solution="x" * 2_000) for i in range(num_rows))
        source = written(tmp_path, rows)
        tracemalloc.start()
        for _ in load_prompts("mine", source):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(12_000) < 1.2 * peak(4_000)


@pytest.mark.skipif(not SHARED.exists(), reason="the development data is not beside the project")
def test_gsm8k_and_math_lose_no_row():
    gsm8k = Source(
        file=str(SHARED / "gsm8k_train.jsonl"),
        columns={"problem": "question", "gold_answer": "answer", "gold_from": "hashes"},
    )
    math = Source(
        file=str(SHARED / "math_train.parquet"),
        columns={
            "problem": "reward_model.ground_truth.question",
            "gold_answer": "reward_model.ground_truth.solution",
            "gold_from": "boxed",
            "id": "extra_info.index",
        },
    )
    found = pl.concat([loaded(gsm8k, "gsm8k"), loaded(math, "math")])
    assert found.height == 14_973
    assert Prompts.is_valid(found)
    dropped = found.filter(pl.col("drop_reason").is_not_null())
    assert dropped.select("source", "drop_reason").rows() == [("math", "no_gold_answer")] * 4
    assert found["prompt_id"].n_unique() == 14_972
