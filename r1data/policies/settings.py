"""Policies: the models a recipe names, and the settings by which each is asked."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    Field,
    JsonValue,
    PositiveFloat,
    PositiveInt,
    field_serializer,
    model_validator,
)

from r1data.names import Commit
from r1data.policies.batches import Batches
from r1data.policies.credentials import check_address, check_no_secrets, without_texts
from r1data.policies.price import Price
from r1data.policies.sent_fields import check_additions, check_renames
from r1data.policies.templates import BY_ENVIRONMENT, Template
from r1data.protocol import SAME_WITHOUT, RequestField
from r1data.records.files import files_digest, find_files, shown
from r1data.records.hub import HubDataset
from r1data.records.self_cognition import Identity
from r1data.seeds import canonical_json, content_id
from r1data.settings import Settings
from r1data.text import opening


class VllmEngine(Settings):
    """The settings of vLLM: throughput only, so no part of any fingerprint."""

    concurrency: PositiveInt = 256
    """Requests worked on at once, vLLM's `max_num_seqs`; a quarter more are in flight, waiting."""
    arguments: dict[str, str | int | float | bool] = {}
    """Passed to vLLM's `EngineArgs` as they are, e.g. `gpu_memory_utilization: 0.9`."""
    environment: dict[str, str] = {}
    """Set for the engine's process only, e.g. `VLLM_CPU_KVCACHE_SPACE: "2"`."""
    start_seconds: PositiveFloat = 1800
    """How long loading the weights may take."""

    @model_validator(mode="after")
    def _holds_no_secret(self) -> "VllmEngine":
        # vLLM prints its arguments; the environment is neither printed nor written down.
        check_no_secrets(self.arguments, "engine.arguments", "put it into `engine.environment`")
        return self


class WeightsPolicy(Settings):
    """A model whose weights vLLM loads."""

    kind: Literal["weights"] = "weights"
    """What the policy is."""
    weights: str
    """A folder, a Hub repository, or `package:NAME/FILE.gguf` for weights that a Python package
    carries."""
    revision: Commit | None = None
    """The hash of the Hub's commit, which a Hub repository needs: branches and tags can move."""
    max_model_len: PositiveInt | None = None
    """Tokens of prompt and completion together; null means the model's own limit."""
    template: Template = Template()
    """What surrounds a problem when the policy is asked."""
    engine: VllmEngine = Field(default=VllmEngine(), exclude=True)
    """How vLLM runs."""

    def content(self) -> dict[str, Any]:
        """Return all but where the weights are: their hash is in the fingerprint of their table."""
        return {**super().content(), "weights": None}


