"""Round 4. SFT: the training set of all kept rollouts, and the base model trained on it."""

from collections.abc import Iterator

from assets.chains.round import Others, Round
from assets.chains.trained import mixture, trained
from assets.steps.train import Training
from r1data.store.spec import TableSpec


class SftRound(Round):
    """The training set of the whole, and the policy trained on it from the base model."""

    training: Training | None = None
    """How the policy is trained; null makes the training set alone."""

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the training set and, where one is trained, the policy."""
        yield mixture(
            of,
            of.kept,
            self.training,
            description="The training set (R1's 800k), in TRL's prompt-completion form.",
        )
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
