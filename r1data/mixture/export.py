"""Exporting a mixture: a folder, or a Hub repository, that `datasets.load_dataset` opens.

A folder appears whole or not at all: it is written beside its place under a hidden name and then
renamed. One shard is in memory at a time.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from r1data.progress import SILENT, Progress
from r1data.store.table import Table

EXPORT = "export.json"
ROWS_PER_GROUP = 1_000
REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*")

_MESSAGES = pa.list_(pa.struct({"role": pa.string(), "content": pa.string()}))
_STRINGS = ("rollout_id", "prompt_id", "source", "domain", "licence")
EXPORTED = pa.schema(
    {"prompt": _MESSAGES, "completion": _MESSAGES, **{name: pa.string() for name in _STRINGS}}
)
"""The columns TRL reads, and those that lead a row back to where it came from."""
WHERE_ANY = {"is_unverified": pa.bool_(), "file_outcome": pa.string(), "metadata": pa.string()}
"""The columns that are exported where any row has something in them."""


def export_mixture(table: Table, folder: Path, card: str, *, progress: Progress = SILENT) -> Path:
    """Write a mixture and its card to a folder, and return the folder.

    An earlier export of the same table is replaced; any other folder that is not empty is refused.
    """
    folder = folder.resolve()
    _check_replaceable(folder, table)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _write_export(table, partial, card, progress)
        _swap(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def export_to_hub(table: Table, repository: str, card: str, *, progress: Progress = SILENT) -> str:
    """Upload a mixture and its card to a Hub dataset, private if it is new; return its URL."""
    from huggingface_hub import HfApi

    if not REPOSITORY.fullmatch(repository):
        raise ValueError(f"{repository} is no Hub repository; give it as hub:ORG/NAME")
    hub = HfApi()
    with _naming(repository):
        url = hub.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="r1data-export-") as temporary:
        folder = export_mixture(table, Path(temporary) / "dataset", card, progress=progress)
        with _naming(repository):
            hub.upload_folder(repo_id=repository, folder_path=folder, repo_type="dataset")
    return str(url)


@contextmanager
def _naming(repository: str) -> Iterator[None]:
    """Say which repository the Hub, or the way to it, refused, and what to do."""
    from httpx2 import HTTPError

    try:
        yield
    except (HTTPError, OSError, ValueError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"the Hub dataset {repository} cannot be written: {said.rstrip('.')}; check its name, "
            "the network and that `hf auth login` was given a token that may write, or export to a "
            "folder"
        ) from error


def _check_replaceable(folder: Path, table: Table) -> None:
    """Raise unless the folder is free, or holds an export of this table and nothing else."""
    if not table.num_rows:
        raise ValueError(
            f"{table.key} has no rows, so there is nothing to export; see why its rows left"
        )
    if folder.is_file():
        raise ValueError(f"{folder} is a file; give a folder that does not exist yet")
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    is_ours = _exported_key(folder) == table.key and names <= {EXPORT, "README.md", "data"}
    if names and not is_ours:
        raise ValueError(
            f"{folder} is not empty and not an export of {table.key}; "
            "give a folder that does not exist yet"
        )


def _exported_key(folder: Path) -> str | None:
    """Return the key of the table whose export a folder is; None if it is none."""
    try:
        return str(json.loads((folder / EXPORT).read_text(encoding="utf-8"))["table"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write_export(table: Table, folder: Path, card: str, progress: Progress) -> None:
    (folder / "data").mkdir(parents=True)
    with progress.bar(f"exporting {table.key}", table.num_rows, "rows") as bar:
        done = 0
        for path, rows in _shards(table, folder / "data"):
            pq.write_table(rows, path, compression="zstd", row_group_size=ROWS_PER_GROUP)
            done += rows.num_rows
            bar.update(done)
    (folder / "README.md").write_text(card, encoding="utf-8")
    identity = {"table": table.key, "data_version": table.data_version, "num_rows": table.num_rows}
    (folder / EXPORT).write_text(json.dumps(identity, indent=2) + "\n", encoding="utf-8")


def _shards(table: Table, folder: Path) -> Iterator[tuple[Path, pa.Table]]:
    schema = exported_schema(table)
    for number, frame in table.blocks(schema.names):
        path = folder / f"train-{number:05d}-of-{table.num_blocks:05d}.parquet"
        yield path, frame.to_arrow().cast(schema)


def exported_schema(table: Table) -> pa.Schema:
    """Return the columns that are exported of a mixture."""
    with table.naming_damage():
        counts = table.scan().select(pl.col(name).count() for name in WHERE_ANY).collect()
    held = {name: kind for name, kind in WHERE_ANY.items() if counts.item(0, name)}
    return pa.schema([*EXPORTED, *(pa.field(name, kind) for name, kind in held.items())])


def _swap(partial: Path, folder: Path) -> None:
    """Put a finished folder in its place."""
    replaced = folder.with_name(f".{folder.name}.replaced")
    shutil.rmtree(replaced, ignore_errors=True)
    if folder.exists():
        folder.rename(replaced)
    partial.rename(folder)
    shutil.rmtree(replaced, ignore_errors=True)
