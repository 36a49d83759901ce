"""The chain of a round whose policy answers prompts: from rollouts to the kept ones."""

from collections.abc import Iterator
from typing import ClassVar

from assets.chains.judged import judged, settled
from assets.chains.matched import as_read, matched_files, needless_all
from assets.chains.round import Kept, Others, Round
from assets.steps.curate import (
    Controlling,
    Keeping,
    Measuring,
    Sketching,
    control,
    keep,
    measure,
    rate,
    select,
    sketch,
)
from assets.steps.drops import FindingFaults, count_rollouts, find_faults
from assets.steps.embed import response_vectors
from assets.steps.ingest import verifiers_of
from assets.steps.sample import Asking, policy_argument, sample
from r1data.curation.embeddings import Embedding
from r1data.curation.selection import FilterName, Selection, faults
from r1data.curation.signals.measure import SignalName, needs_prompts
from r1data.protocol import Sampling
from r1data.settings import PolicyName, SourceName
from r1data.store.spec import TableSpec
from r1data.verification.judge.questions import Judge


class AnsweredRound(Round):
    """A policy answers prompts, and rejection sampling keeps what is right."""

    later: ClassVar[frozenset[str]] = frozenset({"signals", "control_of", "embedding"})
    policy: PolicyName
    """A policy of the recipe, or a round that trains one."""
    sampling: Sampling = Sampling()
    """How the policy is sampled."""
    sources: tuple[SourceName, ...] | None = None
    """The sources whose prompts are asked; null means all."""
    judge: Judge | None = None
    """Who decides where no rule can; null leaves that undecided."""
    selection: Selection = Selection()
    """Which rollouts are kept."""
    signals: tuple[SignalName, ...] = ()
    """Signals to measure beside those that the selection looks at."""
    control_of: tuple[FilterName, ...] = ()
    """Filters, by drop reason, in whose place chance decides in a second selection of the same
    rollouts: it drops as many and keeps as many (`control_selections`, `control_rollouts`)."""
    embedding: Embedding | None = None
    """The model that makes vectors of the responses; null makes none."""
    finished_only: str | None = None
    """Make the tables from what is in the request log, and ask for nothing more. The text names
    the state of the log: another text, another version of the tables."""

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is nothing to ask, if the recipe names no source."""
        if not of.sources:
            yield f"`{of.name}` asks the problems of sources; add one to `prompts.sources`."
        if self.selection.prefer == "best_judged" and not (self.judge and self.judge.quality):
            yield (
                f"`{of.name}.selection.prefer` is `best_judged`, and no judge scores; set "
                f"`{of.name}.judge` with `quality: true`."
            )
        for name in self.control_of:
            if name not in faults(self.selection):
                yield (
                    f"`{of.name}.control_of` names `{name}`, which the selection does not look at; "
                    "add its section to `selection.signals`."
                )
        yield from needless_all(of, [self.policy], self.sampling)

    def answered(self, of: Others, **descriptions: str) -> Iterator[TableSpec]:
        """Yield the tables from rollouts to the kept ones.

        Args:
            of: The rest of the recipe.
            descriptions: By table, where the round has a sentence of its own.
        """
        policy, rollouts = of.policies[self.policy], of.table("rollouts")
        matched = list(matched_files(of, [policy], self.sampling, of.prompts, self.sources))
        yield from matched
        asking = Asking(
            round_name=of.name,
            policies={policy.name: policy.settings},
            sampling=self.sampling,
            sources=self.sources,
            finished_only=self.finished_only,
        )
        yield sample.table(
            rollouts,
            asking,
            description=descriptions.get("rollouts"),
            prompts=of.prompts,
            **{policy_argument(policy.name): policy.table},
            **as_read(matched),
        )
        sources = [of.sources[name] for name in self.sources or of.sources]
        yield from judged(
            of,
            self.judge,
            prompts=of.prompts,
            verifiers=verifiers_of(sources),
            finished_only=self.finished_only,
        )
        yield from self._curated(of, descriptions)

    def kept(self, of: Others) -> Kept | None:
        """Return the rollouts that the round keeps; none if nobody knows its policy."""
        policy = of.policies.get(self.policy)
        if policy is None:
            return None
        return Kept(of.name, of.table("selected_rollouts"), policy.settings.template)

    def _curated(self, of: Others, descriptions: dict[str, str]) -> Iterator[TableSpec]:
        rollouts, verdicts = of.table("rollouts"), settled(of, self.judge)
        measured, rates, decided = (
            of.table(name) for name in ("signals", "pass_rates", "selections")
        )
        measuring = Measuring(
            reasoning=of.policies[self.policy].settings.template.reasoning,
            signals=tuple(sorted({*self.selection.signals.wanted(), *self.signals})),
        )
        asked = {"prompts": of.prompts} if needs_prompts(measuring.signals) else {}
        yield measure.table(measured, measuring, rollouts=rollouts, **asked)
        yield rate.table(rates, rollouts=rollouts, verdicts=verdicts)
        if self.embedding is not None:
            yield response_vectors.table(of.table("embeddings"), self.embedding, rollouts=rollouts)
        near = self.selection.near_duplicates
        sketches = {} if near is None else {"sketches": of.table("sketches")}
        if near is not None:
            sketching = Sketching(shingle_size=near.shingle_size)
            yield sketch.table(sketches["sketches"], sketching, rollouts=rollouts)
        known = {
            "rollouts": rollouts,
            "verdicts": verdicts,
            "signals": measured,
            "pass_rates": rates,
        }
        by_judge = self.selection.prefer == "best_judged"
        judgements = {"judgements": of.table("judgements")} if by_judge else {}
        yield select.table(
            decided,
            Keeping(dataset=of.name, selection=self.selection),
            description=descriptions.get("selections"),
            **known,
            **sketches,
            **judgements,
        )
        yield keep.table(
            of.table("selected_rollouts"),
            description=descriptions.get("selected_rollouts"),
            rollouts=rollouts,
            selections=decided,
        )
        yield from self._counted(of, known)
        if self.control_of:
            yield from self._controlled(of, {**known, **sketches, **judgements})

    def _counted(self, of: Others, known: dict[str, str]) -> Iterator[TableSpec]:
        """Yield what speaks against each rollout, and the drop table."""
        found = of.table("faults")
        yield find_faults.table(found, FindingFaults(selection=self.selection), **known)
        yield count_rollouts.table(
            of.table("drop_table"),
            selections=of.table("selections"),
            faults=found,
            prompts=of.prompts,
        )

    def _controlled(self, of: Others, known: dict[str, str]) -> Iterator[TableSpec]:
        """Yield the selection in which chance takes the place of filters, and what it keeps."""
        decided = of.table("control_selections")
        controlling = Controlling(
            dataset=of.name, selection=self.selection, filters=self.control_of
        )
        yield control.table(decided, controlling, **known)
        yield keep.table(
            of.table("control_rollouts"),
            description="The rollouts that the control keeps.",
            rollouts=of.table("rollouts"),
            selections=decided,
        )
