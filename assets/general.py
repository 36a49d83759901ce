"""General: responses that no rule can judge, by kind, with reasoning where it is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from assets.chains.answered import AnsweredRound
from assets.chains.asked import Routed
from assets.chains.reviewed import as_kept, reviewed
from assets.chains.round import Kept, NamedPolicy, Others
from assets.steps.ingest import Given, find, verifiers_of
from assets.steps.route import route
from r1data.curation.general.kinds import Kinds, PromptKind
from r1data.curation.general.routes import Routing
from r1data.curation.limits import SignalLimits
from r1data.curation.review.settings import Review
from r1data.curation.selection import Selection
from r1data.curation.signals.question import QuestionLimits
from r1data.curation.signals.safety import SafetyLimits
from r1data.mixture.plain import Plain
from r1data.policies.settings import RolloutsPolicy
from r1data.policies.templates import Template
from r1data.settings import PolicyName, SourceName
from r1data.store.spec import TableSpec

KINDS, EXISTING, AT_ONCE = "prompt_kinds", "existing_", "_at_once"
"""The table of kinds, how names of tables of existing rollouts begin, and the name of the policy
that answers at once ends."""
LIMITS = SignalLimits(question=QuestionLimits(), safety=SafetyLimits())
"""What is looked at unless the recipe says otherwise."""


def with_limits(given: Any) -> Any:  # noqa: ANN401 - whatever was given
    """Return a selection as a recipe states it, with the limits that the round looks at."""
    if not isinstance(given, Mapping) or not isinstance(given.get("signals", {}), Mapping):
        return given
    stated = {name: getattr(LIMITS, name) for name in ("question", "safety")}
    return {**given, "signals": {**stated, **given.get("signals", {})}}


class GeneralRound(AnsweredRound):
    """Writing, factual questions, self-cognition, translation, role-play, software engineering."""

    is_training_data: ClassVar[bool] = True

    kinds: Kinds = Kinds()
    """Where the kind of a prompt is said; by its wording otherwise."""
    reasoning: dict[PromptKind, bool] = {}
    """Whether prompts of a kind are asked for a chain of thought: of kinds that are not here, each
    prompt's wording decides."""
    template: Template | None = None
    """What surrounds a problem that is asked for reasoning, here and in training. Null takes the
    policy's own, and in training that of the policy to be trained: give one where these are made
    for problems with one right answer."""
    at_once: Plain = Plain()
    """How prompts are asked that need no reasoning, and how their rows are trained on."""
    existing: PolicyName | None = None
    """A policy of kind `rollouts` whose responses pass unchanged where nothing speaks against them:
    `policy` is asked the other prompts alone. Null asks it all."""
    responses: dict[SourceName, str] = {}
    """By source: the column of its rows that holds a response. It passes unchanged as those of
    `existing` do."""
    review: Review | None = None
    """Who decides where the people differ who review what is kept; null asks nobody."""
    selection: Annotated[Selection, BeforeValidator(with_limits)] = Selection(signals=LIMITS)
    """Which rollouts are kept. Unless it says otherwise, those that reason where they should and
    nowhere else (`signals.question`), and that are not plainly unsafe (`signals.safety`)."""

    def tables(self, of: Others) -> Iterator[TableSpec]:
        """Yield the tables from the kinds of prompts to R1's 200k."""
        safety = self.selection.signals.safety
        routing = Routing(
            kinds=self.kinds,
            reasoning=self.reasoning,
            unsafe=safety.kinds if safety else (),
            sources=self.sources,
        )
        yield route.table(of.table(KINDS), routing, prompts=of.prompts)
        theirs = self._theirs(of)
        if theirs:
            yield from self._judged_before(of, theirs)
        ours = self.answered(
            of,
            rollouts="A group of completions for every prompt of the round that is still to be "
            "answered: with reasoning where it is due, at once where not.",
            selections="What the general set decided on every rollout, with the reason for each it "
            "leaves out.",
            selected_rollouts="The general set (R1's 200k): responses that nothing speaks against, "
            "verified by nobody where no rule can judge them.",
        )
        yield from _may_be_empty(ours) if theirs else ours
        yield from reviewed(
            of,
            self.review,
            candidates=of.table("selected_rollouts"),
            verifiers=verifiers_of([of.sources[name] for name in self.sources or of.sources]),
        )

    def _judged_before(self, of: Others, theirs: Sequence[NamedPolicy]) -> Iterator[TableSpec]:
        """Yield the tables from existing responses to those that pass."""
        for policy in theirs:
            if policy.name not in of.policies:
                yield find.table(policy.table, Given(name=policy.name, policy=policy.settings))
        known = {policy.name: policy for policy in theirs}
        of_files = {"policy": theirs[0].name, "early_stop": None, "control_of": ()}
        judging = self.model_copy(update=of_files)
        before = replace(of, prefix=EXISTING, policies={**of.policies, **known})
        yield from _may_be_empty(judging.answered(before, **OF_EXISTING))

    def _theirs(self, of: Others) -> tuple[NamedPolicy, ...]:
        """Return the policies whose responses exist."""
        named = () if self.existing is None else (of.policies[self.existing],)
        in_columns = (in_column(of, *pair) for pair in self.responses.items())
        return (*named, *in_columns)

    def routed(self, of: Others) -> Routed:
        """Return how prompts are asked: two ways of one policy, or as files have them."""
        kinds, theirs = replace(of, prefix="").table(KINDS), self._theirs(of)
        if of.prefix == EXISTING:
            return Routed(theirs, kinds)
        policy = of.policies[self.policy]
        if isinstance(policy.settings, RolloutsPolicy):
            return Routed((policy,), kinds)
        slow = policy if self.template is None else _asked_as(policy, self.template)
        quick = replace(_asked_as(policy, self.at_once.template), name=f"{policy.name}{AT_ONCE}")
        existing = None
        if theirs:
            existing = replace(of, prefix=EXISTING).table("selected_rollouts")
        is_one_way = quick.settings == slow.settings
        return Routed(
            (slow,) if is_one_way else (slow, quick),
            kinds,
            is_routed=True,
            at_once=() if is_one_way else (quick.name,),
            existing=existing,
        )

    def kept(self, of: Others) -> Kept | None:
        """Return the rollouts that the round keeps, each to be trained on as it reasons or not."""
        kept = super().kept(of)
        if kept is None:
            return None
        found = replace(
            kept,
            plain=self.at_once,
            template=self.template or kept.template,
            is_own=self.template is not None,
        )
        return as_kept(of, self.review, found)

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that there are no responses where some are named, or nobody who can be asked."""
        yield from super().faults(of, could_keep)
        found = of.policies.get(self.existing or "")
        if found is not None and not isinstance(found.settings, RolloutsPolicy):
            yield (
                f"`{of.name}.existing` names `{self.existing}`, whose responses do not exist yet; "
                f"name a policy of kind rollouts, or ask it as `{of.name}.policy`."
            )
        for name in self.responses:
            source = of.sources.get(name)
            if source is not None and (not (source.file or source.hub) or source.rows):
                yield (
                    f"`{of.name}.responses` names a column of `{name}`, whose rows are in no file "
                    "of rows nor on the Hub; leave it out."
                )
        yield from self._cannot_answer(of)

    def _cannot_answer(self, of: Others) -> Iterator[str]:
        """Yield that the policy cannot be asked, or reasons where nobody finds it."""
        asked = of.policies.get(self.policy)
        if asked is None:
            return
        if isinstance(asked.settings, RolloutsPolicy):
            if self.existing or self.responses:
                yield (
                    f"`{of.name}.policy` is to answer what the existing responses do not answer "
                    f"well, and `{self.policy}` cannot be asked; name a model, or leave out "
                    "`existing` and `responses`."
                )
            return
        question = self.selection.signals.question
        template = self.template or asked.settings.template
        if question and question.require_reasoning and template.reasoning == "none":
            yield (
                f"`{of.name}` keeps no answer without a think block where reasoning is due, and "
                f"the template of `{self.policy}` has none (`reasoning: none`); give it one, or "
                f"set `{of.name}.selection.signals.question.require_reasoning` to false."
            )


OF_EXISTING = {
    "rollouts": "The responses that exist already, for every prompt that has one.",
    "selections": "What the general set decided on every existing response, with the reason for "
    "each that is asked anew.",
    "selected_rollouts": "The existing responses that pass unchanged.",
}


def _may_be_empty(specs: Iterator[TableSpec]) -> Iterator[TableSpec]:
    """Yield tables that may lose their rows: all responses may pass, or none."""
    return (replace(spec, may_be_empty=True) for spec in specs)


def _asked_as(policy: NamedPolicy, template: Template) -> NamedPolicy:
    """Return a policy with another template."""
    settings = policy.settings.model_copy(update={"template": template})
    return replace(policy, settings=settings)


def in_column(of: Others, name: str, column: str) -> NamedPolicy:
    """Return the policy that stands for the responses in a column of a source."""
    source = of.sources[name]
    stated = source.columns.model_dump(include={"problem", "system_message"}, exclude_unset=True)
    settings = RolloutsPolicy(
        rollouts=source.file,
        hub=source.hub,
        completion=column,
        model=name,
        identity=source.identity,
        **stated,
    )
    responses = f"{name}_responses"
    return NamedPolicy(responses, replace(of, prefix="").table(responses), settings)
