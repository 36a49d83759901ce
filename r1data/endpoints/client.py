"""Asking an endpoint: one request with its repetitions, whose answers and errors become replies."""

import asyncio
import dataclasses
import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from r1data.endpoints.failures import Failure, read_error, read_failure
from r1data.endpoints.replies import error_in, read_answers
from r1data.endpoints.requests import completions_prompt, request_body
from r1data.endpoints.streams import BrokenOffError, read_stream
from r1data.policies.settings import EndpointPolicy
from r1data.protocol import Reply, Request, Sampling

if TYPE_CHECKING:
    from openai import AsyncOpenAI

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
SHOWN_CHARS = 500
UNREADABLE = (ValueError, RecursionError, LookupError, OSError)
"""Errors of reading a body: no JSON, nested too deeply, no known encoding, cut off."""


@dataclasses.dataclass(frozen=True, slots=True)
class EndpointClient:
    """A policy's endpoint with its key, behind an open client."""

    settings: EndpointPolicy
    key: str | None
    client: "AsyncOpenAI"

    async def replies(self, requests: Sequence[Request], sampling: Sampling) -> list[Reply]:
        """Ask for completions of one prompt; what goes wrong is a reply too.

        What an answer lacks of several samples is asked for again.
        """
        began = time.monotonic()
        found: list[Reply] = []
        while missing := requests[len(found) :]:
            answers = await self._repeated(missing, sampling)
            if isinstance(answers, Failure):
                found += [self._failed(request, answers) for request in missing]
            else:
                found += answers
        rendered = completions_prompt(requests[0]) if self.settings.api == "completions" else None
        seconds = time.monotonic() - began
        return [
            dataclasses.replace(
                one, seconds=seconds, rendered_prompt=rendered, raw=self._hidden(one.raw)
            )
            for one in found
        ]

    async def _repeated(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> list[Reply] | Failure:
        """Ask, again and again where that may help and the client does not by itself."""
        answers = await self._asked(requests, sampling)
        for pause in pauses(self.settings.max_retries):
            if not isinstance(answers, Failure) or not answers.is_repeated:
                break
            await asyncio.sleep(max(pause, answers.pause_seconds))
            answers = await self._asked(requests, sampling)
        return answers

    async def _asked(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> list[Reply] | Failure:
        """Ask once; what the client repeats by itself counts as one."""
        from openai import OpenAIError

        try:
            async with asyncio.timeout(self.settings.timeout_seconds):
                answer = await self._answer(requests, sampling)
            said = error_in(answer)
            if said is not None:
                return read_error(said, self.settings, sampling)
            is_prefilled = self.settings.template.reasoning == "prefilled"
            return read_answers(answer, requests, is_prefilled=is_prefilled)
        except (OpenAIError, TimeoutError, *UNREADABLE) as error:
            return read_failure(error, self.settings, sampling)

    async def _answer(self, requests: Sequence[Request], sampling: Sampling) -> object:
        from openai import APIConnectionError, AsyncStream

        path, body = request_body(self.settings, requests[0], sampling, num_samples=len(requests))
        if not self.settings.stream:
            return await self.client.post(path, cast_to=object, body=body)
        stream = await self.client.post(
            path, cast_to=object, body=body, stream=True, stream_cls=AsyncStream[object]
        )
        async with stream:
            if "json" in stream.response.headers.get("content-type", ""):  # it does not stream
                return json.loads(await stream.response.aread())
            try:
                return await read_stream(stream)
            except APIConnectionError as error:
                said = f"the answer broke off: {error.__cause__ or error}"
                raise BrokenOffError(said) from None

    def _failed(self, request: Request, failure: Failure) -> Reply:
        return Reply(
            request.rollout_id,
            error_class=failure.error_class,
            error=self._presentable(failure.error),
            remedy=failure.remedy,
        )

    def _presentable(self, text: str) -> str:
        """Return a text as one line of bearable length that does not show the API key."""
        return (self._hidden(" ".join(text.split())) or "")[:SHOWN_CHARS]

    def _hidden(self, text: str | None) -> str | None:
        return text.replace(self.key, "***") if text and self.key else text


def pauses(max_retries: int) -> Iterator[float]:
    """Yield how many seconds to wait before each repetition of a request.

    >>> list(pauses(3))
    [0.5, 1.0, 2.0]
    """
    return (min(FIRST_PAUSE * 2**number, LONGEST_PAUSE) for number in range(max_retries))
