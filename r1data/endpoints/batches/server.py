"""The endpoint of batches: submitting each exactly once, and fetching its answers."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from r1data.endpoints.batches.records import BatchRecord, BatchRecords
from r1data.endpoints.client import pauses
from r1data.policies.batches import Batches
from r1data.protocol import EngineStoppedError
from r1data.store.files import replacing

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types import Batch

MARK = "r1data"
"""The metadata by which a batch is known to be ours."""
SLACK_SECONDS = 86_400.0
"""So much may the clocks of an endpoint and of this machine differ."""
MAY_PASS = (409, 429)
LISTED = 100


@dataclass(frozen=True, slots=True)
class BatchServer:
    """The files and batches of an endpoint; errors are one line that says what to do."""

    client: "OpenAI"
    who: str
    """The policy and its endpoint, for messages."""
    records: BatchRecords
    settings: Batches
    max_retries: int
    presentable: Callable[[str], str]
    sleep: Callable[[float], object] = time.sleep

    def submit(self, record: BatchRecord) -> BatchRecord:
        """Submit the batch of a new record; its file is uploaded first, and kept there alone.

        Where the endpoint does not say whether it took a batch, it is looked for before it is
        submitted again.

        Raises:
            EngineStoppedError: If it cannot be submitted; the record says how far that came.
        """
        from openai import APIConnectionError, APIStatusError

        none = "leave out `batch` if it has no batches"
        input_file = self.records.input(record)
        with self._told("takes no file of requests", none), input_file.open("rb") as file:
            named = (f"{record.key}.jsonl", file)
            uploaded = self.client.files.create(file=named, purpose="batch")
        record = self._saved(record, file_id=uploaded.id)
        input_file.unlink(missing_ok=True)
        for pause in (*pauses(self.max_retries), None):
            try:
                return self._saved(record, batch_id=self._create(record))
            except (APIConnectionError, APIStatusError) as error:
                status = getattr(error, "status_code", None)
                is_refused = status is not None and status < 500
                if (is_refused and status not in MAY_PASS) or pause is None:
                    raise self._stopped("takes no batch", error) from None
                self.sleep(pause)
                if not is_refused and (found := self.find(record)):
                    return self._saved(record, batch_id=found)
        raise AssertionError("the last pause is none")

    def find(self, record: BatchRecord) -> str | None:
        """Return the endpoint's name of a batch that may have been submitted; null if it was not.

        Raises:
            EngineStoppedError: If the endpoint does not list its batches, so that nobody can tell.
        """
        if record.file_id is None:
            return None
        remedy = (
            f"see there whether one of the file {record.file_id} exists; if not, remove "
            f"{self.records.path(record)}"
        )
        with self._told("does not list its batches", remedy):
            for batch in self.client.batches.list(limit=LISTED):
                if batch.created_at and batch.created_at < record.begun_at - SLACK_SECONDS:
                    break
                is_marked = (batch.metadata or {}).get(MARK) == record.key
                if is_marked or batch.input_file_id == record.file_id:
                    return batch.id
        return None

    def look(self, record: BatchRecord) -> "Batch":
        """Return how far a submitted batch is."""
        remedy = f"if the batch is lost, remove {self.records.path(record)} to ask again"
        with self._told(f"does not say how far batch {record.batch_id} is", remedy):
            return self.client.batches.retrieve(record.batch_id or "")

    def fetch(self, record: BatchRecord, batch: "Batch") -> None:
        """Write the answers of a batch that is done beside its record, whole or not at all."""
        names = [name for name in (batch.output_file_id, batch.error_file_id) if name]
        with replacing(self.records.output(record)) as temporary, temporary.open("wb") as file:
            for name in names:
                with self._told(f"does not give the file {name} of batch {batch.id}"):
                    self._append(name, file)

    def _append(self, name: str, file: IO[bytes]) -> None:
        """Append a file of the endpoint to one here, its last line ended."""
        with self.client.files.with_streaming_response.content(name) as response:
            for piece in response.iter_bytes():
                file.write(piece)
        file.write(b"\n")

    def _create(self, record: BatchRecord) -> str:
        """Create a batch; the client must not repeat this by itself."""
        once = self.client.with_options(max_retries=0)
        batch = once.batches.create(
            input_file_id=record.file_id or "",
            endpoint=record.path,  # type: ignore[arg-type]
            completion_window=self.settings.window,  # type: ignore[arg-type]
            metadata={MARK: record.key},
        )
        return batch.id

    def _saved(self, record: BatchRecord, **known: str) -> BatchRecord:
        record = record.model_copy(update=known)
        self.records.save(record)
        return record

    @contextmanager
    def _told(self, what: str, remedy: str = "") -> Iterator[None]:
        from httpx2 import HTTPError
        from openai import OpenAIError

        try:
            yield
        except (OpenAIError, HTTPError) as error:
            raise self._stopped(what, error, remedy) from None

    def _stopped(self, what: str, error: Exception, remedy: str = "") -> EngineStoppedError:
        said = self.presentable(str(error.__cause__ or error))
        then = f"{remedy}, then run again" if remedy else "run again"
        return EngineStoppedError(f"{self.who} {what} ({said}); {then}: nothing is asked twice")
