"""An OpenAI-compatible server that follows a script: log-normal delays, faults, and a record.

    with ScriptedServer(Script(delay_seconds=0.2, dropped=0.02)) as server:
        ...  # ask server.url
        print(len(server.asked))

The completion is a function of prompt and seed alone. What it was asked, and under which `life` (a
number that the caller sets, e.g. one more after each kill), is in `server.asked`.
"""

import asyncio
import math
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import web

from performance.scripted_answers import OddAnswer, completion, error, send_odd, send_stream

HELD_SECONDS = 0.01
MAX_BODY_BYTES = 200 << 20


@dataclass(frozen=True, slots=True)
class Script:
    """How the server behaves; the faults are shares of all requests."""

    delay_seconds: float = 0.0
    """The median; the delays are log-normal."""
    delay_sigma: float = 0.8
    rate_limited: float = 0.0
    retry_after_seconds: float = 0.2
    server_error: float = 0.0
    dropped: float = 0.0
    """The connection is closed without an answer."""
    api_key: str | None = None
    model: str = "scripted"
    context_chars: int = 100_000
    """A longer prompt is refused as exceeding the context."""
    reasoning_field: str | None = None
    """The chat message's field for the reasoning; null leaves it in the text."""
    held: threading.Event | None = None
    """Answers wait until it is set."""
    is_held: Callable[[str], bool] | None = None
    """Whether the answer to a prompt waits for that; null means that all do."""
    reply: Callable[[str], str] | None = None
    """What it says to a prompt, whole; null for a boxed number made of prompt and seed."""
    sample: Callable[[str, int | None], str] | None = None
    """What it says to a prompt under a seed, where `reply` is null."""
    odd: Callable[[str, int], OddAnswer | None] | None = None
    """What it answers to a prompt, asked so many times before, in place of a completion."""
    refuses: tuple[str, ...] = ()
    """Fields of a request that it does not take."""
    most_samples: int = 100
    """So many choices it gives at most, however many are asked for."""
    breaks_off: Callable[[str, int], bool] | None = None
    """Whether a streamed answer to a prompt, asked so many times before, breaks off."""
    idle_seconds: float | None = None
    """A gateway that gives up with 524 where nothing is sent for so long; null: it never does."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    prompt: str
    seed: int | None
    life: int
    body: dict[str, Any]


class ScriptedServer:
    """A server on 127.0.0.1 in a thread of its own."""

    def __init__(self, script: Script = Script(), *, seed: int = 0) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self.life = 0
        self.num_waiting = 0
        """Requests that wait for their answer now."""
        self.most_waiting = 0
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="scripted server")

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        self.url = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def is_asked(self) -> bool:
        """Whether it was asked anything in its present life."""
        return any(asked.life == self.life for asked in self.asked[-1:])

    async def _open(self) -> str:
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        self._routes(app)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    def _routes(self, app: web.Application) -> None:
        """Say which paths are answered, and by what."""
        app.router.add_post("/v1/chat/completions", self._answer)
        app.router.add_post("/v1/completions", self._answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        prompt = body.get("prompt") or body["messages"][-1]["content"]
        self.asked.append(Asked(prompt, body.get("seed"), self.life, body))
        refusal = self._refusal(request, body, prompt)
        if refusal is not None:
            return refusal
        self.num_waiting += 1
        self.most_waiting = max(self.most_waiting, self.num_waiting)
        try:
            delay = self._delay()
            idle = self.script.idle_seconds
            if idle is not None and delay > idle and not body.get("stream"):
                await asyncio.sleep(idle)
                return error(524, "a timeout occurred")
            await asyncio.sleep(delay)
            while self._is_held(prompt):
                await asyncio.sleep(HELD_SECONDS)
        finally:
            self.num_waiting -= 1
        return await self._send(request, body, prompt)

    async def _send(
        self, request: web.Request, body: dict[str, Any], prompt: str
    ) -> web.StreamResponse:
        script = self.script
        num_before = sum(asked.prompt == prompt for asked in self.asked) - 1
        odd = script.odd(prompt, num_before) if script.odd else None
        if odd is not None:
            return await send_odd(request, odd)
        fault = self._fault(request)
        if fault is not None:
            return fault
        answer = completion(
            body,
            prompt,
            min(body.get("n", 1), script.most_samples),
            field=script.reasoning_field,
            said=self._said(prompt, body.get("seed")),
        )
        if not body.get("stream"):
            return web.json_response(answer)
        breaks_off = script.breaks_off is not None and script.breaks_off(prompt, num_before)
        return await send_stream(request, answer, breaks_off=breaks_off)

    def _said(self, prompt: str, seed: int | None) -> str | None:
        script = self.script
        if script.reply is not None:
            return script.reply(prompt)
        return None if script.sample is None else script.sample(prompt, seed)

    def _refusal(
        self, request: web.Request, body: dict[str, Any], prompt: str
    ) -> web.Response | None:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.script.api_key is not None and key != self.script.api_key:
            return error(401, f"Incorrect API key provided: {key}")
        unwanted = [name for name in self.script.refuses if name in body]
        if unwanted:
            return error(400, f"Unsupported parameter: '{unwanted[0]}' is not supported.")
        if body["model"] != self.script.model:
            return error(404, f"The model `{body['model']}` does not exist.")
        if len(prompt) > self.script.context_chars:
            said = f"This model's maximum context length is 100000 tokens, not {len(prompt)}."
            return error(400, said)
        return None

    def _fault(self, request: web.Request) -> web.Response | None:
        script = self.script
        draw = self._random.random()
        if draw < script.rate_limited:
            response = error(429, "slow down")
            response.headers["Retry-After"] = str(script.retry_after_seconds)
            return response
        if draw < script.rate_limited + script.server_error:
            return error(500, "out of order")
        if draw < script.rate_limited + script.server_error + script.dropped:
            assert request.transport is not None
            request.transport.abort()
        return None

    def _is_held(self, prompt: str) -> bool:
        held, is_held = self.script.held, self.script.is_held
        return held is not None and not held.is_set() and (is_held is None or is_held(prompt))

    def _delay(self) -> float:
        median = self.script.delay_seconds
        if not median:
            return 0.0
        return self._random.lognormvariate(math.log(median), self.script.delay_sigma)
