import json

import pytest

from r1data.records.files import files_digest, find_files, read_files


@pytest.fixture
def folder(tmp_path):
    """Three shards, of which one lies deeper, and a file that is none."""
    (tmp_path / "more").mkdir()
    for number, name in enumerate(["a.jsonl", "b.jsonl", "more/c.jsonl"]):
        rows = [{"row": f"{number}.{row}"} for row in range(2)]
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "README.md").write_text("no rows")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "hidden.jsonl").write_text('{"row": "hidden"}\n')
    return tmp_path


def named(given):
    return {name: record["row"] for name, record in read_files(find_files(given))}


@pytest.mark.parametrize(
    ("given", "files"),
    [
        pytest.param("a.jsonl", ["a.jsonl"], id="one file"),
        pytest.param("", ["a.jsonl", "b.jsonl", "more/c.jsonl"], id="folder"),
        pytest.param("*.jsonl", ["a.jsonl", "b.jsonl"], id="pattern"),
        pytest.param("**/c.jsonl", ["more/c.jsonl"], id="pattern of folders"),
        pytest.param(["b.jsonl", "a.jsonl"], ["b.jsonl", "a.jsonl"], id="several, in their order"),
        pytest.param(["a.jsonl", "*.jsonl"], ["a.jsonl", "b.jsonl"], id="each once"),
    ],
)
def test_files_are_named_by_a_path_a_folder_a_pattern_or_a_list(folder, given, files):
    given = [given] if isinstance(given, str) else given
    found = find_files([str(folder / name) for name in given])
    assert [str(path.relative_to(folder)) for path in found] == files


def test_rows_of_one_file_are_known_by_their_position_alone(folder):
    assert named(str(folder / "a.jsonl")) == {"0": "0.0", "1": "0.1"}


def test_rows_of_several_files_are_known_by_the_file_too_so_one_more_changes_no_name(folder):
    before = named(str(folder))
    assert before["b.jsonl:1"] == "1.1"
    (folder / "aa.jsonl").write_text('{"row": "new"}\n')
    assert named(str(folder)) == before | {"aa.jsonl:0": "new"}


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        pytest.param("none.jsonl", FileNotFoundError, "none.jsonl does not exist", id="absent"),
        pytest.param("*.csv", FileNotFoundError, r"no file matches .*\*\.csv", id="no match"),
        pytest.param("empty", ValueError, "is a folder without a .json", id="no rows in it"),
        pytest.param(
            "mixed", ValueError, "a folder of .csv and .jsonl files; name one", id="mixed"
        ),
    ],
)
def test_what_names_no_files_is_one_line(tmp_path, name, error, says):
    (tmp_path / "empty").mkdir()
    (tmp_path / "mixed").mkdir()
    for kind in ("csv", "jsonl"):
        (tmp_path / "mixed" / f"rows.{kind}").write_text("")
    with pytest.raises(error, match=says):
        find_files(str(tmp_path / name))


def test_the_digest_is_of_the_content_in_its_order_and_a_files_own_where_there_is_one(folder):
    from r1data.store.files import file_digest

    a, b = folder / "a.jsonl", folder / "b.jsonl"
    assert files_digest([a]) == file_digest(a)
    assert files_digest([a, b]) != files_digest([b, a])
    before = files_digest([a, b])
    b.write_text('{"row": "other"}\n')
    assert files_digest([a, b]) != before
