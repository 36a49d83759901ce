"""What the Dagster UI shows of a table: rows, version, where it stands, and the kind's own facts.

Every value is stored in the event log several times, so there are few and they are short. Text
that a model wrote is fenced: a raw `<think>` renders as an unknown HTML tag, that is as nothing.
"""

from typing import Any

import dagster as dg
import polars as pl

from r1data.store.table import Table
from r1data.tables import (
    Comparisons,
    Judgements,
    JudgeQuestions,
    Policies,
    Prompts,
    Rollouts,
    Scores,
    Selections,
    Verdicts,
)

SAMPLE_CHARS = 600
FUNNELS = {
    Prompts: "drop_reason",
    Selections: "drop_reason",
    Verdicts: "outcome",
    JudgeQuestions: "refusal",
    Judgements: "finding",
}
"""The column whose values say where the rows of a table went."""


def describe(table: Table) -> dict[str, Any]:
    """Return the metadata of a table's version."""
    return {
        "dagster/row_count": table.num_rows,
        "dagster/uri": str(table.folder),
        "fingerprint": table.fingerprint,
        **_particulars(table),
    }


def _particulars(table: Table) -> dict[str, Any]:
    column = FUNNELS.get(table.schema)
    if column is not None and table.num_rows:
        return {"funnel": funnel(table, column)}
    if table.schema is Rollouts and table.num_rows:
        return _rollout_facts(table)
    if table.schema in (Scores, Comparisons, Policies):
        return {"rows": dg.MetadataValue.md(markdown(table.read()))}
    return {}


def funnel(table: Table, column: str) -> dg.TableMetadataValue:
    """Return how many rows have each value of a column; no value means kept, or asked."""
    none = "(asked)" if table.schema is JudgeQuestions else "(kept)"
    counts = table.scan().group_by(column).len("rows").sort("rows", descending=True).collect()
    return dg.MetadataValue.table(
        [
            dg.TableRecord({column: row[column] or none, "rows": row["rows"]})
            for row in counts.iter_rows(named=True)
        ]
    )


def _rollout_facts(table: Table) -> dict[str, Any]:
    facts = (
        table.scan()
        .select(
            tokens=pl.col("num_completion_tokens").sum(),
            length_share=(pl.col("finish_reason") == "length").mean(),
            errors=pl.col("error_class").is_not_null().sum(),
        )
        .collect()
        .row(0, named=True)
    )
    shown = {name: value for name, value in facts.items() if value is not None}
    for text in table.scan().select("completion").drop_nulls().head(1).collect()["completion"]:
        shown["sample"] = dg.MetadataValue.md(fenced(text[:SAMPLE_CHARS]))
    return shown


def fenced(text: str) -> str:
    r"""Return a text as a Markdown block that shows it as it is, whatever it holds.

    >>> fenced("<think>1</think>")
    '````text\n<think>1</think>\n````'
    >>> fenced("````").count("`````")
    2
    """
    fence = "`" * 4
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"


def markdown(frame: pl.DataFrame) -> str:
    """Return a small frame as a Markdown table."""
    with pl.Config(
        tbl_formatting="MARKDOWN",
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_rows=50,
        tbl_cols=-1,
        fmt_str_lengths=80,
        tbl_width_chars=400,
    ):
        return str(frame)
