"""Records of batches: the requests that each holds until its answers are taken.

A record is written before its batch is submitted, so that a run that is killed in between can find
out whether it was. It is a file of its own, which is replaced whole.

    logs/batches/<policy revision>/<key>.json           the record
    logs/batches/<policy revision>/<key>.input.jsonl    the requests, as they were submitted
    logs/batches/<policy revision>/<key>.output.jsonl   the answers, once they are fetched
"""

from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from r1data.seeds import canonical_json
from r1data.store.files import make_folder, write_durably

FOLDER = "batches"


class BatchRecord(BaseModel):
    """One batch; what is not known yet is null."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Our name for it, which is sent along."""
    endpoint: str
    path: str
    """The API that each request asks, such as `/v1/chat/completions`."""
    rollout_ids: tuple[str, ...]
    """The requests whose answers are still to be taken."""
    begun_at: float
    """Seconds since 1970."""
    file_id: str | None = None
    """The endpoint's name for the file of requests."""
    batch_id: str | None = None
    """The endpoint's name for the batch."""
    is_fetched: bool = False
    """Whether its answers lie beside the record."""


class BatchRecords:
    """The records of one policy at one revision, in a folder of logs."""

    def __init__(self, logs: Path, revision: str) -> None:
        self.folder = logs / FOLDER / quote(revision, safe="")

    def all(self) -> list[BatchRecord]:
        """Return the records, the oldest first.

        Raises:
            ValueError: If one is damaged.
        """
        found = [self._read(path) for path in self.folder.glob("[!.]*.json")]
        return sorted(found, key=lambda record: (record.begun_at, record.key))

    def save(self, record: BatchRecord) -> None:
        """Write a record in full or not at all."""
        make_folder(self.folder)
        write_durably(self.path(record), canonical_json(record.model_dump()))

    def remove(self, record: BatchRecord) -> None:
        """Remove a record, and then its files."""
        for path in (self.path(record), self.input(record), self.output(record)):
            path.unlink(missing_ok=True)

    def path(self, record: BatchRecord) -> Path:
        """Return the file of a record."""
        return self.folder / f"{record.key}.json"

    def input(self, record: BatchRecord) -> Path:
        """Return the file of its requests."""
        return self.folder / f"{record.key}.input.jsonl"

    def output(self, record: BatchRecord) -> Path:
        """Return the file of its answers."""
        return self.folder / f"{record.key}.output.jsonl"

    def _read(self, path: Path) -> BatchRecord:
        try:
            return BatchRecord.model_validate_json(path.read_bytes())
        except ValidationError:
            raise ValueError(
                f"{path} is damaged, and with it which requests its batch holds; restore it, or "
                "remove it to ask for them again"
            ) from None
