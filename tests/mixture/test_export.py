import json

import datasets
import polars as pl
import pytest

from r1data.mixture.card import Contents, Origin, dataset_card
from r1data.mixture.counts import count_drop_reasons, count_rows
from r1data.mixture.export import (
    EXPORTED,
    Release,
    count_exported,
    export_mixture,
    export_to_hub,
)
from r1data.settings import Settings
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Mixtures

ORIGIN = Origin("sft/sft_mixture", "v", "demo", "name: demo", "deadbeef", "r1data run", {}, {})


class Choice(Settings):
    setting: int = 0


@pytest.fixture
def write(tmp_path):
    def written(*shards, key="sft/sft_mixture", setting=0, **columns):
        spec = TableSpec(key, Mixtures, 1, Choice(setting=setting))
        with Store(tmp_path / "data").writing(spec, fingerprints([spec])[key], {}) as writer:
            for number, rows in enumerate(shards):
                writer.write(number, mixture(rows, **columns))
            return writer.finish()

    return written


def mixture(rows, **columns):
    """Rows of these numbers, some columns of which are given by row."""
    frame = Mixtures.cast(
        pl.DataFrame(
            {
                "dataset": "sft",
                "row": rows,
                "prompt": [[{"role": "user", "content": f"{row}+1?"}] for row in rows],
                "completion": [
                    [{"role": "assistant", "content": f"<think>\n{row}</think>\n\n{row + 1}"}]
                    for row in rows
                ],
                "rollout_id": [f"r{row}" for row in rows],
                "prompt_id": "p",
                "source": "ours",
                "domain": "math",
                "licence": None,
                "is_unverified": None,
                "file_outcome": None,
                "collection": None,
                "metadata": None,
                "split": None,
                **dict.fromkeys(("variant", "loss_on", "template_flags")),
            }
        )
    )
    given = {name: [values[row] for row in rows] for name, values in columns.items()}
    return frame.with_columns(pl.Series(name, values) for name, values in given.items())


def card(table):
    return dataset_card(
        Contents(count_rows(table.scan()), count_drop_reasons({"x": NO_DROPS})), ORIGIN
    )


NO_DROPS = pl.LazyFrame({"drop_reason": []}, schema={"drop_reason": pl.String})


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def test_load_dataset_opens_the_folder_with_the_rows_trl_reads(write, tmp_path):
    table = write([0, 1], [2])
    folder = export_mixture(Release(table, card(table)), tmp_path / "out")
    loaded = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.column_names == EXPORTED.names
    assert loaded["rollout_id"][:] == ["r0", "r1", "r2"]
    assert loaded[2]["prompt"] == [{"role": "user", "content": "2+1?"}]
    assert loaded[2]["completion"] == [{"role": "assistant", "content": "<think>\n2</think>\n\n3"}]


def test_each_shard_becomes_a_file_named_as_the_hub_names_them(write, tmp_path):
    folder = export_mixture(Release(write([0, 1], [2]), "a card"), tmp_path / "new" / "out")
    assert sorted(contents(folder)) == [
        "README.md",
        "data/train-00000-of-00002.parquet",
        "data/train-00001-of-00002.parquet",
        "export.json",
    ]
    assert json.loads((folder / "export.json").read_text())["num_rows"] == 3


