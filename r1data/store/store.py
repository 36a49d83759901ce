"""A data folder: every version of every table a recipe has made, and which one is current.

    data/demo/store.json                                     the folder's format
    data/demo/reasoning/rollouts/current.json                the version that readers get
    data/demo/reasoning/rollouts/3f0c...-9ab1.../            one version: fingerprint, inputs
    data/demo/reasoning/rollouts/3f0c...-9ab1.../manifest.json
    data/demo/reasoning/rollouts/3f0c...-9ab1.../part-00000-00.parquet
    data/demo/logs/                                          verdicts, by row, outside versions
    data/logs/                                               replies, by row, of all recipes

A version is what a fingerprint made of certain rows: its folder is named by the fingerprint and
the data versions of its inputs. All paths are relative, so that the folder can be moved.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from r1data.seeds import canonical_json, content_id
from r1data.store.files import make_folder, sync, write_durably
from r1data.store.locks import holding
from r1data.store.log import state_of_log
from r1data.store.manifest import FORMAT, MANIFEST, Manifest, read_manifest, write_manifest
from r1data.store.spec import TableSpec, log_key
from r1data.store.table import Table, schema_named
from r1data.store.writer import TableWriter
from r1data.text import storable

STORE = "store.json"
CURRENT = "current.json"
INPUT_DIGITS = 8
LOGS = "logs"
"""The folder of logs, in a recipe's folder and beside it; so no recipe has this name."""
REQUESTS = "requests"


class Current(BaseModel):
    """Which version of a table readers get, and what is often asked about it."""

    model_config = ConfigDict(frozen=True)

    folder: str
    fingerprint: str
    data_version: str
    num_rows: int


