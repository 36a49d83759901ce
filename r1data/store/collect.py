"""Removing what nobody needs any more: old versions, and what a kill left behind.

Kept are logs, the current version of every table, the version that the recipe means, every
version that one of those was made from, or a policy among them trained on, and their weights.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from r1data.store.catalog import write_catalog
from r1data.store.files import TEMPORARY
from r1data.store.locks import TableBusyError, holding
from r1data.store.manifest import read_manifest
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.store.writer import unlisted

REMOVED = ".removed"
MODEL_PARTS = re.compile(r"\.(partial|log|lock)$")
"""What stands beside the weights of a name while they are made, and afterwards."""
VERSION = re.compile(r"\.?[0-9a-f]{16}-[0-9a-f]{8}(\.removed)?")


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that was removed, or would be."""

    path: Path
    num_bytes: int
    reason: str


def collect(store: Store, specs: Sequence[TableSpec], *, dry_run: bool = False) -> list[Removed]:
    """Remove old versions, and the temporary files and unlisted shards of the others.

    What another process is writing is left alone.
    """
    removed = [*_versions(store, specs, is_dry=dry_run), *_left(store, is_dry=dry_run)]
    if removed and not dry_run:
        write_catalog(store)
    return removed


def _versions(store: Store, specs: Sequence[TableSpec], *, is_dry: bool) -> Iterator[Removed]:
    keys = store.keys()
    tables = {table.folder: table for key in keys for table in store.versions(key)}
    kept = _kept(store, specs, tables)
    for folder, table in tables.items():
        if folder not in kept:
            state = "old version" if table.manifest.is_complete else "begun for other settings"
            yield from _remove_version(store, folder, state, is_dry=is_dry)
    yield from _models(store, [tables[folder] for folder in kept], is_dry=is_dry)


def _models(store: Store, kept: Sequence[Table], *, is_dry: bool) -> Iterator[Removed]:
    """Remove the weights, and what belongs to them, that no policy of the kept tables has."""
    policies = [table for table in kept if "location" in table.schema.column_names()]
    used = {place for table in policies for place in table.read(["location"])["location"]}
    for path in sorted(store.models.glob("*")):
        name = MODEL_PARTS.sub("", path.name)
        if not any(place == f"{store.models.name}/{name}" for place in used):
            with suppress(TableBusyError), holding(store.model_lock(name), name):
                yield Removed(path, _num_bytes(path), "weights of no current policy")
                if not is_dry:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _kept(store: Store, specs: Sequence[TableSpec], tables: dict[Path, Table]) -> set[Path]:
    """Return the folders of the versions that are needed."""
    wanted = set(fingerprints(specs).values())
    kept: set[Path] = set()
    found = [t for t in tables.values() if store.is_current(t) or t.fingerprint in wanted]
    while found:
        table = found.pop()
        if table.folder not in kept:
            kept.add(table.folder)
            sources = set(_made_from(table))
            found += [t for t in tables.values() if _identities(t) & sources]
    return kept


def _made_from(table: Table) -> Iterator[str]:
    """Yield the tables a version was made from, as `key@fingerprint` or `key@data version`."""
    yield from (f"{key}@{version}" for key, version in table.manifest.inputs.items())
    if "trained_on" in table.schema.column_names() and table.manifest.is_complete:
        yield from table.read(["trained_on"])["trained_on"].drop_nulls()


def _identities(table: Table) -> set[str]:
    versions = (table.fingerprint, table.manifest.data_version, table.folder.name)
    return {f"{table.key}@{version}" for version in versions}


def _left(store: Store, *, is_dry: bool) -> Iterator[Removed]:
    """Remove what kills left: in the versions that stay, and beside them."""
    keys = store.keys()
    for key in keys:
        for path in sorted((store.root / key).iterdir()):
            if path.name.endswith(TEMPORARY):
                yield from _remove_file(path, is_dry=is_dry)
            elif VERSION.fullmatch(path.name):
                yield from _clean(store, path, is_dry=is_dry)


def _clean(store: Store, folder: Path, *, is_dry: bool) -> Iterator[Removed]:
    manifest = read_manifest(folder)
    if manifest is None or folder.name.endswith(REMOVED):
        yield from _remove_version(store, folder, "left by a kill", is_dry=is_dry)
        return
    with suppress(TableBusyError), holding(store.lock_path(folder), str(folder)):
        for path in unlisted(folder, manifest):
            yield from _remove_file(path, is_dry=is_dry)


def _remove_version(store: Store, folder: Path, reason: str, *, is_dry: bool) -> Iterator[Removed]:
    with suppress(TableBusyError), holding(store.lock_path(folder), str(folder)):
        current = store.current("/".join(folder.parts[-3:-1]))
        if current is not None and current.folder == folder.name:
            return
        yield Removed(folder, _num_bytes(folder), reason)
        if not is_dry:
            remove_version(folder)


def remove_version(folder: Path) -> None:
    """Remove the folder of a version, renamed first: a kill leaves no half that looks whole."""
    going = folder.with_name(f".{folder.name.strip('.').removesuffix(REMOVED)}{REMOVED}")
    shutil.rmtree(folder.replace(going))


def _remove_file(path: Path, *, is_dry: bool) -> Iterator[Removed]:
    yield Removed(path, path.stat().st_size, "left by a kill")
    if not is_dry:
        path.unlink()


def _num_bytes(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)
