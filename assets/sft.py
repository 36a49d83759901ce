"""Round 4. SFT: the training set of all kept rollouts, and the base model trained on it."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import PositiveInt

from assets.chains.composed import MIXTURE_SELECTIONS, composed, counted
from assets.chains.round import Others, Round, Trains
from assets.chains.trained import one_policy, trained
from assets.steps.train import Training
from r1data.mixture.held_out import HeldOut
from r1data.mixture.quotas import MixtureQuotas
from r1data.mixture.variants import CutReasoning, Twins, Variants
from r1data.store.spec import TableSpec


class SftRound(Round):
    """The training set of the whole, and the policy trained on it from the base model."""

    paper_name: ClassVar[str | None] = "R1-Dev3"
    later: ClassVar[frozenset[str]] = frozenset(
        {"quotas", "held_out", "context_length", "without_reasoning", "cut_reasoning"}
    )
    training: Training | None = None
    """How the policy is trained; null makes the training set alone."""
    quotas: MixtureQuotas | None = None
    """How many rows each domain and source has; null takes all that the rounds keep."""
    held_out: HeldOut | None = None
    """What is neither trained on here nor asked in the last stage, for validation; null holds
    nothing out. Earlier rounds that train by rewards may have asked these prompts."""
    without_reasoning: Twins | None = None
    """Rows without their reasoning beside their twins, asked in a way that says so; null, the
    default, adds none. They come on top of quotas."""
    cut_reasoning: CutReasoning | None = None
    """Reasoning that is cut at a budget and closed, trained on the closing tag and the end of the
    turn alone; null, the default, adds none. They come on top of quotas."""
    context_length: PositiveInt | None = None
    """Tokens that a row may have in training: a table of token and packing statistics is made for
    it. Null makes none; the card then takes the training's `max_length`, or 32,768."""

    def trains(self, name: str) -> dict[str, Trains]:
        """Return the policy trained on the set, if one is."""
        return one_policy(name, self.training)

    def training_set(self, of: Others) -> str | None:
        """Return the key of the training set, which students are trained on too."""
        return of.table("sft_mixture")

    def holds_out(self, of: Others) -> str | None:
        """Return the key of the table that says what is held out, if anything is."""
        return None if self.held_out is None else of.table(MIXTURE_SELECTIONS)

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the training set and, where one is trained, the policy."""
        yield from composed(
            of,
            of.kept,
            self.training,
            quotas=self.quotas,
            held_out=self.held_out,
            description="The training set (R1's 800k), in TRL's prompt-completion form.",
            variants=Variants(
                without_reasoning=self.without_reasoning, cut_reasoning=self.cut_reasoning
            ),
        )
        if self.context_length is not None:
            yield counted(of, of.kept, self.context_length)
        yield from trained(
            of,
            self.training,
            description="The policy trained from the base model (R1's Dev3): one row that points "
            "at its weights.",
        )

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is nothing to train on, if no round keeps anything for it."""
        if not of.kept:
            keepers = " or ".join(f"`{name}`" for name in could_keep)
            yield f"`{of.name}` trains on what other rounds select; add {keepers}."
        if self.quotas is not None:
            yield from self.quotas.faults(
                f"{of.name}.quotas", {name: one.domain for name, one in of.sources.items()}
            )
