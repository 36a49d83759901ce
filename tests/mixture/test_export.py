import json

import datasets
import polars as pl
import pytest

from r1data.mixture.card import Origin, count_drop_reasons, count_rows, dataset_card
from r1data.mixture.export import EXPORTED, Release, export_mixture, export_to_hub
from r1data.settings import Settings
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Mixtures

ORIGIN = Origin("sft/sft_mixture", "v", "demo", "name: demo", "deadbeef", "r1data run", {}, {})


class Choice(Settings):
    setting: int = 0


@pytest.fixture
def write(tmp_path):
    def written(*shards, key="sft/sft_mixture", setting=0):
        spec = TableSpec(key, Mixtures, 1, Choice(setting=setting))
        with Store(tmp_path / "data").writing(spec, fingerprints([spec])[key], {}) as writer:
            for number, rows in enumerate(shards):
                writer.write(number, mixture(rows))
            return writer.finish()

    return written


def mixture(rows):
    return Mixtures.cast(
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
                "metadata": None,
                "split": None,
            }
        )
    )


def card(table):
    return dataset_card(count_rows(table.scan()), count_drop_reasons({"x": NO_DROPS}), ORIGIN)


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
