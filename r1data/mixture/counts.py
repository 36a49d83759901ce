"""Counts of a mixture for its card: rows, drops, who decided on them, what licences allow."""

from collections.abc import Mapping, Sequence

import polars as pl

from r1data.mixture.licences import terms
from r1data.tables import BY_RULE

NOBODY = "nobody"
KEPT = "kept"
AS_KEPT, WHOLE = "as kept", "whole completion"
"""Stand for rows that are no variant, and for those that are trained on whole."""


def count_rows(mixture: pl.LazyFrame) -> pl.DataFrame:
    """Count a mixture's rows by source, domain and licence, the most frequent first.

    Where some were verified by nobody, `num_unverified` counts those; where some are held out,
    `num_held_out` does.
    """
    keys = ("source", "domain", "licence")
    counts = mixture.group_by(keys).agg(
        num_rows=pl.len(),
        num_unverified=pl.col("is_unverified").fill_null(False).sum(),
        num_held_out=(pl.col("split") == "held_out").fill_null(False).sum(),
    )
    found = counts.sort("num_rows", *keys, descending=[True, False, False, False]).collect()
    unused = [name for name in ("num_unverified", "num_held_out") if not found[name].sum()]
    return found.drop(unused)


def count_variants(mixture: pl.LazyFrame) -> pl.DataFrame | None:
    """Count a mixture's rows by variant, those that are as they were kept first; None if all are.

    Rows that are trained on in part alone are counted apart, as `loss_on` says.
    """
    names = pl.col("variant").fill_null(AS_KEPT)
    trained_on = pl.col("loss_on").fill_null(WHOLE)
    counts = mixture.group_by(variant=names, trained_on=trained_on).agg(num_rows=pl.len())
    found = counts.sort(pl.col("variant") != AS_KEPT, "variant").collect()
    return None if set(found["variant"]) <= {AS_KEPT} else found


def count_drop_reasons(tables: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Count the rows of each table by drop reason: those that stayed first, under `kept`."""
    return pl.concat(
        table.group_by(drop_reason=pl.col("drop_reason").fill_null(KEPT))
        .agg(num_rows=pl.len())
        .sort(pl.col("drop_reason") != KEPT, -pl.col("num_rows").cast(pl.Int64), "drop_reason")
        .select(pl.lit(key).alias("table"), "drop_reason", "num_rows")
        .collect()
        for key, table in tables.items()
    )


def count_deciders(rows: pl.DataFrame, verdicts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Count a mixture's rows by who found their answer right: a rule, a judge, or nobody.

    Args:
        rows: `rollout_id` and `is_unverified` of a mixture.
        verdicts: `rollout_id`, `verifier` and `decided_by` of its rollouts; where several tables
            have one, a judge's counts.
    """
    empty = pl.DataFrame(schema={"rollout_id": pl.String, "judge": pl.String, "rule": pl.String})
    is_rule = pl.col("decided_by").fill_null(BY_RULE) == BY_RULE
    named = [
        frame.select(
            "rollout_id",
            judge=pl.when(~is_rule).then(pl.format("judge {}", "decided_by")),
            rule=pl.format("rule {}", "verifier"),
        )
        for frame in verdicts
    ]
    one_each = (
        pl.concat([empty, *named])
        .group_by("rollout_id")
        .agg(pl.col("judge").drop_nulls().first(), pl.col("rule").sort().first())
    )
    decided = rows.join(one_each, on="rollout_id", how="left").with_columns(
        decided_by=pl.when(pl.col("is_unverified").fill_null(False))
        .then(pl.lit(NOBODY))
        .otherwise(pl.coalesce("judge", "rule", pl.lit(NOBODY)))
    )
    return (
        decided.group_by("decided_by")
        .agg(num_rows=pl.len())
        .sort("num_rows", "decided_by", descending=[True, False])
    )


def licence_terms(counts: pl.DataFrame) -> pl.DataFrame:
    """Return what the licence of each source of a mixture allows; null where it is not known.

    Args:
        counts: From `count_rows`.
    """
    rows = counts.group_by("source", "licence").agg(pl.col("num_rows").sum()).sort("source")
    allowed = [terms(licence) for licence in rows["licence"]]
    return rows.select(
        "source",
        "licence",
        "num_rows",
        pl.Series("may_be_shared", [one and one.may_be_shared for one in allowed], pl.Boolean),
        pl.Series("commercial_use", [one and one.is_commercial for one in allowed], pl.Boolean),
        pl.Series("share_alike", [one and one.is_share_alike for one in allowed], pl.Boolean),
    )
