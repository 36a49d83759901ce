"""Answers of an OpenAI-compatible endpoint, read as replies."""

import dataclasses
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from r1data.endpoints.message_parts import (
    UnreadableError,
    read_content,
    untangled,
    without_double_tags,
    without_opening,
)
from r1data.endpoints.reply_check import shown, token_count
from r1data.finish_reasons import Finish, finish_of
from r1data.marks import strip_end_tokens
from r1data.protocol import ErrorClass, Reply, Request
from r1data.seeds import canonical_json
from r1data.text import THINK_END, THINK_START

REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")


def read_answers(answer: Any, requests: Sequence[Request], *, is_prefilled: bool) -> list[Reply]:  # noqa: ANN401
    """Return the replies that the choices of an answer are, as many as there are of either.

    Several samples of one request have its seed, the first one's. The tokens of the prompt, which
    were paid once, stand with the first; those sampled are known in sum and shared out by length.

    Raises:
        ValueError: If the answer holds no completion.
    """
    choices = answer.get("choices") if isinstance(answer, dict) else None
    num_choices = len(choices) if isinstance(choices, list) else 0
    found = [
        read_answer(answer, request.rollout_id, is_prefilled=is_prefilled, place=place)
        for place, request in enumerate(requests[: max(1, num_choices)])
    ]
    return found if len(requests) == 1 else _shared(found, requests[0].seed)


def _shared(replies: Sequence[Reply], seed: int) -> list[Reply]:
    """Share out between the samples of one request what it took."""
    total = token_count(replies[0].num_completion_tokens)
    lengths = [len(reply.completion or "") for reply in replies]
    counts = shares(total, lengths) if total is not None else [None] * len(replies)
    return [
        dataclasses.replace(
            reply,
            seed=seed,
            num_prompt_tokens=None if place else reply.num_prompt_tokens,
            num_completion_tokens=count,
        )
        for place, (reply, count) in enumerate(zip(replies, counts, strict=True))
    ]


def shares(total: int, lengths: Sequence[int]) -> list[int]:
    """Return a total shared out in whole numbers by some lengths.

    >>> shares(10, [1, 2]), shares(3, [0, 0])
    ([3, 7], [1, 2])
    """
    weights = lengths if any(lengths) else [1] * len(lengths)
    ends = [total * length // sum(weights) for length in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def read_answer(
    answer: Any,  # noqa: ANN401 - any JSON value
    rollout_id: str,
    *,
    is_prefilled: bool,
    place: int = 0,
) -> Reply:
    """Return the reply that one choice of an endpoint's JSON means, the first unless told.

    Parts of odd kinds are an error in it.

    Raises:
        ValueError: If it holds no completion, so that asking again may bring one.
    """
    choice, message = _choice(answer, place)
    usage = answer.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    rest = {name: value for name, value in answer.items() if name != "choices"}
    reply = Reply(
        rollout_id,
        num_prompt_tokens=counts.get("prompt_tokens"),
        num_completion_tokens=counts.get("completion_tokens"),
        raw=as_json(rest),
    )
    finish = finish_of(choice.get("finish_reason"))
    fault = _fault(choice, message, finish)
    if fault:
        error_class, error = fault
        raw = as_json({**rest, "choices": [choice]})
        return dataclasses.replace(reply, error_class=error_class, error=error, raw=raw)
    try:
        is_whole = finish is Finish.STOP
        completion = join_reasoning(message, is_prefilled=is_prefilled, is_whole=is_whole)
    except UnreadableError as error:
        unreadable = ErrorClass.UNREADABLE
        raw = as_json({**rest, "choices": [choice]})
        return dataclasses.replace(reply, error_class=unreadable, error=str(error), raw=raw)
    return dataclasses.replace(reply, completion=completion, finish_reason=str(finish))


def _fault(
    choice: dict[str, Any], message: dict[str, Any], finish: Finish | None
) -> tuple[ErrorClass, str] | None:
    """Return the class and the text of what keeps a choice from being a completion."""
    word, said = choice.get("finish_reason"), choice.get("error")
    if finish is None and not isinstance(word, str):
        return ErrorClass.UNREADABLE, f"`finish_reason` is {shown(word)}"
    if said or finish not in (Finish.STOP, Finish.LENGTH):
        is_final = finish is Finish.REFUSED
        error_class = ErrorClass.REFUSED if is_final else ErrorClass.SERVER_ERROR
        return error_class, f"finish_reason {word}" + (f": {said}" if said else "")
    if message.get("refusal") and not message.get("content"):
        return ErrorClass.REFUSED, f"the model refuses: {message['refusal']}"
    return None


def error_in(answer: object) -> object:
    """Return the error in the body of an answer that holds no completion; None if there is none.

    >>> error_in({"error": {"code": 502}}), error_in({"choices": [{}], "error": {"code": 502}})
    ({'code': 502}, None)
    """
    if not isinstance(answer, dict) or answer.get("choices"):
        return None
    return answer.get("error")


def _choice(answer: object, place: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a choice of an answer and its message."""
    choices = answer.get("choices") if isinstance(answer, dict) else None
    choice = choices[place] if isinstance(choices, list) and len(choices) > place else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if isinstance(choice, dict) and message is None and "text" in choice:
        message = {"content": choice["text"]}
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise ValueError(f"an answer without a completion: {shown(answer)}")
    return choice, message


def join_reasoning(message: dict[str, Any], *, is_prefilled: bool, is_whole: bool = True) -> str:
    """Return a message's text with its separate reasoning, if any, put back in front.

    The reasoning stands in a field of its own or in parts of the content. Reasoning without any
    response was cut off: its think block stays open. Tags and copies of the reasoning that stand
    in the content all the same are left out, and so is the text of end tokens after a whole one.

    >>> join_reasoning({"content": "4", "reasoning_content": "2+2"}, is_prefilled=False)
    '<think>2+2</think>4'
    >>> join_reasoning({"content": None, "reasoning": "2+"}, is_prefilled=True)
    '2+'

    Raises:
        UnreadableError: If the content or the reasoning is of no kind that can be read.
    """
    reasoning, content = read_content(message.get("content"))
    field = next((message[name] for name in REASONING_FIELDS if message.get(name)), None)
    reasoning = "".join(read_content(field)) or reasoning
    if is_whole:
        content = strip_end_tokens(content)
    if not reasoning:
        content = without_double_tags(content)
        return without_opening(content) if is_prefilled else content
    reasoning, content = untangled(strip_end_tokens(reasoning), content)
    opened = ("" if is_prefilled else THINK_START) + reasoning
    return f"{opened}{THINK_END}{content}" if content else opened


def as_json(value: object) -> str | None:
    """Return a value as JSON; None if it is nested too deeply for that."""
    try:
        return canonical_json(value)
    except (RecursionError, ValueError):
        return None
