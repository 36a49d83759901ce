"""Damage to a data folder: finding it, and taking it out, so that the next run makes it again.

Every shard of every version is read and compared with what its manifest says was written. What is
taken out leaves its version incomplete, and the version goes on from there like one that a kill
stopped: blocks come from the logs again, nothing that they hold is asked again, and rows that are
the same make no other table stale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from r1data.store.collect import remove_version
from r1data.store.locks import holding
from r1data.store.log import count_damaged
from r1data.store.manifest import read_manifest, write_manifest
from r1data.store.store import Store
from r1data.store.table import ShardFault, Table, schema_named
from r1data.tables import Reviews, Rollouts, Verdicts

LOG_SCHEMAS = {"requests": Rollouts, "verdicts": Verdicts, "reviews": Reviews}
"""What the rows of a log are, besides JSON objects."""


@dataclass(frozen=True, slots=True)
class VersionFault:
    """A version of a table whose manifest cannot be read."""

    key: str
    path: Path
    what: str
    """What is wrong with it, and the commands that make it again."""

    def __str__(self) -> str:
        """Say what is damaged."""
        return f"{self.key}: {self.what}"


Fault = ShardFault | VersionFault


def find_faults(store: Store) -> Iterator[Fault]:
    """Yield what is damaged of all versions of all tables."""
    keys = store.keys()
    for key in keys:
        for folder in store.folders(key):
            yield from _faults_of(key, folder)


def damaged_rows(store: Store) -> dict[Path, int]:
    """Return how many rows of each log are damaged, where any are; readers pass over them."""
    counts = {}
    for logs in (store.shared_logs, store.logs):
        for path in sorted(logs.rglob("*.jsonl")):
            name = path.relative_to(logs).parts[0]
            counts[path] = count_damaged(path, LOG_SCHEMAS.get(name))
    return {path: count for path, count in counts.items() if count}


def take_out(store: Store, faults: Sequence[Fault]) -> None:
    """Take what is damaged out of the versions it belongs to, which are then incomplete or gone.

    Raises:
        TableBusyError: If another process is writing one of them.
    """
    folders = {_folder_of(fault): fault.key for fault in faults}
    for folder, key in folders.items():
        blocks = {f.block for f in faults if isinstance(f, ShardFault) and f.path.parent == folder}
        with holding(store.lock_path(folder), key):
            store.forget(key, folder)
            if blocks:
                _unlist(folder, blocks)
            else:
                remove_version(folder)


def _faults_of(key: str, folder: Path) -> Iterator[Fault]:
    try:
        manifest = read_manifest(folder)
    except ValueError as error:
        yield VersionFault(key, folder, str(error))
        return
    if manifest is not None:
        table = Table(key, folder, manifest, schema_named(manifest.schema_name))
        yield from table.faults(is_thorough=True)


def _folder_of(fault: Fault) -> Path:
    return fault.path.parent if isinstance(fault, ShardFault) else fault.path


def _unlist(folder: Path, blocks: set[int]) -> None:
    """Take whole blocks out of a version: a block is written at once, in one shard or more."""
    manifest = read_manifest(folder)
    if manifest is None:
        return
    kept = tuple(shard for shard in manifest.shards if shard.block not in blocks)
    incomplete = {"is_complete": False, "data_version": None, "made_at": None}
    write_manifest(folder, manifest.model_copy(update={"shards": kept, **incomplete}))
    for shard in manifest.shards:
        if shard.block in blocks:
            (folder / shard.file).unlink(missing_ok=True)