class EndpointPolicy(Settings):
    """A model behind an OpenAI-compatible endpoint."""

    kind: Literal["endpoint"] = "endpoint"
    """What the policy is."""
    endpoint: str = Field(exclude=True)
    """Base URL, e.g. `http://localhost:8000/v1`. Where it runs is no part of the fingerprint."""
    model: str
    """The model's name, as the endpoint knows it."""
    revision: str
    """What this recipe calls the model's revision: endpoints do not tell."""
    api: Literal["chat", "completions"] = "chat"
    """Which of the two APIs of OpenAI is asked."""
    api_key_env: str | None = None
    """Environment variable that holds the key; never logged."""
    template: Template = Template()
    """What surrounds a problem when the policy is asked."""
    extra_body: dict[str, JsonValue] = {}
    """Sent with each request, e.g. `{"reasoning_effort": "high"}`, or for a judge
    `{"response_format": {"type": "json_object"}}`. Secrets are refused, and of texts only hashes
    are written to tables, manifests and cards."""
    leave_out: tuple[RequestField, ...] = Field((), exclude_if=lambda value: not value)
    """Fields of a request that the API refuses, e.g. `[seed, temperature]`: they are not sent, and
    what stands in `sampling` for them says nothing."""
    rename: dict[RequestField, str] = Field({}, exclude=True)
    """Other names of fields, e.g. `max_tokens: max_completion_tokens` or `seed: random_seed`."""
    samples_per_request: PositiveInt = Field(1, exclude=True)
    """Samples of one prompt that a request asks for, as its field `n`: the prompt is paid once for
    them. Their seed is the first one's; their tokens are known in sum and shared out by length."""
    stream: bool = Field(default=False, exclude=True)
    """Whether a completion is sent while it is sampled, which gateways with a time limit need. One
    that breaks off counts for nothing and is asked for again."""
    concurrency: PositiveInt = Field(64, exclude=True)
    """Requests in flight at once."""
    timeout_seconds: PositiveFloat = Field(3600, exclude=True)
    """How long one request may take."""
    max_retries: int = Field(6, ge=0, exclude=True)
    """How often a request that failed is repeated within one run."""
    price: Price | None = Field(None, exclude=True)
    """What its tokens cost; without it, no reply costs anything that is known."""
    batch: Batches | None = Field(None, exclude=True)
    """Ask by batches, which take hours and cost less; null asks at once."""

    def cost(self, num_prompt_tokens: float, num_completion_tokens: float) -> float | None:
        """Return what so many tokens cost; null without a price."""
        if self.price is None:
            return None
        share = 1.0 if self.batch is None else self.batch.price_share
        return share * self.price.cost(num_prompt_tokens, num_completion_tokens)

    @model_validator(mode="after")
    def _can_be_sent(self) -> "EndpointPolicy":
        check_renames(self.rename)
        check_additions(self.extra_body)
        if self.batch is not None and self.samples_per_request > 1:
            raise ValueError(
                f"`samples_per_request` is {self.samples_per_request}, and a line of a batch asks "
                "for one sample; leave out `samples_per_request` or `batch`"
            )
        return self

    @model_validator(mode="after")
    def _holds_no_secret(self) -> "EndpointPolicy":
        check_no_secrets(self.extra_body, "extra_body", BY_ENVIRONMENT)
        check_address(self.endpoint, "endpoint", BY_ENVIRONMENT)
        return self

    @property
    def changed_by_absence(self) -> list[str]:
        """The fields left out that change the distribution of a completion."""
        return sorted({*self.leave_out} - {*SAME_WITHOUT})

    def content(self) -> dict[str, Any]:
        """Return the settings that decide the result; fields left out only where they do."""
        found = {name: value for name, value in super().content().items() if name != "leave_out"}
        changed = self.changed_by_absence
        return {**found, "leave_out": changed} if changed else found

    @field_serializer("extra_body")
    def _show_form(self, extra_body: dict[str, JsonValue]) -> dict[str, JsonValue]:
        """Write down the form alone: any text in it may be a secret."""
        return dict(without_texts(extra_body))


