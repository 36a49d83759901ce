"""Rows without reasoning: how they are asked and trained on."""

from typing import Literal

import polars as pl

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


def without_block(response: pl.Expr, think_block: ThinkBlock) -> pl.Expr:
    """Return a response as it is trained on without its reasoning."""
    return response if think_block == "none" else pl.concat_str(pl.lit(EMPTY_BLOCK), response)
