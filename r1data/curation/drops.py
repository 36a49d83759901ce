"""The drop table: source by filter, in rows and in shares, beside what others published."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from r1data.curation.published import published_rate
from r1data.reasons import FILE_REASONS, PROMPT_REASONS, ROLLOUT_REASONS
from r1data.tables import Drops

KEPT = "kept"
ALL = "all"
"""Stands for all sources together."""
UNKNOWN = "unknown"
"""Stands for the source of a rollout whose prompt is not there."""
NO_TEXT = ("not_asked", "no_completion")
"""What left for these was never looked at: it is in no share that is compared."""
MIN_COMPARED = 100
"""Rows of a source below which its shares are compared with nothing: one row is a per cent."""
REGISTRIES = (ROLLOUT_REASONS, PROMPT_REASONS, FILE_REASONS)
PUBLISHED = {
    "published_min": pl.Float64,
    "published_max": pl.Float64,
    "published_by": pl.String,
    "is_outside": pl.Boolean,
}


def count_drops(
    decided: pl.LazyFrame, decided_in: str, faults: pl.LazyFrame | None = None
) -> pl.DataFrame:
    """Return a row of `Drops` for each source and fate; those of a source add up to its rows.

    Args:
        decided: `source`, `domain` and `drop_reason` of each row, the reason null where it stays.
        decided_in: The key of the table that decided.
        faults: Of rollouts: `source`, `drop_reason` and `is_only` for each row of `Faults`.
    """
    fate = pl.col("drop_reason").fill_null(KEPT)
    rows = decided.with_columns(pl.col("source").fill_null(UNKNOWN), fate=fate)
    domain = pl.col("domain").drop_nulls().mode().sort().first()
    sources = rows.group_by("source").agg(num_source_rows=pl.len(), domain=domain).collect()
    counts = rows.group_by("source", "fate").agg(num_rows=pl.len()).collect()
    every = pl.concat(
        [counts, sources.select("source", fate=pl.lit(KEPT), num_rows=pl.lit(0, pl.UInt32))]
    )
    summed = every.group_by("source", "fate").agg(pl.col("num_rows").sum())
    found = summed.join(_applying(faults), on=["source", "fate"], how="full", coalesce=True)
    drops = found.join(sources, on="source").with_columns(
        pl.col("num_rows").fill_null(0), decided_in=pl.lit(decided_in)
    )
    share = pl.col("num_rows") / pl.col("num_source_rows")
    return _beside_published(_in_order(drops.with_columns(share=share)))


def _applying(faults: pl.LazyFrame | None) -> pl.DataFrame:
    """Count, by source and reason, the rollouts that it applies to, and applies to alone."""
    if faults is None:
        empty = {
            "source": pl.String,
            "fate": pl.String,
            "num_with": pl.UInt32,
            "num_only": pl.UInt32,
        }
        return pl.DataFrame(schema=empty)
    rows = faults.group_by(pl.col("source").fill_null(UNKNOWN), fate="drop_reason")
    return rows.agg(num_with=pl.len(), num_only=pl.col("is_only").sum()).collect()


def _in_order(drops: pl.DataFrame) -> pl.DataFrame:
    """Return the rows source by source, what was kept first, then in the order of the filters."""
    fates = ordered_fates(drops["fate"])
    return drops.sort("source", pl.col("fate").cast(pl.Enum(fates)))


def ordered_fates(fates: Iterable[str]) -> list[str]:
    """Return each of some fates once: `kept`, then the reasons in the order of their registry."""
    found = {*fates}
    order = max(REGISTRIES, key=lambda registry: len(found & registry.keys()))
    known = [fate for fate in (KEPT, *order) if fate in found]
    return [*known, *sorted(found - {*known})]


def _beside_published(drops: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `Drops` with what is published for such a source and filter."""
    is_unread = pl.col("fate").is_in(NO_TEXT)
    looked_at = pl.col("num_source_rows") - pl.col("num_rows").filter(is_unread).sum().over(
        "source"
    )
    compared = drops.with_columns(
        looked_at=looked_at, share_of=pl.coalesce("num_with", "num_rows") / looked_at
    )
    rows = compared.select("domain", "fate", "looked_at", "share_of").iter_rows()
    found = pl.DataFrame([_published(*row) for row in rows], schema=PUBLISHED, orient="row")
    counts = [name for name in Drops.column_names() if name.startswith("num_")]
    whole = pl.concat([compared, found], how="horizontal").with_columns(
        pl.col(counts).cast(pl.Int64)
    )
    return whole.select(Drops.column_names())


def _published(
    domain: str | None, fate: str, looked_at: int, share: float
) -> tuple[float | None, float | None, str | None, bool | None]:
    rate = published_rate(domain, fate)
    if rate is None or looked_at < MIN_COMPARED:
        return None, None, None, None
    is_outside = not rate.smallest <= share <= rate.largest
    return rate.smallest, rate.largest, rate.by, is_outside


def drop_warnings(drops: pl.DataFrame) -> list[str]:
    """Return a line for each share of a drop table that lies outside what is published."""
    return [_warning(row) for row in drops.filter("is_outside").iter_rows(named=True)]


def _warning(row: dict[str, Any]) -> str:
    applies = row["num_rows"] if row["num_with"] is None else row["num_with"]
    return (
        f"{row['decided_in']}: {row['fate']} applies to {applies:,} of {row['num_source_rows']:,} "
        f"rows of {row['source']}; for {row['domain']} {row['published_min']:.2%} to "
        f"{row['published_max']:.2%} are published: {row['published_by']}"
    )


def drop_matrix(drops: pl.DataFrame) -> pl.DataFrame:
    """Return a drop table as people read it: a row for each source and one for all of them.

    The columns are `source`, `rows` and each fate that occurs, `kept` first; a cell says rows and
    per cent of the source's rows.

    Args:
        drops: Rows of `Drops` of one table.
    """
    total = drops.group_by("fate", maintain_order=True).agg(pl.col("num_rows").sum())
    num_rows = drops.unique("source")["num_source_rows"].sum()
    whole = total.with_columns(
        source=pl.lit(ALL),
        is_all=pl.lit(True),
        num_source_rows=pl.lit(num_rows, pl.Int64),
        share=pl.col("num_rows") / max(1, num_rows),
    )
    columns = ["source", "is_all", "num_source_rows", "fate", "num_rows", "share"]
    every = pl.concat(
        [drops.with_columns(is_all=pl.lit(False)).select(columns), whole.select(columns)]
    )
    cells = [_cell(*row) for row in every.select("fate", "num_rows", "share").iter_rows()]
    fates = ordered_fates(every["fate"])
    wide = every.with_columns(cell=pl.Series(cells, dtype=pl.String)).pivot(
        on="fate",
        on_columns=fates,
        index=["source", "is_all", "num_source_rows"],
        values="cell",
        maintain_order=True,
    )
    shown = wide.drop("is_all").rename({"num_source_rows": "rows"})
    return shown.with_columns(pl.col(fates).fill_null(""))


def _cell(fate: str, num_rows: int, share: float) -> str:
    if num_rows:
        return f"{num_rows:,} ({share:.1%})"
    return "0" if fate == KEPT else ""
