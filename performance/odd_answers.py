"""Odd answers of endpoints, each with the completion or the class of error that it must become."""

import json
from dataclasses import dataclass
from typing import Any

from performance.scripted_answers import OddAnswer
from r1data.endpoints.reply_check import MAX_COMPLETION_BYTES
from r1data.protocol import ErrorClass

SERVER_ERROR, UNREACHABLE = ErrorClass.SERVER_ERROR, ErrorClass.UNREACHABLE
UNREADABLE, REFUSED = ErrorClass.UNREADABLE, ErrorClass.REFUSED
REJECTED, RATE_LIMITED = ErrorClass.REJECTED, ErrorClass.RATE_LIMITED
UNPAID, PROMPT_TOO_LONG = ErrorClass.UNPAID, ErrorClass.PROMPT_TOO_LONG


@dataclass(frozen=True, slots=True)
class Odd:
    """An odd answer, and what becomes of it."""

    answer: OddAnswer
    error_class: ErrorClass | None = None
    completion: str | None = None
    """Null where there is an error."""


def chat(finish_reason: object = "stop", usage: object = None, **message: Any) -> bytes:  # noqa: ANN401
    """Return a chat completion as JSON, with some fields of its message."""
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    usage = {"prompt_tokens": 3, "completion_tokens": 4} if usage is None else usage
    return json.dumps({"id": "x", "choices": [choice], "usage": usage}).encode()


def holding(error_class: ErrorClass | None, body: bytes, **answer: Any) -> Odd:  # noqa: ANN401
    """Return an answer that must become an error of some class."""
    return Odd(OddAnswer(body, **answer), error_class)


def read_as(completion: str, body: bytes) -> Odd:
    """Return an answer that must become a completion."""
    return Odd(OddAnswer(body), None, completion)


def said(code: int | str, message: str) -> bytes:
    """Return an error as OpenAI's API words it."""
    return json.dumps({"error": {"code": code, "message": message}}).encode()


