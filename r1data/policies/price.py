"""Prices of tokens, and the cost of a request."""

from pydantic import Field

from r1data.settings import Settings

MILLION = 1_000_000


class Price(Settings):
    """What an endpoint takes for its tokens, in the one currency of a recipe's prices and caps."""

    input: float = Field(ge=0)
    """Of a million tokens of prompts."""
    output: float = Field(ge=0)
    """Of a million tokens of completions, their reasoning included."""

    def cost(self, num_prompt_tokens: float, num_completion_tokens: float) -> float:
        """Return what so many tokens cost.

        >>> Price(input=0.5, output=2).cost(1_000_000, 500_000)
        1.5
        """
        return (self.input * num_prompt_tokens + self.output * num_completion_tokens) / MILLION
