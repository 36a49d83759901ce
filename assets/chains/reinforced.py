"""The chain of a policy trained by rewards: from prompts to its weights, and what it wrote."""

from collections.abc import Iterator

from assets.chains.round import Others, Trains
from assets.chains.trained import one_policy
from assets.steps.reinforce import (
    Prompting,
    Reinforcement,
    Reinforcing,
    Trained,
    collect,
    log,
    prompt,
    reinforce,
)
from r1data.settings import SourceName
from r1data.store.spec import TableSpec

RANDOM = "random"
"""Begins the names of the tables of the arm whose rewards are random, and ends its policy's."""


def trains_by_rewards(
    round_name: str, training: Reinforcement, *, random_arm: bool
) -> dict[str, Trains]:
    """Return the policies of a round that trains by rewards: its own, and the random arm."""
    found = one_policy(round_name, training)
    if random_arm:
        table = f"{round_name}/{RANDOM}_policy"
        found[f"{round_name}_{RANDOM}"] = Trains(training, table, where=f"{round_name}.training")
    return found


def reinforced(
    of: Others,
    training: Reinforcement,
    *,
    sources: tuple[SourceName, ...] | None,
    random_arm: bool = False,
    bands: str | None = None,
    description: str,
) -> Iterator[TableSpec]:
    """Yield the prompts to reward, the policy, what it wrote, and what was logged of it.

    Args:
        of: The rest of the recipe.
        training: How the policies are trained.
        sources: The sources whose prompts are asked; null means all.
        random_arm: Whether a second policy is trained on rewards that are random.
        bands: The key of the table that says which prompts are inside a band; null takes all.
        description: One sentence about the policy.
    """
    base = of.policies[training.base]
    rewarded = of.table("rl_prompts")
    yield prompt.table(
        rewarded,
        Prompting(dataset=of.name, template=base.settings.template, sources=sources),
        prompts=of.prompts,
        **({} if bands is None else {"bands": bands}),
    )
    arms = trains_by_rewards(of.name, training, random_arm=random_arm)
    for name, table in ((name, arm.table) for name, arm in arms.items()):
        is_random = name != of.name
        yield reinforce.table(
            table,
            Reinforcing(name=name, training=training, base=base.settings, is_random=is_random),
            description=f"{description} Its rewards are those of other completions."
            if is_random
            else description,
            rl_prompts=rewarded,
            base=base.table,
        )
        yield from told_of(of, name, table, f"{RANDOM}_" if is_random else "")


def told_of(of: Others, policy: str, table: str, prefix: str = "") -> Iterator[TableSpec]:
    """Yield what a policy wrote while it was trained by rewards, and what was logged.

    Args:
        of: The rest of the recipe.
        policy: The policy's name.
        table: The key of the table that describes it.
        prefix: Begins the names of the tables.
    """
    told = Trained(policy=policy)
    yield collect.table(of.table(f"{prefix}rl_rollouts"), told, policy=table)
    yield log.table(of.table(f"{prefix}training_log"), told, policy=table)
