"""Exporting a mixture: a folder, or a Hub repository, that `datasets.load_dataset` opens.

A folder appears whole or not at all: it is written beside its place under a hidden name and then
renamed. One shard is in memory at a time.
"""

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from r1data.progress import SILENT, Bar, Progress
from r1data.store.table import Table
from r1data.tables import HELD_OUT, TRAIN, PreferencePairs

if TYPE_CHECKING:
    from huggingface_hub import HfApi

EXPORT = "export.json"
PLOTS = "plots"
ROWS_PER_GROUP = 1_000
FORM = {"compression": "zstd", "row_group_size": ROWS_PER_GROUP}
SPLIT = pl.col("split").fill_null(TRAIN)
EXPORTED_FILE = re.compile(r"data/[\w-]+\.parquet|plots/\w+\.svg")
"""The files of an export, by which one that is no longer part of it is known."""
THEIRS = {".gitattributes"}
"""Files that the Hub puts into every repository."""
REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*")

_MESSAGES = pa.list_(pa.struct({"role": pa.string(), "content": pa.string()}))
_STRINGS = ("rollout_id", "prompt_id", "source", "domain", "licence")
EXPORTED = pa.schema(
    {"prompt": _MESSAGES, "completion": _MESSAGES, **{name: pa.string() for name in _STRINGS}}
)
"""The columns TRL reads, and those that lead a row back to where it came from."""
EXPORTED_PAIRS = pa.schema(
    {
        **dict.fromkeys(("prompt", "chosen", "rejected"), _MESSAGES),
        **dict.fromkeys(("pair_id", "made_by", "prompt_id", "source", "licence"), pa.string()),
    }
)
"""The same of pairs, which TRL's DPO and RewardTrainer read."""
WHERE_ANY = {
    "is_unverified": pa.bool_(),
    **{name: pa.string() for name in ("file_outcome", "metadata")},
    **{name: pa.string() for name in ("variant", "loss_on", "template_flags")},
}
"""The columns that are exported where any row has something in them."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is exported of a mixture, and what is said of it."""

    table: Table
    card: str
    plots: Mapping[str, str] = field(default_factory=dict)
    """Drawings of the card, SVG, by their paths."""
    left_out: frozenset[str] = frozenset()
    """Licences whose rows are left out."""

    @property
    def is_exported(self) -> pl.Expr:
        """Tells which rows of the table are exported."""
        return ~pl.col("licence").is_in(sorted(self.left_out)).fill_null(False)


