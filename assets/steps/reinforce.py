"""Reinforcement steps: bands of pass rates, prompts to reward, the policy, and what it wrote."""

import json
from pathlib import Path
from typing import Any, Self

import polars as pl
from pydantic import Field, PositiveInt, model_validator

from assets.steps.run import Run
from assets.steps.step import GPU, step
from assets.steps.train import Training, means_of, trained_weights
from assets.steps.trainer import check_configuration
from r1data.curation.bands import PassRateBand, mark_band
from r1data.mixture.rl_prompts import ASKED, to_rl_prompts
from r1data.policies.settings import Policy
from r1data.policies.table import trained_policy
from r1data.policies.templates import Template
from r1data.policies.trainings import RewardName, read_log, read_rl_rollouts
from r1data.settings import Settings, SourceName
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import (
    Bands,
    Policies,
    RLPrompts,
    RLRollouts,
    TrainingLogs,
    askable,
)

GRPO = "grpo"
"""The entry point that trains by rewards."""


class Reinforcement(Training):
    """A training by rewards, with TRL's GRPO."""

    rewards: tuple[RewardName, ...] = Field(("accuracy", "format"), min_length=1)
    """What is rewarded; the sum counts, each with the same weight unless the configuration has
    `reward_weights`. DeepSeek-R1-Zero's are the default (its paper, eq. 4)."""

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        twice = [name for name in self.rewards if self.rewards.count(name) > 1]
        if twice:
            raise ValueError(f"`rewards` names {twice[0]} {len(twice)} times; name it once")
        return self

    def content(self) -> dict[str, Any]:
        """Return the content of the configurations, and what is rewarded."""
        return {**super().content(), "rewards": list(self.rewards)}

    def told(self) -> dict[str, str]:
        """Return what the entry point is told of the rewards."""
        return {"rewards": ",".join(self.rewards)}


class ConsistentReinforcement(Reinforcement):
    """A training by rewards, that of language among them (DeepSeek-R1's paper, eq. 7)."""

    rewards: tuple[RewardName, ...] = Field(
        ("accuracy", "format", "language_consistency"), min_length=1
    )
    """What is rewarded, added as it is; `foreign_words` is MAI's count in place of the share. Where
    reward models judge, accuracy is not known and the others count."""


class Alignment(ConsistentReinforcement):
    """A training by rules on reasoning prompts and, at its end, by reward models on general ones.

    DeepSeek-R1's last stage (its paper, eq. 8 to 10).
    """

    model_share: float = Field(400 / 1_700, gt=0, le=1)
    """The last part of the steps, in which general prompts are asked and reward models count: used
    for longer they are hacked (B.5). The default is the paper's, 400 of 1,700."""
    model_steps: PositiveInt | None = None
    """How many steps that is, in place of the share."""

    def content(self) -> dict[str, Any]:
        """Return what is rewarded by rule, and in which steps by models."""
        last = {"model_share": self.model_share, "model_steps": self.model_steps}
        return {**super().content(), **last}

    def told(self) -> dict[str, str]:
        """Return what the entry point is told of the rewards and of the last steps."""
        steps = {} if self.model_steps is None else {"model_steps": str(self.model_steps)}
        return {**super().told(), "model_share": str(self.model_share), **steps}


class Banding(Settings):
    """Which pass rates a policy is trained at."""

    dataset: str
    band: PassRateBand


class Prompting(Settings):
    """The prompts to train on, and how they are asked."""

    dataset: str
    template: Template
    sources: tuple[SourceName, ...] | None = None


class Reinforcing(Settings):
    """The training of a policy by rewards, and the policy that it begins from."""

    name: str
    """The policy's name."""
    training: Reinforcement
    base: Policy
    """How the policy that training begins from is asked."""
    is_random: bool = False
    """Whether each completion is given the rewards of another of its batch."""

    def content(self) -> dict[str, Any]:
        """Return the content of the training; the base is a table that training reads."""
        return {
            **self.training.content(),
            "reasoning": self.base.template.reasoning,
            "is_random": self.is_random,
        }

    def hashed(self) -> dict[str, str]:
        """Return the paths of the configurations."""
        return self.training.hashed()


class Trained(Settings):
    """The policy whose training is told."""

    policy: str


@step(Bands, version=1)
def mark(_run: Run, writer: TableWriter, settings: Banding, pass_rates: Table) -> None:
    """Which prompts are inside the band of pass rates, and why the others are not."""
    marked = mark_band(pass_rates.read(), settings.band)
    named = marked.with_columns(dataset=pl.lit(settings.dataset))
    writer.write(0, named.select(Bands.column_names()))


@step(RLPrompts, version=1)
def prompt(
    _run: Run,
    writer: TableWriter,
    settings: Prompting,
    prompts: Table,
    bands: Table | None = None,
) -> None:
    """The prompts whose completions are rewarded, in the form of TRL's GRPO."""
    asked = askable(prompts.scan())
    if settings.sources is not None:
        asked = asked.filter(pl.col("source").is_in(settings.sources))
    rows = to_rl_prompts(
        asked.select(ASKED).collect(),
        None if bands is None else bands.read(),
        template=settings.template,
        dataset=settings.dataset,
        first_row=0,
    )
    if rows.is_empty():
        why = (
            f"none is inside the band; widen `{settings.dataset}.band`"
            if bands
            else "no verifier can judge any; name sources with gold answers or tests"
        )
        raise ValueError(f"{writer.key}: of {len(asked.collect())} prompts {why}")
    writer.write(0, rows)


def check_reinforcement(settings: Reinforcing) -> list[str]:
    """Refuse a training configuration that cannot be used, before any work."""
    training = settings.training
    check_configuration(GRPO, training.config, **means_of(training))
    return []


@step(Policies, version=1, pool=GPU, check=check_reinforcement)
def reinforce(
    run: Run,
    writer: TableWriter,
    settings: Reinforcing,
    rl_prompts: Table,
    base: Table,
    **reward_models: Table,
) -> None:
    """The policy that the round trains by rewards: one row that points at its weights."""
    started_from = run.policy_version(base, settings.base)
    models = {name: table.read().row(0, named=True) for name, table in reward_models.items()}
    weights = trained_weights(
        run,
        settings.name,
        settings.training,
        started_from,
        {"train_file": rl_prompts},
        entry_point=GRPO,
        arguments={
            **settings.training.told(),
            **{name: str(run.store.root / model["location"]) for name, model in models.items()},
            "reasoning": settings.base.template.reasoning,
            "shuffle_rewards": str(settings.is_random).lower(),
        },
        decided_by=[
            json.dumps(settings.content(), sort_keys=True),
            *(models[name]["revision"] for name in sorted(models)),
        ],
    )
    row = trained_policy(
        settings.name,
        weights,
        run.store,
        trained_from=started_from.revision,
        trained_on=f"{rl_prompts.key}@{rl_prompts.data_version}",
        config=settings.training.config,
    )
    writer.write(0, row)


@step(RLRollouts, version=1)
def collect(run: Run, writer: TableWriter, settings: Trained, policy: Table) -> None:
    """What the policy wrote while it was trained, with the reward of each completion by part."""
    for block, frame in enumerate(read_rl_rollouts(_weights(run, policy), settings.policy)):
        if not writer.is_done(block):
            writer.write(block, frame)


@step(TrainingLogs, version=1)
def log(run: Run, writer: TableWriter, settings: Trained, policy: Table) -> None:
    """What was logged of the training, step by step."""
    writer.write(0, read_log(_weights(run, policy), settings.policy))


def _weights(run: Run, policy: Table) -> Path:
    return run.store.root / str(policy.read(["location"]).item())
