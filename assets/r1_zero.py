"""Round 0. R1-Zero: the base model trained by rewards alone, with no examples before."""

from collections.abc import Iterator
from typing import ClassVar

from assets.chains.reinforced import reinforced, trains_by_rewards
from assets.chains.round import Others, Round, Trains
from assets.steps.reinforce import Reinforcement
from r1data.settings import SourceName
from r1data.store.spec import TableSpec


class R1ZeroRound(Round):
    """Reinforcement of the base model by rule rewards (R1-Zero), which writes for cold start.

    How problems are put to it, R1's template or a plain one, is the template of the policy that
    training begins from.
    """

    paper_name: ClassVar[str | None] = "R1-Zero"
    training: Reinforcement
    """How the policy is trained; accuracy and format by rule, each with the same weight."""
    sources: tuple[SourceName, ...] | None = None
    """The sources whose prompts are asked; null means all that a verifier can judge."""
    random_arm: bool = False
    """Whether a second policy, `r1_zero_random`, is trained in the same way on rewards that are
    given to other completions of their batch: what it gains, the prompts did not teach."""

    def trains(self, name: str) -> dict[str, Trains]:
        """Return R1-Zero and, where there is one, the random arm."""
        return trains_by_rewards(name, self.training, random_arm=self.random_arm)

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the prompts to reward, the policy, and what it wrote while it was trained."""
        yield from reinforced(
            of,
            self.training,
            sources=self.sources,
            random_arm=self.random_arm,
            description="R1-Zero: one row that points at its weights.",
        )

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is nothing to ask, if the recipe names no source."""
        if not of.sources:
            yield f"`{of.name}` asks the problems of sources; add one to `prompts.sources`."
