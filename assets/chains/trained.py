"""The chain of a trained policy: from the rollouts that were kept to its weights."""

from collections.abc import Iterator, Sequence

from assets.chains.round import Kept, Others, Trains
from assets.steps.train import Mixing, Schooling, Training, kept_argument, mix, train
from r1data.mixture.patterns import Pattern
from r1data.mixture.variants import NO_VARIANTS, Variants
from r1data.policies.templates import Template
from r1data.store.spec import TableSpec


def policy_table(round_name: str) -> str:
    """Return the key of the table that describes the policy a round trains."""
    return f"{round_name}/policy"


def one_policy(round_name: str, training: Training | None) -> dict[str, Trains]:
    """Return the policy of a round that trains one, named like the round, if it trains any."""
    if training is None:
        return {}
    return {round_name: Trains(training, policy_table(round_name), where=f"{round_name}.training")}


def mixture(
    of: Others,
    kept: Sequence[Kept],
    training: Training | None,
    *,
    description: str | None = None,
    selections: str | None = None,
    pattern: Pattern = "think",
    variants: Variants = NO_VARIANTS,
) -> TableSpec:
    """Return the training set that a round makes of the rollouts some rounds kept.

    It takes all of them, or those that a table of selections says. A row states its problem as the
    policy to be trained will be asked it. Only the beginning of the think block follows the
    template of the policy that wrote the rollout. Variants stand behind the rows they are made of.
    """
    asked = of.policies[training.base].settings.template if training else None
    return mix.table(
        of.table("sft_mixture"),
        Mixing(
            dataset=of.name,
            templates={one.round_name: _template(one, asked) for one in kept},
            pattern=pattern,
            plain={one.round_name: one.plain for one in kept if one.plain},
            variants=variants,
        ),
        description=description,
        prompts=of.prompts,
        **({} if selections is None else {"selections": selections}),
        **{kept_argument(one.round_name): one.table for one in kept},
    )


def trained(
    of: Others, training: Training | None, *, description: str | None = None
) -> Iterator[TableSpec]:
    """Yield the policy that a round trains on its training set, if it trains one."""
    if training is None:
        return
    base = of.policies[training.base]
    yield train.table(
        policy_table(of.name),
        Schooling(name=of.name, training=training, base=base.settings),
        description=description,
        mixture=of.table("sft_mixture"),
        base=base.table,
    )


def _template(kept: Kept, asked: Template | None) -> Template:
    if asked is None or kept.is_own:
        return kept.template
    return asked.model_copy(update={"reasoning": kept.template.reasoning})