def export_mixture(release: Release, folder: Path, *, progress: Progress = SILENT) -> Path:
    """Write a mixture and its card to a folder, and return the folder.

    An earlier export of the same table is replaced; any other folder that is not empty is refused.
    The same release makes the same bytes, wherever and whenever it is written.
    """
    folder = folder.resolve()
    _check_replaceable(folder, release.table)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _write_export(release, partial, progress)
        _swap(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def export_to_hub(release: Release, repository: str, *, progress: Progress = SILENT) -> str:
    """Upload a mixture and its card to a Hub dataset, private if it is new; return its URL.

    One commit makes the dataset what the release is, so that nobody reads half of it: files of an
    earlier export that are no longer part of it leave.

    Raises:
        ValueError: The dataset cannot be written, or holds files that are no export of this table.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    if not REPOSITORY.fullmatch(repository):
        raise ValueError(f"{repository} is no Hub repository; give it as hub:ORG/NAME")
    hub = HfApi()
    with _naming(repository):
        url = hub.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
        there = set(hub.list_repo_files(repository, repo_type="dataset"))
        exported = _exported_to(hub, repository) if EXPORT in there else None
    if there - THEIRS and not _is_export(exported, there - THEIRS, release.table):
        raise ValueError(
            f"the Hub dataset {repository} is not empty and not an export of {release.table.key}; "
            "give the name of a dataset that does not exist yet"
        )
    with tempfile.TemporaryDirectory(prefix="r1data-export-") as temporary:
        folder = export_mixture(release, Path(temporary) / "dataset", progress=progress)
        with _naming(repository):
            files = {str(path.relative_to(folder)): path for path in _files(folder)}
            gone = sorted(name for name in there - files.keys() if EXPORTED_FILE.fullmatch(name))
            hub.create_commit(
                repository,
                [
                    *(CommitOperationAdd(name, path) for name, path in files.items()),
                    *(CommitOperationDelete(name) for name in gone),
                ],
                repo_type="dataset",
                commit_message=f"Export {release.table.key} {release.table.data_version}",
            )
    return str(url)


def _exported_to(hub: "HfApi", repository: str) -> str | None:
    """Return the key of the table whose export a Hub dataset is; None if it is none."""
    with tempfile.TemporaryDirectory(prefix="r1data-export-") as temporary:
        hub.hf_hub_download(repository, EXPORT, repo_type="dataset", local_dir=temporary)
        return _exported_key(Path(temporary))


def count_exported(release: Release) -> int:
    """Count the rows that are exported."""
    rows = release.table.scan().filter(release.is_exported).select(pl.len()).collect()
    return int(rows.item())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


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
    if names and not _is_export(_exported_key(folder), names, table):
        raise ValueError(
            f"{folder} is not empty and not an export of {table.key}; "
            "give a folder that does not exist yet"
        )


def _is_export(key: str | None, names: set[str], table: Table) -> bool:
    """Say whether files, and the table that they say they are of, are an export of a table."""
    tops = {name.partition("/")[0] for name in names}
    return key == table.key and tops <= {EXPORT, "README.md", "data", PLOTS}


def _exported_key(folder: Path) -> str | None:
    """Return the key of the table whose export a folder is; None if it is none."""
    try:
        return str(json.loads((folder / EXPORT).read_text(encoding="utf-8"))["table"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write_export(release: Release, folder: Path, progress: Progress) -> None:
    table = release.table
    (folder / "data").mkdir(parents=True)
    with progress.bar(f"exporting {table.key}", table.num_rows, "rows") as bar:
        counts = _write_splits(release, folder / "data", bar)
    (folder / "README.md").write_text(release.card, encoding="utf-8")
    for name, drawing in release.plots.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(drawing, encoding="utf-8")
    identity = {
        "table": table.key,
        "data_version": table.data_version,
        "num_rows": counts[TRAIN] + counts[HELD_OUT],
        "num_held_out": counts[HELD_OUT],
        "left_out": sorted(release.left_out),
        "written_by": f"pyarrow {pa.__version__}",
    }
    (folder / EXPORT).write_text(json.dumps(identity, indent=2) + "\n", encoding="utf-8")


def _write_splits(release: Release, folder: Path, bar: Bar) -> Counter[str]:
    """Write a file for each shard's training rows, and one for all that is held out; count both."""
    schema = exported_schema(release.table)
    splits = _rows_of(release).group_by("block", "split").len()
    num_files = splits.filter(split=TRAIN).height
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        held_out: pq.ParquetWriter | None = None
        for frame in _exported_frames(release, schema, bar):
            for split, rows in _parts(frame):
                if split == TRAIN:
                    path = folder / f"train-{counts['files']:05d}-of-{num_files:05d}.parquet"
                    pq.write_table(_as(rows, schema), path, **FORM)
                    counts["files"] += 1
                else:
                    held_out = held_out or stack.enter_context(_writer(folder, schema))
                    held_out.write_table(_as(rows, schema), row_group_size=ROWS_PER_GROUP)
                counts[split] += rows.height
    return counts


def _rows_of(release: Release) -> pl.DataFrame:
    """Return the shard and the split of each row that is exported.

    Raises:
        ValueError: There are none.
    """
    table = release.table
    frames = [
        frame.filter(release.is_exported).select(pl.lit(block).alias("block"), SPLIT)
        for block, frame in table.blocks(["licence", "split"])
    ]
    found = pl.concat(frames)
    if found.is_empty():
        raise ValueError(
            f"all {table.num_rows} rows of {table.key} have licences that forbid to share them "
            f"({', '.join(sorted(release.left_out))}); export with --include-restricted for "
            "yourself alone"
        )
    return found


def _exported_frames(release: Release, schema: pa.Schema, bar: Bar) -> Iterator[pl.DataFrame]:
    done = 0
    for _, frame in release.table.blocks([*schema.names, "split"]):
        yield frame.filter(release.is_exported).with_columns(SPLIT)
        done += frame.height
        bar.update(done)


def _parts(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for split in (TRAIN, HELD_OUT):
        rows = frame.filter(split=split)
        if rows.height:
            yield split, rows


def _as(rows: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    return rows.select(schema.names).to_arrow().cast(schema).combine_chunks()


def _writer(folder: Path, schema: pa.Schema) -> pq.ParquetWriter:
    path = folder / f"{HELD_OUT}-00000-of-00001.parquet"
    return pq.ParquetWriter(path, schema, compression="zstd")


def exported_schema(table: Table) -> pa.Schema:
    """Return the columns that are exported of a mixture, or of pairs."""
    if table.schema is PreferencePairs:
        return EXPORTED_PAIRS
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
