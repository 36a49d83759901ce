"""The chain of collections: rollouts asked for in different ways, gathered into one table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from pydantic import Field

from assets.chains.asked import Wanted, asked
from assets.chains.round import NamedPolicy, Others
from assets.steps.collect import Collecting, collect, collection_argument
from r1data.curation.limits import SignalLimits
from r1data.curation.selection import Selection
from r1data.curation.signals.language import LanguageLimits
from r1data.curation.signals.repetition import RepetitionLimits
from r1data.policies.cold_start import DIRECT, FEW_SHOT, LONG_EXAMPLES, SHORT, SHORT_EXAMPLES
from r1data.policies.settings import RolloutsPolicy
from r1data.policies.templates import Template, WorkedExample
from r1data.prompts.simple import SimpleQuestions
from r1data.protocol import Sampling
from r1data.settings import PolicyName, Settings, SourceName
from r1data.store.spec import TableSpec

TEMPLATE_PARTS = ("system_prompt", "instruction", "worked_examples")


class Collection(Settings):
    """One way of asking for rollouts: whom, about what, in which words, and what of it is kept."""

    policy: PolicyName | None = None
    """A policy of the recipe, or a round that trains one; null takes the round's."""
    sampling: Sampling | None = None
    """How it is sampled; null takes the round's."""
    sources: tuple[SourceName, ...] | None = None
    """The sources whose prompts are asked; null takes the round's."""
    system_prompt: str | None = None
    """In place of the policy's own; null leaves that."""
    instruction: str | None = None
    """In place of the policy's own; null leaves that."""
    worked_examples: tuple[WorkedExample, ...] | None = None
    """In place of the policy's own; null leaves those."""
    selection: Selection | None = None
    """Which of its rollouts are kept; null takes the round's. Each collection is decided on alone:
    `max_per_prompt` counts its own rollouts."""

    def template(self, template: Template) -> Template:
        """Return a template with the parts that the collection has of its own in their place."""
        parts = {name: getattr(self, name) for name in TEMPLATE_PARTS}
        return template.model_copy(
            update={name: value for name, value in parts.items() if value is not None}
        )

    def chosen(self, selection: Selection) -> Selection:
        """Return what decides on its rollouts, given the round's selection."""
        return self.selection or selection


class FewShot(Collection):
    """Rollouts of a policy that is shown worked examples with a long chain of thought."""

    kind: Literal["few_shot"] = "few_shot"
    """How the rollouts come about."""
    instruction: str | None = FEW_SHOT
    """In place of the policy's own; null leaves that."""
    worked_examples: tuple[WorkedExample, ...] = Field(LONG_EXAMPLES, min_length=1)
    """The examples that are shown. Those of the default are ours, of mathematics, in English."""


class Direct(Collection):
    """Rollouts of a policy that is told to answer in detail, to reflect and to verify."""

    kind: Literal["direct"] = "direct"
    """How the rollouts come about."""
    instruction: str | None = DIRECT
    """In place of the policy's own; null leaves that."""


class R1Zero(Collection):
    """Rollouts of a policy trained by rewards alone, of which the readable ones are kept."""

    kind: Literal["r1_zero"] = "r1_zero"
    """How the rollouts come about."""
    sampling: Sampling = Sampling(temperature=1.0, top_p=1.0)
    """How it is sampled. The temperature is the paper's (v2, B.3.2); how many completions of a
    prompt it takes is not printed."""
    readable: SignalLimits = SignalLimits(repetition=RepetitionLimits(), language=LanguageLimits())
    """What makes a rollout readable, where the selection has no limit of its own for a signal. The
    paper names repetition and mixed languages; it prints no thresholds."""

    def chosen(self, selection: Selection) -> Selection:
        """Return what decides on its rollouts: the limits of readability beside all others."""
        chosen = super().chosen(selection)
        limits = {name: getattr(self.readable, name) for name in self.readable.wanted()}
        limits |= {name: getattr(chosen.signals, name) for name in chosen.signals.wanted()}
        return chosen.model_copy(update={"signals": SignalLimits(**limits)})


class Simple(Collection):
    """Short answers to simple questions, which no other collection is asked."""

    questions: SimpleQuestions = SimpleQuestions()
    """Which questions are simple."""
    instruction: str | None = SHORT
    """In place of the policy's own; null leaves that."""
    worked_examples: tuple[WorkedExample, ...] | None = SHORT_EXAMPLES
    """In place of the policy's own; null leaves those."""


SIMPLE = "simple"
"""The name of the collection of simple questions."""
TAKEN = frozenset(
    {SIMPLE, "audit", "control", "edited", "final", "judge", "refined", "reviewed", "selected"}
)
"""What a collection may not be called: `<name>_rollouts` are other rollouts of the round."""


def collected(
    of: Others,
    wanted: Mapping[str, Wanted],
    *,
    description: str | None = None,
) -> Iterator[TableSpec]:
    """Yield the rollouts of each collection, and the table of them all.

    Args:
        of: The rest of the recipe.
        wanted: By collection, whom to ask and about what.
        description: One sentence about all rollouts.
    """
    reads = {}
    for name, one in wanted.items():
        its_own = replace(of, prefix=f"{of.prefix}{name}_")
        reads[collection_argument(name)] = its_own.table("rollouts")
        yield from asked(
            its_own,
            one,
            round_name=f"{of.name}/{name}",
            description=f"The rollouts of the collection `{name}`: a group for every prompt it "
            "asks.",
        )
    yield collect.table(
        of.table("rollouts"),
        Collecting(collections=tuple(wanted)),
        description=description,
        **reads,
    )


def asked_as(collection: Collection, policy: NamedPolicy) -> NamedPolicy:
    """Return a policy as a collection asks it; rollouts that exist are what they are."""
    if isinstance(policy.settings, RolloutsPolicy):
        return policy
    template = collection.template(policy.settings.template)
    settings = policy.settings.model_copy(update={"template": template})
    return replace(policy, settings=settings)
