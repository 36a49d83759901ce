"""Any OpenAI-compatible endpoint, a running `vllm serve` included.

The `openai` client retries what may pass (408, 409, 429, 5xx, lost connections), waits as long as
`Retry-After` says (up to two minutes) or ever longer, and gives up after `max_retries`; all of that
falls under `timeout_seconds`, the limit of one request. It runs over aiohttp, whose connection pool
stays fast with hundreds of requests in flight: 1,100 a second and core with 512 of them, where the
client's own transport does 200.

The client lives in an event loop in a thread of its own, which lasts as long as the iterator that
`complete` returns. The next request is taken only when the caller comes back for the next reply, so
what is in flight or not yet written never exceeds the concurrency.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from r1data.endpoints.client import UNREADABLE, EndpointClient
from r1data.endpoints.requests import together
from r1data.policies.settings import EndpointPolicy
from r1data.protocol import EngineStoppedError, Reply, Request, Sampling

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_SECONDS = 30.0
LOOK_SECONDS = 10.0
LOOK_RETRIES = 2

Found = TypeVar("Found")


class Endpoint:
    """A model behind an endpoint; nothing is sent before the first request.

    Raises:
        ValueError: If the variable of the API key is not set, or the API cannot express the
            template.
    """

    def __init__(self, name: str, settings: EndpointPolicy) -> None:
        self.concurrency = settings.concurrency * settings.samples_per_request
        self._settings = settings
        self._name = name
        self._key = self._read_key()
        if settings.api == "completions" and settings.template.worked_examples:
            raise ValueError(
                f"policy {name}: the completions API takes one text and cannot show worked "
                "examples as turns; use `api: chat`, or write them into `system_prompt`"
            )

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield a reply for each request as it finishes; stop if the endpoint is gone."""
        waiting = together(requests, self._settings.samples_per_request)
        finished: SimpleQueue[Future[list[Reply]]] = SimpleQueue()
        num_in_flight = 0
        with _event_loop() as loop, self._client(loop) as client:
            _start(self._look(client), loop).result()
            endpoint = EndpointClient(self._settings, self._key, client)
            while True:
                for group in islice(waiting, self._settings.concurrency - num_in_flight):
                    asked = _start(endpoint.replies(group, sampling), loop)
                    asked.add_done_callback(finished.put)
                    num_in_flight += 1
                if not num_in_flight:
                    return
                yield from finished.get().result()
                num_in_flight -= 1

    def close(self) -> None:
        """Do nothing: what `complete` starts ends with its iterator."""

    @contextmanager
    def _client(self, loop: asyncio.AbstractEventLoop) -> Iterator["AsyncOpenAI"]:
        """Open a client in a running loop; on leaving, give up what it still asks, and close it."""
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAioHttpClient, Timeout

        limits = Limits(
            max_connections=self._settings.concurrency,
            max_keepalive_connections=self._settings.concurrency,
        )
        client = AsyncOpenAI(
            base_url=self._settings.endpoint,
            api_key=self._key or "none",
            max_retries=self._settings.max_retries,
            timeout=Timeout(None, connect=CONNECT_SECONDS),
            http_client=DefaultAioHttpClient(limits=limits),
        )
        try:
            yield client
        finally:
            _start(_give_up(client), loop).result()

    async def _look(self, client: "AsyncOpenAI") -> None:
        """See whether anything listens there, before every request finds out by itself."""
        from httpx2 import ReadTimeout
        from openai import APIConnectionError, OpenAIError

        impatient = client.with_options(max_retries=LOOK_RETRIES, timeout=LOOK_SECONDS)
        try:
            await impatient.get("/models", cast_to=object)
        except APIConnectionError as error:
            if not isinstance(error.__cause__, ReadTimeout):
                raise EngineStoppedError(
                    f"policy {self._name}: {self._settings.endpoint} cannot be reached "
                    f"({error.__cause__ or error}); start the server or correct `endpoint`, then "
                    "run again"
                ) from None
        except (OpenAIError, *UNREADABLE):
            return

    def _read_key(self) -> str | None:
        variable = self._settings.api_key_env
        if variable is None:
            return None
        key = os.environ.get(variable, "").strip()
        if not key:
            raise ValueError(
                f"policy {self._name}: the environment variable {variable} (its `api_key_env`) is "
                "not set; set it to the endpoint's API key"
            )
        return key


@contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run an event loop in a thread of its own while the block runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="endpoint", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _start(coroutine: Coroutine[Any, Any, Found], loop: asyncio.AbstractEventLoop) -> Future[Found]:
    return asyncio.run_coroutine_threadsafe(coroutine, loop)


async def _give_up(client: "AsyncOpenAI") -> None:
    """Cancel everything else that runs in the loop, then close the client."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await client.close()
    await asyncio.get_running_loop().shutdown_default_executor()
