"""A handle on one version of a table: where its shards are, and how to read them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy
import polars as pl

from r1data import tables
from r1data.store.manifest import Manifest
from r1data.store.shards import shard_fault, stored_dtypes

if TYPE_CHECKING:
    from datasets import Dataset


@dataclass(frozen=True, slots=True)
class ShardFault:
    """A shard that is not what was written."""

    key: str
    path: Path
    block: int
    what: str
    """What is wrong with it, as a predicate."""

    def __str__(self) -> str:
        """Say what is damaged, and which commands make it again."""
        return (
            f"{self.key} is damaged: its shard {self.path} {self.what}; `r1data check --repair` "
            f"takes it out, and `r1data run --select {self.key}` makes it again, from the logs "
            "where they have it"
        )


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a table, complete or in the making, as its manifest lists it."""

    key: str
    folder: Path
    manifest: Manifest
    schema: type[dy.Schema]

    @property
    def fingerprint(self) -> str:
        """What decided its rows."""
        return self.manifest.fingerprint

    @property
    def data_version(self) -> str:
        """The identity of its rows: the fingerprint and a hash of the rows."""
        if self.manifest.data_version is None:
            raise ValueError(
                f"{self.key} is not complete, so it has no data version; run it to its end"
            )
        return self.manifest.data_version

    @property
    def content_hash(self) -> str:
        """The identity of its rows alone: equal for two versions with the same rows."""
        return self.data_version.partition("-")[2]

    @property
    def num_rows(self) -> int:
        """The rows of all shards."""
        return self.manifest.num_rows

    @property
    def num_blocks(self) -> int:
        """The shards: how many frames `blocks` yields."""
        return len(self.manifest.shards)

    @property
    def paths(self) -> list[Path]:
        """The shards' files, in the order of the rows."""
        return [self.folder / shard.file for shard in self.manifest.shards]

    def faults(self, *, is_thorough: bool = False) -> list[ShardFault]:
        """Return what is wrong with its shards, see `shard_fault`; each is read once a process."""
        found = []
        for shard, path in zip(self.manifest.shards, self.paths, strict=True):
            if what := shard_fault(path, shard, is_thorough=is_thorough):
                found.append(ShardFault(self.key, path, shard.block, what))
        return found

    def check(self, *, is_thorough: bool = False) -> None:
        """Raise one line if a shard is not what was written.

        Raises:
            ValueError: With the first damaged shard and the commands that make it again.
        """
        for fault in self.faults(is_thorough=is_thorough):
            raise ValueError(str(fault))

    @contextmanager
    def naming_damage(self) -> Iterator[None]:
        """Where reading it fails because a shard is damaged, say so in one line, see `check`."""
        try:
            yield
        except (pl.exceptions.PolarsError, OSError):
            self.check(is_thorough=True)
            raise

    def scan(self) -> pl.LazyFrame:
        """Return all rows, lazily and in order; columns that older shards lack are null."""
        return self._scan(self.paths)

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return all rows, or some columns of them, in memory."""
        with self.naming_damage():
            return _selected(self.scan(), columns).collect()

    def read_block(self, number: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the rows of one shard, counted from 0."""
        return self.block(number).read(columns)

    def block(self, number: int) -> "Table":
        """Return the table that has only one of the shards, counted from 0."""
        one = self.manifest.model_copy(update={"shards": (self.manifest.shards[number],)})
        return replace(self, manifest=one)

    def blocks(self, columns: Sequence[str] | None = None) -> Iterator[tuple[int, pl.DataFrame]]:
        """Yield each shard's number, counted from 0, and its rows; one is in memory at a time."""
        for number in range(self.num_blocks):
            yield number, self.read_block(number, columns)

    def to_dataset(self, cache: Path | None = None) -> "Dataset":
        """Return the table as a Hugging Face dataset, mapped from disk.

        Columns that older shards lack are null.

        Args:
            cache: Where Hugging Face keeps its copy; by default where it keeps them all.
        """
        from datasets import Dataset, Features

        self.check()
        empty = self.schema.create_empty().cast(stored_dtypes(self.schema))  # type: ignore[arg-type]
        features = Features.from_arrow_schema(empty.to_arrow().schema)
        if not self.num_rows:
            return Dataset.from_dict({name: [] for name in features}, features=features)
        return Dataset.from_parquet(
            [str(path) for path in self.paths],
            features=features,
            cache_dir=None if cache is None else str(cache),
        )

    def _scan(self, paths: list[Path]) -> pl.LazyFrame:
        if not paths:
            return self.schema.create_empty(lazy=True)
        rows = pl.scan_parquet(
            paths,
            glob=False,
            schema=stored_dtypes(self.schema),
            missing_columns="insert",
            extra_columns="ignore",
        )
        enums = [
            pl.col(name).cast(column.dtype)
            for name, column in self.schema.columns().items()
            if isinstance(column.dtype, pl.Enum)
        ]
        return rows.with_columns(enums)


def schema_named(name: str) -> type[dy.Schema]:
    """Return the schema of `r1data.tables` that has this name."""
    schema = getattr(tables, name, None)
    if not (isinstance(schema, type) and issubclass(schema, dy.Schema)):
        raise ValueError(f"{name} is no table this version of r1data knows; install a newer one")
    return schema


def _selected(rows: pl.LazyFrame, columns: Sequence[str] | None) -> pl.LazyFrame:
    return rows if columns is None else rows.select(columns)
