"""Errors of an OpenAI-compatible endpoint: their classes, by status and by what the words say.

Servers word the same error in many ways and under many statuses. What is the prompt's own fault, a
filter's refusal or a prompt too long, is an answer in itself. Everything else may pass.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from r1data.endpoints.streams import BrokenOffError
from r1data.policies.settings import EndpointPolicy
from r1data.protocol import ErrorClass, Sampling

RATE = re.compile(
    r"rate.{0,3}limit|too many (requests|concurrent)|\bper.?(second|minute|min|hour|day)\b"
    r"|\b[tr]p[md]\b|throttl|slow down|concurren\w+ (limit|exceed)|quota|daily|monthly|today"
    r"|usage limit|频率|限流|请求过多",
    re.I,
)
TOO_LONG = re.compile(
    r"context.{0,2}(length|window|size|limit|overflow)"
    r"|max\w* (context|prompt|input|sequence|model|allowed|token)\w* ?(length|size|count|limit)"
    r"|longer than the (max|model|context)|(prompt|input|message|request|content)\w*\b.{0,60}"
    r"\btoo (long|large)\b|\btoo (long|large)\b.{0,40}(prompt|input|context|model)"
    r"|too many (input |prompt )?tokens|reduce (the|your) (length|prompt|input|message)"
    r"|(prompt|input|token)\w*\b.{0,60}(exceed|must (be|have) (<|less|at most|no more))"
    r"|exceed\w*.{0,40}\btoken|range of input length|max_prompt_tokens|string.above.max.length"
    r"|at least 1, got -?\d|超长",
    re.I,
)
FLAGGED = re.compile(
    r"moderat|flagged|content.{0,2}(filter|policy|management|exists risk|risk|violation)"
    r"|filtered|polic\w*.{0,40}violat|violat\w*.{0,60}(polic|terms|guideline|rule)|usage polic"
    r"|safety|unsafe|inappropriate|(?<!case.)sensitive|prohibited|harmful|guardrail|jailbreak|responsible.?ai"
    r"|data.?inspection|disallowed content|risk control|敏感|违规|不安全|不合规",
    re.I,
)
UNPAID = re.compile(
    r"insufficient.{0,3}(balance|quota|credit|fund)|\bbalance|billing|payment|out of credit"
    r"|(no|not enough|more|exhausted).{0,12}credit|arrear|current quota|余额|欠费",
    re.I,
)
BUSY = re.compile(
    r"overload|capacity|try again|retry|temporar|\bbusy\b|unavailable|quota|not ready|loading"
    r"|timed? ?out|upstream|稍后",
    re.I,
)
OUTPUT_LIMIT = re.compile(r"max_\w*tokens|completion|output (length|token)|requested", re.I)
ABOUT_PROMPT = re.compile(r"prompt|input|context|message|at least 1, got", re.I)
CONTEXT_LENGTH = re.compile(
    r"(?:context (?:length|window|size)|at most)(?: is| of|:)?(?: only)? (\d+)"
    r"|(\d+) (?:completion|output) tokens",
    re.I,
)
PROMPT_TOKENS = re.compile(
    r"(\d+) (?:input|prompt) tokens|(\d+) (?:tokens )?(?:in|from) the (?:input|prompt|messages)"
    r"|(?:resulted in|prompt contains|prompt \(length|input \(|input length \() ?(\d+)",
    re.I,
)
FIELDS = ("seed", "temperature", "top_p", "top_k", "max_tokens", "min_p", "stream_options")
LONGEST_PAUSE = 120.0
"""Seconds for which an endpoint is obeyed."""
STATUS = re.compile(r"[0-9]{1,9}")
GIVEN_UP = (408, 409, 425)
"""The statuses below 500 of what a server would answer a moment later."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no completion."""

    error_class: ErrorClass
    error: str
    remedy: str | None = None
    """What to do if every other request fails like this one; null if this one alone would."""
    is_repeated: bool = False
    """Whether to ask again within the run, where the client does not by itself."""
    pause_seconds: float = 0.0
    """How long the endpoint asks to wait before that."""


def read_failure(error: Exception, settings: EndpointPolicy, sampling: Sampling) -> Failure:
    """Return what an exception of the `openai` client means, retries exhausted."""
    from openai import APIConnectionError, APIError, APIStatusError

    if isinstance(error, APIStatusError):
        failure = read_status(error.status_code, _said(error), settings, sampling)
        return replace(failure, pause_seconds=_pause(error.response.headers.get("retry-after")))
    if isinstance(error, APIConnectionError):
        return Failure(ErrorClass.UNREACHABLE, str(error.__cause__ or error))
    if isinstance(error, BrokenOffError):
        return Failure(ErrorClass.SERVER_ERROR, str(error), is_repeated=True)
    if isinstance(error, TimeoutError):
        limit = f"no completion within {settings.timeout_seconds:g} s"
        return Failure(ErrorClass.TIMED_OUT, limit)
    if isinstance(error, APIError) and isinstance(error.body, dict):  # an error in a stream
        return read_error(error.body, settings, sampling)
    return Failure(ErrorClass.SERVER_ERROR, str(error))


