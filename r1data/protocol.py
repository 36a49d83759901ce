"""The engine protocol: requests, replies, and classes of errors."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol, TypedDict

from pydantic import Field, PositiveInt, model_validator

from r1data.errors import SetupError
from r1data.seeds import content_id
from r1data.settings import Settings


class Message(TypedDict):
    """One turn of a chat."""

    role: str
    content: str


RequestField = Literal[
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "presence_penalty",
    "frequency_penalty",
    "repetition_penalty",
    "max_tokens",
    "stop",
    "seed",
    "n",
    "stream_options",
]
"""A field that we send to an endpoint beside the model and the messages."""
SAME_WITHOUT = ("seed", "n", "stream_options")
"""Those without which a completion has the same distribution."""

NOT_IN_ID = ("group_size", "longer_max_tokens")
"""The settings of sampling that leave a completion's distribution as it is."""


class Sampling(Settings):
    """Settings of sampling. The defaults are DeepSeek-R1's own (its README, Evaluation Results)."""

    group_size: PositiveInt | Literal["all"] = 4
    """Completions per prompt: GRPO's G, TRL's `num_generations`. Of existing rollouts `all` takes
    as many as the files have of each problem."""
    temperature: float = Field(0.6, ge=0)
    """0 takes the likeliest token each time."""
    top_p: float = Field(0.95, gt=0, le=1)
    """Only the likeliest tokens that have this probability together."""
    top_k: int = Field(0, ge=0)
    """Only so many of the likeliest tokens; 0 means no limit."""
    presence_penalty: float = Field(0.0, ge=-2, le=2)
    """Taken off each token that has been sampled before."""
    frequency_penalty: float = Field(0.0, ge=-2, le=2)
    """The same, as often as the token has been sampled."""
    min_p: float = Field(0.0, ge=0, le=1, exclude_if=lambda value: value == 0)
    """Only tokens that have at least this share of the likeliest one's probability."""
    repetition_penalty: float = Field(1.0, gt=0, exclude_if=lambda value: value == 1)
    """Divides the score of each token that stands in the prompt or was sampled before."""
    max_tokens: PositiveInt = 32_768
    """Tokens of a completion at most; one that reaches them has the finish reason `length`."""
    longer_max_tokens: PositiveInt | None = Field(None, exclude_if=lambda value: value is None)
    """A larger limit at which completions that reached `max_tokens` are asked for again, they
    alone and with the same seeds; null means that they stay as they are."""
    stop: tuple[str, ...] = ()
    """Texts that end a completion."""

    @property
    def sampling_id(self) -> str:
        """The id of what changes the distribution of a completion.

        That is all but the group size, and the larger limit, which rollouts carry themselves.
        """
        return content_id(self.model_dump(mode="json", exclude={*NOT_IN_ID}))[:16]

    @property
    def most_tokens(self) -> int:
        """The most tokens that any completion may have."""
        return self.longer_max_tokens or self.max_tokens

    @model_validator(mode="after")
    def _is_longer(self) -> "Sampling":
        if self.most_tokens < self.max_tokens or self.longer_max_tokens == self.max_tokens:
            raise ValueError(
                f"longer_max_tokens is {self.longer_max_tokens}, not above max_tokens "
                f"({self.max_tokens}); raise it or leave it out"
            )
        return self


class ErrorClass(StrEnum):
    """Why there is no completion, which decides what to do next."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    ENGINE_DIED = "engine_died"
    PROMPT_TOO_LONG = "prompt_too_long"
    UNPAID = "unpaid"
    """The balance or the quota is used up."""
    DENIED = "denied"
    """The endpoint takes no request as it is sent: the key, the model or a field is wrong."""
    REJECTED = "rejected"
    """The engine refuses the request, and does not say that the prompt is at fault."""
    REFUSED = "refused"
    """The engine refuses this prompt, and would again."""
    UNREADABLE = "unreadable"
    """The reply is there, and a part of it is of no kind that can be read."""
    COMPLETION_TOO_LONG = "completion_too_long"
    """The completion is larger than a row of the log may be."""
    MISSING = "missing"
    """The file of existing rollouts holds no such sample, or not any more."""
    NOT_ASKED = "not_asked"
    """The run was told to stop with what was finished."""


RETRYABLE = frozenset(
    {
        ErrorClass.RATE_LIMITED,
        ErrorClass.SERVER_ERROR,
        ErrorClass.UNREACHABLE,
        ErrorClass.TIMED_OUT,
        ErrorClass.ENGINE_DIED,
        ErrorClass.MISSING,
        ErrorClass.UNPAID,
        ErrorClass.DENIED,
        ErrorClass.REJECTED,
    }
)
"""The classes that the next run asks again; the others are answers in themselves."""


NEVER_ASKED = frozenset({ErrorClass.NOT_ASKED, ErrorClass.MISSING})
"""The classes of rollouts that nobody was asked for, of which there is nothing to judge."""


class EngineStoppedError(SetupError):
    """The engine cannot go on at all: wrong key, unknown model, no such host.

    The message is one line that names the engine, what it said and the remedy. What was finished
    before is in the log.
    """


@dataclass(frozen=True, slots=True)
class Request:
    """One completion to sample."""

    rollout_id: str
    prompt_id: str
    sample_index: int
    messages: tuple[Message, ...]
    prefill: str
    """What the assistant's message begins with; the completion goes on from there."""
    seed: int
    max_tokens: int | None = None
    """The limit, where it is larger than the sampling's."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a request: a completion, or an error with its class."""

    rollout_id: str
    completion: str | None = None
    """Everything sampled after the prompt and the prefill, raw. An endpoint's separate reasoning
    field is joined back in front, inside think tags."""
    finish_reason: str | None = None
    """`stop` or `length`."""
    num_prompt_tokens: int | None = None
    num_completion_tokens: int | None = None
    error_class: ErrorClass | None = None
    error: str | None = None
    remedy: str | None = None
    """What to do if all other requests fail as this one does; null if this one alone would."""
    seed: int | None = None
    """The seed that was sent, where it is another than the request's."""
    seconds: float = 0.0
    rendered_prompt: str | None = None
    """The prompt as the model saw it, where the engine knows it; sent once per prompt."""
    engine: str | None = None
    """What completed it, with its version, device and number format, where that is known."""
    raw: str | None = None
    """What else the endpoint said, as JSON: its id, model and usage."""
    metadata: str | None = None
    """The other columns of a file's row, as JSON."""
    file_outcome: str | None = None
    """The verdict that a file brings, `correct` or `incorrect`."""
    file_row: str | None = None
    """Where a file has it."""


class Engine(Protocol):
    """Anything that completes prompts."""

    concurrency: int
    """The most requests that are in flight at once."""

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield a reply for each request, as each finishes, in any order.

        Requests are taken lazily. A request counts as in flight until the caller comes back for
        the next reply, so at most `concurrency` requests are unwritten at any moment. Closing the
        iterator gives up what is in flight. Raises `EngineStoppedError`.
        """
        ...

    def close(self) -> None:
        """End the engine and every process it started."""
        ...
