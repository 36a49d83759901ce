"""Rounds that keep nothing, each in a line that says why."""

from collections.abc import Iterator, Mapping

import polars as pl

from r1data.reasons import SENTENCES
from r1data.store.spec import TableSpec
from r1data.store.store import Store
from r1data.tables import FileRows, MixtureSelections, Prompts, Selections


def nothing_kept(store: Store, specs: Mapping[str, TableSpec]) -> list[str]:
    """Return a line for each round that keeps nothing, if none of them keeps anything.

    If some do, a mixture whose quotas take none of it has a line. Of a recipe without rounds that
    select, the prompts are what is kept.
    """
    made = {key: spec for key, spec in specs.items() if store.current(key)}
    chosen = [key for key, spec in made.items() if spec.schema is Selections]
    prompts = [key for key, spec in made.items() if spec.schema is Prompts and spec.reads]
    if any(_keeps(store, key) for key in chosen or prompts):
        mixtures = [key for key, spec in made.items() if spec.schema is MixtureSelections]
        return [_line(store, made, key) for key in mixtures if not _keeps(store, key)]
    return [_line(store, made, key) for key in chosen or prompts]


def _keeps(store: Store, key: str) -> bool:
    kept = store.table(key).scan().filter(pl.col("drop_reason").is_null())
    return not kept.head(1).collect().is_empty()


def _line(store: Store, made: Mapping[str, TableSpec], key: str) -> str:
    """Return why a round keeps nothing: for what its rows left, or why it has none."""
    looked_at = key
    if not _reasons(store, key):
        looked_at = _before(made, key.partition("/")[0]) or key
    reasons = _reasons(store, looked_at)
    if not reasons:
        return f"{key} keeps nothing: it has no rows; see what it reads with `r1data status`"
    told = ", ".join(f"{reason} {count:,}" for reason, count in reasons)
    why = SENTENCES.get(reasons[0][0], "")
    where = "" if looked_at == key else f" in {looked_at}"
    return f"{key} keeps nothing: {told}{where}. {reasons[0][0]} means: {why}"


def _before(made: Mapping[str, TableSpec], round_name: str) -> str | None:
    """Return the table that says why a round has no rollouts: of files, or else of prompts."""
    of_files = [key for key, spec in made.items() if spec.schema is FileRows]
    of_round = [key for key in of_files if key.startswith(f"{round_name}/")]
    prompts = [key for key, spec in made.items() if spec.schema is Prompts and spec.reads]
    return next(iter(of_round or prompts), None)


def _reasons(store: Store, key: str) -> list[tuple[str, int]]:
    """Return how many rows of a table left for each reason, the most frequent first."""
    return list(_counts(store.table(key).scan().filter(pl.col("drop_reason").is_not_null())))


def _counts(rows: pl.LazyFrame) -> Iterator[tuple[str, int]]:
    counts = (
        rows.group_by("drop_reason").len().sort(["len", "drop_reason"], descending=[True, False])
    )
    yield from counts.collect().iter_rows()
