"""The manifest of one version of a table: what it was made from, and which shards it has.

A shard counts only once its manifest lists it. The manifest is rewritten, durably, each time a
block of rows is finished.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from r1data.seeds import canonical_json
from r1data.store.files import write_durably
from r1data.store.spec import FINGERPRINT_DIGITS

FORMAT = 1
MANIFEST = "manifest.json"


class Shard(BaseModel):
    """One immutable Parquet file."""

    model_config = ConfigDict(frozen=True)

    file: str
    block: int
    """The block of rows it belongs to; a block larger than one shard has several."""
    num_rows: int
    num_bytes: int
    """Size of the file."""
    content_hash: str
    """The sum of its rows' hashes: the same in whatever order they stand."""
    checksum: str | None = None
    """XXH3 of the file, 32 digits; null in manifests of older versions."""


class Manifest(BaseModel):
    """One version of a table."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    key: str
    schema_name: str
    fingerprint: str
    stage_version: int
    settings: Mapping[str, Any]
    inputs: Mapping[str, str]
    """The data versions of the tables it was made from, by key."""
    is_complete: bool = False
    shards: tuple[Shard, ...] = ()
    data_version: str | None = None
    """Null until it is complete."""
    made_at: str | None = None
    """When it was completed: ISO 8601, UTC."""

    @property
    def num_rows(self) -> int:
        """The rows of all shards."""
        return sum(shard.num_rows for shard in self.shards)

    @property
    def input_fingerprints(self) -> dict[str, str]:
        """The fingerprints of the tables it was made from, by key."""
        return {key: data_version[:FINGERPRINT_DIGITS] for key, data_version in self.inputs.items()}


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a version's folder; None if it has none yet."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise ValueError(
            f"{path} is damaged: {error.errors()[0]['msg']}; `r1data check --repair` removes this "
            "version, and `r1data run` makes it again"
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a version's folder, durably."""
    write_durably(folder / MANIFEST, canonical_json(manifest.model_dump(mode="json")))


def data_version(fingerprint: str, shards: tuple[Shard, ...]) -> str:
    """Return the identity of a table's rows: its fingerprint and an order-free hash of its rows."""
    total = sum(int(shard.content_hash, 16) for shard in shards) % 2**128
    return f"{fingerprint}-{total:032x}"
