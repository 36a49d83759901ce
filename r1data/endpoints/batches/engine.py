"""The engine that asks an endpoint by batches."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from r1data.endpoints.batches.lines import Lines
from r1data.endpoints.batches.records import BatchRecord, BatchRecords
from r1data.endpoints.batches.server import BatchServer
from r1data.endpoints.batches.work import Work
from r1data.endpoints.endpoint import Endpoint
from r1data.policies.batches import Batches
from r1data.policies.settings import EndpointPolicy
from r1data.protocol import Engine, EngineStoppedError, Reply, Request, Sampling

if TYPE_CHECKING:
    from openai import OpenAI

UNBOUNDED = 10**9
"""Requests in flight: all that are asked."""
TIMEOUT_SECONDS = 600.0


class BatchEndpoint(Endpoint):
    """A model behind an endpoint that answers by batches; nothing is sent before the first request.

    Args:
        name: The policy's name.
        settings: The policy, whose `batch` is set.
        records: Where batches are recorded.
        say: Told what was submitted.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        name: str,
        settings: EndpointPolicy,
        records: BatchRecords,
        *,
        say: Callable[[str], object] = lambda line: None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        super().__init__(name, settings)
        self.concurrency = UNBOUNDED
        self._records = records
        self._say = say
        self._sleep = sleep

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield the replies of each batch as it is done.

        Raises:
            BatchesPendingError: If the policy does not wait and batches are not done.
            EngineStoppedError: If the endpoint does not work them.
        """
        lines = Lines(self._settings, self._key)
        batches = self._settings.batch or Batches()
        with self._open() as client:
            server = BatchServer(
                client,
                f"policy {self._name}: {self._settings.endpoint}",
                self._records,
                batches,
                self._settings.max_retries,
                lines.presentable,
                self._sleep,
            )
            work = Work(server, lines, sampling, self._settings.endpoint, iter(requests))
            yield from work.replies(self._say)

    @contextmanager
    def _open(self) -> "Iterator[OpenAI]":
        from openai import OpenAI

        with OpenAI(
            base_url=self._settings.endpoint,
            api_key=self._key or "none",
            max_retries=self._settings.max_retries,
            timeout=TIMEOUT_SECONDS,
        ) as client:
            yield client


class Unbatched:
    """An engine that refuses to ask what a batch holds already."""

    def __init__(self, engine: Engine, records: BatchRecords) -> None:
        self.concurrency = engine.concurrency
        self._engine = engine
        self._records = records

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield the engine's replies.

        Raises:
            EngineStoppedError: At the first request that was submitted in a batch.
        """
        known = {one: record for record in self._records.open() for one in record.rollout_ids}
        return self._engine.complete(self._checked(requests, known), sampling)

    def close(self) -> None:
        """End the engine."""
        self._engine.close()

    def _checked(
        self, requests: Iterable[Request], known: dict[str, BatchRecord]
    ) -> Iterator[Request]:
        for request in requests:
            record = known.get(request.rollout_id)
            if record is not None:
                raise EngineStoppedError(
                    f"batch {record.batch_id} of {record.endpoint} holds what is asked; write "
                    f"`batch: {{}}` to take its answers, or remove {self._records.path(record)} to "
                    "ask again"
                )
            yield request
