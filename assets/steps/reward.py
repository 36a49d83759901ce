"""Reward steps: models that score completions, trained on pairs or on labels."""

import json
from collections.abc import Mapping
from typing import Any, Literal

import polars as pl

from assets.steps.run import Run
from assets.steps.step import GPU, step
from assets.steps.train import Training, means_of, trained_weights
from assets.steps.trainer import check_configuration
from r1data.evaluation.reward_models import RewardModel
from r1data.policies.settings import Policy
from r1data.policies.table import location_of
from r1data.policies.templates import Template
from r1data.policies.weights import weights_revision
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import NOT_CONTENT, RewardModels, Rewards

REWARD_MODEL = "reward_model"
"""The entry point that trains models of rewards."""
ASKED = ("prompt_id", "problem", "system_message", "earlier_turns")
COMPLETED = ("rollout_id", "prompt_id", "prefill", "completion")
COUNTED = ("num_rows", "num_held_out", "accuracy", "standard_error")
"""What a row says of its own, of all that metrics.json has."""


class Scoring(Settings):
    """A reward model that scores rollouts, and how the prompts are asked that it knows."""

    model: str
    """Its name."""
    template: Template


class Rewarding(Settings):
    """The training of a reward model, and the policy that it begins from."""

    name: str
    """The model's name."""
    kind: Literal["pairwise", "pointwise"]
    training: Training
    base: Policy
    """How the policy that training begins from is asked."""

    def content(self) -> dict[str, Any]:
        """Return the kind and the content of the training; the base is a table that it reads."""
        return {**self.training.content(), "kind": self.kind}

    def hashed(self) -> dict[str, str]:
        """Return the paths of the configurations."""
        return self.training.hashed()


def check_rewarding(settings: Rewarding) -> list[str]:
    """Refuse a training configuration that cannot be used, before any work."""
    training = settings.training
    check_configuration(REWARD_MODEL, training.config, **means_of(training))
    return []


@step(RewardModels, version=1, pool=GPU, check=check_rewarding)
def train_reward_model(
    run: Run, writer: TableWriter, settings: Rewarding, rows: Table, base: Table
) -> None:
    """A model that scores completions, with its accuracy on what was held out of its training."""
    started_from = run.policy_version(base, settings.base)
    weights = trained_weights(
        run,
        settings.name,
        settings.training,
        started_from,
        {"train_file": rows},
        entry_point=REWARD_MODEL,
        arguments={"kind": settings.kind},
        decided_by=(settings.kind,),
    )
    metrics = json.loads((weights / "metrics.json").read_text(encoding="utf-8"))
    told = {name: value for name, value in metrics.items() if name not in (*NOT_CONTENT, *COUNTED)}
    row = {
        "model": settings.name,
        "kind": settings.kind,
        "revision": weights_revision(weights),
        "location": location_of(weights, run.store),
        "trained_from": started_from.revision,
        "trained_on": f"{rows.key}@{rows.data_version}",
        **{name: metrics.get(name) for name in COUNTED},
        "training": json.dumps({"config": settings.training.config, **told}, sort_keys=True),
    }
    writer.write(0, pl.DataFrame([row], schema=RewardModels.create_empty().schema))


@step(Rewards, version=1, pool=GPU)
def reward(
    run: Run,
    writer: TableWriter,
    settings: Scoring,
    prompts: Table,
    rollouts: Table,
    model: Table,
) -> None:
    """What a reward model makes of every rollout that has a completion."""
    asked = {row["prompt_id"]: row for row in prompts.read(ASKED).iter_rows(named=True)}
    run.close_engine()
    loaded = run.machine.load_reward_model(run.store.root / model.read(["location"]).item())
    alone = settings.template.model_copy(update={"worked_examples": ()})
    with run.progress.bar(writer.key, rollouts.num_rows, "rows") as bar:
        for block, frame in rollouts.blocks(COMPLETED):
            if not writer.is_done(block):
                writer.write(block, _rewarded(frame, asked, loaded, alone, settings.model))
            bar.update(writer.table.num_rows)


def _rewarded(
    rollouts: pl.DataFrame,
    asked: Mapping[str, Mapping[str, Any]],
    model: RewardModel,
    template: Template,
    name: str,
) -> pl.DataFrame:
    """Return the rows of `Rewards` of a shard of rollouts."""
    whole = rollouts.filter(pl.col("completion").is_not_null())
    facts = [asked[prompt_id] for prompt_id in whole["prompt_id"]]
    prompts = [
        template.messages(one["problem"], one["system_message"], one["earlier_turns"])
        for one in facts
    ]
    texts = whole.select(pl.col("prefill") + pl.col("completion")).to_series().to_list()
    scores = model.scores(prompts, texts)
    found = whole.select("rollout_id").with_columns(
        score=pl.Series(scores, dtype=pl.Float64),
        reward=pl.Series([model.reward_of(one) for one in scores], dtype=pl.Float64),
    )
    return (
        rollouts.select("rollout_id", "prompt_id", model=pl.lit(name))
        .join(found, on="rollout_id", how="left", maintain_order="left")
        .select(Rewards.column_names())
    )
