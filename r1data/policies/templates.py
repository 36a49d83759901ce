"""Templates: the text around a problem when a policy is asked."""

from collections.abc import Sequence

from pydantic import Field

from r1data.protocol import Message
from r1data.seeds import content_id
from r1data.settings import Settings
from r1data.text import Reasoning

BY_ENVIRONMENT = (
    "put it into an environment variable and name that in `api_key_env`, which is sent as the key"
)


class WorkedExample(Settings):
    """A problem and its completion, shown to the policy before the prompt."""

    problem: str
    """The problem, as a prompt states it."""
    completion: str
    """Reasoning and response, as the policy is to write them."""


class Template(Settings):
    """The text around a problem when a policy is asked: system prompt, template, examples."""

    system_prompt: str | None = None
    """The system message; a prompt's own stands before it."""
    instruction: str | None = None
    """Appended to the problem after an empty line, e.g. how to give the final answer."""
    worked_examples: tuple[WorkedExample, ...] = ()
    """Shown as earlier turns of the conversation."""
    reasoning: Reasoning = "think"
    """Whether the policy writes `<think>` itself, finds it already in the prompt, or reasons in
    the open."""
    prefill: str = ""
    """What the assistant's message begins with, beyond what the chat template adds."""
    chat_template_kwargs: dict[str, bool | int | float | str] = Field(
        {}, exclude_if=lambda value: not value
    )
    """What the model's chat template is told, e.g. `enable_thinking: true`, by vLLM here or behind
    an endpoint that takes it. Not for a policy that a training begins from: training tells none."""

    def messages(
        self,
        problem: str,
        system_message: str | None = None,
        earlier_turns: Sequence[Message] | None = None,
    ) -> tuple[Message, ...]:
        """Return the messages for a problem; a prompt's own system message comes first."""
        system = "\n\n".join(text for text in (system_message, self.system_prompt) if text)
        examples = [
            Message(role=role, content=content)
            for example in self.worked_examples
            for role, content in (
                ("user", self._user(example.problem)),
                ("assistant", example.completion),
            )
        ]
        return (
            *([Message(role="system", content=system)] if system else []),
            *examples,
            *(Message(role=turn["role"], content=turn["content"]) for turn in earlier_turns or ()),
            Message(role="user", content=self._user(problem)),
        )

    def template_id(self, chat_template: str) -> str:
        """Return the id of all that surrounds a problem, the model's own template included."""
        return content_id(chat_template, self.content())[:16]

    def _user(self, problem: str) -> str:
        return f"{problem}\n\n{self.instruction}" if self.instruction else problem
