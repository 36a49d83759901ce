"""The content of a chat message: a text, or parts, and the reasoning that stands among them."""

from itertools import pairwise
from typing import Any

from r1data.completions import part
from r1data.endpoints.reply_check import shown
from r1data.marks import find_marks
from r1data.text import fold

REASONING_KINDS = ("thinking", "reasoning", "reasoning_text", "reasoning.text")
TEXTLESS_KINDS = ("redacted_thinking", "reasoning.encrypted", "reference")
"""Kinds of parts that stand beside the text and hold none that can be read."""
TEXT_FIELDS = ("text", "content", "summary", "value")
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


def untangled(reasoning: str, content: str) -> tuple[str, str]:
    r"""Return reasoning and response without the tags and the copies that a server left in them.

    >>> untangled("2+2", "<think>\n\n4"), untangled("2+2", "<think>2+2</think>4")
    (('2+2', '4'), ('2+2', '4'))
    >>> untangled("2+2</think>4", "")
    ('2+2', '4')
    """
    told, held = part(reasoning), part(content)
    if told.tag is not None and (told.is_open or told.reasoning is not None):
        reasoning = told.unfinished if told.is_open else told.reasoning or ""
        content = content or told.response
    if held.is_open and _begins_with(content, held.tag):
        return reasoning, "" if _is_in(held.unfinished, reasoning) else held.unfinished
    own = held.reasoning
    if own is None or not (_begins_with(content, held.tag) or _is_in(own, reasoning)):
        return reasoning, content
    return _without_copies(reasoning, own), held.response


def without_double_tags(content: str) -> str:
    r"""Return a content without the second of two equal think tags, one behind the other.

    >>> without_double_tags("<think>\n<think>2+2</think></think>4")
    '<think>2+2</think>4'
    """
    marks = find_marks(content)
    for one, other in reversed(list(pairwise(marks))):
        is_between = content[one.end : other.start].strip()
        if one.kind != "end" and (one.kind, one.make) == (other.kind, other.make):
            content = content if is_between else content[: one.start] + content[other.start :]
    return content


def without_opening(content: str) -> str:
    """Return a content without the opening think tag that it begins with.

    >>> without_opening("<think>2+2</think>4"), without_opening("4")
    ('2+2</think>4', '4')
    """
    first = next(iter(find_marks(content)), None)
    is_first = first is not None and first.kind == "open" and not content[: first.start].strip()
    return content[first.end :] if first is not None and is_first else content


def _begins_with(text: str, tag: str | None) -> bool:
    return tag is not None and text.lstrip().startswith(tag)


def _is_in(text: str, whole: str) -> bool:
    return fold(text) in fold(whole)


def _without_copies(reasoning: str, own: str) -> str:
    """Return what a field and the content say of the reasoning, once."""
    if _is_in(own, reasoning):
        return reasoning
    return own if _is_in(reasoning, own) else f"{reasoning}\n\n{own}"


def _is_reasoning(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") in REASONING_KINDS


def _text(part: Any, depth: int = 0) -> str:  # noqa: ANN401 - any JSON value
    """Return the text of a part: its own, or those of the parts inside it."""
    if isinstance(part, str):
        return part
    if isinstance(part, list) and depth < MAX_DEPTH:
        return "".join(_text(inner, depth + 1) for inner in part)
    held = part if isinstance(part, dict) and depth < MAX_DEPTH else {}
    if held.get("type") in TEXTLESS_KINDS:
        return ""
    for field in (held.get("type"), *TEXT_FIELDS):
        if isinstance(field, str) and isinstance(held.get(field), str | list | dict):
            return _text(held[field], depth + 1)
    raise UnreadableError(f"the content has a part that is no text: {shown(part)}")
