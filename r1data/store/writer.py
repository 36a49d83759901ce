"""Writing one version of a table in blocks, so that a kill loses the block being written at most.

The order is what makes it safe. For a block: each shard under a temporary name, synced, renamed,
its folder synced; then the manifest that lists them, the same way. For the end: the manifest that
says complete, then `current.json`, which readers follow, each the same way. Stopped before the
manifest, the block is not there and is written again, over what is left of it; stopped after, it
is there for good. Stopped before `current.json`, readers still have the version before.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from r1data.store.files import TEMPORARY
from r1data.store.manifest import Manifest, Shard, data_version, write_manifest
from r1data.store.shards import write_shards
from r1data.store.spec import TableSpec
from r1data.store.table import Table


class TableWriter:
    """One version of a table being written, under its lock; `Store.writing` opens it."""

    def __init__(
        self, folder: Path, manifest: Manifest, spec: TableSpec, *, num_rows_before: int
    ) -> None:
        self.folder = folder
        self.schema = spec.schema
        self._must_have_rows = 0 if spec.may_be_empty else num_rows_before
        self._manifest = manifest
        self._done = {shard.block for shard in manifest.shards}
        remove_unlisted(folder, manifest)

    @property
    def key(self) -> str:
        """The table's key."""
        return self._manifest.key

    @property
    def fingerprint(self) -> str:
        """What decides the table's rows."""
        return self._manifest.fingerprint

    @property
    def table(self) -> Table:
        """The table as it is so far."""
        return Table(self.key, self.folder, self._manifest, self.schema)

    def is_done(self, block: int) -> bool:
        """Tell whether a block is written, in this run or an earlier one."""
        return block in self._done

    def write(self, block: int, frame: pl.DataFrame) -> None:
        """Write a block of rows; when this returns, the block is on the disk for good.

        Blocks may come in any order: their numbers are the order of the rows. One that is done is
        left as it is.
        """
        if not self.is_done(block):
            self.list_shards(block, write_shards(self.folder, block, frame, self.schema))

    def list_shards(self, block: int, shards: tuple[Shard, ...]) -> None:
        """Count a block as done whose shards are in the folder: what `write` does in the end."""
        listed = sorted((*self._manifest.shards, *shards), key=lambda shard: shard.block)
        self._save(shards=tuple(listed))
        self._done.add(block)

    def finish(self) -> Table:
        """Check the keys across shards and complete the version, which `Store.writing` then adopts.

        Raises:
            ValueError: If two rows have one key, or no rows would replace some.
        """
        if not self._manifest.is_complete:
            self._refuse_emptying()
            self._refuse_duplicates()
            self._save(
                is_complete=True,
                data_version=data_version(self.fingerprint, self._manifest.shards),
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        return self.table

    def _save(self, **changes: Any) -> None:  # noqa: ANN401 - fields of the manifest
        changed = self._manifest.model_copy(update=changes)
        write_manifest(self.folder, changed)
        self._manifest = changed

    def _refuse_emptying(self) -> None:
        if self._must_have_rows and not self._manifest.num_rows:
            raise ValueError(
                f"{self.key} would lose all of its {self._must_have_rows} rows; check what it "
                f"reads, or delete {self.folder.parent} if it is to be empty"
            )

    def _refuse_duplicates(self) -> None:
        keys = self.schema.primary_key()
        if not keys:
            return
        rows = self.table.scan().group_by(keys).len().filter(pl.col("len") > 1).sort(keys).head(1)
        for row in rows.collect().iter_rows(named=True):
            count = row.pop("len")
            named = ", ".join(f"{name} {value}" for name, value in row.items())
            raise ValueError(
                f"{self.key} has {count} rows with the key {named}; remove the repeated ones from "
                f"what it reads, then delete {self.folder} and run again"
            )


def remove_unlisted(folder: Path, manifest: Manifest) -> None:
    """Remove what a kill left in a version's folder: temporary files, shards no manifest lists."""
    for path in unlisted(folder, manifest):
        path.unlink()


def unlisted(folder: Path, manifest: Manifest) -> list[Path]:
    """Return the temporary files and the shards that a version's manifest does not list."""
    listed = {shard.file for shard in manifest.shards}
    found = (*folder.glob("part-*.parquet"), *folder.glob(f".*{TEMPORARY}"))
    return sorted(path for path in found if path.name not in listed)
