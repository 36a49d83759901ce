"""Round 3. Reasoning: a policy's rollouts, of which rejection sampling keeps correct ones."""

from collections.abc import Iterator
from typing import ClassVar

from assets.chains.answered import AnsweredRound
from assets.chains.round import Others
from r1data.store.spec import TableSpec


class ReasoningRound(AnsweredRound):
    """A policy writes its own training set, and rejection sampling keeps what is right."""

    is_training_data: ClassVar[bool] = True

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the tables from the policy's rollouts to R1's 600k."""
        yield from self.answered(
            of,
            selections="What the reasoning set decided on every rollout, with the reason for each "
            "it leaves out.",
            selected_rollouts="The reasoning set (R1's 600k): correct, finished, well-formed, at "
            "most so many per prompt.",
        )
