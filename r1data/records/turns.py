"""Conversations as public sets hold them: turns by role, contents in parts, reasoning apart.

OpenAI's form has `role` and `content`, ShareGPT's `from` and `value`. A content is a text or a list
of parts; reasoning stands in the content, in a field of its own or in a part of its own.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from r1data.marks import has_think_tags
from r1data.records.read import Record, pick
from r1data.text import THINK_END, THINK_START

ROLES = {
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("user", "human", "prompter"), "user"),
    **dict.fromkeys(("assistant", "gpt", "model", "bot", "chatgpt", "ai"), "assistant"),
    **dict.fromkeys(("tool", "function", "observation", "ipython"), "tool"),
}
"""The words for each role."""
ROLE_FIELDS, CONTENT_FIELDS = ("role", "from"), ("content", "value", "text")
REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking", "think_content")
REASONING_PARTS = ("thinking", "reasoning", "reasoning_text")
FLAGS = ("on", "off")
"""Stand in a field named `reasoning` that only says whether there is any."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, its reasoning in think tags before its text."""

    role: str
    """`system`, `user`, `assistant`, `tool`, or the word that stands there."""
    text: str

    def as_message(self) -> dict[str, str]:
        """Return the turn in OpenAI's form."""
        return {"role": self.role, "content": self.text}


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation asks last, and what was answered to that."""

    problem: str | None
    """The user's turn before the completion, or the last turn where nothing is answered."""
    system: str | None = None
    earlier: tuple[Turn, ...] = ()
    """The turns between the system's and the problem."""
    completion: str | None = None
    """The assistant's turn, where the conversation ends with one."""
    fault: str = ""
    """Why there is no problem or no completion."""


def read_conversation(value: object) -> Conversation | None:
    """Return what a list of turns asks and answers; None for anything that is no list of turns.

    >>> said = [{"from": "human", "value": "1 + 1"}, {"from": "gpt", "value": "2"}]
    >>> found = read_conversation(said)
    >>> found.problem, found.completion
    ('1 + 1', '2')
    """
    turns = turns_of(value)
    return None if turns is None else asked_last(turns)


def asked_last(turns: list[Turn]) -> Conversation:
    """Return what some turns, one at least, ask and answer last."""
    system = turns[0].text if turns[0].role == "system" else None
    rest = turns[1:] if turns[0].role == "system" else turns
    completion = rest[-1].text if rest and rest[-1].role == "assistant" else None
    asked = rest[:-1] if completion is not None else rest
    if not asked or asked[-1].role != "user":
        fault = f"the {asked[-1].role}'s turn is asked last" if asked else "no user's turn"
        return Conversation(None, system, completion=completion, fault=fault)
    fault = "" if completion is not None else "the user's turn is last"
    return Conversation(asked[-1].text, system, tuple(asked[:-1]), completion, fault)


def turns_of(value: object) -> list[Turn] | None:
    """Return the turns of a conversation, given as a list or as its JSON; None if it is none."""
    if isinstance(value, str) and value.lstrip().startswith("[{"):
        value = _parsed(value)
    if not isinstance(value, list) or not value:
        return None
    turns = [_turn(one) for one in value]
    return [turn for turn in turns if turn] if all(turns) else None


def completions_of(value: object) -> list[Any]:
    """Return the completions that a cell holds: one, or those of a list of them.

    >>> completions_of(["a", "b"]), completions_of([{"role": "assistant", "content": "a"}])
    (['a', 'b'], [[{'role': 'assistant', 'content': 'a'}]])
    """
    if not isinstance(value, list) or turns_of(value) is not None:
        return [value]
    return value


def completion_text(value: object) -> tuple[str | None, str]:
    r"""Return the text of one completion, or None and why there is none.

    A completion is a text, a message, or a conversation that ends with the assistant's turn.

    >>> completion_text({"role": "assistant", "content": "4", "reasoning_content": "2 + 2"})[0]
    '<think>\n2 + 2\n</think>\n\n4'
    >>> completion_text([{"role": "user", "content": "2 + 2"}])
    (None, "the user's turn is last")
    """
    turns = turns_of([value] if isinstance(value, dict) else value)
    if turns is not None:
        last = turns[-1]
        return (last.text, "") if last.role == "assistant" else (None, _last(last.role))
    if isinstance(value, dict):
        text = _content(value)
        return (None, "an object without a text") if text is None else (text, "")
    if isinstance(value, str):
        return value, ""
    return None, "nothing" if value is None else f"a {type(value).__name__} and no text"


def joined(reasoning: object, response: str) -> str:
    r"""Return reasoning and response as one completion; the response alone where it has both.

    >>> joined("2 + 2", "4")
    '<think>\n2 + 2\n</think>\n\n4'
    >>> joined("2 + 2", "<think>2 + 2</think>4"), joined("off", "4")
    ('<think>2 + 2</think>4', '4')
    """
    thought = _text_of(reasoning) or ""
    is_none = not thought.strip() or thought.strip().lower() in FLAGS
    if is_none or has_think_tags(response) or thought.strip() in response:
        return response
    bare = thought.strip().removeprefix(THINK_START).removesuffix(THINK_END).strip()
    opened = f"{THINK_START}\n{bare}\n"
    return f"{opened}{THINK_END}\n\n{response.lstrip()}" if response.strip() else opened


def role_at(record: Record, path: str) -> str | None:
    """Return whose turn a dotted path reaches into; None where it reaches into none.

    >>> role_at({"messages": [{"role": "system", "content": "Be brief."}]}, "messages.0.content")
    'system'
    """
    steps = path.split(".")
    if path in record:
        return None
    for end in range(len(steps) - 1, 0, -1):
        above = pick(record, ".".join(steps[:end]))
        if isinstance(above, dict) and (word := _role(above)):
            return word
    return None


def _last(role: str) -> str:
    return f"the {role}'s turn is last"


def _turn(value: object) -> Turn | None:
    if not isinstance(value, dict):
        return None
    role, text = _role(value), _content(value)
    return Turn(role, text) if role and text is not None else None


def _role(value: Record) -> str | None:
    word = next((value[name] for name in ROLE_FIELDS if isinstance(value.get(name), str)), None)
    return ROLES.get(word.strip().lower(), word) if word else None


def _content(value: Record) -> str | None:
    """Return a message's text, its reasoning in front; a content that is null is empty."""
    field = next((name for name in CONTENT_FIELDS if name in value), None)
    if field is None:
        return None
    text = _text_of(value[field])
    if text is None:
        return None
    thoughts = (value[name] for name in REASONING_FIELDS if value.get(name))
    return joined(next(thoughts, None) or _thought_in(value[field]), text)


def _text_of(content: object) -> str | None:
    """Return the text of a content; None where a part of it is no text."""
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        return None
    parts = [_part(part) for part in content if not _is_thought(part)]
    return "".join(part for part in parts if part) if None not in parts else None


def _thought_in(content: object) -> str:
    return "".join(_thoughts(content)) if isinstance(content, list) else ""


def _thoughts(content: list[Any]) -> Iterator[str]:
    for part in content:
        if _is_thought(part):
            held = part.get(part["type"]) or part.get("text")
            yield _text_of(held) or ""


def _is_thought(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") in REASONING_PARTS


def _part(part: object) -> str | None:
    if isinstance(part, str):
        return part
    text = part.get("text") if isinstance(part, dict) else None
    return text if isinstance(text, str) else None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
