"""The answers of the scripted server: whole, streamed, in several samples, or of any odd bytes."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from r1data.seeds import content_id

PIECE_CHARS = 7


@dataclass(frozen=True, slots=True)
class OddAnswer:
    """The bytes of an answer, whatever they are."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    is_cut: bool = False
    """The connection is closed when half of it is sent."""


def completion(
    body: dict[str, Any], prompt: str, num_samples: int, *, field: str | None, said: str | None
) -> dict[str, Any]:
    """Return the answer to a request: a function of prompt, seed and place alone.

    Args:
        body: The request.
        prompt: What it asks.
        num_samples: How many choices the answer has.
        field: The chat message's field for the reasoning; null leaves it in the text.
        said: The whole content; null for a boxed number.
    """
    digests = [
        content_id(prompt, body.get("seed"), *([place] if place else []))
        for place in range(num_samples)
    ]
    choices = [
        {"index": place, **_choice(body, digest, field, said)}
        for place, digest in enumerate(digests)
    ]
    tokens = sum(10 + int(digest[6:8], 16) for digest in digests)
    usage = {"prompt_tokens": len(prompt.split()), "completion_tokens": tokens}
    return {"id": digests[0], "model": body["model"], "choices": choices, "usage": usage}


def _choice(
    body: dict[str, Any], digest: str, field: str | None, said: str | None
) -> dict[str, Any]:
    reasoning, response = f"I looked it up: {digest}", f"\\boxed{{{int(digest[:4], 16)}}}"
    message = {"role": "assistant", "content": f"<think>{reasoning}</think>{response}"}
    if field:
        message |= {field: reasoning, "content": response}
    finish_reason = "length" if int(digest[4:6], 16) < 16 else "stop"
    if said is not None:
        message = {"role": "assistant", "content": said}
        finish_reason = "stop"
    shown = {"text": message["content"]} if "prompt" in body else {"message": message}
    return {"finish_reason": finish_reason, **shown}


async def send_stream(
    request: web.Request, answer: dict[str, Any], *, breaks_off: bool
) -> web.StreamResponse:
    """Send an answer in pieces, its usage last; one that breaks off ends before any reason."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    rest = {name: value for name, value in answer.items() if name not in ("choices", "usage")}
    for piece in pieces(answer["choices"], with_reasons=not breaks_off):
        await response.write(_event({**rest, "choices": [piece]}))
    if breaks_off:
        assert request.transport is not None
        request.transport.close()
        return response
    await response.write(_event({**rest, "choices": [], "usage": answer["usage"]}))
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


def pieces(choices: list[dict[str, Any]], *, with_reasons: bool) -> list[dict[str, Any]]:
    """Return choices in the pieces in which a stream brings them."""
    found = []
    for choice in choices:
        index = choice["index"]
        texts = choice.get("message") or {"text": choice["text"]}
        for name, text in texts.items():
            for start in range(0, len(text) if name != "role" else 0, PIECE_CHARS):
                part = {name: text[start : start + PIECE_CHARS]}
                found.append({"index": index, **(part if name == "text" else {"delta": part})})
    if with_reasons:
        found += [
            {"index": choice["index"], "delta": {}, "finish_reason": choice["finish_reason"]}
            for choice in choices
        ]
    return found


def _event(chunk: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(chunk)}\n\n".encode()


async def send_odd(request: web.Request, odd: OddAnswer) -> web.StreamResponse:
    """Send an answer's bytes, or half of them."""
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


def error(status: int, message: str) -> web.Response:
    """Return an error as OpenAI's API words it."""
    return web.json_response({"error": {"message": message}}, status=status)
