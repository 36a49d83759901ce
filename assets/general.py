"""Round 5. General: responses that no rule can judge, by kind, with reasoning where it is due."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from assets.chains.answered import AnsweredRound
from assets.chains.asked import Routed
from assets.chains.round import Kept, NamedPolicy, Others
from assets.steps.route import route
from r1data.curation.general.kinds import Kinds, PromptKind
from r1data.curation.general.routes import Routing
from r1data.curation.limits import SignalLimits
from r1data.curation.selection import Selection
from r1data.curation.signals.question import QuestionLimits
from r1data.curation.signals.safety import SafetyLimits
from r1data.mixture.plain import Plain
from r1data.policies.settings import RolloutsPolicy
from r1data.settings import PolicyName
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
    at_once: Plain = Plain()
    """How prompts are asked that need no reasoning, and how their rows are trained on."""
    existing: PolicyName | None = None
    """A policy of kind `rollouts` whose responses pass unchanged where nothing speaks against them:
    `policy` is asked the other prompts alone. Null asks it all."""
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
        if self.existing is not None:
            theirs = self.model_copy(update={"policy": self.existing, "existing": None})
            yield from _may_be_empty(theirs.answered(replace(of, prefix=EXISTING), **OF_EXISTING))
        ours = self.answered(
            of,
            rollouts="A group of completions for every prompt of the round that is still to be "
            "answered: with reasoning where it is due, at once where not.",
            selections="What the general set decided on every rollout, with the reason for each it "
            "leaves out.",
            selected_rollouts="The general set (R1's 200k): responses that nothing speaks against, "
            "verified by nobody where no rule can judge them.",
        )
        yield from ours if self.existing is None else _may_be_empty(ours)

    def routed(self, of: Others) -> Routed:
        """Return how prompts are asked: two ways of one policy, or as files have them."""
        kinds = replace(of, prefix="").table(KINDS)
        policy = of.policies[self.policy]
        if isinstance(policy.settings, RolloutsPolicy):
            return Routed((policy,), kinds)
        plain = policy.settings.model_copy(update={"template": self.at_once.template})
        quick = NamedPolicy(f"{policy.name}{AT_ONCE}", policy.table, plain)
        existing = None
        if self.existing is not None:
            existing = replace(of, prefix=EXISTING).table("selected_rollouts")
        return Routed((policy, quick), kinds, at_once=(quick.name,), existing=existing)

    def kept(self, of: Others) -> Kept | None:
        """Return the rollouts that the round keeps, each to be trained on as it reasons or not."""
        kept = super().kept(of)
        return kept and replace(kept, plain=self.at_once)

    def faults(self, of: Others, could_keep: tuple[str, ...]) -> Iterator[str]:
        """Yield that existing rollouts are none, or that nobody is there to be asked."""
        yield from super().faults(of, could_keep)
        found = of.policies.get(self.existing or "")
        if found is not None and not isinstance(found.settings, RolloutsPolicy):
            yield (
                f"`{of.name}.existing` names `{self.existing}`, whose responses do not exist yet; "
                f"name a policy of kind rollouts, or ask it as `{of.name}.policy`."
            )
        asked = of.policies.get(self.policy)
        if found is not None and asked is not None and isinstance(asked.settings, RolloutsPolicy):
            yield (
                f"`{of.name}.policy` is to answer what `{self.existing}` does not answer well, and "
                f"`{self.policy}` cannot be asked; name a model, or leave out `existing`."
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