class RolloutsPolicy(Settings):
    """Rollouts that exist already, in files or on the Hub, by whatever wrote them.

    Columns that public sets have are found by their names, where the recipe names none.
    """

    later: ClassVar[frozenset[str]] = frozenset(
        {"hub", "reasoning", "system_message", "file_outcome", "model_column", "identity"}
    )

    kind: Literal["rollouts"] = "rollouts"
    """What the policy is."""
    rollouts: str | tuple[str, ...] | None = None
    """JSON, JSONL (gzipped or not), CSV or Parquet, with one completion a row or a list of them; a
    folder of such files, a pattern such as `parts/*.parquet`, or a list of these."""
    hub: HubDataset | None = None
    """A Hugging Face dataset, streamed; in place of `rollouts`."""
    problem: str = "problem"
    """Column of the problem, by which a completion finds its prompt, or of a conversation; dots
    reach nested fields, and `instruction + input` puts two columns together."""
    completion: str = "completion"
    """Column of the completion, of a list of completions, or of a conversation that ends with
    one."""
    reasoning: str | None = None
    """Column of the reasoning, where it stands apart: it is put into think tags before the
    completion."""
    finish_reason: str | None = None
    """Column of the finish reason, or of whether the reasoning is complete; without one, `stop` is
    assumed."""
    system_message: str | None = None
    """Column of the system message under which the problem was asked."""
    file_outcome: str | None = None
    """Column of a verdict that the file brings: true or false, 1 or 0; it stands beside ours."""
    model: str
    """Name of the model that wrote them."""
    model_column: str | None = None
    """Column of the model's name, where a file holds completions of several: only rows in which it
    is `model` are read."""
    revision: str = "unknown"
    """What this recipe calls the model's revision."""
    identity: Identity | None = None
    """Who the model you train says it is: put into the places that self-cognition sets leave open,
    such as `{{name}}` and `{{author}}`; null leaves them open."""
    template: Template = Template()
    """What surrounds a problem when the policy is asked."""

    @model_validator(mode="after")
    def _has_one_origin(self) -> "RolloutsPolicy":
        if (self.rollouts is None) == (self.hub is None):
            raise ValueError("give exactly one of `rollouts` and `hub`")
        return self

    @property
    def location(self) -> str:
        """Where the rollouts are, for messages."""
        return shown(self.rollouts) if self.rollouts is not None else f"hub {self._hub.repository}"

    @property
    def digest(self) -> str:
        """The hash of what the files hold, or of the Hub's commit."""
        if self.rollouts is not None:
            return files_digest(find_files(self.rollouts))
        return content_id(self._hub.content())

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that are read; those that came later only where they are set."""
        first = self.model_dump(include={"problem", "completion", "finish_reason"})
        later = self.model_dump(include=set(self.later) - {"hub"}, exclude_none=True)
        return first | later

    @property
    def _hub(self) -> HubDataset:
        if self.hub is None:
            raise ValueError("the policy has no Hub dataset")
        return self.hub

    def fault(self) -> str | None:
        """Return why there are no files to read; None if there are."""
        try:
            find_files(self.rollouts or ())
        except (FileNotFoundError, ValueError) as error:
            return str(error)
        return None

    def content(self) -> dict[str, Any]:
        """Return all but where the file is: its hash is in the fingerprint of the table."""
        return {**super().content(), "rollouts": None}


class WorkedExamplesPolicy(Settings):
    """Solutions made by rule, by this project: no model at all."""

    kind: Literal["worked_examples"] = "worked_examples"
    """What the policy is."""
    worked_examples: Literal["arithmetic"]
    """Which rules write the solutions."""
    template: Template = Template()
    """What surrounds a problem when the policy is asked."""


Policy = Annotated[
    WeightsPolicy | EndpointPolicy | RolloutsPolicy | WorkedExamplesPolicy,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy at one revision: all that an engine and the request log must know of it."""

    name: str
    """Its name in the recipe."""
    settings: Policy
    revision: str
    """Hash of its weights, or what stands for it where there are none to hash."""
    weights: Path | None = None
    """The folder of its weights; null for a policy without."""
    chat_template: str = ""
    """The model's own chat template, where we render prompts ourselves."""

    @property
    def template_id(self) -> str:
        """The id of all that surrounds a problem and of how its completion is had."""
        rendering = self.chat_template
        if isinstance(self.settings, EndpointPolicy):
            changed = self.settings.changed_by_absence
            asked = [self.settings.api, self.settings.extra_body, *([changed] if changed else [])]
            rendering = canonical_json(asked)
        elif isinstance(self.settings, RolloutsPolicy):
            rendering = canonical_json(self.settings.columns)
        return self.settings.template.template_id(rendering)

    def without_instructions(self) -> "PolicyVersion":
        """Return the policy with nothing around what it is asked but how it is made to reason.

        What a template says about problems is not meant for a judge's questions.
        """
        kept = {"reasoning", "prefill", "chat_template_kwargs"}
        template = Template.model_validate(self.settings.template.model_dump(include=kept))
        settings = self.settings.model_copy(update={"template": template})
        return replace(self, settings=settings)

    @property
    def prefill(self) -> str:
        """All that the prompt begins a completion with: what a rollout carries as its prefill."""
        template = self.settings.template
        return opening(template.prefill, template.reasoning)
