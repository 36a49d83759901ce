"""The money that a recipe means, and has spent: by the prices of its policies, under its caps."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assets.recipe.recipe import Recipe
from assets.steps.spending import spending_of, spent_by
from r1data.endpoints.batches.records import BatchRecords
from r1data.generation.budget import NO_CAPS
from r1data.generation.spending import Spent
from r1data.policies.settings import EndpointPolicy
from r1data.policies.table import find_policy
from r1data.store.store import Store

if TYPE_CHECKING:
    from r1data.cli.plan import Planned


def money_lines(recipe: Recipe, store: Store, asked: Sequence["Planned"]) -> Iterator[str]:
    """Yield lines on what is still to be paid, what was paid, caps, and batches that are out.

    None where the recipe states neither prices nor caps and nothing was submitted.
    """
    spending = spending_of(recipe.caps, recipe.policies, store)
    spent = spent_by(store, spending.prices) if spending.is_counted else Spent()
    costs = [(cost, one) for one in asked if (cost := expected_cost(one)) is not None]
    if costs:
        bound = "≤ " if any(one.is_at_most for _, one in costs) else ""
        yield f"money still to be paid: {bound}{sum(cost for cost, _ in costs):,.2f}"
        for cost, one in costs:
            yield f"  {one.round_name.strip()}, {one.policy}: {'≤ ' * one.is_at_most}{cost:,.2f}"
        yield f"money paid so far: {spent.money:,.2f}"
    yield from standing_lines(recipe, store, spent)


def standing_lines(recipe: Recipe, store: Store, spent: Spent | None = None) -> Iterator[str]:
    """Yield lines on how far each cap is used up, and on batches whose answers are to be taken."""
    if recipe.caps != NO_CAPS and spent is None:
        spent = spent_by(store, spending_of(recipe.caps, recipe.policies, store).prices)
    yield from _cap_lines(recipe, spent or Spent())
    yield from _batch_lines(recipe, store)


def expected_cost(asked: "Planned") -> float | None:
    """Return what the requests still to be sent will cost, by their lengths; null without a price.

    Each request of a group pays for its prompt, however many samples it asks for.
    """
    policy = asked.settings
    if not isinstance(policy, EndpointPolicy):
        return None
    group_size = asked.num_requests // max(1, asked.num_prompts)
    num_prompts = -(-group_size // policy.samples_per_request)
    return policy.cost(asked.prompt_tokens * num_prompts, asked.tokens)


def _batch_lines(recipe: Recipe, store: Store) -> Iterator[str]:
    for name, policy in recipe.policies.items():
        if isinstance(policy, EndpointPolicy):
            revision = find_policy(name, policy, store)["revision"].item()
            records = BatchRecords(store.shared_logs, revision).open()
            if held := sum(len(record.rollout_ids) for record in records):
                yield f"{name}: {held:,} requests are submitted in batches; a run takes the answers"


def _cap_lines(recipe: Recipe, spent: Spent) -> Iterator[str]:
    for name in type(recipe.caps).model_fields:
        cap = getattr(recipe.caps, name)
        if cap is not None:
            what = name.replace("_", " ")
            yield f"cap of {what}: {getattr(spent, name):,.6g} of {cap:,.9g} used up"
