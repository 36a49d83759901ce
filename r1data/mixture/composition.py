"""The composition of a mixture: which kept rollouts it takes, into which split, and the counts."""

from collections.abc import Iterable

import polars as pl

from r1data.mixture.held_out import HeldOut
from r1data.mixture.paper import DOMAINS
from r1data.mixture.quotas import Available, MixtureQuotas
from r1data.names import Domain
from r1data.seeds import content_id
from r1data.tables import HELD_OUT, TRAIN, MixtureSelections, Quotas

OVER_SOURCE, OVER_DOMAIN = "over_quota_of_source", "over_quota_of_domain"


def select_rows(rows: pl.DataFrame, quotas: MixtureQuotas | None, dataset: str) -> pl.DataFrame:
    """Return a row of `MixtureSelections` for each kept rollout, in their order, in no split yet.

    A domain takes the first rollout of each of its prompts, then the second ones, each time by
    hash, until its quota is full: it has as many prompts as it can. The order of the rows that come
    in changes no decision, and rows that are added displace no more than their number.

    Args:
        rows: `rollout_id`, `prompt_id`, `domain` and `source` of the kept rollouts.
        quotas: How many are wanted; null takes all.
        dataset: The mixture; another one takes other rollouts.
    """
    decided = _ranked(rows, dataset).with_columns(drop_reason=pl.lit(None, pl.String))
    if quotas is not None:
        available = count_available(rows)
        wanted = quotas.wanted(available)
        decided = _over_caps(decided, quotas.caps(wanted, available))
        decided = _over_quotas(decided, wanted)
    else:
        decided = decided.with_columns(rank=pl.int_range(pl.len(), dtype=pl.Int64).over("domain"))
    return (
        decided.sort("position")
        .with_columns(
            dataset=pl.lit(dataset),
            is_kept=pl.col("drop_reason").is_null(),
            split=pl.lit(None, pl.String),
        )
        .select(MixtureSelections.column_names())
    )


def hold_out(selections: pl.DataFrame, held_out: Iterable[str]) -> pl.DataFrame:
    """Return selections with the split of each row that is kept: some prompts are held out."""
    is_held_out = pl.col("prompt_id").is_in(pl.Series(list(held_out), dtype=pl.String).implode())
    split = pl.when(is_held_out).then(pl.lit(HELD_OUT)).otherwise(pl.lit(TRAIN))
    return selections.with_columns(split=pl.when("is_kept").then(split))


def count_available(rows: pl.DataFrame) -> Available:
    """Count kept rollouts by domain and source."""
    counts: dict[Domain, dict[str, int]] = {}
    for domain, source, number in (
        rows.group_by("domain", "source").len().sort(pl.all()).iter_rows()
    ):
        counts.setdefault(domain, {})[source] = number
    return counts


def count_quotas(
    selections: pl.DataFrame,
    quotas: MixtureQuotas | None,
    held_out: HeldOut | None,
    dataset: str,
) -> pl.DataFrame:
    """Return rows of `Quotas`: what was wanted of each domain, source and split, and what is there.

    A domain that the recipe wants and that has no row is there too, with its shortfall.
    """
    available = count_available(selections)
    wanted = quotas.wanted(available) if quotas else dict.fromkeys(DOMAINS)
    caps = quotas.caps(wanted, available) if quotas else {}
    shown = [name for name in DOMAINS if wanted.get(name) or name in available]
    counted = [
        *_counts(selections.filter(pl.col("drop_reason").ne_missing(OVER_SOURCE)), "domain"),
        *_counts(selections, "source"),
    ]
    found = {(kind, name): numbers for kind, name, *numbers in counted}
    rows = [
        _row("domain", name, wanted.get(name), *found.get(("domain", name), (0, 0)))
        for name in shown
    ]
    sources = sorted({name for kind, name in found if kind == "source"})
    rows += [_row("source", name, caps.get(name), *found["source", name]) for name in sources]
    if held_out is not None:
        rows.append(_split(selections, held_out))
    frame = pl.DataFrame(rows, schema=Quotas.create_empty().drop("dataset").schema, orient="row")
    return frame.select(pl.lit(dataset).alias("dataset"), pl.all())


def _ranked(rows: pl.DataFrame, dataset: str) -> pl.DataFrame:
    """Return rows in the order in which they are taken, with the position they came in."""
    order = [content_id(dataset, rollout_id) for rollout_id in rows["rollout_id"]]
    return (
        rows.with_row_index("position")
        .with_columns(order=pl.Series(order, dtype=pl.String))
        .sort("order", "rollout_id")
        .with_columns(turn=pl.int_range(pl.len()).over("prompt_id"))
        .sort("turn", "order", "rollout_id")
    )


def _over_caps(ordered: pl.DataFrame, caps: dict[str, int]) -> pl.DataFrame:
    cap = pl.col("source").replace_strict(caps, default=None, return_dtype=pl.Int64)
    is_over = pl.int_range(pl.len(), dtype=pl.Int64).over("source") >= cap
    return ordered.with_columns(drop_reason=pl.when(is_over).then(pl.lit(OVER_SOURCE)))


def _over_quotas(ordered: pl.DataFrame, wanted: dict[Domain, int | None]) -> pl.DataFrame:
    quota = pl.col("domain").replace_strict(wanted, default=None, return_dtype=pl.Int64)
    is_left = pl.col("drop_reason").is_null()
    ranked = ordered.with_columns(rank=pl.when(is_left).then(is_left.cum_sum().over("domain") - 1))
    is_over = pl.col("rank") >= quota
    return ranked.with_columns(
        pl.col("rank").cast(pl.Int64),
        drop_reason=pl.coalesce("drop_reason", pl.when(is_over).then(pl.lit(OVER_DOMAIN))),
    )


def _counts(selections: pl.DataFrame, kind: str) -> list[tuple[str, str, int, int]]:
    counted = selections.group_by(kind).agg(available=pl.len(), taken=pl.col("is_kept").sum())
    return [(kind, *row) for row in counted.iter_rows()]


def _split(selections: pl.DataFrame, held_out: HeldOut) -> tuple[object, ...]:
    kept = selections.filter("is_kept").unique("prompt_id")
    taken = kept.filter(split=HELD_OUT).height
    return _row("split", HELD_OUT, held_out.wanted(kept.height), kept.height, taken)


def _row(kind: str, name: str, wanted: int | None, *counts: int) -> tuple[object, ...]:
    shortfall = None if wanted is None or kind == "source" else max(0, wanted - counts[-1])
    return kind, name, wanted, *counts, shortfall
