"""The tables a recipe means: what decides the rows of each, and what each reads.

The one list that the Dagster graph, `r1data status`, `plan` and `gc` are all made from. A round
that the recipe leaves out has no tables. Raise a stage's version when its results change.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import dataframely as dy

from r1data.engines.policies import RolloutsPolicy, Template, WeightsPolicy
from r1data.engines.weights import weights_digest
from r1data.prompts.sources import Source, source_digest
from r1data.recipe.recipe import ColdStartRound, ReasoningRound, Recipe, Training
from r1data.seeds import content_id
from r1data.store.files import file_digest
from r1data.store.spec import TableSpec
from r1data.tables import (
    Comparisons,
    Judgements,
    JudgeQuestions,
    Mixtures,
    PassRates,
    Policies,
    Prompts,
    Rollouts,
    Scores,
    Selections,
    Signals,
    Verdicts,
)
from r1data.verification.verify import verifier_versions

STAGES: dict[type[dy.Schema], int] = {
    Policies: 1,
    Prompts: 2,
    Rollouts: 1,
    Verdicts: 1,
    JudgeQuestions: 1,
    Judgements: 1,
    Signals: 1,
    PassRates: 1,
    Selections: 1,
    Mixtures: 1,
    Scores: 1,
    Comparisons: 1,
}
"""The version of the stage that makes each kind of table."""


def table_specs(recipe: Recipe) -> list[TableSpec]:
    """Return the tables of a recipe, each after those it reads."""
    return [
        *_policies(recipe),
        *_prompts(recipe),
        *(_cold_start(recipe, recipe.cold_start) if recipe.cold_start else ()),
        *(_reasoning(recipe, recipe.reasoning) if recipe.reasoning else ()),
        *(_sft(recipe) if recipe.sft else ()),
        *(_evaluation(recipe) if recipe.evaluation else ()),
    ]


def policy_key(recipe: Recipe, name: str) -> str:
    """Return the key of the table that describes a policy."""
    return f"{name}/policy" if name in recipe.trainings() else f"policies/{name}"


def _policies(recipe: Recipe) -> Iterator[TableSpec]:
    for name, policy in recipe.policies.items():
        settings = policy.content()
        if isinstance(policy, WeightsPolicy):
            settings["weights"] = weights_digest(policy)
        if isinstance(policy, RolloutsPolicy):
            settings["rollouts"] = file_digest(Path(policy.rollouts))
        yield _spec(f"policies/{name}", Policies, settings)


def _prompts(recipe: Recipe) -> Iterator[TableSpec]:
    for name, sources in (
        ("prompts", recipe.prompts.sources),
        ("benchmark_prompts", recipe.prompts.benchmarks),
    ):
        settings = {"sources": _sources(sources), "verifiers": verifier_versions()}
        yield _spec(f"prompts/{name}", Prompts, settings)
    yield _spec(
        "prompts/filtered_prompts",
        Prompts,
        prompts="prompts/prompts",
        benchmark_prompts="prompts/benchmark_prompts",
    )


def _cold_start(recipe: Recipe, settings: ColdStartRound) -> Iterator[TableSpec]:
    yield from _answered(recipe, "cold_start", settings)
    if settings.training:
        yield _mixture(recipe, "cold_start", "cold_start/selected_rollouts")
        yield _policy(recipe, "cold_start", settings.training)


def _reasoning(recipe: Recipe, settings: ReasoningRound) -> Iterator[TableSpec]:
    yield from _answered(recipe, "reasoning", settings)


def _sft(recipe: Recipe) -> Iterator[TableSpec]:
    yield _mixture(recipe, "sft", "reasoning/selected_rollouts")
    if training := recipe.trainings().get("sft"):
        yield _policy(recipe, "sft", training)


def _evaluation(recipe: Recipe) -> Iterator[TableSpec]:
    section = recipe.evaluation
    if section is None:
        return
    policies = {f"policy_{name}": policy_key(recipe, name) for name in section.policies}
    benchmarks = "prompts/benchmark_prompts"
    settings = {"sampling": section.sampling.content()}
    yield _spec("evaluation/rollouts", Rollouts, settings, **{"prompts": benchmarks, **policies})
    yield _verdicts("evaluation", benchmarks)
    yield from _judged(recipe, "evaluation", benchmarks)
    read = {"prompts": benchmarks, "rollouts": "evaluation/rollouts"}
    read["verdicts"] = settled_verdicts(recipe, "evaluation")
    yield _spec("evaluation/scores", Scores, **read)
    baseline = section.baseline or section.policies[0]
    yield _spec("evaluation/comparisons", Comparisons, {"baseline": baseline}, **read)


def _answered(
    recipe: Recipe, name: str, section: ColdStartRound | ReasoningRound
) -> Iterator[TableSpec]:
    """Yield the tables of a round whose policy answers prompts: from rollouts to the kept ones."""
    prompts, rollouts = "prompts/filtered_prompts", f"{name}/rollouts"
    asked = section.model_dump(mode="json", include={"sampling", "sources", "finished_only"})
    policy = policy_key(recipe, section.policy)
    yield _spec(rollouts, Rollouts, asked, prompts=prompts, policy=policy)
    yield _verdicts(name, prompts)
    yield from _judged(recipe, name, prompts)
    yield _spec(
        f"{name}/signals",
        Signals,
        {"reasoning": recipe.policy_settings(section.policy).template.reasoning},
        rollouts=rollouts,
    )
    verdicts = settled_verdicts(recipe, name)
    yield _spec(f"{name}/pass_rates", PassRates, rollouts=rollouts, verdicts=verdicts)
    yield _spec(
        f"{name}/selections",
        Selections,
        {"selection": section.selection.content()},
        rollouts=rollouts,
        verdicts=verdicts,
        signals=f"{name}/signals",
        pass_rates=f"{name}/pass_rates",
    )
    yield _spec(
        f"{name}/selected_rollouts", Rollouts, rollouts=rollouts, selections=f"{name}/selections"
    )


def _verdicts(name: str, prompts: str) -> TableSpec:
    versions = {"verifiers": verifier_versions()}
    return _spec(
        f"{name}/verdicts", Verdicts, versions, prompts=prompts, rollouts=f"{name}/rollouts"
    )


def settled_verdicts(recipe: Recipe, name: str) -> str:
    """Return the key of the verdicts that a round counts with: the judge's too, if it has one."""
    return f"{name}/settled_verdicts" if name in recipe.judges() else f"{name}/verdicts"


