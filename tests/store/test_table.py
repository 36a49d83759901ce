import polars as pl
import pytest

from r1data.store.files import file_checksum
from r1data.store.spec import TableSpec
from r1data.store.store import Store
from r1data.tables import Mixtures
from tests.store.samples import VERDICTS, verdicts

MIXTURE = TableSpec("sft/sft_mixture", Mixtures, 1)


def written(root, spec, *frames):
    with Store(root).writing(spec, "f" * 16, {}) as writer:
        for block, frame in enumerate(frames):
            writer.write(block, frame)
        return writer.finish()


def test_a_dataset_has_the_rows_of_all_shards_in_order(tmp_path):
    table = written(tmp_path / "data", VERDICTS, verdicts(4), verdicts(0))
    dataset = table.to_dataset(tmp_path / "cache")
    assert dataset["rollout_id"][:] == [f"r{number}" for number in (4, 5, 6, 7, 0, 1, 2, 3)]
    assert dataset.to_polars().select(table.schema.column_names()).rows() == table.read().rows()


def test_columns_that_older_shards_lack_are_null_in_a_dataset(tmp_path):
    table = written(tmp_path / "data", VERDICTS, verdicts(0), verdicts(4))
    older = table.folder / "older.parquet"
    pl.read_parquet(table.paths[0]).drop("predicted_answer").write_parquet(older)
    size, checksum = older.stat().st_size, file_checksum(older)
    update = {"file": older.name, "num_bytes": size, "checksum": checksum}
    shard = table.manifest.shards[0].model_copy(update=update)
    only = table.manifest.model_copy(update={"shards": (shard, table.manifest.shards[1])})
    mixed = type(table)(table.key, table.folder, only, table.schema)
    assert mixed.to_dataset(tmp_path / "cache")["predicted_answer"][:] == [None] * 8


def test_an_empty_table_is_an_empty_dataset_with_its_columns(tmp_path):
    table = written(tmp_path / "data", VERDICTS, verdicts(rows=0))
    dataset = table.to_dataset(tmp_path / "cache")
    assert (dataset.num_rows, dataset.column_names) == (0, VERDICTS.schema.column_names())


def test_messages_of_a_mixture_stay_messages(tmp_path):
    message = [{"role": "user", "content": "1 + 1"}]
    row = (
        Mixtures.create_empty()
        .clear(1)
        .with_columns(
            pl.col(pl.String).fill_null("x"),
            row=pl.lit(0, pl.Int64),
            prompt=pl.Series([message], dtype=Mixtures.create_empty().schema["prompt"]),
            completion=pl.Series([message], dtype=Mixtures.create_empty().schema["completion"]),
        )
    )
    dataset = written(tmp_path / "data", MIXTURE, row).to_dataset(tmp_path / "cache")
    assert dataset[0]["prompt"] == message


def test_nothing_is_made_of_a_damaged_table(tmp_path):
    table = written(tmp_path / "data", VERDICTS, verdicts())
    table.paths[0].write_bytes(b"garbage")
    with pytest.raises(ValueError, match="is damaged: its shard"):
        table.to_dataset(tmp_path / "cache")
