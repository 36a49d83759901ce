"""The order of prompts in a training by rewards: reasoning first, general ones in the last part."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from math import ceil
from random import Random
from typing import Any

from r1data.seeds import derive_seed

REASONING = "reasoning"


def first_model_step(max_steps: int, share: float, steps: int | None) -> int:
    """Return the step from which on reward models count, counted from 0.

    Args:
        max_steps: Of the training.
        share: The last part of them; DeepSeek-R1's is 400 of 1,700.
        steps: How many they are, in place of the share.

    >>> first_model_step(1_700, 400 / 1_700, None), first_model_step(10, 0.5, 3)
    (1300, 7)
    """
    if max_steps < 1:
        raise ValueError(
            "max_steps is not set, so nobody knows which steps are the last; set it in the "
            "configuration"
        )
    return max(0, max_steps - (round(max_steps * share) if steps is None else steps))


def scheduled(kinds: Sequence[str], settings: Any, from_step: int) -> list[int]:  # noqa: ANN401
    """Return which row is asked at each place, for all steps of a training.

    Before a step reasoning prompts alone are asked, then all of them; each in an order that the
    seed decides, once before any of them comes again. General prompts begin with the first batch
    that is sampled at that step or after it.

    Args:
        kinds: Of the rows.
        settings: TRL's `GRPOConfig`.
        from_step: From `first_model_step`.

    Raises:
        ValueError: There are no reasoning prompts for the steps before.
    """
    a_batch = settings.generation_batch_size // settings.num_generations
    batches_a_step = Fraction(
        settings.gradient_accumulation_steps,
        settings.steps_per_generation * settings.num_iterations,
    )
    before = ceil(from_step * batches_a_step)
    after = ceil(settings.max_steps * batches_a_step) - before
    alone = [row for row, kind in enumerate(kinds) if kind == REASONING]
    if before and not alone:
        raise ValueError(
            f"the reward models count from step {from_step} on, and there are no reasoning prompts "
            "for the steps before; give some, or let the models count from the first step "
            "(`model_share: 1`)"
        )
    first = islice(_cycled(alone, settings.seed, "first"), before * a_batch)
    last = islice(_cycled(range(len(kinds)), settings.seed, "last"), after * a_batch)
    return [*first, *last]


def _cycled(rows: Sequence[int], seed: int, part: str) -> Iterator[int]:
    """Yield rows in a random order, and again in another one, without end."""
    turn = 0
    while rows:
        shuffled = list(rows)
        Random(derive_seed("schedule", seed, part, turn)).shuffle(shuffled)
        yield from shuffled
        turn += 1
