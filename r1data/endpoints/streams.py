"""Streamed answers of an OpenAI-compatible endpoint, put together to the answer they would be.

An answer counts once each of its choices has a finish reason. One that breaks off before counts for
nothing, however much of it came: half a completion must not look like a whole one.
"""

from collections.abc import AsyncIterator
from typing import Any

from r1data.endpoints.reply_check import shown

TEXTS = ("content", "reasoning_content", "reasoning", "refusal", "text")
"""Fields of a message that come in pieces."""


class BrokenOffError(ValueError):
    """The answer broke off before its end."""


async def read_stream(chunks: AsyncIterator[object]) -> dict[str, Any]:
    """Return the whole answer that the chunks of a stream make.

    Raises:
        BrokenOffError: If it ends without a finish reason.
        ValueError: If a chunk is of no kind that can be read.
    """
    answer: dict[str, Any] = {}
    choices: dict[int, dict[str, Any]] = {}
    async for chunk in chunks:
        if not isinstance(chunk, dict):
            raise ValueError(f"a chunk of the answer is {shown(chunk)}")
        answer |= {name: value for name, value in chunk.items() if value is not None}
        pieces = chunk.get("choices") or []
        if not isinstance(pieces, list):
            raise ValueError(f"a chunk of the answer holds {shown(pieces)} as its choices")
        for choice in pieces:
            _add(choices, choice)
    if not choices or any(choice.get("finish_reason") is None for choice in choices.values()):
        raise BrokenOffError("the answer broke off before its end")
    return {**answer, "choices": [choices[index] for index in sorted(choices)]}


def _add(choices: dict[int, dict[str, Any]], piece: object) -> None:
    """Add a piece of a choice to what came of it before."""
    index = piece.get("index") or 0 if isinstance(piece, dict) else None
    if not isinstance(piece, dict) or not isinstance(index, int):
        raise ValueError(f"a chunk of the answer holds {shown(piece)}")
    choice = choices.setdefault(index, {"index": index, "message": {}})
    message = choice["message"]
    delta = piece.get("delta") or piece.get("message") or {"content": piece.get("text")}
    if not isinstance(delta, dict):
        raise ValueError(f"a chunk of the answer holds {shown(delta)}")
    for name, value in delta.items():
        if name in TEXTS and value is not None:
            message[name] = _joined(message.get(name), value)
    for name in ("finish_reason", "error"):
        if piece.get(name) is not None:
            choice[name] = piece[name]


def _joined(before: Any, value: Any) -> object:  # noqa: ANN401 - any JSON value
    """Return a text or a list of parts with what comes next."""
    if before is None:
        return value
    if isinstance(before, str) and isinstance(value, str):
        return before + value
    as_lists = [one if isinstance(one, list) else [one] for one in (before, value)]
    return [*as_lists[0], *as_lists[1]]
