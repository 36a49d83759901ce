"""The check that every engine's reply passes before it is logged: types, ranges and sizes.

One row that a reader cannot take would spoil the whole log, finished and paid completions included.
So what cannot be logged becomes an error with its class, and what only says little, such as a count
of tokens that is no count, is left out.
"""

import dataclasses
import json
from typing import Any

from r1data.protocol import ErrorClass, Reply
from r1data.text import storable

MAX_COMPLETION_BYTES = 8 << 20
"""Of a completion as JSON: SQL reads no row above 16 MiB. A 32,768-token completion has 0.2 MiB."""
MAX_ESCAPED = 6
"""Bytes that a character of a text can take as JSON."""
MAX_RAW_CHARS = 1 << 20
MAX_ERROR_CHARS = 500
MAX_COUNT = 2**31 - 1
FINISH_REASONS = ("stop", "length")


def check_reply(reply: Reply) -> Reply:
    """Return a reply as it may be logged.

    A completion that is no text, whose finish reason is unknown, or that is larger than
    `MAX_COMPLETION_BYTES` is an error in its stead. Halves of surrogate pairs, which cannot be
    stored, become U+FFFD.
    """
    fault = _fault(reply)
    checked = dataclasses.replace(
        reply,
        num_prompt_tokens=token_count(reply.num_prompt_tokens),
        num_completion_tokens=token_count(reply.num_completion_tokens),
        seconds=_seconds(reply.seconds),
        rendered_prompt=_text(reply.rendered_prompt, MAX_COMPLETION_BYTES // MAX_ESCAPED),
        raw=_text(reply.raw, MAX_RAW_CHARS),
    )
    if fault is None:
        return dataclasses.replace(checked, completion=storable(reply.completion or ""))
    error_class, error = fault
    line = storable(" ".join(error.split()))[:MAX_ERROR_CHARS]
    return dataclasses.replace(
        checked, completion=None, finish_reason=None, error_class=error_class, error=line
    )


def token_count(value: object) -> int | None:
    """Return a count of tokens; None for what is none.

    >>> token_count(9), token_count(9.0), token_count("9"), token_count(True), token_count(2**70)
    (9, 9, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= MAX_COUNT and value == int(value) else None


def _fault(reply: Reply) -> tuple[ErrorClass, str] | None:
    """Return the class and the text of a reply's error, its own or what the check finds."""
    said = reply.error if isinstance(reply.error, str) else ""
    completion: Any = reply.completion
    if reply.error_class is not None:
        is_known = reply.error_class in list(ErrorClass)
        return (ErrorClass(reply.error_class) if is_known else ErrorClass.UNREADABLE), said
    if not isinstance(completion, str):
        return ErrorClass.UNREADABLE, f"the completion is no text: {shown(completion)}"
    if reply.finish_reason not in FINISH_REASONS:
        return ErrorClass.UNREADABLE, f"unknown finish reason {shown(reply.finish_reason)}"
    num_bytes = _json_bytes(completion)
    if num_bytes > MAX_COMPLETION_BYTES:
        limit = f"{num_bytes:,} bytes as JSON, and at most {MAX_COMPLETION_BYTES:,} are kept"
        return ErrorClass.COMPLETION_TOO_LONG, f"the completion has {limit}"
    return None


def shown(value: object) -> str:
    """Return the kind of a value and how it begins, in few characters.

    >>> shown([1, 2])
    'list [1, 2]'
    """
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deeply; an integer of too many digits
        text = "..."
    return f"{type(value).__name__} {text[:80]}"


def _json_bytes(text: str) -> int:
    """Return how many bytes a text takes as JSON, or fewer where that is far from the limit."""
    if len(text) * MAX_ESCAPED <= MAX_COMPLETION_BYTES:
        return len(text)
    return len(json.dumps(storable(text), ensure_ascii=False).encode())


def _text(value: object, max_chars: int) -> str | None:
    return storable(value) if isinstance(value, str) and len(value) <= max_chars else None


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 <= value < MAX_COUNT else 0.0
