"""The content of a chat message: a text, or a list of parts with its reasoning among them."""

from typing import Any

from r1data.engines.reply_check import shown

REASONING_KINDS = ("thinking", "reasoning", "reasoning_text")
MAX_DEPTH = 4
"""Of parts within parts: Mistral's thinking part holds a list of text parts."""


class UnreadableError(ValueError):
    """A message's content is of no kind that can be read; the message says of which it is."""


def read_content(content: object) -> tuple[str, str]:
    """Return the reasoning and the response that a message's content holds.

    >>> read_content([{"type": "thinking", "thinking": "2+2"}, {"type": "text", "text": "4"}])
    ('2+2', '4')
    >>> read_content(None)
    ('', '')

    Raises:
        UnreadableError: For numbers, images, and parts without a text.
    """
    if content is None or isinstance(content, str):
        return "", content or ""
    parts = content if isinstance(content, list) else [content]
    texts = [(_is_reasoning(part), _text(part)) for part in parts]
    reasoning = "".join(text for is_reasoning, text in texts if is_reasoning)
    return reasoning, "".join(text for is_reasoning, text in texts if not is_reasoning)


def _is_reasoning(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") in REASONING_KINDS


def _text(part: Any, depth: int = 0) -> str:  # noqa: ANN401 - any JSON value
    """Return the text of a part: its own, or those of the parts inside it."""
    if isinstance(part, str):
        return part
    if isinstance(part, list) and depth < MAX_DEPTH:
        return "".join(_text(inner, depth + 1) for inner in part)
    held = part if isinstance(part, dict) else {}
    for field in (held.get("type"), "text"):
        if isinstance(field, str) and isinstance(held.get(field), str | list):
            return _text(held[field], depth + 1)
    raise UnreadableError(f"the content has a part that is no text: {shown(part)}")