def _judged(recipe: Recipe, name: str, prompts: str) -> Iterator[TableSpec]:
    """Yield the tables of a round's judge, if it has one: from its questions to what it settles."""
    judge = recipe.judges().get(name)
    if judge is None:
        return
    verdicts, questions = f"{name}/verdicts", f"{name}/judge_questions"
    replies, judgements = f"{name}/judge_rollouts", f"{name}/judgements"
    about = judge.model_dump(mode="json", include={"second_look", "quality"})
    read = {"prompts": prompts, "rollouts": f"{name}/rollouts", "verdicts": verdicts}
    policy = policy_key(recipe, judge.policy)
    sampling = {"sampling": judge.sampling.content()}
    who = {"judge": judge.policy}
    tables = (
        _spec(questions, JudgeQuestions, about, **read),
        _spec(replies, Rollouts, sampling, questions=questions, policy=policy),
        _spec(judgements, Judgements, who, questions=questions, replies=replies),
    )
    yield from (replace(table, may_be_empty=True) for table in tables)
    yield _spec(f"{name}/settled_verdicts", Verdicts, verdicts=verdicts, judgements=judgements)


def mixture_template(recipe: Recipe, name: str) -> Template:
    """Return what surrounds a problem in the mixture of a round.

    It is what the policy to be trained is asked with, so that it meets in training what it meets
    in sampling; only how a think block begins is as the policy wrote it that was sampled.
    """
    wrote = recipe.cold_start if name == "cold_start" else recipe.reasoning
    if wrote is None:
        raise ValueError(f"the round {name} has no rollouts to train on; add the round they are of")
    written = recipe.policy_settings(wrote.policy).template
    training = recipe.trainings().get(name)
    asked = recipe.policy_settings(training.base).template if training else written
    return asked.model_copy(update={"reasoning": written.reasoning})


def _mixture(recipe: Recipe, name: str, rollouts: str) -> TableSpec:
    return _spec(
        f"{name}/sft_mixture",
        Mixtures,
        {"template": mixture_template(recipe, name).content()},
        prompts="prompts/filtered_prompts",
        rollouts=rollouts,
    )


def _policy(recipe: Recipe, name: str, training: Training) -> TableSpec:
    config = Path(training.config).read_text(encoding="utf-8")
    return _spec(
        f"{name}/policy",
        Policies,
        {"config": content_id(config)},
        mixture=f"{name}/sft_mixture",
        base=policy_key(recipe, training.base),
    )


def _sources(sources: dict[str, Source]) -> dict[str, Any]:
    return {
        name: {**source.content(), "file": None, "content": source_digest(source)}
        for name, source in sources.items()
    }


def _spec(
    key: str, schema: type[dy.Schema], settings: dict[str, Any] | None = None, /, **reads: str
) -> TableSpec:
    return TableSpec(
        key=key, schema=schema, version=STAGES[schema], settings=settings or {}, reads=reads
    )
