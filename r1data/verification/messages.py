"""Completions given as chat messages: what the assistant said last, in any common shape.

TRL's and OpenAI's messages (`role`, `content`), ShareGPT's turns (`from`, `value`), one message
alone, content as parts, reasoning in a field of its own, and all of these as JSON in a text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Verdict
from r1data.endpoints.message_parts import UnreadableError, read_content

ROLES, CONTENTS = ("role", "from"), ("content", "value", "text")
ASSISTANT = frozenset(
    ["assistant", "gpt", "model", "chatgpt", "chatbot", "bot", "ai", "bing", "bard", "claude"]
)
REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")
TURN_LISTS = ("messages", "conversations", "conversation")
MAX_HEAD = 200
"""Characters of a text that tell whether it is a list of turns as JSON."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an assistant said: a completion's text."""

    text: str
    has_reasoning_apart: bool = False
    """Whether its reasoning stood in a field of its own, so that the text is the response."""


def read_completion(value: Any) -> Said | Verdict:  # noqa: ANN401 - any JSON value is the point
    """Return what a completion says, or the verdict where the assistant said nothing.

    >>> read_completion([{"from": "human", "value": "2 + 3?"}, {"from": "gpt", "value": "5"}]).text
    '5'
    >>> read_completion([{"role": "tool", "content": "5"}]).outcome.value
    'no_answer'
    """
    if isinstance(value, str):
        turns = _turns_in(value)
        return Said(value) if turns is None else _read_turns(turns)
    if isinstance(value, Mapping):
        held = next((value[name] for name in TURN_LISTS if isinstance(value.get(name), list)), None)
        return _read_message(_first_choice(value)) if held is None else _read_turns(held)
    return _read_turns(value) if isinstance(value, list) and value else _failed(kind_of(value))


def kind_of(value: object) -> str:
    """Return in words what a cell holds that cannot be used.

    >>> kind_of(None), kind_of([4]), kind_of(True)
    ('missing', 'a list', 'true or false')
    """
    if value is None or value == "" or value != value:  # NaN is a missing cell
        return "missing"
    names = {list: "a list", dict: "an object", bool: "true or false"}
    return names.get(type(value), f"a {type(value).__name__}")


def _turns_in(text: str) -> list[Any] | None:
    """Return the turns that a text is, as JSON; None where it is a text."""
    head = text[:MAX_HEAD].lstrip()
    if not head.startswith("[") or not any(f'"{name}"' in head for name in ROLES):
        return None
    try:
        turns = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_all_turns = isinstance(turns, list) and all(
        isinstance(turn, dict) and any(name in turn for name in ROLES) for turn in turns
    )
    return turns if is_all_turns else None


def _read_turns(turns: list[Any]) -> Said | Verdict:
    last = turns[-1] if turns else None
    if isinstance(last, Mapping):
        return _read_message(last)
    if isinstance(last, str) and len(turns) == 1:
        return Said(last)
    many = f"a list of {len(turns)}; give each completion a row of its own"
    return _failed(many if all(isinstance(turn, str) for turn in turns) else "a list")


def _first_choice(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the message in the reply of a chat API; anything else as it is."""
    choices = reply.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    held = choice.get("message", choice) if isinstance(choice, Mapping) else None
    return held if isinstance(held, Mapping) else reply


def _read_message(message: Mapping[str, Any]) -> Said | Verdict:
    role = next((message[name] for name in ROLES if message.get(name) is not None), "assistant")
    if not isinstance(role, str) or role.strip().lower() not in ASSISTANT:
        why = f"the last message is of `{role}`: the assistant gave no answer"
        return Verdict(Outcome.NO_ANSWER, detail=why)
    if not any(name in message for name in (*CONTENTS, *REASONING_FIELDS, "tool_calls")):
        return _failed("an object without content")
    try:
        content = next((message[name] for name in CONTENTS if message.get(name) is not None), None)
        reasoning, text = read_content(content)
        field = next((message[name] for name in REASONING_FIELDS if message.get(name)), None)
        reasoning += "".join(read_content(field))
    except UnreadableError as error:
        return _failed(f"a message that cannot be read: {error}")
    if not text.strip():
        return Verdict(Outcome.NO_ANSWER, detail="the last message has no content but reasoning")
    return Said(text, has_reasoning_apart=bool(reasoning.strip()))


def _failed(kind: str) -> Verdict:
    return Verdict(Outcome.FAILED, detail=f"no completion: `completion` is {kind}")
