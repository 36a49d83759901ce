"""What a recipe spends on models: its caps and prices, and what its replies have taken so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from r1data.generation.budget import NO_CAPS, Budget, Caps
from r1data.generation.spending import SECONDS_PER_HOUR, Spent, read_spent
from r1data.policies.price import Price
from r1data.policies.settings import EndpointPolicy, Policy
from r1data.policies.table import find_policy
from r1data.policies.trainings import trained_seconds
from r1data.store.store import REQUESTS, Store


@dataclass(frozen=True, slots=True)
class Spending:
    """What a recipe says about spending."""

    caps: Caps = NO_CAPS
    prices: Mapping[str, Price] = field(default_factory=dict)
    """By policy revision."""

    @property
    def is_counted(self) -> bool:
        """Whether the recipe says anything, so that it is worth reading the logs."""
        return self.caps != NO_CAPS or bool(self.prices)


NO_LIMIT = Spending()


def spending_of(caps: Caps, policies: Mapping[str, Policy], store: Store) -> Spending:
    """Return what a recipe with some caps and policies says."""
    prices = {
        find_policy(name, policy, store)["revision"].item(): policy.price
        for name, policy in policies.items()
        if isinstance(policy, EndpointPolicy) and policy.price is not None
    }
    return Spending(caps, prices)


def budget_of(store: Store, spending: Spending) -> Budget:
    """Return what a recipe may still ask; without caps, nothing is read for it."""
    if spending.caps == NO_CAPS:
        return Budget()
    return Budget(spending.caps, spent_by(store, spending.prices))


def spent_by(store: Store, prices: Mapping[str, Price]) -> Spent:
    """Return what the recipe of a data folder has spent so far, by the log beside it.

    What trainings took stands beside their weights, and goes with them.
    """
    logs = sorted((store.shared_logs / REQUESTS).rglob("*.jsonl"))
    spent = read_spent(logs, store.root.name, prices)
    return replace(spent, training_hours=trained_seconds(store.models) / SECONDS_PER_HOUR)
