"""The work of one asking by batches: submitting what none holds yet, and taking what is done.

Nothing is submitted twice: a request that a record holds waits for the answer of that batch,
however many days and runs lie between. Answers are fetched whole, lie on this machine until they
are in the request log, and what failed in a batch is asked again like any other failure.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from r1data.endpoints.batches.lines import Lines, read_lines
from r1data.endpoints.batches.records import BatchRecord
from r1data.endpoints.batches.server import BatchServer
from r1data.endpoints.failures import Failure
from r1data.errors import BatchesPendingError
from r1data.protocol import (
    RETRYABLE,
    EngineStoppedError,
    ErrorClass,
    Reply,
    Request,
    Sampling,
)
from r1data.store.files import make_folder, replacing

if TYPE_CHECKING:
    from openai.types import Batch

MAX_INPUT_BYTES = 100 << 20
"""Of one batch: OpenAI takes files of 200 MB."""
OVER = ("completed", "expired", "cancelled", "canceled", "failed")


class Work:
    """One call of `complete`: what it asks, and the batches that hold it."""

    def __init__(
        self,
        server: BatchServer,
        lines: Lines,
        sampling: Sampling,
        endpoint: str,
        requests: Iterator[Request],
    ) -> None:
        self._server = server
        self._records = server.records
        self._lines = lines
        self._sampling = sampling
        self._endpoint = endpoint
        self._requests = requests
        self._is_more = True
        self._asked: dict[str, Request] = {}
        self._holding: dict[str, BatchRecord] = {}
        """The batches that hold something that is asked, by key."""
        self._known = {
            rollout_id: record
            for record in self._records.all()
            for rollout_id in record.rollout_ids
        }

    def replies(self, say: Callable[[str], object]) -> Iterator[Reply]:
        """Yield all replies."""
        settings = self._server.settings
        while True:
            self._submit_some(say)
            is_any = False
            for record in list(self._holding.values()):
                if record.is_fetched or self._is_over(record):
                    is_any = True
                    yield from self._taken(self._holding.pop(record.key))
            if not self._is_more and not self._holding:
                return
            if not is_any and not settings.wait:
                raise self._pending()
            if not is_any:
                self._server.sleep(settings.look_seconds)

    def _submit_some(self, say: Callable[[str], object]) -> None:
        """Submit what waits, as many batches as may be worked on at once."""
        while self._is_more and len(self._holding) < self._server.settings.at_once:
            written = self._write_input()
            if written is not None:
                record = self._server.submit(written)
                self._holding[record.key] = record
                say(
                    f"batch {record.batch_id}: {len(record.rollout_ids):,} requests submitted; "
                    "a run that is stopped now goes on from there"
                )

    def _write_input(self) -> BatchRecord | None:
        """Write the requests of the next batch and its record; null if nothing waits."""
        key = secrets.token_hex(8)
        begun = BatchRecord(
            key=key, endpoint=self._endpoint, path="", rollout_ids=(), begun_at=time.time()
        )
        make_folder(self._records.folder)
        ids, num_bytes = [], 0
        with replacing(self._records.input(begun)) as temporary, temporary.open("wb") as file:
            for request in self._new():
                path, line = self._lines.request(request, self._sampling)
                file.write(line)
                ids.append(request.rollout_id)
                begun = begun.model_copy(update={"path": path})
                num_bytes += len(line)
                if len(ids) == self._server.settings.requests or num_bytes >= MAX_INPUT_BYTES:
                    break
        if not ids:
            self._records.remove(begun)
            return None
        record = begun.model_copy(update={"rollout_ids": tuple(ids)})
        self._records.save(record)
        return record

    def _new(self) -> Iterator[Request]:
        """Yield the requests that no batch holds; the others wait for theirs."""
        for request in self._requests:
            self._asked[request.rollout_id] = request
            record = self._submitted(request.rollout_id)
            if record is None:
                yield request
            else:
                self._holding[record.key] = record
        self._is_more = False

    def _submitted(self, rollout_id: str) -> BatchRecord | None:
        """Return the batch that holds a request; one that was to be and was not is forgotten.

        Raises:
            EngineStoppedError: If it is of another endpoint.
        """
        record = self._known.get(rollout_id)
        if record is None or record.batch_id is not None:
            return record and self._ours(record)
        found = self._server.find(self._ours(record))
        if found is None:
            self._records.remove(record)
            for one in record.rollout_ids:
                del self._known[one]
            return None
        submitted = record.model_copy(update={"batch_id": found})
        self._records.save(submitted)
        self._known |= dict.fromkeys(record.rollout_ids, submitted)
        return submitted

    def _ours(self, record: BatchRecord) -> BatchRecord:
        if record.endpoint == self._endpoint or record.is_fetched or record.file_id is None:
            return record
        raise EngineStoppedError(
            f"{self._server.who} is asked what batch {record.batch_id} of {record.endpoint} holds; "
            f"name that endpoint to take the answers, or remove {self._records.path(record)} to "
            "ask again"
        )

    def _is_over(self, record: BatchRecord) -> bool:
        """Look how far a batch is; fetch its answers if it is done."""
        batch = self._server.look(record)
        status = str(batch.status).lower()
        if status not in OVER:
            return False
        if batch.output_file_id or batch.error_file_id:
            self._server.fetch(record, batch)
        elif status in ("completed", "failed"):
            raise self._broken(record, batch)
        return True

    def _taken(self, record: BatchRecord) -> Iterator[Reply]:
        """Yield the replies of a batch that is over, and forget what of it is in the log then.

        What failed is forgotten first: only answers are worth keeping.
        """
        failed = {
            one: self._failed(self._asked[one]) for one in record.rollout_ids if one in self._asked
        }
        answered = []
        for rollout_id, line in self._answers(record):
            reply = self._reply(rollout_id, line)
            if reply is None or reply.error_class not in RETRYABLE:
                answered.append(rollout_id)
                failed.pop(rollout_id, None)
            else:
                failed[rollout_id] = reply
        kept = record.model_copy(update={"rollout_ids": tuple(answered), "is_fetched": True})
        self._keep(kept)
        for rollout_id, line in self._answers(kept):
            reply = self._reply(rollout_id, line)
            if reply is not None:
                yield reply
        yield from failed.values()
        left = tuple(one for one in answered if one not in self._asked)
        self._keep(kept.model_copy(update={"rollout_ids": left}))

    def _answers(self, record: BatchRecord) -> Iterator[tuple[str, object]]:
        """Yield each line of a batch's answers that is still to be taken, once."""
        left = set(record.rollout_ids)
        output = self._records.output(record)
        for rollout_id, line in read_lines(output) if output.exists() else ():
            if rollout_id in left:
                left.remove(rollout_id)
                yield rollout_id, line

    def _reply(self, rollout_id: str, line: object) -> Reply | None:
        """Return the reply that a line is; null if its request is not asked now."""
        request = self._asked.get(rollout_id)
        return self._lines.reply(line, request, self._sampling) if request is not None else None

    def _failed(self, request: Request) -> Reply:
        lacking = Failure(ErrorClass.SERVER_ERROR, "the batch ended without an answer")
        return self._lines.failed(request, lacking)

    def _keep(self, record: BatchRecord) -> None:
        if record.rollout_ids:
            self._records.save(record)
        else:
            self._records.remove(record)

    def _broken(self, record: BatchRecord, batch: "Batch") -> EngineStoppedError:
        """Return the error of a batch without answers; one that failed never ran."""
        errors = (batch.errors.data if batch.errors else None) or []
        said = "; ".join(f"{one.code}: {one.message}" for one in errors[:3])
        told = self._lines.presentable(said or "it does not say why")
        remedy = f"look for its answers there, or remove {self._records.path(record)} to ask again"
        if str(batch.status).lower() == "failed":
            self._records.remove(record)
            remedy = (
                "correct the policy or, where too much waits, lower `batch.at_once` or "
                "`batch.requests`, then run again"
            )
        what = f"batch {batch.id} is {batch.status} without any answer"
        return EngineStoppedError(f"{self._server.who} {what} ({told}); {remedy}")

    def _pending(self) -> BatchesPendingError:
        held = {one for record in self._holding.values() for one in record.rollout_ids}
        return BatchesPendingError(
            f"{self._server.who} still works on {len(self._holding):,} batches with {len(held):,} "
            "requests; run again later to take the answers"
        )
