"""Round 1. Cold start: first examples of the form of reasoning, and the policy they train."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from assets.chains.answered import AnsweredRound
from assets.chains.asked import Routed, Wanted, verifiers_asked
from assets.chains.collected import (
    SIMPLE,
    TAKEN,
    Collection,
    Direct,
    FewShot,
    R1Zero,
    Simple,
    asked_as,
    collected,
)
from assets.chains.early import vain_stops
from assets.chains.matched import needless_all
from assets.chains.refined import Refined, refined
from assets.chains.reviewed import as_kept, reviewed
from assets.chains.round import Kept, Others, Trains
from assets.chains.trained import mixture, one_policy, trained
from assets.steps.curate import Rating
from assets.steps.train import Training
from r1data.curation.review.settings import Review
from r1data.curation.selection import Selection
from r1data.curation.signals.form import Expected
from r1data.curation.signals.measure import needs_means
from r1data.mixture.patterns import Pattern
from r1data.names import Names
from r1data.store.spec import TableSpec

AnyCollection = Annotated[FewShot | Direct | R1Zero | Refined, Field(discriminator="kind")]


class ColdStartRound(AnsweredRound):
    """Rollouts that teach the form of reasoning, and the policy trained on them (R1's Dev1).

    Without collections the round's policy is asked as it is. With them, `policy`, `sampling`,
    `sources` and `selection` are what a collection takes that says nothing else.
    """

    paper_name: ClassVar[str | None] = "R1-Dev1"
    later: ClassVar[frozenset[str]] = AnsweredRound.later | {
        *("collections", "simple", "pattern", "review")
    }
    collections: Annotated[dict[str, AnyCollection], Names] = {}
    """The ways in which rollouts are asked for, by a name of your own for each."""
    simple: Simple | None = None
    """How simple questions are answered: shortly, and by no other collection; null asks them like
    all others."""
    pattern: Pattern = "think"
    """How reasoning and response stand in the rows that are trained on."""
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
        yield from self._refine(of)
        yield from reviewed(
            of,
            self.review,
            candidates=of.table("final_rollouts" if self._refined else "selected_rollouts"),
            verifiers=self.verifiers(of),
        )
        kept = self.kept(of)
        if self.training is not None and kept is not None:
            yield mixture(
                of,
                [kept],
                self.training,
                description="The cold-start training set, in TRL's prompt-completion form.",
                pattern=self.pattern,
            )
        yield from trained(
            of,
            self.training,
            description="The cold-start policy (R1's Dev1): one row that points at its weights.",
        )

    def asked(self, of: Others, description: str | None) -> Iterator[TableSpec]:
        """Yield the tables up to the rollouts of the round: of each collection, and of all."""
        if self._asking:
            yield from collected(of, self._wanted(of))
        else:
            yield from super().asked(of, description)

    def verifiers(self, of: Others) -> set[str]:
        """Return the verifiers that may judge the round's rollouts."""
        asked = [one.sources or self.sources for one in self._asking.values()]
        found = (verifiers_asked(of, sources) for sources in asked or [self.sources])
        return set[str]().union(*found)

    def expected(self, of: Others) -> Expected:
        """Return which form the rollouts are to have: a think block, whoever wrote it."""
        return "think" if self._asking else super().expected(of)

    def selections(self) -> Mapping[str, Selection]:
        """Return the selection of each collection; none if the round has no collections."""
        return {name: one.chosen(self.selection) for name, one in self._asking.items()}

    def rating(self, of: Others) -> Rating:
        """Return how a model was sampled; null where collections are sampled in several ways."""
        if not self._asking:
            return super().rating(of)
        wanted = self._wanted(of).values()
        samplings = {one.sampling for one in wanted}
        is_known = all(policy.is_model for one in wanted for policy in one.routed.policies)
        sampling = samplings.pop() if is_known and len(samplings) == 1 else None
        return Rating(sampling=sampling, early_stop=self.early_stop)

    def kept(self, of: Others) -> Kept | None:
        """Return the rollouts that teach the form: rewritten, and what stays of them in review."""
        kept = super().kept(of)
        if kept is not None and self._refined is not None:
            kept = replace(kept, table=of.table("final_rollouts"), signals=None)
        return as_kept(of, self.review, kept)

    def vain_requests(self, of: Others) -> Iterator[str]:
        """Yield what cannot be asked for, or not so."""
        if not self._asking:
            yield from super().vain_requests(of)
        for name, one in self._asking.items():
            policy, sampling = one.policy or self.policy, one.sampling or self.sampling
            at = replace(of, name=f"{of.name}.collections.{name}")
            yield from needless_all(at, [policy], sampling)
            yield from vain_stops(
                of,
                policy,
                sampling,
                early_stop=self.early_stop,
                judge=self.judge,
                selection=one.chosen(self.selection),
            )

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield what is wrong with the collections, and with the round as with any other."""
        yield from super().faults(of, could_keep)
        where = f"`{of.name}.collections"
        for name in sorted(TAKEN & self.collections.keys()):
            if name != "refined" or not isinstance(self.collections[name], Refined):
                yield f"{where}.{name}`: the round has tables of that name; rename the collection."
        if self.simple is not None and not self.collections:
            yield f"`{of.name}.simple` answers what no collection is asked; add {where}`."
        if self.control_of and self._asking:
            yield (
                f"`{of.name}.control_of` is for rounds without collections; leave it out, or make "
                "the control in a recipe of its own."
            )
        near = {one.near_duplicates for one in self.selections().values()} - {None}
        if len(near) > 1:
            yield (
                f"{where}` look for near duplicates in different ways; set `near_duplicates` in "
                f"`{of.name}.selection` alone."
            )
        yield from self._faults_of_refining(of, where)

    def _faults_of_refining(self, of: Others, where: str) -> Iterator[str]:
        rewriting = [name for name, one in self.collections.items() if isinstance(one, Refined)]
        if len(rewriting) > 1:
            yield f"{where}` have {len(rewriting)} of kind refined; keep one."
        if self._refined is None:
            return
        name, settings = self._refined
        asked = settings.policy or self.policy
        if asked in of.policies and not of.policies[asked].is_model:
            yield f"{where}.{name}` asks `{asked}`, which cannot rewrite; name a model."
        if not self._asking:
            yield f"{where}.{name}` rewrites other collections, and there are none; add one."
        unknown = (one for one in settings.of or () if one not in self._asking)
        for other in dict.fromkeys(unknown):
            yield (f"{where}.{name}.of` names `{other}`; there are: {', '.join(self._asking)}.")
        means = needs_means(settings.limits.signals.wanted())
        if means:
            yield (
                f"{where}.{name}.limits.signals` looks at {', '.join(means)}, by which "
                "rewrites are not measured; leave it out."
            )

    @property
    def _asking(self) -> dict[str, Collection]:
        """The collections whose rollouts are asked for, by name."""
        asked: dict[str, Collection] = {
            name: one for name, one in self.collections.items() if isinstance(one, Collection)
        }
        return asked | ({SIMPLE: self.simple} if self.simple is not None and asked else {})

    @property
    def _refined(self) -> tuple[str, Refined] | None:
        """The collection that rewrites others, with its name, if there is one."""
        of_kind = (
            (name, one) for name, one in self.collections.items() if isinstance(one, Refined)
        )
        return next(of_kind, None)

    def _wanted(self, of: Others) -> dict[str, Wanted]:
        return {
            name: Wanted(
                Routed((asked_as(one, of.policies[one.policy or self.policy]),)),
                one.sampling or self.sampling,
                one.sources or self.sources,
                self.early_stop,
                self.finished_only,
                simple=self.simple.questions if self.simple else None,
                is_simple=name == SIMPLE,
            )
            for name, one in self._asking.items()
        }

    def _refine(self, of: Others) -> Iterator[TableSpec]:
        """Yield the tables of rewrites, if some collection rewrites others."""
        if self._refined is None:
            return
        name, settings = self._refined
        yield from refined(
            of,
            settings,
            name=name,
            policy_name=settings.policy or self.policy,
            collections=settings.of or tuple(self._asking),
            judge=self.judge and self.judge.model_copy(update={"quality": False}),
            verifiers=self.verifiers(of),
            finished_only=self.finished_only,
        )
