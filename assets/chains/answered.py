"""The chain of a round whose policy answers prompts: from rollouts to the kept ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from assets.chains.audited import AUDITS, MAJORITY, audited
from assets.chains.audited import as_read as audits_read
from assets.chains.early import vain_stops
from assets.chains.judged import judged, settled
from assets.chains.matched import as_read, matched_files, needless_all
from assets.chains.round import Kept, NamedPolicy, Others, Round
from assets.steps.classify import Classifying, classify
from assets.steps.curate import (
    Controlling,
    Keeping,
    Rating,
    Sketching,
    control,
    keep,
    rate,
    select,
    sketch,
)
from assets.steps.decontaminate import find_quotes
from assets.steps.drops import FindingFaults, count_rollouts, find_faults
from assets.steps.embed import response_vectors
from assets.steps.ingest import verifiers_of
from assets.steps.measure import Measuring, measure
from assets.steps.sample import Asking, policy_argument, sample
from r1data.curation.embeddings import Embedding
from r1data.curation.quality.examples import QualityClassifier
from r1data.curation.selection import FilterName, Selection, faults
from r1data.curation.signals.measure import (
    SignalName,
    needs_classifier,
    needs_prompts,
    needs_tokenizer,
)
from r1data.curation.token_counts import TokenizerFile
from r1data.generation.early_stop import EarlyStop
from r1data.policies.settings import EndpointPolicy, WeightsPolicy
from r1data.protocol import Sampling
from r1data.settings import PolicyName, SourceName
from r1data.store.spec import TableSpec
from r1data.verification.judge.audits import GoldAudit
from r1data.verification.judge.questions import Judge


@dataclass(frozen=True, slots=True)
class Routed:
    """Which policies a round asks, and how it is decided which of them is asked a prompt."""

    policies: tuple[NamedPolicy, ...]
    kinds: str | None = None
    """The key of the table of prompt kinds, where there is one."""
    is_routed: bool = False
    """Whether that says which prompts are asked, and how; not of rollouts that exist."""
    at_once: tuple[str, ...] = ()
    """Those of the policies that are asked the prompts which need no reasoning."""
    existing: str | None = None
    """The key of the table of kept rollouts whose prompts are not asked again."""
    asked_in: str | None = None
    """The key of a mixture, where the prompts of its rows alone are asked."""

    @property
    def reads(self) -> dict[str, str]:
        """What decides who is asked a prompt, as the step reads it."""
        kinds = {"prompt_kinds": self.kinds} if self.kinds and self.is_routed else {}
        asked_in = {"asked_in": self.asked_in} if self.asked_in else {}
        return kinds | asked_in | self.passed

    @property
    def passed(self) -> dict[str, str]:
        """The existing rollouts that are kept beside those of the policies."""
        return {"existing": self.existing} if self.existing else {}


class AnsweredRound(Round):
    """A policy answers prompts, and rejection sampling keeps what is right."""

    later: ClassVar[frozenset[str]] = frozenset(
        {
            "signals",
            "control_of",
            "embedding",
            "early_stop",
            "gold_audit",
            "quality_classifier",
            "tokenizer",
        }
    )
    policy: PolicyName
    """A policy of the recipe, or a round that trains one."""
    sampling: Sampling = Sampling()
    """How the policy is sampled."""
    sources: tuple[SourceName, ...] | None = None
    """The sources whose prompts are asked; null means all."""
    early_stop: EarlyStop | None = None
    """When the rest of a prompt's group is not asked; null asks all groups whole."""
    judge: Judge | None = None
    """Who decides where no rule can; null leaves that undecided."""
    gold_audit: GoldAudit | None = None
    """Which gold answers are doubted since most rollouts agree on another answer, and who audits
    them; null doubts none."""
    selection: Selection = Selection()
    """Which rollouts are kept."""
    signals: tuple[SignalName, ...] = ()
    """Signals to measure beside those that the selection looks at."""
    control_of: tuple[FilterName, ...] = ()
    """Filters, by drop reason, in whose place chance decides in a second selection of the same
    rollouts: it drops as many and keeps as many (`control_selections`, `control_rollouts`)."""
    embedding: Embedding | None = None
    """The model that makes vectors of the responses; null makes none."""
    quality_classifier: QualityClassifier | None = None
    """What the signal `quality` asks; it is trained from good and bad examples."""
    tokenizer: TokenizerFile | None = None
    """What the signal `tokens` counts by."""
    finished_only: str | None = None
    """Make the tables from what is in the request log, and ask for nothing more. The text names
    the state of the log: another text, another version of the tables."""

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there is nothing to ask, if the recipe names no source."""
        if not of.sources:
            yield f"`{of.name}` asks the problems of sources; add one to `prompts.sources`."
        if self.selection.reads_scores and not (self.judge and self.judge.rates):
            setting = "judged_quality" if self.selection.judged_quality else "prefer"
            yield (
                f"`{of.name}.selection.{setting}` looks at scores, and no judge gives any; set "
                f"`{of.name}.judge` with `quality: true`, or `unverified: true` where no rule can."
            )
        for name in self.control_of:
            if name not in faults(self.selection):
                yield (
                    f"`{of.name}.control_of` names `{name}`, which the selection does not look at; "
                    "add its section to `selection.signals`."
                )
        yield from self._without_means(of)
        yield from needless_all(of, [self.policy], self.sampling)
        yield from vain_stops(
            of,
            self.policy,
            self.sampling,
            early_stop=self.early_stop,
            judge=self.judge,
            selection=self.selection,
        )

    def _without_means(self, of: Others) -> Iterator[str]:
        """Yield what a signal that is measured lacks."""
        if needs_classifier(self._measured()) and self.quality_classifier is None:
            yield (
                f"`{of.name}` measures the signal `quality` and has no classifier; set "
                f"`{of.name}.quality_classifier` with `good` and `bad` examples."
            )
        if needs_tokenizer(self._measured()) and self.tokenizer is None:
            yield (
                f"`{of.name}` measures the signal `tokens` and has no tokenizer; set "
                f"`{of.name}.tokenizer` with the `path` of one."
            )

    def answered(self, of: Others, **descriptions: str) -> Iterator[TableSpec]:
        """Yield the tables from rollouts to the kept ones.

        Args:
            of: The rest of the recipe.
            descriptions: By table, where the round has a sentence of its own.
        """
        routed, rollouts = self.routed(of), of.table("rollouts")
        policies = routed.policies
        matched = list(matched_files(of, policies, self.sampling, of.prompts, self.sources))
        yield from matched
        sources = [of.sources[name] for name in self.sources or of.sources]
        verifiers = verifiers_of(sources)
        asking = Asking(
            round_name=of.name,
            policies={policy.name: policy.settings for policy in policies},
            sampling=self.sampling,
            sources=self.sources,
            finished_only=self.finished_only,
            early_stop=self.early_stop,
            verifiers=tuple(sorted(verifiers)) if self.early_stop else (),
            at_once=routed.at_once,
        )
        yield sample.table(
            rollouts,
            asking,
            description=descriptions.get("rollouts"),
            prompts=of.prompts,
            **{policy_argument(policy.name): policy.table for policy in policies},
            **as_read(matched),
            **routed.reads,
        )
        yield from judged(
            of,
            self.judge,
            prompts=of.prompts,
            verifiers=verifiers,
            finished_only=self.finished_only,
        )
        yield from audited(
            of,
            self.gold_audit,
            verdicts=settled(of, self.judge),
            verifiers=verifiers,
            finished_only=self.finished_only,
        )
        yield from self._curated(of, descriptions)

    def routed(self, of: Others) -> Routed:
        """Return which policies are asked: one, all prompts."""
        return Routed((of.policies[self.policy],))

    def kept(self, of: Others) -> Kept | None:
        """Return the rollouts that the round keeps; none if nobody knows its policy."""
        policy = of.policies.get(self.policy)
        if policy is None:
            return None
        return Kept(
            of.name,
            of.table("selected_rollouts"),
            policy.settings.template,
            signals=of.table("signals"),
        )

    def _measure(self, of: Others) -> Iterator[TableSpec]:
        """Yield the signals of the rollouts, and the classifier that one of them asks."""
        scorer, kinds = self.quality_classifier, self.routed(of).kinds
        measuring = Measuring(
            reasoning="mixed" if kinds else of.policies[self.policy].settings.template.reasoning,
            signals=self._measured(),
            max_chars=None if scorer is None else scorer.max_chars,
            tokenizer=self.tokenizer if needs_tokenizer(self._measured()) else None,
        )
        asked = {"prompts": of.prompts} if needs_prompts(measuring.signals) else {}
        asked |= {"prompt_kinds": kinds} if kinds else {}
        if scorer is not None:
            classifier = of.table("quality_classifier")
            yield classify.table(classifier, Classifying(name=of.name, classifier=scorer))
            asked |= {"classifier": classifier} if needs_classifier(measuring.signals) else {}
        yield measure.table(of.table("signals"), measuring, rollouts=of.table("rollouts"), **asked)

    def _measured(self) -> tuple[str, ...]:
        """Return the signals to measure beside those that always are."""
        return tuple(sorted({*self.selection.signals.wanted(), *self.signals}))

    def _rating(self, of: Others) -> Rating:
        """Return how a model was sampled; of rollouts from files nobody knows that."""
        is_model = isinstance(of.policies[self.policy].settings, EndpointPolicy | WeightsPolicy)
        sampling = self.sampling if is_model else None
        return Rating(sampling=sampling, early_stop=self.early_stop)

    def _curated(self, of: Others, descriptions: dict[str, str]) -> Iterator[TableSpec]:
        rollouts, verdicts = of.table("rollouts"), settled(of, self.judge)
        measured, rates, decided = (
            of.table(name) for name in ("signals", "pass_rates", "selections")
        )
        yield from self._measure(of)
        votes = audits_read(of, self.gold_audit, MAJORITY)
        yield rate.table(rates, self._rating(of), rollouts=rollouts, verdicts=verdicts, **votes)
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
            **audits_read(of, self.gold_audit, AUDITS),
        }
        if self.selection.decontamination is not None:
            known["contamination"] = of.table("contamination")
            yield find_quotes.table(
                known["contamination"], rollouts=rollouts, benchmark_prompts=of.benchmarks
            )
        scores = self.selection.reads_scores
        judgements = {"judgements": of.table("judgements")} if scores else {}
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
            **self.routed(of).passed,
        )
        counted = judgements if self.selection.judged_quality is not None else {}
        yield from self._counted(of, {**known, **counted})
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