def test_an_earlier_export_of_the_table_is_replaced(write, tmp_path):
    export_mixture(Release(write([0], [1]), "old"), tmp_path / "out")
    folder = export_mixture(Release(write([5], setting=1), "new"), tmp_path / "out")
    assert (folder / "README.md").read_text() == "new"
    assert pl.read_parquet(folder / "data")["rollout_id"].to_list() == ["r5"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(write, tmp_path):
    table = write([0])
    folder = export_mixture(Release(table, "card"), tmp_path / "out")
    (folder / "notes.txt").write_text("mine")
    before = contents(folder)
    with pytest.raises(ValueError, match=r"out is not empty and not an export of sft/sft_mixture"):
        export_mixture(Release(table, "card"), folder)
    assert contents(folder) == before


def test_an_export_of_another_table_is_refused(write, tmp_path):
    export_mixture(Release(write([0], key="general/mixture"), "card"), tmp_path / "out")
    with pytest.raises(ValueError, match="not an export of sft/sft_mixture"):
        export_mixture(Release(write([0]), "card"), tmp_path / "out")


def test_a_file_in_place_of_the_folder_is_refused(write, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ValueError, match="out is a file"):
        export_mixture(Release(write([0]), "card"), tmp_path / "out")


def test_an_empty_table_is_not_exported(write, tmp_path):
    with pytest.raises(ValueError, match="sft/sft_mixture has no rows"):
        export_mixture(Release(write([]), "card"), tmp_path / "out")


def test_an_export_that_fails_leaves_what_was_there(write, tmp_path):
    folder = export_mixture(Release(write([0]), "card"), tmp_path / "out")
    before = contents(folder)
    broken = write([0], [1], setting=1)
    broken.paths[1].write_bytes(b"not parquet")
    with pytest.raises(ValueError, match="is damaged: its shard"):
        export_mixture(Release(broken, "card"), folder)
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out"]


@pytest.mark.parametrize("repository", ["name", "org/name/more", "../x", "org/"])
def test_what_is_no_hub_repository_is_refused(write, repository):
    with pytest.raises(ValueError, match="is no Hub repository"):
        export_to_hub(Release(write([0]), "card"), repository)


def files_of(folder):
    return sorted(path.name for path in (folder / "data").iterdir())


def test_held_out_rows_are_a_split_of_their_own(write, tmp_path):
    splits = {0: "train", 1: "held_out", 2: "train", 3: "held_out", 4: "held_out"}
    table = write([0, 1, 2], [3], [4], split=splits)
    folder = export_mixture(Release(table, card(table)), tmp_path / "out")
    assert files_of(folder) == [
        "held_out-00000-of-00001.parquet",
        "train-00000-of-00001.parquet",
    ]
    opened = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert {name: rows["rollout_id"][:] for name, rows in opened.items()} == {
        "train": ["r0", "r2"],
        "held_out": ["r1", "r3", "r4"],
    }
    told = json.loads((folder / "export.json").read_text())
    assert (told["num_rows"], told["num_held_out"]) == (5, 3)


def test_rows_of_forbidden_licences_are_left_out(write, tmp_path):
    table = write([0, 1], [2], licence={0: "MIT", 1: "CC BY-ND 4.0", 2: "CC BY-ND 4.0"})
    release = Release(table, "card", left_out=frozenset({"CC BY-ND 4.0"}))
    folder = export_mixture(release, tmp_path / "out")
    assert files_of(folder) == ["train-00000-of-00001.parquet"]
    assert pl.read_parquet(folder / "data")["rollout_id"].to_list() == ["r0"]
    assert json.loads((folder / "export.json").read_text())["left_out"] == ["CC BY-ND 4.0"]
    assert count_exported(release) == 1


def test_a_row_without_a_licence_is_exported(write, tmp_path):
    release = Release(write([0]), "card", left_out=frozenset({"proprietary"}))
    assert pl.read_parquet(export_mixture(release, tmp_path / "out") / "data").height == 1


def test_where_every_licence_forbids_it_nothing_is_written(write, tmp_path):
    table = write([0, 1], licence={0: "CC BY-ND 4.0", 1: "CC BY-ND 4.0"})
    with pytest.raises(ValueError, match=r"all 2 rows .* forbid to share them \(CC BY-ND 4.0\)"):
        export_mixture(Release(table, "card", left_out=frozenset({"CC BY-ND 4.0"})), tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_drawings_stand_beside_the_card_and_are_replaced_with_it(write, tmp_path):
    table = write([0])
    export_mixture(Release(table, "card", {"plots/old.svg": "<svg/>"}), tmp_path / "out")
    folder = export_mixture(Release(table, "card", {"plots/new.svg": "<svg/>"}), tmp_path / "out")
    assert [path.name for path in (folder / "plots").iterdir()] == ["new.svg"]


def test_what_a_variant_is_and_is_trained_on_is_exported_where_there_are_any(write, tmp_path):
    marks = {"variant": [None, "cut_reasoning"], "loss_on": [None, "closing_tag"]}
    table = write([0, 1], **marks)
    folder = export_mixture(Release(table, card(table)), tmp_path / "out")
    rows = pl.read_parquet(folder / "data" / "*.parquet")
    assert {name: rows[name].to_list() for name in marks} == marks
    assert "template_flags" not in rows.columns
