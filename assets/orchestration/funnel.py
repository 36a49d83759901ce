"""The funnel check: what goes into a step comes out of it, kept or dropped, and nothing else."""

from collections.abc import Callable, Mapping

import dagster as dg
import dataframely as dy
import polars as pl

from assets.steps.run import Run
from assets.steps.sample import Asking, asked_prompts
from r1data.curation.drops import KEPT
from r1data.store.spec import TableSpec
from r1data.tables import Drops, Mixtures, MixtureSelections, Prompts, Rollouts, Selections, askable

Flow = tuple[pl.LazyFrame, pl.LazyFrame]
"""The keys of what went into a step, and of what came out."""
ROW = tuple(Prompts.primary_key())
ROLLOUT = ("rollout_id",)
OF_ROLLOUTS = ("rollouts", "selections")
"""Under these names, and `prompts`, rows of the funnel are read."""


def rows_add_up(run: Run, key: str) -> dg.AssetCheckResult:
    """Rows in are rows kept and rows dropped by reason: none is lost, doubled or added."""
    before, after = (keys.collect() for keys in FLOWS[run.specs[key].schema](run, key))
    columns = before.columns
    lost = before.join(after, on=columns, how="anti").height
    added = after.join(before, on=columns, how="anti").height
    doubled = after.height - after.unique().height
    return dg.AssetCheckResult(
        passed=not (lost or added or doubled),
        metadata={
            "rows_in": before.height,
            "lost": lost,
            "added": added,
            "doubled": doubled,
            "fates": _fates(run, key),
        },
    )


def _fates(run: Run, key: str) -> str:
    """Return how many rows of a table were kept, and how many dropped for each reason."""
    table = run.table(key)
    if "drop_reason" not in table.schema.column_names():
        return f"{KEPT} {table.num_rows:,}"
    fate = pl.col("drop_reason").fill_null(KEPT).alias("fate")
    counts = table.scan().group_by(fate).len().sort("len", "fate", descending=[True, False])
    return ", ".join(f"{name} {rows:,}" for name, rows in counts.collect().iter_rows())


def is_in_funnel(spec: TableSpec) -> bool:
    """Tell whether a table is made of rows of the funnel, each of which it keeps or drops."""
    reads = ("prompts", *OF_ROLLOUTS)
    return spec.schema in FLOWS and any(name.startswith(reads) for name in spec.reads)


def _scan(run: Run, key: str, argument: str) -> pl.LazyFrame:
    """Return a table that another reads, by the name under which it reads it."""
    return run.table(run.specs[key].reads[argument]).scan()


def _of_prompts(run: Run, key: str) -> Flow:
    """From prompts as they came to prompts with what to ask."""
    return _scan(run, key, "prompts").select(ROW), run.table(key).scan().select(ROW)


def _of_rollouts(run: Run, key: str) -> Flow:
    """From prompts that may be asked to those that were; from selections to what they keep.

    Rollouts that are gathered from several tables are all of those.
    """
    rows, reads = run.table(key).scan(), run.specs[key].reads
    if "selections" in reads:
        kept = _scan(run, key, "selections").filter("is_kept").select(ROLLOUT)
        passed = [_scan(run, key, name).select(ROLLOUT) for name in ("existing",) if name in reads]
        return pl.concat([kept, *passed]), rows.select(ROLLOUT)
    if "prompts" not in reads:
        return _rollouts_read(run, key), rows.select(ROLLOUT)
    asked, may_be_asked = rows.select("prompt_id").unique(), _askable(run, key)
    if "file_rows" in reads:
        may_be_asked = may_be_asked.join(asked, on="prompt_id", how="semi")
    return may_be_asked, asked


def _askable(run: Run, key: str) -> pl.LazyFrame:
    """Return the prompts that a round may ask: not dropped, and of its sources."""
    settings, prompts = run.specs[key].settings, _scan(run, key, "prompts")
    if not isinstance(settings, Asking):
        return askable(prompts).select("prompt_id")
    reads = run.specs[key].reads
    deciding = (
        _scan(run, key, name) if name in reads else None
        for name in ("prompt_kinds", "existing", "asked_in")
    )
    return asked_prompts(settings, prompts, *deciding).select("prompt_id")


def _of_selections(run: Run, key: str) -> Flow:
    """From rollouts to what is decided on each."""
    return _rollouts_read(run, key), run.table(key).scan().select(ROLLOUT)


def _rollouts_read(run: Run, key: str) -> pl.LazyFrame:
    """Return the ids of the rollouts in all the tables of them that a table reads."""
    reads = run.specs[key].reads.values()
    read = [one for one in reads if run.specs[one].schema is Rollouts]
    return pl.concat(run.table(one).scan().select(ROLLOUT) for one in read)


def _of_mixture(run: Run, key: str) -> Flow:
    """From what rounds keep, or a mixture's own selections keep of that, to a mixture.

    Variants stand beside rows that are in the funnel, and are in it no second time.
    """
    reads, made = run.specs[key].reads, run.table(key)
    is_kept_row = pl.lit(True)
    if "variant" in made.schema.column_names():
        is_kept_row = pl.col("variant").is_null()
    rows = made.scan().filter(is_kept_row).select(ROLLOUT)
    if "selections" in reads:
        return _scan(run, key, "selections").filter("is_kept").select(ROLLOUT), rows
    return _rollouts_read(run, key), rows


def _of_drops(run: Run, key: str) -> Flow:
    """From a table that decides to its drop table: as many rows of each fate."""
    reads = run.specs[key].reads
    decided = _scan(run, key, "selections" if "selections" in reads else "prompts")
    fate = pl.col("drop_reason").fill_null(KEPT).alias("fate")
    before = decided.group_by(fate).agg(num_rows=pl.len().cast(pl.Int64))
    after = run.table(key).scan().group_by("fate").agg(pl.col("num_rows").sum())
    return before, after.filter(pl.col("num_rows") > 0)


FLOWS: Mapping[type[dy.Schema], Callable[[Run, str], Flow]] = {
    Prompts: _of_prompts,
    Rollouts: _of_rollouts,
    Selections: _of_selections,
    MixtureSelections: _of_mixture,
    Mixtures: _of_mixture,
    Drops: _of_drops,
}
"""What goes into a table and what comes out of it, for each kind of table in the funnel."""
