"""The held-out split of a mixture: prompts that are not trained on, each unlike all others."""

from collections.abc import Callable, Sequence

from pydantic import Field, PositiveInt, model_validator

from r1data.seeds import content_id
from r1data.settings import Settings

FindTwins = Callable[[Sequence[str]], set[str]]
"""Takes some prompts of a mixture, and returns those that another prompt of it is nearly."""


class HeldOut(Settings):
    """How much of a training set is held out: exactly one of `share` and `prompts`."""

    share: float | None = Field(None, gt=0, lt=1)
    """Of its prompts."""
    prompts: PositiveInt | None = None
    """How many prompts."""
    similarity: float = Field(0.8, ge=0.7, le=1)
    """A prompt that is as similar as this to any other is trained on, not held out: the Jaccard
    index of the problems' shingles, whatever their numbers."""

    @model_validator(mode="after")
    def _says_how_much(self) -> "HeldOut":
        if (self.share is None) == (self.prompts is None):
            raise ValueError("give exactly one of `share` and `prompts`")
        return self

    def wanted(self, num_prompts: int) -> int:
        """Return how many of so many prompts are to be held out, whether or not there are so many.

        >>> HeldOut(share=0.01).wanted(1_000), HeldOut(share=0.01).wanted(7)
        (10, 1)
        >>> HeldOut(prompts=7).wanted(3), HeldOut(prompts=7).wanted(0)
        (7, 0)
        """
        if not num_prompts:
            return 0
        return self.prompts or max(1, round((self.share or 0) * num_prompts))


def choose_held_out(
    prompt_ids: Sequence[str], find_twins: FindTwins, settings: HeldOut, dataset: str
) -> set[str]:
    """Return the prompts that are held out: the first by hash that have no twin.

    Fewer than are wanted, where too many have one; never all: one is left to train on. A prompt
    that is added displaces few others.

    Args:
        prompt_ids: Of the mixture, in any order, each once.
        find_twins: Tells which of some prompts have a twin in the mixture.
        settings: How many are held out.
        dataset: The mixture; another one holds out other prompts.
    """
    ordered = sorted(prompt_ids, key=lambda name: content_id(dataset, "held_out", name))
    wanted = min(settings.wanted(len(ordered)), len(ordered) - 1)
    found: list[str] = []
    start, count = 0, wanted
    while len(found) < wanted and start < len(ordered):
        candidates = ordered[start : start + count]
        twins = find_twins(candidates)
        found += [name for name in candidates if name not in twins]
        start, count = start + count, 2 * count
    return set(found[: max(wanted, 0)])
