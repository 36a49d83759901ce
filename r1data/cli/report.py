"""Reports on a data folder: what repeats a benchmark, as a page and as a table."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from r1data.cli.terminal import say
from r1data.curation.decontamination.report import (
    count_contaminations,
    report_page,
    worst_cases,
)
from r1data.curation.duplicates.exact import LABEL, asked_texts
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Contaminations, Prompts


def write_contamination(store: Store, benchmarks: str, out: Path) -> None:
    """Write the page on all tables of contamination that are made, and print the counts.

    Args:
        store: The data folder.
        benchmarks: The key of the table of benchmark problems.
        out: The page to write.

    Raises:
        ValueError: No recipe of the folder has looked for contamination.
    """
    keys = store.keys()
    tables = [store.table(key) for key in keys if store.current(key)]
    found = {one.key: one for one in tables if one.schema is Contaminations}
    if not found:
        raise ValueError(
            f"{store.root} has no table of contamination; ask for one in the recipe with "
            "`prompts: {decontamination: {}}` or `selection: {decontamination: {}}`, and run it."
        )
    rows = pl.concat([table.read() for table in found.values()])
    shown = worst_cases(rows)
    texts = _texts_of([table for table in tables if table.key != benchmarks], shown)
    theirs = _benchmark_texts(store.table(benchmarks), shown)
    page = report_page(rows, lambda row: texts.get(str(row["row"]), ""), _by_part(theirs))
    out.write_text(page, encoding="utf-8")
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        say(str(count_contaminations(rows)))
    say(f"{out} has the pairs side by side")


def _texts_of(tables: list[Table], shown: pl.DataFrame) -> dict[str, str]:
    """Return the texts of the prompts and rollouts that are shown."""
    found: dict[str, str] = {}
    wanted = shown["row"].unique()
    for table in tables:
        columns = table.schema.column_names()
        if table.schema is Prompts:
            prompts = table.scan().filter(LABEL.is_in(wanted.implode())).collect()
            labels = prompts.select(LABEL).to_series()
            found |= dict(zip(labels, asked_texts(prompts), strict=True))
        elif "completion" in columns and "rollout_id" in columns and "prefill" in columns:
            rollouts = table.scan().filter(pl.col("rollout_id").is_in(wanted.implode()))
            pairs = rollouts.select("rollout_id", "completion").drop_nulls().collect()
            found |= dict(pairs.iter_rows())
    return found


def _benchmark_texts(table: Table, shown: pl.DataFrame) -> pl.DataFrame:
    rows = shown.select(source="benchmark", upstream_row="benchmark_row").unique()
    prompts = table.read().join(rows, on=["source", "upstream_row"], how="semi")
    return prompts.with_columns(asked=asked_texts(prompts))


def _by_part(benchmarks: pl.DataFrame) -> Callable[[dict[str, object]], str]:
    known = {(row["source"], row["upstream_row"]): row for row in benchmarks.iter_rows(named=True)}

    def text(row: dict[str, object]) -> str:
        found = known.get((row["benchmark"], row["benchmark_row"]), {})
        column = "reference_solution" if row["part"] == "solution" else "asked"
        return found.get(column) or ""

    return text
