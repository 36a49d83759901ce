"""Answers of an OpenAI-compatible endpoint, read as replies."""

from typing import Any

from r1data.engines.message_parts import UnreadableError, read_content
from r1data.engines.protocol import ErrorClass, Reply
from r1data.engines.reply_check import shown
from r1data.finish_reasons import Finish, finish_of
from r1data.seeds import canonical_json
from r1data.text import THINK_END, THINK_START


def read_answer(answer: Any, rollout_id: str, *, is_prefilled: bool) -> Reply:  # noqa: ANN401
    """Return the reply that an endpoint's JSON means; parts of odd kinds are an error in it.

    Raises:
        ValueError: If it holds no completion, so that asking again may bring one.
    """
    choice, message = _first_choice(answer)
    said = choice.get("finish_reason")
    finish = finish_of(said)
    if finish is None and not isinstance(said, str):
        error = f"`finish_reason` is {shown(said)}"
        return Reply(rollout_id, error_class=ErrorClass.UNREADABLE, error=error)
    fault = _fault(choice, message, finish)
    if fault:
        error_class, error = fault
        return Reply(rollout_id, error_class=error_class, error=error, raw=as_json(answer))
    rest = {name: value for name, value in answer.items() if name != "choices"}
    try:
        completion = join_reasoning(message, is_prefilled=is_prefilled)
    except UnreadableError as error:
        return Reply(rollout_id, error_class=ErrorClass.UNREADABLE, error=str(error))
    usage = answer.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Reply(
        rollout_id,
        completion=completion,
        finish_reason=str(finish),
        num_prompt_tokens=counts.get("prompt_tokens"),
        num_completion_tokens=counts.get("completion_tokens"),
        raw=as_json(rest),
    )


def _fault(
    choice: dict[str, Any], message: dict[str, Any], finish: Finish | None
) -> tuple[ErrorClass, str] | None:
    """Return the class and the text of what keeps a choice from being a completion."""
    said = choice.get("error")
    if said or finish not in (Finish.STOP, Finish.LENGTH):
        is_final = finish is Finish.REFUSED
        error_class = ErrorClass.REFUSED if is_final else ErrorClass.SERVER_ERROR
        more = f": {said}" if said else ""
        return error_class, f"finish_reason {choice.get('finish_reason')}{more}"
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


def _first_choice(answer: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the first choice of an answer and its message."""
    choices = answer.get("choices") if isinstance(answer, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if isinstance(choice, dict) and message is None and "text" in choice:
        message = {"content": choice["text"]}
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise ValueError(f"an answer without a completion: {shown(answer)}")
    return choice, message


def join_reasoning(message: dict[str, Any], *, is_prefilled: bool) -> str:
    """Return a message's text with its separate reasoning, if any, put back in front.

    The reasoning stands in a field of its own or in parts of the content. Reasoning without any
    response was cut off: its think block stays open.

    >>> join_reasoning({"content": "4", "reasoning_content": "2+2"}, is_prefilled=False)
    '<think>2+2</think>4'
    >>> join_reasoning({"content": None, "reasoning": "2+"}, is_prefilled=True)
    '2+'

    Raises:
        UnreadableError: If the content or the reasoning is of no kind that can be read.
    """
    reasoning, content = read_content(message.get("content"))
    field = message.get("reasoning_content") or message.get("reasoning")
    reasoning = "".join(read_content(field)) or reasoning
    if not reasoning:
        return content
    opened = ("" if is_prefilled else THINK_START) + reasoning
    return f"{opened}{THINK_END}{content}" if content else opened


def as_json(value: object) -> str | None:
    """Return a value as JSON; None if it is nested too deeply for that."""
    try:
        return canonical_json(value)
    except (RecursionError, ValueError):
        return None
