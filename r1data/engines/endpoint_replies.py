"""Requests to an OpenAI-compatible endpoint, and the meaning of its answers and errors."""

import re
from dataclasses import dataclass
from typing import Any

from r1data.engines.message_parts import UnreadableError, read_content
from r1data.engines.policies import EndpointPolicy
from r1data.engines.protocol import ErrorClass, Reply, Request, Sampling
from r1data.engines.reply_check import shown
from r1data.finish_reasons import Finish, finish_of
from r1data.seeds import canonical_json
from r1data.text import THINK_END, THINK_START

TOO_LONG = re.compile(r"context.length|maximum context|longer than the maximum|too long", re.I)
CONTEXT_LENGTH = re.compile(r"context length (?:is|of) (?:only )?(\d+)", re.I)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no completion."""

    error_class: ErrorClass | None
    """None if every other request would fail like this one."""
    error: str
    remedy: str = ""
    """What to do about an error that stops everything."""


def request_body(
    settings: EndpointPolicy, request: Request, sampling: Sampling
) -> tuple[str, dict[str, Any]]:
    """Return the path and the JSON body that ask for one completion.

    A chat's prefill is the start of an assistant message that is to be continued, in the form that
    vLLM and SGLang take.
    """
    body = {
        "model": settings.model,
        **sampling.model_dump(mode="json", exclude={"group_size"}, exclude_defaults=True),
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
        "seed": request.seed,
        **settings.extra_body,
    }
    if settings.api == "completions":
        return "/completions", {**body, "prompt": completions_prompt(request)}
    messages = [*request.messages]
    if request.prefill:
        messages.append({"role": "assistant", "content": request.prefill})
        body |= {"add_generation_prompt": False, "continue_final_message": True}
    return "/chat/completions", {**body, "messages": messages}


def completions_prompt(request: Request) -> str:
    """Return the one text that the completions API takes: messages and prefill, as paragraphs."""
    contents = [message["content"] for message in request.messages]
    return "\n\n".join([*contents, *([request.prefill] if request.prefill else [])])


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
    if finish not in (Finish.STOP, Finish.LENGTH):
        is_final = finish is Finish.REFUSED
        error_class = ErrorClass.REFUSED if is_final else ErrorClass.SERVER_ERROR
        error = f"finish_reason {said}"
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


def read_failure(error: Exception, settings: EndpointPolicy, sampling: Sampling) -> Failure:
    """Return what an exception of the `openai` client means, retries exhausted."""
    from openai import APIConnectionError, APIStatusError

    if isinstance(error, APIStatusError):
        return _read_status(error.status_code, _said(error), settings, sampling)
    if isinstance(error, APIConnectionError):
        return Failure(ErrorClass.UNREACHABLE, str(error.__cause__ or error))
    if isinstance(error, TimeoutError):
        limit = f"no completion within {settings.timeout_seconds:g} s"
        return Failure(ErrorClass.TIMED_OUT, limit)
    return Failure(ErrorClass.SERVER_ERROR, str(error))


def _read_status(status: int, said: str, settings: EndpointPolicy, sampling: Sampling) -> Failure:
    if status in (401, 403):
        return _refused_key(f"refuses the API key ({status}: {said})", settings)
    if status == 404:
        remedy = "correct `model` or `endpoint`, whose path usually ends in /v1"
        return Failure(None, f"does not know model {settings.model} ({status}: {said})", remedy)
    if status == 429 and "insufficient_quota" in said:
        return Failure(None, f"has no quota left ({status}: {said})", "pay, then run again")
    if status in (408, 409, 429) or status >= 500:
        error_class = ErrorClass.RATE_LIMITED if status == 429 else ErrorClass.SERVER_ERROR
        return Failure(error_class, f"{status}: {said}")
    return _read_refusal(f"{status}: {said}", sampling)


def _refused_key(error: str, settings: EndpointPolicy) -> Failure:
    if settings.api_key_env:
        return Failure(None, error, f"set {settings.api_key_env} to one that is valid")
    return Failure(None, error, "name the environment variable that holds one in `api_key_env`")


def _read_refusal(said: str, sampling: Sampling) -> Failure:
    """Tell a prompt that is too long, and a limit no prompt can meet, from other refusals."""
    if not TOO_LONG.search(said):
        return Failure(ErrorClass.REFUSED, said)
    length = CONTEXT_LENGTH.search(said)
    if length and int(length.group(1)) <= sampling.max_tokens:
        remedy = f"lower `max_tokens` (now {sampling.max_tokens}) to leave room for the prompts"
        return Failure(None, f"has too short a context ({said})", remedy)
    return Failure(ErrorClass.PROMPT_TOO_LONG, said)


def _said(error: Exception) -> str:
    """Return what an endpoint said about an error: its message and code, or the body."""
    body = getattr(error, "body", None)
    if not isinstance(body, dict):
        return str(body or error)
    return " ".join(str(body[name]) for name in ("message", "code") if body.get(name)) or str(body)
