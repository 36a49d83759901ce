"""Converting a recipe's policy to its row of `Policies` and the version that engines ask."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from r1data.policies.settings import (
    EndpointPolicy,
    Policy,
    PolicyVersion,
    RolloutsPolicy,
    WeightsPolicy,
)
from r1data.policies.weights import chat_template, find_weights, weights_revision
from r1data.seeds import content_id
from r1data.store.store import Store
from r1data.tables import NOT_CONTENT


def find_policy(name: str, settings: Policy, store: Store) -> pl.DataFrame:
    """Find a policy that a recipe starts from: one row of `Policies`.

    Weights are found, unpacked if need be, and hashed; an endpoint is as its recipe declares it.
    """
    if isinstance(settings, WeightsPolicy):
        folder = find_weights(settings, store.models)
        return _row(name, settings.kind, weights_revision(folder), location_of(folder, store))
    if isinstance(settings, EndpointPolicy):
        return _row(name, settings.kind, f"{settings.model}@{settings.revision}", settings.endpoint)
    if isinstance(settings, RolloutsPolicy):
        revision = f"{settings.model}@{settings.digest[:16]}"
        return _row(name, settings.kind, revision, settings.location)
    revision = content_id(settings.content())
    return _row(name, settings.kind, revision, f"rule:{settings.worked_examples}")


def trained_policy(
    name: str,
    weights: Path,
    store: Store,
    *,
    trained_from: str,
    trained_on: str,
    config: str,
) -> pl.DataFrame:
    """Describe a policy that was trained: one row of `Policies`.

    Args:
        name: Its name, that of the round.
        weights: The folder of its weights, inside the data folder; its metrics.json says how the
            training went.
        store: The data folder.
        trained_from: Revision of the model that training began from.
        trained_on: `table@data version` of the mixture.
        config: The training configuration.
    """
    metrics = json.loads((weights / "metrics.json").read_text(encoding="utf-8"))
    told = {"config": Path(config).name, **metrics}
    told = {name: value for name, value in told.items() if name not in NOT_CONTENT}
    row = _row(name, "weights", weights_revision(weights), location_of(weights, store))
    return row.with_columns(
        trained_from=pl.lit(trained_from),
        trained_on=pl.lit(trained_on),
        training=pl.lit(json.dumps(told, sort_keys=True)),
    )


def policy_version(row: dict[str, Any], settings: Policy, store: Store) -> PolicyVersion:
    """Return what engines and logs must know of a policy, from its row of `Policies`."""
    weights = store.root / row["location"] if isinstance(settings, WeightsPolicy) else None
    return PolicyVersion(
        name=row["policy"],
        settings=settings,
        revision=row["revision"],
        weights=weights,
        chat_template=chat_template(weights) if weights else "",
    )


def _row(name: str, kind: str, revision: str, location: str) -> pl.DataFrame:
    known = {"policy": name, "kind": kind, "revision": revision, "location": location}
    row = known | dict.fromkeys(("trained_from", "trained_on", "training"))
    return pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))


def location_of(folder: Path, store: Store) -> str:
    """Return a folder of weights as tables name it.

    A path relative to the data folder if it is inside, so that that can be moved.
    """
    folder, root = folder.resolve(), store.root.resolve()
    return str(folder.relative_to(root) if folder.is_relative_to(root) else folder)
