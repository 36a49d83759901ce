"""Round 1. Cold start: first examples of the form of reasoning, and the policy they train."""

from collections.abc import Iterator
from typing import ClassVar

from assets.chains.answered import AnsweredRound
from assets.chains.reviewed import as_kept, reviewed
from assets.chains.round import Kept, Others, Trains
from assets.chains.trained import mixture, one_policy, trained
from assets.steps.ingest import verifiers_of
from assets.steps.train import Training
from r1data.curation.review.settings import Review
from r1data.store.spec import TableSpec


class ColdStartRound(AnsweredRound):
    """Worked examples, and the policy trained on them (R1's Dev1)."""

    paper_name: ClassVar[str | None] = "R1-Dev1"
    later: ClassVar[frozenset[str]] = AnsweredRound.later | {"review"}
    training: Training | None = None
    """How the policy is trained; null trains none."""
    review: Review | None = None
    """Who decides where the people differ who review what is kept; null asks nobody."""

    def trains(self, name: str) -> dict[str, Trains]:
        """Return the cold-start policy, if one is trained."""
        return one_policy(name, self.training)

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the rollouts that teach the form and, where one is trained, the policy."""
        yield from self.answered(
            of,
            rollouts="A group of completions by the round's teacher, or by rule, for every prompt "
            "it asks.",
            selections="What the cold-start set decided on every rollout, with the reason for each "
            "it leaves out.",
            selected_rollouts="The rollouts that teach the form: correct, finished, well-formed.",
        )
        yield from reviewed(
            of,
            self.review,
            candidates=of.table("selected_rollouts"),
            verifiers=verifiers_of([of.sources[name] for name in self.sources or of.sources]),
        )
        kept = self.kept(of)
        if self.training is not None and kept is not None:
            yield mixture(
                of,
                [kept],
                self.training,
                description="The cold-start training set, in TRL's prompt-completion form.",
            )
        yield from trained(
            of,
            self.training,
            description="The cold-start policy (R1's Dev1): one row that points at its weights.",
        )

    def kept(self, of: Others) -> Kept | None:
        """Return the rollouts that teach the form: where people review them, those that stay."""
        return as_kept(of, self.review, super().kept(of))
