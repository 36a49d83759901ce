"""Writing the rows of a file back, each with what was decided on it and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from assets.steps.run import Run
from r1data.cli.curating.rows import Given
from r1data.cli.curating.steps import GivenFile, left_out, rows_of
from r1data.cli.curating.tables import (
    ASKED,
    QUOTES,
    SELECTIONS,
    SIGNALS,
    VERDICTS,
)
from r1data.curation.decontamination.marks import worst_of_each
from r1data.curation.decontamination.settings import Quotes
from r1data.records.read import Record
from r1data.records.write import writing_records
from r1data.tables import Prompts, Selections, Signals, Verdicts

if TYPE_CHECKING:
    import pyarrow as pa

OF_VERDICTS = (
    *("outcome", "predicted_answer", "detail", "seconds"),
    *("read_from", "answer_type"),
)
OF_SIGNALS = tuple(
    name for name in Signals.column_names() if name not in ("rollout_id", "prompt_id")
)
OF_DUPLICATES = ("duplicate_of", "duplicate_kind", "similarity")
OF_BENCHMARKS = ("contaminated_by", "contamination_kind", "contamination_score")
TYPES = {
    "is_kept": pl.Boolean(),
    "drop_reason": pl.String(),
    **{name: Verdicts.columns()[name].dtype for name in OF_VERDICTS},
    "outcome": pl.String(),
    "file_outcome": pl.String(),
    **{name: Signals.columns()[name].dtype for name in OF_SIGNALS},
    **{name: Selections.columns()[name].dtype for name in OF_DUPLICATES},
    **{name: Prompts.columns()[name].dtype for name in OF_BENCHMARKS},
}
"""The columns that a row comes back with, beside its own."""


@dataclass(slots=True)
class Curated:
    """What became of a file's rows."""

    fates: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    """Rows by source and drop reason; None for those that are kept."""
    forms: Counter[str] = field(default_factory=Counter)
    """The forms of the completions that are malformed."""
    replaced_columns: set[str] = field(default_factory=set)
    """Columns of the input that had the names of ours."""

    @property
    def num_rows(self) -> int:
        """The rows of the file."""
        return self.fates.total()

    @property
    def num_kept(self) -> int:
        """The rows that are kept."""
        return sum(count for (_, reason), count in self.fates.items() if reason is None)


def write_rows(run: Run, file: GivenFile, out: Path, quotes: Quotes | None) -> Curated:
    """Write every row of a file, in order, with the columns of `TYPES`.

    Args:
        run: Its tables are made.
        file: The file.
        out: Where the rows go.
        quotes: What a completion may not quote of benchmarks, if that was looked for.
    """
    found = Curated()
    marks = _marks(run, quotes).sort("key")
    columns = ("rollout_id", "drop_reason", *OF_DUPLICATES)
    decisions = run.table(SELECTIONS).read(columns).rename({"rollout_id": "key"}).sort("key")
    names = _names(file)
    with (
        writing_records(out, Path(file.path), _arrow(TYPES)) as writer,
        run.progress.bar(f"writing {out.name}", marks.height, "rows") as bar,
    ):
        for rows in file.blocks():
            facts = _facts(run, rows, marks, decisions)
            writer.write([_row(given, facts[given.key], names, found) for given in rows])
            bar.update(found.num_rows)
    return found


def _marks(run: Run, quotes: Quotes | None) -> pl.DataFrame:
    """Return what was decided on each row's problem, and what it shares with benchmarks."""
    rows = run.table(ASKED).scan()
    marks = rows.select(
        "drop_reason",
        *OF_DUPLICATES,
        *OF_BENCHMARKS,
        key=pl.col("upstream_row"),
        is_left=left_out(),
    ).collect()
    if quotes is None:
        return marks
    quoted = worst_of_each(run.table(QUOTES).read(), quotes)
    joined = marks.join(
        quoted.select("row", *OF_BENCHMARKS),
        left_on="key",
        right_on="row",
        how="left",
        maintain_order="left",
        suffix="_quoted",
    )
    return joined.with_columns(pl.coalesce(name, f"{name}_quoted") for name in OF_BENCHMARKS)


def _names(file: GivenFile) -> dict[str, str]:
    """Return the name of each row that has an id of its own, by the row's key."""
    if "id" not in file.shape.columns:
        return {}
    return {given.key: given.name for rows in file.blocks() for given in rows}


def _facts(
    run: Run, rows: list[Given], marks: pl.DataFrame, decisions: pl.DataFrame
) -> dict[str, dict[str, Any]]:
    """Return what is known of each of some rows, by its key."""
    keys = pl.DataFrame({"key": [given.key for given in rows]})
    joined = keys.join(_among(marks, rows), on="key", how="left")
    for table, columns in ((VERDICTS, OF_VERDICTS), (SIGNALS, OF_SIGNALS)):
        frame = rows_of(run.table(table), rows, ("rollout_id", *columns))
        joined = joined.join(frame, left_on="key", right_on="rollout_id", how="left")
    joined = joined.join(_among(decisions, rows), on="key", how="left", suffix="_decided")
    return {row["key"]: row for row in joined.iter_rows(named=True)}


def _among(facts: pl.DataFrame, rows: list[Given]) -> pl.DataFrame:
    """Return what is known of some rows that follow one another, of all sorted by their keys."""
    first = facts["key"].search_sorted(rows[0].key, "left")
    end = facts["key"].search_sorted(rows[-1].key, "right")
    return facts.slice(first, end - first)


def _row(
    given: Given, facts: Mapping[str, Any], names: Mapping[str, str], found: Curated
) -> Record:
    reason, by = _decision(given, facts)
    ours = {name: facts.get(name) for name in TYPES} | {
        "is_kept": reason is None,
        "drop_reason": reason,
        "file_outcome": given.outcome,
        **{name: facts[f"{name}{by}"] for name in OF_DUPLICATES},
    }
    if given.drop_reason is not None:
        ours["detail"] = given.drop_detail
    if ours["duplicate_of"] is not None:
        key = ours["duplicate_of"].rpartition("/")[2]
        ours["duplicate_of"] = names.get(key, str(int(key)))
    found.fates[given.source, reason] += 1
    if reason == "malformed":
        found.forms[facts["form"]] += 1
    found.replaced_columns |= {
        name
        for name in given.record.keys() & ours.keys()
        if given.record[name] not in (None, ours[name])
    }
    return {**given.record, **ours}


def _decision(given: Given, facts: Mapping[str, Any]) -> tuple[str | None, str]:
    """Return why a row is left out, and by the columns of which suffix that was decided."""
    if given.drop_reason is not None:
        return given.drop_reason, ""
    if given.completion is None or facts["is_left"]:
        return facts["drop_reason"], ""
    return facts["drop_reason_decided"], "_decided"


def _arrow(types: Mapping[str, pl.DataType]) -> dict[str, "pa.DataType"]:
    schema = pl.DataFrame(schema=dict(types)).to_arrow().schema
    return {field.name: field.type for field in schema}