def read_error(error: object, settings: EndpointPolicy, sampling: Sampling) -> Failure:
    """Return what an error in the body of an answer with status 200 means."""
    held = error if isinstance(error, dict) else {"message": error}
    code = held.get("code", held.get("status"))
    status = int(code) if isinstance(code, int | str) and STATUS.fullmatch(str(code)) else 500
    failure = read_status(status, _words(held), settings, sampling)
    if status == 401:  # of a provider behind a gateway that took the key
        return Failure(ErrorClass.SERVER_ERROR, failure.error)
    return failure


def read_status(status: int, said: str, settings: EndpointPolicy, sampling: Sampling) -> Failure:
    """Return what a status and an endpoint's words mean."""
    error = f"{status}: {said}"
    if status == 401:
        return Failure(ErrorClass.DENIED, error, _key_remedy(settings))
    if status in GIVEN_UP:
        return Failure(ErrorClass.SERVER_ERROR, error, is_repeated=status == 425)
    if status == 402 or (status < 500 and UNPAID.search(said)):
        return Failure(ErrorClass.UNPAID, error, "pay or correct the account's limit")
    if status == 429:
        return Failure(ErrorClass.RATE_LIMITED, error)
    if status >= 500 or status < 400:
        is_too_long = TOO_LONG.search(said) and not RATE.search(said)
        return Failure(
            ErrorClass.PROMPT_TOO_LONG if is_too_long else ErrorClass.SERVER_ERROR, error
        )
    return _read_refusal(status, said, settings, sampling)


def _read_refusal(status: int, said: str, settings: EndpointPolicy, sampling: Sampling) -> Failure:
    """Tell what is the prompt's own fault, and what may pass, from what all may be refused for."""
    error = f"{status}: {said}"
    if RATE.search(said):
        return Failure(ErrorClass.RATE_LIMITED, error, is_repeated=True)
    if status == 413 or TOO_LONG.search(said):
        is_prompts = status == 413 or ABOUT_PROMPT.search(said)
        error_class = ErrorClass.PROMPT_TOO_LONG if is_prompts else ErrorClass.DENIED
        return Failure(error_class, error, _limit_remedy(said, sampling))
    if status == 451 or FLAGGED.search(said):
        return Failure(ErrorClass.REFUSED, error)
    if BUSY.search(said):
        return Failure(ErrorClass.SERVER_ERROR, error, is_repeated=True)
    if status == 403:
        return Failure(ErrorClass.REJECTED, error, _key_remedy(settings))
    remedy = _remedy(status, said, settings)
    if remedy is not None:
        return Failure(ErrorClass.DENIED, error, remedy)
    unknown = "correct the policy, e.g. with `leave_out`, `rename` or `extra_body`"
    return Failure(ErrorClass.REJECTED, error, unknown)


def _remedy(status: int, said: str, settings: EndpointPolicy) -> str | None:
    """Return what to change in the policy; None where the words do not say."""
    if status in (404, 405):
        return f"correct `model` ({settings.model}) or `endpoint`, whose path usually ends in /v1"
    if "max_completion_tokens" in said:
        return "write `rename: {max_tokens: max_completion_tokens}`"
    named = [name for name in FIELDS if re.search(rf"\b{name}\b", said)]
    return f"correct `{named[0]}`, or write `leave_out: [{named[0]}]`" if len(named) == 1 else None


def _key_remedy(settings: EndpointPolicy) -> str:
    if settings.api_key_env:
        return f"set {settings.api_key_env} to one that is valid"
    return "name the environment variable that holds one in `api_key_env`"


def _limit_remedy(said: str, sampling: Sampling) -> str | None:
    """Return what to do about a limit that no prompt may meet; None if this prompt is too long."""
    limit, prompt = _number(CONTEXT_LENGTH, said), _number(PROMPT_TOKENS, said)
    if limit is not None and prompt is not None and prompt >= limit:
        return None
    is_everybodys = limit is not None and limit <= sampling.max_tokens
    if not is_everybodys and not OUTPUT_LIMIT.search(said):
        return None
    return f"lower `max_tokens` (now {sampling.max_tokens}) to leave room for the prompts"


def _number(pattern: re.Pattern[str], said: str) -> int | None:
    found = pattern.search(said.replace(",", ""))
    return int(next(filter(None, found.groups()))) if found else None


def _pause(said: str | None) -> float:
    """Return the seconds that a header `Retry-After` asks to wait, within bounds; 0 for a date."""
    try:
        seconds = float(said or 0)
    except ValueError:
        return 0.0
    return min(seconds, LONGEST_PAUSE) if seconds > 0 else 0.0


def _said(error: Any) -> str:  # noqa: ANN401 - an exception of the client
    """Return what an endpoint said about an error: its message and code, or the body."""
    body = error.body
    return _words(body) if isinstance(body, dict) else str(body or error)


def _words(held: dict[str, Any]) -> str:
    """Return the words of an error: message, code and kind, and what the provider behind said."""
    names = ("message", "code", "type", "detail", "metadata", "reason")
    words = [str(held[name]) for name in names if held.get(name)]
    return " ".join(word for word in words if not word.isdigit()) or str(held)
