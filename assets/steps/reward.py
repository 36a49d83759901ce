"""Reward steps: models that score completions, trained on pairs or on labels."""

import json
from typing import Any, Literal

import polars as pl

from assets.steps.run import Run
from assets.steps.step import GPU, step
from assets.steps.train import Training, means_of, trained_weights
from assets.steps.trainer import check_configuration
from r1data.policies.settings import Policy
from r1data.policies.table import location_of
from r1data.policies.weights import weights_revision
from r1data.settings import Settings
from r1data.store.table import Table
from r1data.store.writer import TableWriter
from r1data.tables import NOT_CONTENT, RewardModels

REWARD_MODEL = "reward_model"
"""The entry point that trains models of rewards."""
COUNTED = ("num_rows", "num_held_out", "accuracy", "standard_error")
"""What a row says of its own, of all that metrics.json has."""


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
