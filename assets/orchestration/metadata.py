"""Metadata in the Dagster UI: rows, version and path of a table, and facts of its kind.

Every value is stored in the event log several times, so there are few and they are short. Text
that a model wrote is fenced: a raw `<think>` renders as an unknown HTML tag, that is as nothing.
"""

from base64 import b64encode
from typing import Any

import dagster as dg
import polars as pl

from r1data.curation.drop_plot import drop_plot
from r1data.curation.drops import drop_matrix, drop_warnings
from r1data.evaluation.scoreboard import wide_scoreboard
from r1data.evaluation.scoreboard_plot import scoreboard_plot
from r1data.policies.training_plot import training_plot
from r1data.policies.trainings import read_log
from r1data.reasons import SENTENCES
from r1data.store.table import Table
from r1data.tables import (
    FATES,
    Comparisons,
    Drops,
    Fate,
    Policies,
    Quotas,
    RewardModels,
    Rollouts,
    Scoreboard,
    Scores,
    TokenStatistics,
    TrainingLogs,
)
from r1data.text import fenced

SAMPLE_CHARS = 600


def describe(table: Table) -> dict[str, Any]:
    """Return the metadata of a table's version."""
    return {
        "dagster/row_count": table.num_rows,
        "dagster/uri": str(table.folder),
        "fingerprint": table.fingerprint,
        **_particulars(table),
    }


def _particulars(table: Table) -> dict[str, Any]:
    fate = FATES.get(table.schema)
    if fate is not None and table.num_rows:
        return {"funnel": funnel(table, fate)}
    if table.schema is Drops and table.num_rows:
        return _drop_facts(table.read())
    if table.schema is Scoreboard and table.num_rows:
        return _scoreboard_facts(table.read())
    if table.schema is Rollouts and table.num_rows:
        return _rollout_facts(table)
    if table.schema is Policies:
        return _policy_facts(table)
    if table.schema is TrainingLogs and table.num_rows:
        return {"plot": _picture("training", training_plot(table.read()))}
    if table.schema in (Scores, Comparisons, Quotas, RewardModels, TokenStatistics):
        return {"rows": dg.MetadataValue.md(markdown(table.read()))}
    return {}


def funnel(table: Table, fate: Fate) -> dg.TableMetadataValue:
    """Return how many rows went where, with the sentence of each drop reason."""
    counts = (
        table.scan()
        .group_by(fate.told.alias("told"), pl.col(fate.column).alias("fate"))
        .len("rows")
        .sort("rows", "told", descending=[True, False])
        .collect()
    )
    return dg.MetadataValue.table(
        [
            dg.TableRecord({fate.column: told, "rows": rows, "why": SENTENCES.get(str(reason), "")})
            for told, reason, rows in counts.iter_rows()
        ]
    )


def _drop_facts(drops: pl.DataFrame) -> dict[str, Any]:
    """Return a drop table as people read it, as a picture, and what is to be said of it."""
    facts: dict[str, Any] = {
        "drop_table": dg.MetadataValue.md(markdown(drop_matrix(drops))),
        "plot": _picture("drop table", drop_plot(drops)),
    }
    warnings = drop_warnings(drops)
    if warnings:
        facts["outside_what_is_published"] = "\n".join(warnings)
    return facts


def _scoreboard_facts(scoreboard: pl.DataFrame) -> dict[str, Any]:
    """Return a scoreboard as people read it, and as a picture."""
    return {
        "scoreboard": dg.MetadataValue.md(markdown(wide_scoreboard(scoreboard))),
        "plot": _picture("scoreboard", scoreboard_plot(scoreboard)),
    }


def _picture(name: str, svg: str) -> dg.MarkdownMetadataValue:
    """Return an SVG as the UI shows it."""
    data = b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![{name}](data:image/svg+xml;base64,{data})")


def _policy_facts(table: Table) -> dict[str, Any]:
    """Return a policy's row and, where it was trained, how that went."""
    rows = table.read()
    facts: dict[str, Any] = {"rows": dg.MetadataValue.md(markdown(rows))}
    for row in rows.drop_nulls("trained_on").iter_rows(named=True):
        root = table.folder.parents[table.key.count("/") + 1]
        log = read_log(root / row["location"], row["policy"])
        if log.height:
            facts["training"] = _picture("training", training_plot(log))
    return facts


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
        shown["sample"] = dg.MetadataValue.md(fenced(text[:SAMPLE_CHARS], "text"))
    return shown


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
