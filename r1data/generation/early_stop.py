"""Early stop: when a prompt needs no more samples, and what its pass rate says then."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Self

import polars as pl
from pydantic import Field, PositiveInt, model_validator

from r1data.settings import Settings


class Stop(StrEnum):
    """Why the rest of a prompt's group is not asked."""

    ENOUGH_CORRECT = "enough_correct"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"


class EarlyStop(Settings):
    """When the rest of a prompt's group is not asked.

    Samples are asked in waves. Only after a whole wave, by the verdicts of rules alone, is it
    decided whether a prompt goes on, so that the same replies always decide the same.
    """

    wave_size: PositiveInt = 4
    """The samples of each prompt that are asked before its verdicts are looked at."""
    at_correct: PositiveInt | None = None
    """So many correct rollouts are enough. Where a band is stated too, a prompt goes on until it is
    certain that the pass rate of its whole group would be inside."""
    min_pass_rate: float = Field(0.0, ge=0, le=1)
    """A prompt stops once the pass rate of its whole group is certain to be below this."""
    max_pass_rate: float = Field(1.0, ge=0, le=1)
    """A prompt stops once the pass rate of its whole group is certain to be above this."""
    outside_after: PositiveInt | None = None
    """From so many judged rollouts on, a prompt stops too if its pass rate so far is outside the
    band, though the rest of its group could still bring it back (MAI-Thinking-1: after 16 of
    128)."""

    @model_validator(mode="after")
    def _has_a_rule(self) -> Self:
        if self.at_correct is None and not self.has_band:
            raise ValueError(
                "an early stop says when: give `at_correct`, `min_pass_rate` or `max_pass_rate`"
            )
        if self.outside_after is not None and not self.has_band:
            raise ValueError(
                "`outside_after` looks at a band: give `min_pass_rate` or `max_pass_rate` too"
            )
        if self.min_pass_rate > self.max_pass_rate:
            raise ValueError(
                f"min_pass_rate ({self.min_pass_rate:g}) is above max_pass_rate "
                f"({self.max_pass_rate:g}): no prompt is in such a band; swap them"
            )
        return self

    @property
    def has_band(self) -> bool:
        """Whether a prompt can stop by its pass rate."""
        return self.min_pass_rate > 0 or self.max_pass_rate < 1

    def find_stop(self, num_judged: int, num_correct: int, num_open: int) -> Stop | None:
        """Return why a prompt stops, or None if it goes on.

        Args:
            num_judged: Its rollouts that were judged by a rule.
            num_correct: Of those, the correct ones.
            num_open: The rest of its group: what is not asked yet, and what no rule judged. Each
                may turn out correct, incorrect or not judged at all.

        >>> EarlyStop(max_pass_rate=0.5).find_stop(6, 5, 2)
        <Stop.TOO_EASY: 'too_easy'>
        >>> EarlyStop(max_pass_rate=0.5).find_stop(6, 4, 2) is None
        True
        """
        most = max(1, num_judged + num_open)
        low, high = num_correct / most, (num_correct + num_open) / most
        is_enough = self.at_correct is not None and num_correct >= self.at_correct
        if is_enough and low >= self.min_pass_rate and high <= self.max_pass_rate:
            return Stop.ENOUGH_CORRECT
        if self.outside_after is not None and num_judged >= self.outside_after:
            low = high = num_correct / num_judged
        if high < self.min_pass_rate:
            return Stop.TOO_HARD
        return Stop.TOO_EASY if low > self.max_pass_rate else None

    def estimates(self, group_size: int) -> pl.DataFrame:
        """Return the unbiased estimate of the pass rate for all counts a prompt can end with.

        By Girshick, Mosteller and Savage (Unbiased estimates for certain binomial sampling
        problems, 1946): of the orders in which a prompt can come to its counts without stopping
        before, the share that begins with a correct rollout. Where it stops exactly at the k-th
        correct one, that is Haldane's (k - 1) / (n - 1); without a stop, correct / judged.

        >>> EarlyStop(wave_size=1, at_correct=2).estimates(3).rows()
        [(2, 2, 1.0), (3, 0, 0.0), (3, 1, 0.3333333333333333), (3, 2, 0.5)]
        """
        names = {"num_judged": pl.Int64, "num_correct": pl.Int64, "unbiased_pass_rate": pl.Float64}
        return pl.DataFrame(list(self._ends(group_size)), schema=names, orient="row")

    def _ends(self, group_size: int) -> Iterator[tuple[int, int, float]]:
        """Yield each way a prompt can end: judged, correct, and the estimate."""
        orders = {0: 1}
        """How many orders of outcomes lead to so many correct ones, none of which stopped."""
        begun_well: dict[int, int] = {}
        """How many of those begin with a correct one."""
        for judged in range(1, group_size + 1):
            orders = _one_more(orders)
            begun_well = {1: 1} if judged == 1 else _one_more(begun_well)
            if judged % self.wave_size and judged < group_size:
                continue
            for correct in sorted(orders):
                is_last = judged == group_size
                if is_last or self.find_stop(judged, correct, group_size - judged):
                    yield judged, correct, begun_well.pop(correct, 0) / orders.pop(correct)


def _one_more(orders: dict[int, int]) -> dict[int, int]:
    """Return how many orders there are with one more outcome, correct or not.

    >>> _one_more({0: 1, 1: 1})
    {0: 1, 1: 2, 2: 1}
    """
    longer = dict(orders)
    for correct, number in orders.items():
        longer[correct + 1] = longer.get(correct + 1, 0) + number
    return longer
