"""Spending: the requests, tokens, money and time that a recipe's replies have taken so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from r1data.policies.price import Price
from r1data.store.log import index_log

FIELDS: dict[str, type[pl.DataType]] = {
    "recipe": pl.String,
    "policy_revision": pl.String,
    "num_prompt_tokens": pl.Int64,
    "num_completion_tokens": pl.Int64,
    "cost": pl.Float64,
    "seconds": pl.Float64,
    "finished_at": pl.String,
}
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What replies have taken."""

    requests: int = 0
    """Replies, errors included."""
    tokens: int = 0
    """Tokens of prompts and completions, as far as replies tell."""
    money: float = 0.0
    """In the currency of the recipe's prices."""
    hours: float = 0.0
    """The time in which at least one request was in flight."""
    training_hours: float = 0.0
    """The time in which models were trained."""


def read_spent(logs: Iterable[Path], recipe: str, prices: Mapping[str, Price] = {}) -> Spent:
    """Return what the replies in some logs have taken that a recipe asked for.

    Args:
        logs: Files of the request log.
        recipe: The recipe's name.
        prices: By policy revision, for replies from before a price was stated.
    """
    rows = pl.concat([pl.DataFrame(schema=FIELDS), *(_rows(path, recipe) for path in logs)])
    tokens = pl.sum_horizontal("num_prompt_tokens", "num_completion_tokens")
    costs = float(rows["cost"].sum()) + sum(
        prices[revision].cost(num_prompt or 0, num_completion or 0)
        for revision, num_prompt, num_completion in rows.filter(pl.col("cost").is_null())
        .group_by("policy_revision")
        .agg(pl.sum("num_prompt_tokens", "num_completion_tokens"))
        .iter_rows()
        if revision in prices
    )
    return Spent(rows.height, rows.select(tokens.sum()).item(), costs, _hours(rows))


def _rows(path: Path, recipe: str) -> pl.DataFrame:
    return index_log(path, FIELDS).filter(recipe=recipe).select(list(FIELDS))


def _hours(rows: pl.DataFrame) -> float:
    """Return how long at least one of the requests was in flight.

    >>> times = ["2026-01-01T01:00:00+00:00", "2026-01-01T01:30:00+00:00"]
    >>> _hours(pl.DataFrame({"finished_at": times, "seconds": [3600.0, 3600.0]}))
    1.5
    """
    end = pl.col("finished_at").str.to_datetime(time_zone="UTC", strict=False)
    seconds = end.dt.epoch("ms") / 1000
    spans = (
        rows.select(start=seconds - pl.col("seconds"), end=seconds)
        .drop_nulls()
        .sort("start")
        .with_columns(covered=pl.col("end").cum_max().shift(1))
    )
    begun = pl.max_horizontal("start", "covered")
    lengths = (pl.col("end") - begun).clip(lower_bound=0)
    return float(spans.select(lengths.sum()).item() or 0.0) / SECONDS_PER_HOUR
