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
import dataclasses
import os
import threading
import time
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from r1data.engines.endpoint_failures import Failure, read_error, read_failure
from r1data.engines.endpoint_replies import error_in, read_answer
from r1data.engines.endpoint_requests import completions_prompt, request_body
from r1data.engines.policies import EndpointPolicy
from r1data.engines.protocol import EngineStoppedError, Reply, Request, Sampling

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_SECONDS = 30.0
LOOK_SECONDS = 10.0
LOOK_RETRIES = 2
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
SHOWN_CHARS = 500
UNREADABLE = (ValueError, RecursionError, LookupError, OSError)
"""Errors of reading a body: no JSON, nested too deeply, no known encoding, cut off."""

Found = TypeVar("Found")


class Endpoint:
    """A model behind an endpoint; nothing is sent before the first request.

    Raises:
        ValueError: If the variable of the API key is not set, or the API cannot express the
            template.
    """

    def __init__(self, name: str, settings: EndpointPolicy) -> None:
        self.concurrency = settings.concurrency
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
        waiting = iter(requests)
        finished: SimpleQueue[Future[Reply]] = SimpleQueue()
        num_in_flight = 0
        with _event_loop() as loop, self._client(loop) as client:
            _start(self._look(client), loop).result()
            while True:
                for request in islice(waiting, self.concurrency - num_in_flight):
                    asked = _start(self._reply(client, request, sampling), loop)
                    asked.add_done_callback(finished.put)
                    num_in_flight += 1
                if not num_in_flight:
                    return
                yield finished.get().result()
                num_in_flight -= 1

    def close(self) -> None:
        """Do nothing: what `complete` starts ends with its iterator."""

    @contextmanager
    def _client(self, loop: asyncio.AbstractEventLoop) -> Iterator["AsyncOpenAI"]:
        """Open a client in a running loop; on leaving, give up what it still asks, and close it."""
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAioHttpClient, Timeout

        limits = Limits(
            max_connections=self.concurrency, max_keepalive_connections=self.concurrency
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
                raise self._stopped(_unreachable(str(error.__cause__ or error))) from None
        except (OpenAIError, *UNREADABLE):
            return

    async def _reply(self, client: "AsyncOpenAI", request: Request, sampling: Sampling) -> Reply:
        """Ask for one completion; what goes wrong is a reply too, unless all must stop."""
        began = time.monotonic()
        reply = await self._answer(client, request, sampling)
        for pause in pauses(self._settings.max_retries):
            if not isinstance(reply, Failure) or not reply.is_repeated:
                break
            await asyncio.sleep(pause)
            reply = await self._answer(client, request, sampling)
        if isinstance(reply, Failure):
            reply = self._failed(request, reply)
        rendered = completions_prompt(request) if self._settings.api == "completions" else None
        raw = reply.raw.replace(self._key, "***") if reply.raw and self._key else reply.raw
        seconds = time.monotonic() - began
        return dataclasses.replace(reply, seconds=seconds, rendered_prompt=rendered, raw=raw)

    async def _answer(
        self, client: "AsyncOpenAI", request: Request, sampling: Sampling
    ) -> Reply | Failure:
        """Ask once; what the client repeats by itself counts as one."""
        from openai import OpenAIError

        path, body = request_body(self._settings, request, sampling)
        is_prefilled = self._settings.template.reasoning == "prefilled"
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                answer = await client.post(path, cast_to=object, body=body)
            said = error_in(answer)
            if said is not None:
                return read_error(said, self._settings, sampling)
            return read_answer(answer, request.rollout_id, is_prefilled=is_prefilled)
        except (OpenAIError, TimeoutError, *UNREADABLE) as error:
            return read_failure(error, self._settings, sampling)

    def _failed(self, request: Request, failure: Failure) -> Reply:
        if failure.error_class is None:
            raise self._stopped(failure)
        return Reply(
            request.rollout_id,
            error_class=failure.error_class,
            error=self._presentable(failure.error),
            remedy=failure.remedy,
        )

    def _stopped(self, failure: Failure) -> EngineStoppedError:
        who = f"policy {self._name}: {self._settings.endpoint}"
        return EngineStoppedError(
            f"{who} {self._presentable(failure.error)}; {failure.remedy}, then run again"
        )

    def _presentable(self, text: str) -> str:
        """Return a text as one line of bearable length that does not show the API key."""
        line = " ".join(text.split())
        return (line.replace(self._key, "***") if self._key else line)[:SHOWN_CHARS]

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


def pauses(max_retries: int) -> Iterator[float]:
    """Yield how many seconds to wait before each repetition of a request.

    >>> list(pauses(3))
    [0.5, 1.0, 2.0]
    """
    return (min(FIRST_PAUSE * 2**number, LONGEST_PAUSE) for number in range(max_retries))


def _unreachable(error: str) -> Failure:
    return Failure(None, f"cannot be reached ({error})", "start the server or correct `endpoint`")


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
