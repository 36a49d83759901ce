"""Records of batches: the requests that each holds until its answers are taken.

A record is written before its batch is submitted, so that a run that is killed in between can find
out whether it was. It is a file of its own, which is replaced whole.

    logs/batches/<policy revision>/<key>.json           the record
    logs/batches/<policy revision>/<key>.input.jsonl    the requests, until they are uploaded
    logs/batches/<policy revision>/<key>.output.jsonl   the answers, once they are fetched
"""

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from r1data.requests.taken_in import answered
from r1data.seeds import canonical_json
from r1data.store.files import make_folder, write_durably
from r1data.store.log import index_log
from r1data.store.store import REQUESTS

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


def tidy_batches(logs: Path) -> None:
    """Remove the batches of all policies whose answers are all in the log."""
    for folder in (logs / FOLDER).glob("*"):
        BatchRecords(logs, unquote(folder.name)).tidy()


class BatchRecords:
    """The records of one policy at one revision, in a folder of logs."""

    def __init__(self, logs: Path, revision: str) -> None:
        self._logs = logs
        self.folder = logs / FOLDER / quote(revision, safe="")

    def all(self) -> list[BatchRecord]:
        """Return the records, the oldest first.

        Raises:
            ValueError: If one is damaged.
        """
        found = []
        for path in self.folder.glob("[!.]*.json"):
            with suppress(FileNotFoundError):  # another run has just taken its answers
                found.append(self._read(path))
        return sorted(found, key=lambda record: (record.begun_at, record.key))

    def open(self) -> list[BatchRecord]:
        """Return the records with those requests alone whose answers are not in the log yet.

        A run that is killed while it takes answers leaves both.
        """
        found = self.all()
        logged = self._logged() if any(record.is_fetched for record in found) else frozenset()
        left = [
            record.model_copy(
                update={"rollout_ids": tuple(i for i in record.rollout_ids if i not in logged)}
            )
            if record.is_fetched
            else record
            for record in found
        ]
        return [record for record in left if record.rollout_ids]

    def tidy(self) -> None:
        """Remove the batches whose answers are all in the log."""
        needed = {record.key for record in self.open()}
        for record in self.all():
            if record.key not in needed:
                self.remove(record)

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

    def _logged(self) -> frozenset[str]:
        """Return the rollouts of the policy that the request log has an answer to."""
        logs = (self._logs / REQUESTS / self.folder.name).glob("*.jsonl")
        fields = {"rollout_id": pl.String, "error_class": pl.String}
        return frozenset().union(*(answered(index_log(path, fields)) for path in logs))

    def _read(self, path: Path) -> BatchRecord:
        try:
            return BatchRecord.model_validate_json(path.read_bytes())
        except ValidationError:
            raise ValueError(
                f"{path} is damaged, and with it which requests its batch holds; restore it, or "
                "remove it to ask for them again"
            ) from None