class Store:
    """A data folder; making one reads and writes nothing but its format."""

    def __init__(self, root: Path) -> None:
        self.root = root
        _check_format(root)

    @property
    def logs(self) -> Path:
        """Where the recipe's own append-only logs are, which belong to no version."""
        return self.root / LOGS

    @property
    def shared_logs(self) -> Path:
        """Where the replies of models are logged, for all recipes whose folders stand side by side.

        What is asked of one teacher twice, by whichever of them, is then asked once.
        """
        return self.root.parent / LOGS

    def log_path(self, log: str) -> Path:
        """Return the file of a log of the recipe, by its name, e.g. `reviews/reasoning`."""
        return self.logs / f"{log}.jsonl"

    def log_state(self, spec: TableSpec) -> dict[str, str]:
        """Return the state of a spec's log, by its key; nothing if it has none."""
        if spec.log is None:
            return {}
        return {log_key(spec.log): state_of_log(self.log_path(spec.log))}

    def older_logs(self) -> list[Path]:
        """Return the logs of recipes whose replies were logged before they shared one log."""
        return sorted(path.parent for path in self.root.parent.glob(f"*/{LOGS}/{REQUESTS}"))

    @property
    def models(self) -> Path:
        """Where weights are that were unpacked or trained, which belong to no version either."""
        return self.root / "models"

    def model_lock(self, name: str) -> Path:
        """Return the lock file of whoever makes the weights of a name."""
        return self.root / ".locks" / f"models.{name}.lock"

    def table(self, key: str) -> Table:
        """Return the current version of a table.

        Raises:
            FileNotFoundError: If it was never completed.
        """
        current = self.current(key)
        if current is None:
            raise FileNotFoundError(f"{key} is not made yet; run `r1data run --select {key}`")
        return self._open(self.root / key / current.folder)

    def version(self, spec: TableSpec, fingerprint: str) -> Table | None:
        """Return the complete version a spec means, made of the current rows of what it reads."""
        inputs = self.current_inputs(spec)
        table = None if inputs is None else self.begun(spec, fingerprint, inputs)
        return table if table is not None and table.manifest.is_complete else None

    def begun(self, spec: TableSpec, fingerprint: str, inputs: Mapping[str, str]) -> Table | None:
        """Return the version a spec means with given inputs, complete or not; None if not begun."""
        folder = self.root / spec.key / folder_name(fingerprint, inputs)
        manifest = read_manifest(folder)
        return None if manifest is None else Table(spec.key, folder, manifest, spec.schema)

    @contextmanager
    def writing(
        self, spec: TableSpec, fingerprint: str, inputs: Mapping[str, str]
    ) -> Iterator[TableWriter]:
        """Open the version of a table that is to be made of some inputs, and hold its lock.

        When the block ends well and the version is complete, it is the current one. The inputs'
        shards are checked first: nothing is made of what is damaged.

        Args:
            spec: The table.
            fingerprint: Its fingerprint, see `fingerprints`.
            inputs: The data version of each table it reads, by key, and the state of its log.

        Raises:
            TableBusyError: If another process is writing this version.
            ValueError: If a shard of an input is damaged.
        """
        if set(inputs) != spec.made_from:
            raise ValueError(
                f"{spec.key} reads {sorted(spec.made_from)} but was given the data "
                f"versions of {sorted(inputs)}; pass one for each, by table key"
            )
        for key in spec.reads.values():
            self._check(key, inputs[key])
        self.prepare()
        folder = self.root / spec.key / folder_name(fingerprint, inputs)
        with holding(self.lock_path(folder), spec.key):
            make_folder(folder)
            manifest = read_manifest(folder)
            if manifest is None:
                manifest = _begun(spec, fingerprint, inputs)
                write_manifest(folder, manifest)
            current = self.current(spec.key)
            num_rows = 0 if current is None else current.num_rows
            writer = TableWriter(folder, manifest, spec, num_rows_before=num_rows)
            yield writer
            if writer.table.manifest.is_complete:
                self.adopt(writer.table)

    def adopt(self, table: Table) -> None:
        """Make a complete version the current one."""
        if self.is_current(table):
            return
        current = Current(
            folder=table.folder.name,
            fingerprint=table.fingerprint,
            data_version=table.data_version,
            num_rows=table.num_rows,
        )
        write_durably(self.root / table.key / CURRENT, canonical_json(current.model_dump()))

    def is_current(self, table: Table) -> bool:
        """Tell whether a version is the one readers get."""
        current = self.current(table.key)
        return current is not None and current.folder == table.folder.name

    def current(self, key: str) -> Current | None:
        """Return which version of a table readers get; None before the first is complete.

        None as well if somebody deleted that version, or if the file that names it is damaged: the
        next run finds the version and names it again.
        """
        try:
            found = Current.model_validate_json((self.root / key / CURRENT).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        return found if (self.root / key / found.folder / MANIFEST).exists() else None

    def current_inputs(self, spec: TableSpec) -> dict[str, str] | None:
        """Return the data version of each table a spec reads, by key; None if one is missing.

        The state of its log stands beside them.
        """
        found = {key: self.current(key) for key in spec.reads.values()}
        known = {key: current.data_version for key, current in found.items() if current}
        return known | self.log_state(spec) if len(known) == len(found) else None

    def versions(self, key: str) -> list[Table]:
        """Return all versions of a table, complete or not, the one begun last at the end."""
        return [self._open(folder) for folder in self.folders(key)]

    def readable_versions(self, key: str) -> Iterator[Table]:
        """Yield all versions of a table but those whose manifest is damaged."""
        for folder in self.folders(key):
            with suppress(ValueError, FileNotFoundError):
                yield self._open(folder)

    def folders(self, key: str) -> list[Path]:
        """Return the folders of a table's versions, the one begun last at the end."""
        manifests = (self.root / key).glob(f"[!.]*/{MANIFEST}")
        return [p.parent for p in sorted(manifests, key=lambda path: path.stat().st_mtime_ns)]

    def forget(self, key: str, folder: Path) -> None:
        """Leave a table without a current version if this is the one."""
        current = self.current(key)
        if current is not None and current.folder == folder.name:
            (self.root / key / CURRENT).unlink()
            sync(self.root / key)

    def keys(self) -> list[str]:
        """Return the keys of all tables that have a version, complete or not."""
        manifests = self.root.glob(f"[!.]*/[!.]*/[!.]*/{MANIFEST}")
        return sorted({"/".join(path.parts[-4:-2]) for path in manifests})

    def lock_path(self, folder: Path) -> Path:
        """Return the lock file of a version's folder: outside it, so that it outlives it."""
        return self.root / ".locks" / f"{'.'.join(folder.parts[-3:])}.lock"

    def prepare(self) -> None:
        """Make the data folder, unless it is there."""
        if not (self.root / STORE).exists():
            make_folder(self.root)
            write_durably(self.root / STORE, canonical_json({"format": FORMAT}))

    def _check(self, key: str, version: str) -> None:
        current = self.current(key)
        if current is not None and current.data_version == version:
            self.table(key).check()
            return
        for table in self.versions(key):
            if table.manifest.data_version == version:
                table.check()

    def _open(self, folder: Path) -> Table:
        manifest = read_manifest(folder)
        if manifest is None:
            raise FileNotFoundError(
                f"{folder} has no manifest; delete {folder.parent} and run again"
            )
        return Table(manifest.key, folder, manifest, schema_named(manifest.schema_name))


def open_store(root: Path) -> Store:
    """Return a data folder that exists, for reading.

    Raises:
        FileNotFoundError: If no recipe was run there.
    """
    if not (root / STORE).exists():
        raise FileNotFoundError(
            f"{root} is no data folder; run `r1data run`, or name another folder"
        )
    return Store(root)


def folder_name(fingerprint: str, inputs: Mapping[str, str]) -> str:
    """Return the name of a version's folder.

    The inputs' data versions are part of it because one fingerprint can mean other rows once its
    inputs were made again, e.g. after a training run that is not reproducible to the bit.
    """
    return f"{fingerprint}-{content_id(dict(inputs))[:INPUT_DIGITS]}"


def _begun(spec: TableSpec, fingerprint: str, inputs: Mapping[str, str]) -> Manifest:
    return Manifest(
        key=spec.key,
        schema_name=spec.schema.__name__,
        fingerprint=fingerprint,
        stage_version=spec.version,
        settings=dict(spec.content),
        inputs=dict(inputs),
    )


def _check_format(root: Path) -> None:
    if storable(str(root)) != str(root):
        raise ValueError(f"the path {root} is not UTF-8, which SQL needs; name another data folder")
    try:
        found = int(json.loads((root / STORE).read_text(encoding="utf-8"))["format"])
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{root / STORE} is not what r1data wrote: {error}; restore it, or choose another data "
            "folder"
        ) from error
    if found > FORMAT:
        raise ValueError(
            f"{root} was made by a newer r1data (format {found}, this one knows {FORMAT}); update "
            "r1data, or choose another data folder"
        )
