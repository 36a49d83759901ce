"""What a recipe spends on models: its caps and prices, and what its replies have taken so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from r1data.engines.policies import EndpointPolicy, Policy
from r1data.engines.policy_table import find_policy
from r1data.engines.price import Price
from r1data.generation.budget import NO_CAPS, Budget, Caps
from r1data.generation.spending import Spent, read_spent
from r1data.store.store import REQUESTS, Store


@dataclass(frozen=True, slots=True)
class Spending:
    """What a recipe says about spending."""

    caps: Caps = NO_CAPS
    prices: Mapping[str, Price] = field(default_factory=dict)
    """By policy revision."""


NO_LIMIT = Spending()


def prices_of(policies: Mapping[str, Policy], store: Store) -> dict[str, Price]:
    """Return the prices that a recipe states, by policy revision."""
    return {
        find_policy(name, policy, store)["revision"].item(): policy.price
        for name, policy in policies.items()
        if isinstance(policy, EndpointPolicy) and policy.price is not None
    }


def budget_of(store: Store, spending: Spending) -> Budget:
    """Return what a recipe may still ask; without caps, nothing is read for it."""
    if spending.caps == NO_CAPS:
        return Budget()
    return Budget(spending.caps, spent_by(store, spending.prices))


def spent_by(store: Store, prices: Mapping[str, Price]) -> Spent:
    """Return what the recipe of a data folder has spent so far, by the log beside it."""
    logs = sorted((store.shared_logs / REQUESTS).rglob("*.jsonl"))
    return read_spent(logs, store.root.name, prices)
