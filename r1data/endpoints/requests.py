"""Requests to an OpenAI-compatible endpoint, as it takes them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from r1data.policies.settings import EndpointPolicy
from r1data.protocol import NOT_IN_ID, Request, Sampling


def request_body(
    settings: EndpointPolicy, request: Request, sampling: Sampling, *, num_samples: int = 1
) -> tuple[str, dict[str, Any]]:
    """Return the path and the JSON body that ask for completions of one prompt.

    A chat's prefill is the start of an assistant message that is to be continued, in the form that
    vLLM and SGLang take. What `extra_body` holds is sent as it stands.
    """
    fields = {
        **sampling.model_dump(mode="json", exclude={*NOT_IN_ID}, exclude_defaults=True),
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": request.max_tokens or sampling.max_tokens,
        "seed": request.seed,
        **({"n": num_samples} if num_samples > 1 else {}),
        **({"stream_options": {"include_usage": True}} if settings.stream else {}),
    }
    named = {
        settings.rename.get(name, name): value  # type: ignore[call-overload]
        for name, value in fields.items()
        if name not in settings.leave_out
    }
    kwargs = settings.template.chat_template_kwargs
    body = {
        "model": settings.model,
        **named,
        **({"stream": True} if settings.stream else {}),
        **({"chat_template_kwargs": kwargs} if kwargs else {}),
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


def together(requests: Iterable[Request], most: int) -> Iterator[Sequence[Request]]:
    """Yield requests of one prompt and limit that stand side by side, so many at most together.

    A request is taken ahead of its group only where groups may have more than one.
    """
    group: list[Request] = []
    for request in requests:
        if group and not _are_alike(request, group[0]):
            yield group
            group = []
        group.append(request)
        if len(group) == most:
            yield group
            group = []
    if group:
        yield group


def _are_alike(one: Request, other: Request) -> bool:
    return (one.prompt_id, one.max_tokens) == (other.prompt_id, other.max_tokens)
