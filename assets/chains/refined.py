"""The chain of refinement: kept rollouts rewritten by a model, judged again, and put in place."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from assets.chains.judged import judged, settled
from assets.chains.round import Others
from assets.steps.collect import merge
from assets.steps.measure import Measuring, measure
from assets.steps.refine import (
    Comparing,
    Reading,
    Replacing,
    Rewriting,
    choose,
    read_replies,
    replace_rewritten,
    request_rewrites,
)
from assets.steps.sample import Questioning, reply
from r1data.curation.refinements import RewriteLimits
from r1data.curation.signals.measure import needs_prompts
from r1data.generation.refinement import RefinementSampling
from r1data.names import Name
from r1data.policies.settings import Policy
from r1data.settings import PolicyName, Settings
from r1data.store.spec import TableSpec
from r1data.verification.judge.questions import Judge

PREFIX = "refined_"
"""What the names of the tables of rewrites begin with."""


class Refined(Settings):
    """Rollouts of other collections that a model rewrites into the readable form."""

    kind: Literal["refined"] = "refined"
    """How the rollouts come about."""
    policy: PolicyName | None = None
    """The model that rewrites; null takes the round's. Of its template only `reasoning`, `prefill`
    and `chat_template_kwargs` count."""
    of: tuple[Name, ...] | None = None
    """The collections whose kept rollouts it rewrites; null means all."""
    sampling: RefinementSampling = RefinementSampling()
    """How its rewrites are sampled; `group_size` of each rollout."""
    limits: RewriteLimits = RewriteLimits()
    """What a rewrite must be to be kept."""
    keep_originals: bool = False
    """Whether a rollout stays as it is if none of its rewrites is kept; if not, it is left out as
    `not_rewritten`."""


def refined(
    of: Others,
    settings: Refined,
    *,
    name: str,
    policy_name: str,
    collections: tuple[str, ...],
    judge: Judge | None,
    verifiers: set[str],
    finished_only: str | None = None,
) -> Iterator[TableSpec]:
    """Yield the tables from the rollouts that a round kept to those in their readable form.

    Args:
        of: The rest of the recipe.
        settings: How they are rewritten.
        name: The collection that rewrites are of.
        policy_name: The model that rewrites.
        collections: The collections whose rollouts it rewrites.
        judge: Who decides where no rule can, if anybody.
        verifiers: Those that the prompts can name.
        finished_only: As in `Asking`.
    """
    policy, rewrites = of.policies[policy_name], replace(of, prefix=PREFIX)
    before, after = of.table("selected_rollouts"), rewrites.table("rollouts")
    questions, replies = of.table("refinement_questions"), of.table("refinement_replies")
    chosen, decided = of.table("refinements"), of.table("final_selections")
    yield request_rewrites.table(
        questions, Rewriting(rewritten=collections), prompts=of.prompts, rollouts=before
    )
    yield reply.table(
        replies,
        _asking(f"{of.name}/{name}", policy_name, policy.settings, settings, finished_only),
        description="The model's replies to what it is asked to rewrite.",
        questions=questions,
        policy=policy.table,
    )
    yield read_replies.table(after, Reading(collection=name), questions=questions, replies=replies)
    yield from judged(
        rewrites, judge, prompts=of.prompts, verifiers=verifiers, finished_only=finished_only
    )
    yield _measured(rewrites, settings)
    yield choose.table(
        chosen,
        Comparing(dataset=of.name, limits=settings.limits),
        prompts=of.prompts,
        questions=questions,
        replies=replies,
        rollouts=before,
        rollouts_refined=after,
        verdicts=settled(rewrites, judge),
        signals=rewrites.table("signals"),
    )
    yield replace_rewritten.table(
        decided,
        Replacing(rewritten=collections, dataset=of.name, keep_originals=settings.keep_originals),
        rollouts=before,
        rollouts_refined=after,
        refinements=chosen,
    )
    yield merge.table(
        of.table("final_rollouts"), selections=decided, rollouts=before, rollouts_refined=after
    )


def _asking(
    round_name: str, name: str, policy: Policy, settings: Refined, finished_only: str | None
) -> Questioning:
    return Questioning(
        round_name=round_name,
        name=name,
        policy=policy,
        sampling=settings.sampling,
        finished_only=finished_only,
    )


def _measured(rewrites: Others, settings: Refined) -> TableSpec:
    signals = tuple(sorted(settings.limits.signals.wanted()))
    asked = {"prompts": rewrites.prompts} if needs_prompts(signals) else {}
    return measure.table(
        rewrites.table("signals"),
        Measuring(reasoning="think", signals=signals),
        rollouts=rewrites.table("rollouts"),
        **asked,
    )
