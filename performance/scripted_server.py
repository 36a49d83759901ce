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

from r1data.seeds import content_id

HELD_SECONDS = 0.01


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
    odd: "Callable[[str, int], OddAnswer | None] | None" = None
    """What it answers to a prompt, asked so many times before, in place of a completion."""


@dataclass(frozen=True, slots=True)
class OddAnswer:
    """The bytes of an answer, whatever they are."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    is_cut: bool = False
    """The connection is closed when half of it is sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    prompt: str
    seed: int
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
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._answer)
        app.router.add_post("/v1/completions", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        prompt = body.get("prompt") or body["messages"][-1]["content"]
        self.asked.append(Asked(prompt, body["seed"], self.life, body))
        refusal = self._refusal(request, body, prompt)
        if refusal is not None:
            return refusal
        self.num_waiting += 1
        self.most_waiting = max(self.most_waiting, self.num_waiting)
        try:
            await asyncio.sleep(self._delay())
            while self._is_held(prompt):
                await asyncio.sleep(HELD_SECONDS)
        finally:
            self.num_waiting -= 1
        if self.script.odd is not None:
            num_before = sum(asked.prompt == prompt for asked in self.asked) - 1
            odd = self.script.odd(prompt, num_before)
            if odd is not None:
                return await _send(request, odd)
        return self._fault(request) or web.json_response(self._completion(body, prompt))

    def _refusal(
        self, request: web.Request, body: dict[str, Any], prompt: str
    ) -> web.Response | None:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.script.api_key is not None and key != self.script.api_key:
            return _error(401, f"Incorrect API key provided: {key}")
        if body["model"] != self.script.model:
            return _error(404, f"The model `{body['model']}` does not exist.")
        if len(prompt) > self.script.context_chars:
            said = f"This model's maximum context length is 100000 tokens, not {len(prompt)}."
            return _error(400, said)
        return None

    def _fault(self, request: web.Request) -> web.Response | None:
        script = self.script
        draw = self._random.random()
        if draw < script.rate_limited:
            response = _error(429, "slow down")
            response.headers["Retry-After"] = str(script.retry_after_seconds)
            return response
        if draw < script.rate_limited + script.server_error:
            return _error(500, "out of order")
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

    def _completion(self, body: dict[str, Any], prompt: str) -> dict[str, Any]:
        digest = content_id(prompt, body["seed"])
        reasoning, response = f"I looked it up: {digest}", f"\\boxed{{{int(digest[:4], 16)}}}"
        message = {"role": "assistant", "content": f"<think>{reasoning}</think>{response}"}
        if self.script.reasoning_field:
            message |= {self.script.reasoning_field: reasoning, "content": response}
        finish_reason = "length" if int(digest[4:6], 16) < 16 else "stop"
        if self.script.reply is not None:
            message = {"role": "assistant", "content": self.script.reply(prompt)}
            finish_reason = "stop"
        choice = {"index": 0, "finish_reason": finish_reason}
        choice |= {"text": message["content"]} if "prompt" in body else {"message": message}
        tokens = 10 + int(digest[6:8], 16)
        return {
            "id": digest,
            "model": body["model"],
            "choices": [choice],
            "usage": {"prompt_tokens": len(prompt.split()), "completion_tokens": tokens},
        }


async def _send(request: web.Request, odd: OddAnswer) -> web.StreamResponse:
    response = web.StreamResponse(status=odd.status, headers={"Content-Type": odd.content_type})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(odd.body[: len(odd.body) // 2] if odd.is_cut else odd.body)
    if odd.is_cut:
        assert request.transport is not None
        request.transport.close()
    else:
        await response.write_eof()
    return response


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message}}, status=status)