TEXT = {"type": "text", "text": "5"}
HTML = b"<html><body>502 Bad Gateway</body></html>"
DEEP = b'{"choices": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
LARGE = "x" * (MAX_COMPLETION_BYTES + 1)
THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": "2+3"}]}
ODD: dict[str, Odd] = {
    "content is a list of parts": read_as("5", chat(content=[TEXT])),
    "content has a thinking part": read_as("<think>2+3</think>5", chat(content=[THINKING, TEXT])),
    "content is one part": read_as("5", chat(content=TEXT)),
    "content is parts of plain strings": read_as("25", chat(content=["2", "5"])),
    "content is an object": holding(UNREADABLE, chat(content={"answer": 5})),
    "content is a number": holding(UNREADABLE, chat(content=5)),
    "content is a boolean": holding(UNREADABLE, chat(content=True)),
    "content is an image": holding(UNREADABLE, chat(content=[{"type": "image_url"}])),
    "content is null": read_as("", chat(content=None)),
    "reasoning is a list of parts": read_as(
        "<think>2+3</think>5",
        chat(content="5", reasoning_content=[{"type": "text", "text": "2+3"}]),
    ),
    "reasoning is a number": holding(UNREADABLE, chat(content="5", reasoning_content=7)),
    "half a surrogate pair": read_as("5\ufffd", chat(content="5\ud835")),
    "a NUL character": read_as("5\x00", chat(content="5\x00")),
    "usage is a list": read_as("5", chat(content="5", usage=[1])),
    "usage is texts": read_as("5", chat(content="5", usage={"prompt_tokens": "9"})),
    "tokens are 2**70": read_as("5", chat(content="5", usage={"completion_tokens": 2**70})),
    "tokens are NaN": read_as("5", chat(content="5", usage={"completion_tokens": float("nan")})),
    "tokens are infinite": read_as("5", chat(content="5", usage={"prompt_tokens": float("inf")})),
    "tokens are negative": read_as("5", chat(content="5", usage={"prompt_tokens": -1})),
    "tokens are a boolean": read_as("5", chat(content="5", usage={"prompt_tokens": True})),
    "finish reason is a number": holding(UNREADABLE, chat(content="5", finish_reason=1)),
    "finish reason is a list": holding(UNREADABLE, chat(content="5", finish_reason=["stop"])),
    "finish reason is content_filter": holding(REFUSED, chat("content_filter", content="")),
    "finish reason is tool_calls": holding(REFUSED, chat("tool_calls", content=None)),
    "finish reason is error": holding(SERVER_ERROR, chat("error", content="The ans")),
    "finish reason is abort": holding(SERVER_ERROR, chat("abort", content="")),
    "finish reason is network_error": holding(SERVER_ERROR, chat("network_error", content="5")),
    "finish reason is no word we know": holding(SERVER_ERROR, chat("vanished", content="5")),
    "finish reason is MAX_TOKENS": read_as("5", chat("MAX_TOKENS", content="5")),
    "finish reason is eos_token": read_as("5", chat("eos_token", content="5")),
    "an opening tag left in the content": read_as(
        "<think>2+3</think>5", chat(content="<think>\n\n5", reasoning_content="2+3")
    ),
    "reasoning in both fields": read_as(
        "<think>2+3</think>5", chat(content="<think>2+3</think>5", reasoning_content="2+3")
    ),
    "an end token in the content": read_as("5", chat(content="5<|im_end|>")),
    "a refusal in its own field": holding(REFUSED, chat(content=None, refusal="I cannot.")),
    "completion above the limit": holding(ErrorClass.COMPLETION_TOO_LONG, chat(content=LARGE)),
    "message is null": holding(SERVER_ERROR, b'{"choices": [{"message": null}]}'),
    "message is a text": holding(SERVER_ERROR, b'{"choices": [{"message": "5"}]}'),
    "choices is null": holding(SERVER_ERROR, b'{"choices": null}'),
    "choices is empty": holding(SERVER_ERROR, b'{"choices": []}'),
    "choices is an object": holding(SERVER_ERROR, b'{"choices": {"0": {}}}'),
    "choices holds a number": holding(SERVER_ERROR, b'{"choices": [7]}'),
    "no choices": holding(SERVER_ERROR, b"{}"),
    "a list": holding(SERVER_ERROR, b"[1, 2]"),
    "null": holding(SERVER_ERROR, b"null"),
    "an error in a 200": holding(SERVER_ERROR, b'{"error": {"code": 502, "message": "gone"}}'),
    "a filter's error in a 200": holding(REFUSED, said(403, "your input was flagged")),
    "no JSON": holding(SERVER_ERROR, b'{"choices": [{'),
    "nothing": holding(SERVER_ERROR, b""),
    "a page": holding(SERVER_ERROR, HTML, content_type="text/html"),
    "a page that claims to be JSON": holding(SERVER_ERROR, HTML),
    "JSON nested too deeply": holding(SERVER_ERROR, DEEP),
    "an integer of 5,000 digits": holding(SERVER_ERROR, b'{"choices": ' + b"9" * 5_000 + b"}"),
    "invalid UTF-8": holding(SERVER_ERROR, b'{"choices": [{"message": {"content": "\xff"}}]}'),
    "an unknown encoding": Odd(
        OddAnswer(chat(content="5"), content_type="application/json; charset=x"), None, "5"
    ),
    "a body that is cut": holding(UNREACHABLE, chat(content="5" * 1_000), is_cut=True),
    "a refusal that is no JSON": holding(REJECTED, HTML, status=400),
    "a refusal that is a list": holding(REJECTED, b"[[]]", status=422),
    "no balance": holding(UNPAID, said(402, "Insufficient Balance"), status=402),
    "too early": holding(SERVER_ERROR, said(425, "Too Early"), status=425),
    "a rate limit that comes as 400": holding(
        RATE_LIMITED, said("rate_limit_exceeded", "Too many requests"), status=400
    ),
    "a flagged prompt": holding(REFUSED, said(403, "your input was flagged"), status=403),
    "a prompt too long, in other words": holding(
        PROMPT_TOO_LONG, said("invalid", "Input length (9 tokens) exceeds the maximum"), status=400
    ),
    "a refusal of odd types": holding(REJECTED, b'{"error": [1, {"message": {}}]}', status=400),
}
