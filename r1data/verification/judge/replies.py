"""Reading a judge's reply: one JSON object with a verdict or a score, or else no finding at all."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from r1data.text import split_reasoning

MAX_CHARS = 20_000
MAX_OBJECTS = 50
MAX_RATIONALE_CHARS = 2_000
LOWEST, HIGHEST = 1, 10
SCORES = {
    "correctness": {"correct": 1.0, "unsure": 0.5, "incorrect": 0.0},
    "preference": {"a>>b": 2.0, "a>b": 1.0, "a=b": 0.0, "b>a": -1.0, "b>>a": -2.0},
    "safety": {"safe": 1.0, "unsure": 0.5, "unsafe": 0.0},
}
"""What each verdict of a purpose counts. The five of pairs are Arena-Hard's, as DeepSeek-R1's judge
had them (B.2); what they count there is not printed."""
CHOICES = ("first", "second", "both", "neither", "unsure")
KEYS = {"quality": "score", **dict.fromkeys((*SCORES, "audit"), "verdict")}
OPENING = re.compile(r"\{\s*\"")


@dataclass(frozen=True, slots=True)
class JudgeReply:
    """What one reply of a judge says: a score, or why it says none."""

    score: float | None = None
    """Correctness: 1 correct, 0.5 unsure, 0 incorrect. Quality: 1 to 10. Preference: 2 where A is
    much better, to -2. Safety: 1 safe, 0.5 unsure, 0 unsafe."""
    choice: str | None = None
    """Of two answers the `first`, the `second`, `both` or `neither`; `unsure`."""
    rationale: str | None = None
    fault: str = ""
    is_failed: bool = False
    """Whether there is no reply at all, because its request failed."""


class RepeatedKeyError(ValueError):
    """A JSON object gives one key two values: which of them holds, nobody can say."""


def read_reply(row: Mapping[str, Any], purpose: str) -> JudgeReply:
    """Return what a judge says in a reply, given as a row of `Rollouts`; never a guess.

    Text around the object is passed over, code fences and a think block among it. A reply that was
    cut off, without such an object, or with several that differ says nothing.
    """
    if row["completion"] is None:
        return JudgeReply(fault=f"no completion: {row['error_class']}", is_failed=True)
    if row["finish_reason"] == "length":
        return JudgeReply(fault="cut off at the token limit")
    return read_response(split_reasoning(f"{row['prefill']}{row['completion']}")[1], purpose)


def read_response(response: str, purpose: str) -> JudgeReply:
    """Return what the response of a judge says.

    >>> read_response('{"rationale": "3 is 6/2.", "verdict": "correct"}', "correctness").score
    1.0
    >>> read_response("It is correct.", "correctness").fault
    'no JSON object with a verdict'
    """
    key = KEYS[purpose]
    if len(response) > MAX_CHARS:
        return JudgeReply(fault=f"{len(response):,} characters; at most {MAX_CHARS:,} are read")
    try:
        found = [one for one in _objects(response) if key in one]
    except RepeatedKeyError as error:
        return JudgeReply(fault=str(error))
    if not found:
        return JudgeReply(fault=f"no JSON object with a {key}")
    said = {_said(one[key], purpose) for one in found}
    if len(said) > 1:
        return JudgeReply(fault=f"{len(found)} JSON objects that differ in their {key}")
    score, choice = said.pop()
    if score is None and choice is None:
        return JudgeReply(fault=f"a {key} of {json.dumps(found[0][key])[:60]}")
    rationale = found[-1].get("rationale")
    reason = rationale[:MAX_RATIONALE_CHARS] if isinstance(rationale, str) else None
    return JudgeReply(score, choice, reason)


def _said(value: object, purpose: str) -> tuple[float | None, str | None]:
    """Return the score or the choice that a value says; neither if it is of no known form."""
    if purpose != "audit":
        return _score(value, purpose), None
    choice = value.strip().casefold() if isinstance(value, str) else ""
    return None, choice if choice in CHOICES else None


def _score(value: object, purpose: str) -> float | None:
    if purpose in SCORES:
        return SCORES[purpose].get(value.strip().casefold()) if isinstance(value, str) else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and LOWEST <= value <= HIGHEST else None  # type: ignore[arg-type, operator]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a text, those inside others left out."""
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    end = 0
    for tried, opening in enumerate(OPENING.finditer(text)):
        if opening.start() < end or tried >= MAX_OBJECTS:
            continue
        try:
            found, end = decoder.raw_decode(text, opening.start())
        except RepeatedKeyError:
            raise
        except (ValueError, RecursionError):
            continue
        yield found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RepeatedKeyError("a JSON object that gives one key twice")
    return found
