"""The chain of preferences: from rollouts, a judge or files to pairs in TRL's form."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from assets.chains.judged import said_by
from assets.chains.round import NamedPolicy, Others
from assets.steps.prefer import (
    Conversing,
    Pairing,
    Preferring,
    ask_which,
    find_pairs,
    prefer,
    write_pairs,
)
from assets.steps.sample import Asking, policy_argument, sample
from r1data.curation.alignment.settings import Decision, DeltaPairs, PairFile
from r1data.mixture.held_out import HeldOut
from r1data.names import Names
from r1data.policies.settings import EndpointPolicy, WeightsPolicy
from r1data.policies.templates import Template
from r1data.protocol import Sampling
from r1data.settings import PolicyName, Settings, SourceName
from r1data.store.spec import TableSpec
from r1data.verification.judge.preferences import PairJudge

CANDIDATES = "candidates"
"""The table of what could make a pair, which labels of safety read too."""


class JudgedPairs(PairJudge):
    """Pairs that a judge decides, as DeepSeek-R1's (B.2)."""

    of: Annotated[tuple[PolicyName, ...], Field(min_length=1, max_length=2)]
    """Who writes the responses: of one policy, two of a group are compared; of two, one of each."""


class Asked(Settings):
    """General prompts that some policies answer."""

    sources: tuple[SourceName, ...] = ()
    """The sources of the general prompts that are answered, each with `unverified: keep`."""
    sampling: Sampling = Sampling(group_size=2)
    """How the policies are sampled."""


class PreferenceSet(Asked, Decision):
    """Pairs of responses, of which one helps more."""

    judged: JudgedPairs | None = None
    """Pairs that a judge decides."""
    delta: DeltaPairs | None = None
    """Pairs of a strong and a weak policy's responses, without a judge."""
    files: Annotated[dict[str, PairFile], Names] = {}
    """Files of pairs, by a name of your own for each."""
    guard_share: float = Field(0, ge=0, le=1)
    """Of the pairs that are trained on, those to which a guard is added: the same prompt and chosen
    completion beside flattery alone, the response in flattery, or said again and again."""
    held_out: HeldOut | None = HeldOut(share=0.1)
    """Prompts that no reward model is trained on, for its accuracy; null trains on all."""

    @property
    def policies(self) -> tuple[str, ...]:
        """Who answers prompts, each once."""
        judged = () if self.judged is None else self.judged.of
        delta = () if self.delta is None else (self.delta.strong, self.delta.weak)
        return tuple(dict.fromkeys((*judged, *delta)))


def put_as(policy: NamedPolicy, template: Template) -> NamedPolicy:
    """Return a policy as it is asked general prompts: with their text, reasoning in its own way."""
    own = {"reasoning", "prefill", "chat_template_kwargs"}
    ways = policy.settings.template.model_dump(include=own)
    asked = template.model_copy(update=ways)
    return replace(policy, settings=policy.settings.model_copy(update={"template": asked}))


def preferred(
    of: Others, settings: PreferenceSet, template: Template, finished_only: str | None
) -> Iterator[TableSpec]:
    """Yield the tables from answers to pairs.

    Args:
        of: The rest of the recipe.
        settings: Where pairs come from, and which are kept.
        template: What surrounds a general prompt.
        finished_only: As in `Asking`.
    """
    rollouts, candidates = of.table("helpful_rollouts"), of.table(CANDIDATES)
    asked = {}
    if settings.policies:
        asked = {"rollouts": rollouts}
        yield answers(of, rollouts, settings, settings.policies, template, finished_only)
    judged, delta = settings.judged, settings.delta
    yield find_pairs.table(
        candidates,
        Pairing(
            judged=() if judged is None else judged.of,
            delta=None if delta is None else (delta.strong, delta.weak),
            files=settings.files,
        ),
        prompts=of.prompts,
        benchmark_prompts=of.benchmarks,
        **asked,
    )
    said = {}
    if judged is not None:
        questions, replies = of.table("preference_questions"), of.table("preference_replies")
        said = {"questions": questions, "replies": replies}
        yield ask_which.table(questions, candidates=candidates)
        yield said_by(
            of,
            replies,
            questions,
            policy=judged.policy,
            sampling=judged.sampling,
            finished_only=finished_only,
        )
    preferences = of.table("preferences")
    yield prefer.table(
        preferences,
        Preferring(
            dataset=of.name,
            decision=Decision(
                min_difference=settings.min_difference, balance_lengths=settings.balance_lengths
            ),
            judge=None if judged is None else judged.policy,
            max_length_difference=None if delta is None else delta.max_length_difference,
            held_out=settings.held_out,
        ),
        candidates=candidates,
        **said,
    )
    yield write_pairs.table(
        of.table("pairs"),
        Conversing(dataset=of.name, template=template, guard_share=settings.guard_share),
        candidates=candidates,
        preferences=preferences,
    )


def answers(
    of: Others,
    key: str,
    asked: Asked,
    policies: Sequence[str],
    template: Template,
    finished_only: str | None,
) -> TableSpec:
    """Return the table of what policies answer to the prompts of some sources."""
    found = {name: put_as(of.policies[name], template) for name in policies}
    return sample.table(
        key,
        Asking(
            round_name=of.name,
            policies={name: one.settings for name, one in found.items()},
            sampling=asked.sampling,
            sources=asked.sources,
            finished_only=finished_only,
        ),
        description="Completions of general prompts, of which some are compared or labelled.",
        prompts=of.prompts,
        **{policy_argument(name): one.table for name, one in found.items()},
    )


def unanswerable(of: Others, where: str, asked: Asked, policies: Sequence[str]) -> Iterator[str]:
    """Yield why some policies cannot answer the prompts of some sources.

    Args:
        of: The rest of the recipe.
        where: The settings, for messages.
        asked: The sources, and how they are asked.
        policies: Who answers; none asks nothing.
    """
    for name in policies:
        policy = of.policies.get(name)
        if policy is not None and not isinstance(policy.settings, EndpointPolicy | WeightsPolicy):
            yield (
                f"`{where}` asks the policy `{name}`, which is of kind {policy.settings.kind}; "
                f"name a model, or give what it wrote as `{where}.files`."
            )
        if name == of.name:
            yield f"`{where}` asks `{name}`, which its answers would train; name another policy."
    if policies and not asked.sources:
        yield f"`{where}` names policies and no source to ask them about; set `{where}.sources`."
    if policies and asked.sampling.group_size == "all":
        yield f"`{where}.sampling.group_size` is `all`, which is for files; give a number."


def faults_of(of: Others, where: str, settings: PreferenceSet) -> Iterator[str]:
    """Yield what is wrong with a set of pairs in its recipe."""
    yield from unanswerable(of, where, settings, settings.policies)
    if not (settings.policies or settings.files):
        yield f"`{where}` has no pairs; set `judged`, `delta` or `files`."
    judged, size = settings.judged, settings.sampling.group_size
    if judged is not None and len(judged.of) == 1 and size == 1:
        yield (
            f"`{where}.judged.of` names one policy, of which two responses are compared, and "
            f"`{where}.sampling.group_size` is 1; raise it, or name two policies."
        )
    if settings.delta is not None and settings.delta.strong == settings.delta.weak:
        yield f"`{where}.delta` names `{settings.delta.weak}` twice; name a weaker policy."
