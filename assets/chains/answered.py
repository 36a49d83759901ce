"""The chain of a round whose policy answers prompts: from rollouts to the kept ones."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from assets.chains.asked import Routed, Wanted, asked, verifiers_asked
from assets.chains.audited import AUDITS, MAJORITY, audited
from assets.chains.audited import as_read as audits_read
from assets.chains.early import vain_stops
from assets.chains.judged import judged, settled
from assets.chains.matched import needless_all
from assets.chains.round import Kept, Others, Round
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
from assets.steps.measure import Measuring, measure
from r1data.curation.embeddings import Embedding
from r1data.curation.quality.examples import QualityClassifier
from r1data.curation.selection import FilterName, Selection, faults
from r1data.curation.signals.form import Expected
from r1data.curation.signals.measure import (
    SignalName,
    needs_classifier,
    needs_prompts,
    needs_tokenizer,
)
from r1data.curation.token_counts import TokenizerFile
from r1data.generation.early_stop import EarlyStop
from r1data.protocol import Sampling
from r1data.settings import PolicyName, SourceName
from r1data.store.spec import TableSpec
from r1data.verification.judge.audits import GoldAudit
from r1data.verification.judge.questions import Judge


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
        of_scores = next((one for one in self.every_selection() if one.reads_scores), None)
        if of_scores is not None and not (self.judge and self.judge.rates):
            setting = "judged_quality" if of_scores.judged_quality else "prefer"
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
        yield from self.vain_requests(of)

    def vain_requests(self, of: Others) -> Iterator[str]:
        """Yield what cannot be asked for, or not so."""
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
        yield from self.asked(of, descriptions.get("rollouts"))
        verifiers = self.verifiers(of)
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

    def asked(self, of: Others, description: str | None) -> Iterator[TableSpec]:
        """Yield the tables up to the rollouts of the round."""
        routed, stop = self.routed(of), self.early_stop
        wanted = Wanted(routed, self.sampling, self.sources, stop, self.finished_only)
        yield from asked(of, wanted, round_name=of.name, description=description)

    def routed(self, of: Others) -> Routed:
        """Return which policies are asked: one, all prompts."""
        return Routed((of.policies[self.policy],))

    def verifiers(self, of: Others) -> set[str]:
        """Return the verifiers that may judge the round's rollouts."""
        return verifiers_asked(of, self.sources)

    def expected(self, of: Others) -> Expected:
        """Return which form the rollouts are to have."""
        is_mixed = self.routed(of).kinds is not None
        return "mixed" if is_mixed else of.policies[self.policy].settings.template.reasoning

    def selections(self) -> Mapping[str, Selection]:
        """Return the selection of each collection; none if the round has no collections."""
        return {}

    def every_selection(self) -> list[Selection]:
        """Return the selections that decide on the round's rollouts."""
        return list(self.selections().values()) or [self.selection]

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
            reasoning=self.expected(of),
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
        looked_at = (name for one in self.every_selection() for name in one.signals.wanted())
        return tuple(sorted({*looked_at, *self.signals}))

    def rating(self, of: Others) -> Rating:
        """Return how a model was sampled; of rollouts from files nobody knows that."""
        sampling = self.sampling if of.policies[self.policy].is_model else None
        return Rating(sampling=sampling, early_stop=self.early_stop)

    def _curated(self, of: Others, descriptions: dict[str, str]) -> Iterator[TableSpec]:
        rollouts, verdicts = of.table("rollouts"), settled(of, self.judge)
        every = self.every_selection()
        measured, rates, decided = map(of.table, ("signals", "pass_rates", "selections"))
        yield from self._measure(of)
        votes = audits_read(of, self.gold_audit, MAJORITY)
        yield rate.table(rates, self.rating(of), rollouts=rollouts, verdicts=verdicts, **votes)
        if self.embedding is not None:
            yield response_vectors.table(of.table("embeddings"), self.embedding, rollouts=rollouts)
        near = next((one.near_duplicates for one in every if one.near_duplicates), None)
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
        if any(one.decontamination is not None for one in every):
            known["contamination"] = of.table("contamination")
            yield find_quotes.table(
                known["contamination"], rollouts=rollouts, benchmark_prompts=of.benchmarks
            )
        scores = any(one.reads_scores for one in every)
        judgements = {"judgements": of.table("judgements")} if scores else {}
        yield select.table(
            decided,
            Keeping(dataset=of.name, selection=self.selection, collections=self.selections()),
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
        counted = judgements if any(one.judged_quality is not None for one in every) else {}
        yield from self._counted(of, {**known, **counted})
        if self.control_of:
            yield from self._controlled(of, {**known, **sketches, **judgements})

    def _counted(self, of: Others, known: dict[str, str]) -> Iterator[TableSpec]:
        """Yield what speaks against each rollout, and the drop table."""
        found = of.table("faults")
        finding = FindingFaults(selection=self.selection, collections=self.selections())
        yield find_faults.table(found, finding, **known)
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
