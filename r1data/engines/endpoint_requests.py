"""Requests to an OpenAI-compatible endpoint, as it takes them."""

from typing import Any

from r1data.engines.policies import EndpointPolicy
from r1data.engines.protocol import Request, Sampling


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
