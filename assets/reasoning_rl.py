"""Round 2. Reasoning RL: the cold-start policy trained by rewards on prompts in its reach."""

from collections.abc import Iterator
from typing import ClassVar

from assets.chains.judged import judged, settled
from assets.chains.matched import as_read, matched_files
from assets.chains.reinforced import reinforced, trains_by_rewards
from assets.chains.round import Others, Round, Trains
from assets.steps.curate import Rating, rate
from assets.steps.ingest import verifiers_of
from assets.steps.reinforce import Banding, ConsistentReinforcement, mark
from assets.steps.sample import Asking, policy_argument, sample
from r1data.curation.bands import PassRateBand
from r1data.protocol import Sampling
from r1data.settings import PolicyName, SourceName
from r1data.store.spec import TableSpec
from r1data.verification.judge.questions import Judge


class ReasoningRLRound(Round):
    """Reinforcement of the cold-start policy by accuracy, format and language (R1's Dev2)."""

    paper_name: ClassVar[str | None] = "R1-Dev2"
    policy: PolicyName
    """Whose pass rates say which prompts are in reach: the policy that training begins from."""
    sampling: Sampling = Sampling()
    """How it is sampled for that."""
    sources: tuple[SourceName, ...] | None = None
    """The sources whose prompts are asked; null means all."""
    judge: Judge | None = None
    """Who decides where no rule can; null leaves that undecided."""
    band: PassRateBand = PassRateBand(max_rate=0.99)
    """The pass rates of the prompts to train on; a prompt that is always solved teaches nothing."""
    training: ConsistentReinforcement
    """How the policy is trained."""
    random_arm: bool = False
    """As in `r1_zero`: a second policy, `reasoning_rl_random`, on rewards that are random."""

    def trains(self, name: str) -> dict[str, Trains]:
        """Return the policy and, where there is one, the random arm."""
        return trains_by_rewards(name, self.training, random_arm=self.random_arm)

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the pass rates, the prompts inside the band, the policy, and what it wrote."""
        yield from self._rated(of)
        yield mark.table(
            of.table("bands"),
            Banding(dataset=of.name, band=self.band),
            pass_rates=of.table("pass_rates"),
        )
        yield from reinforced(
            of,
            self.training,
            sources=self.sources,
            random_arm=self.random_arm,
            bands=of.table("bands"),
            description="The policy after reasoning RL (R1's Dev2): one row that points at its "
            "weights.",
        )

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is nothing to ask, if the recipe names no source."""
        if not of.sources:
            yield f"`{of.name}` asks the problems of sources; add one to `prompts.sources`."

    def _rated(self, of: Others) -> Iterator[TableSpec]:
        """Yield the policy's rollouts, their verdicts, and its pass rate on each prompt."""
        policy, rollouts = of.policies[self.policy], of.table("rollouts")
        matched = list(matched_files(of, [policy], self.sampling, of.prompts, self.sources))
        yield from matched
        yield sample.table(
            rollouts,
            Asking(
                round_name=of.name,
                policies={policy.name: policy.settings},
                sampling=self.sampling,
                sources=self.sources,
            ),
            prompts=of.prompts,
            **{policy_argument(policy.name): policy.table},
            **as_read(matched),
        )
        verifiers = verifiers_of([of.sources[name] for name in self.sources or of.sources])
        yield from judged(of, self.judge, prompts=of.prompts, verifiers=verifiers)
        yield rate.table(
            of.table("pass_rates"),
            Rating(sampling=self.sampling),
            rollouts=rollouts,
            verdicts=settled(of, self.judge),
        )
