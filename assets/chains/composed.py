"""The chain of a composed training set: from kept rollouts, by quotas, to two splits."""

from collections.abc import Iterator, Sequence

from assets.chains.round import Kept, Others
from assets.chains.trained import mixture
from assets.steps.compose import Composing, Measured, compose, count, count_mixture_tokens
from assets.steps.train import Training, kept_argument
from r1data.mixture.held_out import HeldOut
from r1data.mixture.quotas import MixtureQuotas
from r1data.mixture.variants import NO_VARIANTS, Variants
from r1data.store.spec import TableSpec

MIXTURE_SELECTIONS = "mixture_selections"
"""The table of what a training set takes, and of what it holds out."""


def composed(
    of: Others,
    kept: Sequence[Kept],
    training: Training | None,
    *,
    quotas: MixtureQuotas | None,
    held_out: HeldOut | None,
    description: str,
    variants: Variants = NO_VARIANTS,
) -> Iterator[TableSpec]:
    """Yield the training set of kept rollouts and, where it takes a choice, what it decided.

    Args:
        of: The rest of the recipe.
        kept: What the rounds keep.
        training: As in `mixture`.
        quotas: How many rows each domain and source has.
        held_out: What is not trained on.
        description: One sentence about the rows.
        variants: What stands beside the rows.
    """
    if quotas is None and held_out is None:
        yield mixture(of, kept, training, description=description, variants=variants)
        return
    composing = Composing(dataset=of.name, quotas=quotas, held_out=held_out)
    decided = of.table(MIXTURE_SELECTIONS)
    yield compose.table(
        decided,
        composing,
        prompts=of.prompts,
        **{kept_argument(one.round_name): one.table for one in kept},
    )
    yield count.table(of.table("quotas"), composing, selections=decided)
    yield mixture(
        of, kept, training, description=description, selections=decided, variants=variants
    )


def counted(of: Others, kept: Sequence[Kept], context_length: int) -> TableSpec:
    """Return the token statistics of a round's training set, for a context of so many tokens."""
    return count_mixture_tokens.table(
        of.table("token_statistics"),
        Measured(dataset=of.name, context_length=context_length),
        mixture=of.table("sft_mixture"),
        **{kept_argument(one.round_name): one.table for one in kept},
        **{f"signals_{one.round_name}": one.signals for one in kept if one.signals},
    )
