"""JSON objects with an answer field."""

import json
import re
from typing import Any

FIELDS = (
    *("finalanswer", "answer", "predictedanswer", "answerchoice", "result", "solution", "output"),
    *("choice", "answers", "value", "respuesta", "réponse", "antwort", "答案", "答え"),
)
"""Fields that hold an answer, the first that is there; case, spaces and `_` do not count."""
STRAY = re.compile(r'\\(?:([\\"/]|[bfnrt](?![a-zA-Z]{2})|n|u[0-9a-fA-F]{4})|)')
"""Backslashes: those that JSON knows, and those of a LaTeX command that was not escaped."""
OPENING = re.compile(r"```(?:json)?\s*\n", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s_-]+")


def read_json(text: str) -> str | None:
    r"""Return the value of the answer field of a text that is a JSON object, fenced or not.

    A list of plain values is joined by commas, other lists and objects stay JSON; numbers stay as
    they are written. LaTeX whose backslashes were not doubled is read as it was meant.

    >>> read_json('{"steps": "...", "final_answer": 0.50}'), read_json('{"answer": [1, "b"]}')
    ('0.50', '1, b')
    >>> read_json(r'{"answer": "\frac{1}{2}"}')
    '\\frac{1}{2}'
    """
    value = _load(strip_fence(text))
    if not isinstance(value, dict):
        return None
    named = {SEPARATORS.sub("", key).casefold(): value[key] for key in value}
    found = next((named[field] for field in FIELDS if named.get(field) is not None), None)
    inner = read_json(_as_json(found)) if isinstance(found, dict) else None
    return _as_text(found) if inner is None else inner


def read_last_json(text: str) -> str | None:
    r"""Return the value of the answer field of the JSON object that a text ends with.

    >>> read_last_json('So:\n{"answer": 5}')
    '5'
    """
    text = text.rstrip()
    if text.endswith("```"):
        start = text.rfind("```", 0, len(text) - 3)
        return read_json(text[start:]) if start >= 0 else None
    if not text.endswith("}"):
        return None
    for opening in ("\n{", '{"', "{"):
        start = text.rfind(opening)
        answer = read_json(text[start:]) if start >= 0 else None
        if answer is not None:
            return answer
    return None


def strip_fence(text: str) -> str:
    r"""Return what a text that is one fenced block holds; any other text as it is.

    >>> strip_fence("```json\n{}\n```")
    '{}'
    """
    text = text.strip()
    opening = OPENING.match(text) if text.startswith("```") else None
    if opening and text.endswith("```") and text.find("```", 3) == len(text) - 3:
        return text[opening.end() : -3].strip()
    return text


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _load(text: str) -> Any:  # noqa: ANN401 - any JSON value is the point
    if not (text.startswith("{") and text.endswith("}")):
        return None
    meant = STRAY.sub(lambda match: match[0] if match[1] else r"\\", text)
    try:
        return json.loads(
            meant, strict=False, parse_float=_Number, parse_int=_Number, parse_constant=_Number
        )
    except (ValueError, RecursionError):
        return None


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list) and value and all(isinstance(one, str | bool) for one in value):
        return ", ".join(filter(None, map(_as_text, value)))
    return _as_json(value)


def _as_json(value: object) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_quote(key)}: {_as_json(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _quote(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)
