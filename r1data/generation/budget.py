"""Budgets: the caps of a recipe, and what it may still ask under them.

Caps count all runs of the recipe, from the rows of the request log, so that a run that was killed
counts too. A cap is not passed by what is in flight: each request that has no reply yet is reckoned
to take what the others took on the average and, as long as few have come, the most it can.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import polars as pl
from pydantic import PositiveFloat, PositiveInt

from r1data.errors import CapReachedError, SetupError
from r1data.generation.spending import SECONDS_PER_HOUR, Spent
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import Reply, Sampling
from r1data.settings import Settings

MIN_REPLIES = 8
"""From so many replies on, their average tells what one in flight will take."""


class Caps(Settings):
    """The most that a recipe may ask of models, in all its runs together.

    A run that reaches a cap lets what is in flight finish, keeps everything, says so and ends with
    exit status 3.
    """

    requests: PositiveInt | None = None
    """Replies, errors included; null means no limit."""
    tokens: PositiveInt | None = None
    """Tokens of prompts and completions together."""
    money: PositiveFloat | None = None
    """By the prices of the policies, in their currency."""
    hours: PositiveFloat | None = None
    """The time in which requests are in flight."""
    training_hours: PositiveFloat | None = None
    """The time in which models are trained, those that were not finished included. A training that
    reaches it stops with a checkpoint, from which it goes on when the cap is raised."""


NO_CAPS = Caps()
ASKED_BY = ("requests", "tokens", "money", "hours")
"""The caps on what is asked of models."""
NOTHING = Spent()


@dataclass(frozen=True, slots=True)
class Most:
    """The most that one request can take."""

    tokens: float = 0.0
    money: float = 0.0


class Budget:
    """What a recipe has spent, and may still spend."""

    def __init__(
        self,
        caps: Caps = NO_CAPS,
        spent: Spent = NOTHING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.caps = caps
        self.spent = spent
        self.clock = clock

    def reached(self, in_flight: Spent = NOTHING) -> Iterator[str]:
        """Yield each cap that is reached by what was spent and what is in flight, in words."""
        for name in ASKED_BY:
            cap = getattr(self.caps, name)
            spent = getattr(self.spent, name)
            if cap is not None and spent + getattr(in_flight, name) >= cap:
                yield f"`caps.{name}` is {cap:,.9g}, and {spent:,.9g} are used up"

    def training_seconds(self) -> float | None:
        """Return how long models may still be trained; null without a cap.

        Raises:
            CapReachedError: If no time is left.
        """
        cap, spent = self.caps.training_hours, self.spent.training_hours
        if cap is not None and spent >= cap:
            raise CapReachedError(
                f"stopped where the recipe said: `caps.training_hours` is {cap:,.9g}, and "
                f"{spent:,.6g} are used up; checkpoints are kept: raise the cap and run again to "
                "go on"
            )
        return None if cap is None else (cap - spent) * SECONDS_PER_HOUR


class Allowance:
    """What one table may ask under a budget; times are seconds of the budget's clock."""

    def __init__(self, budget: Budget, most: Most) -> None:
        self._budget = budget
        self._most = most
        self._num_in_flight = 0
        self._seen = NOTHING
        self._num_untold: int | None = 0
        """Completions that came without a count of their tokens; null once one came with it."""
        self._looked: float | None = None

    def may_ask(self) -> bool:
        """Tell whether one more request fits beside those in flight."""
        return not self._is_blind and not any(self._budget.reached(self._in_flight()))

    def ask(self) -> None:
        """Note that a request goes out."""
        self._num_in_flight += 1
        self._looked = self._budget.clock() if self._looked is None else self._looked

    def take(self, reply: Reply, cost: float | None) -> None:
        """Note a reply, and what it cost."""
        self._num_in_flight -= 1
        if reply.num_completion_tokens is not None:
            self._num_untold = None
        elif reply.completion is not None and self._num_untold is not None:
            self._num_untold += 1
        tokens = (reply.num_prompt_tokens or 0) + (reply.num_completion_tokens or 0)
        self._seen = _sum(self._seen, Spent(1, tokens, cost or 0.0))
        self._budget.spent = _sum(self._budget.spent, Spent(1, tokens, cost or 0.0, self._hours()))

    def check(self) -> None:
        """Raise one line that says why no more may be asked and how to go on.

        Raises:
            CapReachedError: If a cap is reached though nothing is in flight.
            SetupError: If replies do not tell what a cap counts.
        """
        if self._is_blind:
            raise SetupError(
                f"the first {self._num_untold} completions came without counts of tokens, by which "
                "`caps.tokens` and `caps.money` are kept; have the endpoint tell them (a stream "
                "does if `stream_options` is sent), or cap `requests` or `hours` in their place"
            )
        reached = " and ".join(self._budget.reached())
        if reached:
            raise CapReachedError(
                f"stopped where the recipe said: {reached}; everything that came is kept: raise "
                "the cap and run again to go on, or run with --finished-only to use what is there"
            )

    @property
    def _is_blind(self) -> bool:
        """Whether a cap counts tokens that are not told."""
        caps = self._budget.caps
        is_counted = caps.tokens is not None or (caps.money is not None and self._most.money > 0)
        return is_counted and (self._num_untold or 0) >= MIN_REPLIES

    def _in_flight(self) -> Spent:
        num_seen, number = self._seen.requests, self._num_in_flight
        if num_seen < MIN_REPLIES:
            tokens, money = self._most.tokens, self._most.money
        else:
            tokens, money = self._seen.tokens / num_seen, self._seen.money / num_seen
        return Spent(number, round(number * tokens), number * money)

    def _hours(self) -> float:
        """Return how long it is since this was last asked, with something in flight."""
        now = self._budget.clock()
        hours = 0.0 if self._looked is None else (now - self._looked) / SECONDS_PER_HOUR
        self._looked = now if self._num_in_flight else None
        return hours


def most_of(policy: PolicyVersion, sampling: Sampling, prompts: pl.DataFrame) -> Most:
    """Return the most that one request can take: a prompt has no more tokens than bytes."""
    settings = policy.settings
    num_bytes = prompts.select(pl.col("problem").str.len_bytes().max()).item() or 0
    priced = settings if isinstance(settings, EndpointPolicy) else None
    money = priced.cost(num_bytes, sampling.most_tokens) if priced else None
    return Most(num_bytes + sampling.most_tokens, money or 0.0)


def _sum(one: Spent, other: Spent) -> Spent:
    return replace(
        one,
        requests=one.requests + other.requests,
        tokens=one.tokens + other.tokens,
        money=one.money + other.money,
        hours=one.hours + other.hours,
    )
