import json

import pytest

from r1data.prompts.check import check_source
from r1data.prompts.sources import Source

ROWS = [{"question": "1 + 1", "meta": {"target": "2", "tags": ["a"]}}] * 3
COLUMNS = {"problem": "question", "gold_answer": "meta.target"}


def written(tmp_path, rows, name="rows.jsonl", **settings):
    path = tmp_path / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings.setdefault("columns", COLUMNS)
    return Source(file=str(path), **settings)


def test_a_good_source_passes(tmp_path):
    check_source("mine", written(tmp_path, ROWS))


def test_rows_without_any_column_are_one_line(tmp_path):
    with pytest.raises(ValueError, match=r"unknown column `question` .*; its rows have no columns"):
        check_source("mine", written(tmp_path, [{}, {}]))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        pytest.param(
            {"problem": "qestion"},
            "source `mine`: unknown column `qestion` (`columns.problem`); the nearest is "
            "`question`; there are question, meta, meta.target, meta.tags, meta.tags.0.",
            id="misspelt",
        ),
        pytest.param(
            {**COLUMNS, "gold_answer": "target"},
            "unknown column `target` (`columns.gold_answer`); the nearest is `meta.target`",
            id="nested",
        ),
        pytest.param(
            {**COLUMNS, "problem": "meta"},
            "`columns.problem: meta` holds no text in the first 3 rows",
            id="no text",
        ),
        pytest.param(
            {"problem": "question"},
            "no gold answer in the first 3 rows for `verifier: math`",
            id="no gold answer column",
        ),
        pytest.param(
            {**COLUMNS, "gold_from": "hashes"},
            "no gold answer in the first 3 rows for `verifier: math`",
            id="gold answers elsewhere",
        ),
    ],
)
def test_wrong_columns_are_one_line_before_any_work(tmp_path, columns, message):
    with pytest.raises(ValueError, match="source `mine`") as stopped:
        check_source("mine", written(tmp_path, ROWS, columns=columns))
    assert message in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_a_named_benchmark_without_one_of_its_columns_is_told_how_to_do_without_it(tmp_path):
    rows = [{"problem": "1 + 1", "answer": "2"}]
    with pytest.raises(ValueError, match=r"without one, say `columns: \{solution: null\}`\.$"):
        check_source("m", written(tmp_path, rows, named="math_500", columns={}))
    check_source("m", written(tmp_path, rows, named="math_500", columns={"solution": None}))


def test_a_column_that_only_some_rows_have_is_known(tmp_path):
    rows = [*ROWS, {**ROWS[0], "lang": "de"}]
    check_source("mine", written(tmp_path, rows, columns={**COLUMNS, "language": "lang"}))


def test_an_empty_file_is_one_line(tmp_path):
    with pytest.raises(ValueError, match=r"rows\.jsonl holds no rows"):
        check_source("mine", written(tmp_path, []))


def test_a_missing_file_is_one_line():
    with pytest.raises(FileNotFoundError, match=r"source `mine`: no\.jsonl does not exist"):
        check_source("mine", Source(file="no.jsonl"))


def test_a_file_with_no_readable_row_is_one_line(tmp_path):
    source = written(tmp_path, [1, 2])
    with pytest.raises(ValueError, match="none of the first 2 rows can be read; line 1: a number"):
        check_source("mine", source)


def test_a_single_bad_row_is_data(tmp_path):
    check_source("mine", written(tmp_path, ["no object", *ROWS]))


def test_a_wrong_generator_is_one_line():
    source = Source(generator={"task": "basic_arithmetc", "size": 9})
    with pytest.raises(ValueError, match="no such task; the nearest are basic_arithmetic"):
        check_source("mine", source)


def test_a_task_without_gold_answers_is_one_line():
    source = Source(generator={"task": "rubiks_cube", "size": 9})
    with pytest.raises(ValueError, match="no gold answer in the first 3 rows for `verifier: math`"):
        check_source("mine", source)
