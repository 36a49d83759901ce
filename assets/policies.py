"""The policies a recipe starts from: one table each, of one row."""

from collections.abc import Iterator, Mapping

from assets.chains.round import NamedPolicy
from assets.steps.ingest import Given, find
from r1data.policies.settings import Policy
from r1data.store.spec import TableSpec

PREFIX = "policies"


def starting_policies(policies: Mapping[str, Policy]) -> dict[str, NamedPolicy]:
    """Return the policies of a recipe's section, by name."""
    return {
        name: NamedPolicy(name, f"{PREFIX}/{name}", settings) for name, settings in policies.items()
    }


def tables(policies: Mapping[str, NamedPolicy]) -> Iterator[TableSpec]:
    """Yield the table of each policy."""
    for policy in policies.values():
        yield find.table(policy.table, Given(name=policy.name, policy=policy.settings))
