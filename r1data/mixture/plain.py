"""Rows without reasoning: how they are asked and trained on."""

from typing import Literal

from r1data.policies.templates import Template
from r1data.settings import Settings

ThinkBlock = Literal["none", "empty"]
EMPTY_BLOCK = "<think>\n\n</think>\n\n"
"""As DeepSeek-R1 itself writes it where it does not think (its README, Usage Recommendations)."""


class Plain(Settings):
    """How a prompt is asked that needs no reasoning, and how its row is trained on."""

    template: Template = Template(reasoning="none")
    """What surrounds its problem, when a policy is asked and in training: no instruction to reason,
    and for a model that reasons by default what makes it stop, such as
    `chat_template_kwargs: {enable_thinking: false}`."""
    think_block: ThinkBlock = "none"
    """What such a row is trained with: `none`, the response alone, as the paper has it ("simpler
    queries, such as `hello`" have no chain of thought); `empty`, the response behind a think block
    with nothing in it, for chat templates whose models always open one."""


def without_reasoning(response: str, think_block: ThinkBlock) -> str:
    r"""Return a response as it is trained on without its reasoning.

    >>> without_reasoning("Hello!", "none"), without_reasoning("Hello!", "empty")
    ('Hello!', '<think>\n\n</think>\n\nHello!')
    """
    return response if think_block == "none" else f"{EMPTY_BLOCK}{response}"
