"""The fate of a row: kept or left, in which table, for which reason, and by which values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from r1data.cli.why.limits import rank_beside_limit, selection_of, shown, values_beside_limits
from r1data.cli.why.named import Row
from r1data.reasons import SENTENCES
from r1data.store.table import Table
from r1data.tables import Faults, Mixtures, MixtureSelections, Prompts, Reviews, Selections

PARTNERS = ("duplicate_of", "contaminated_by")
"""Columns that name the row on whose account one left."""
EDITS = ("refined_from", "edited_rollout_id")
"""Columns that name what a rollout was rewritten from, and what it was rewritten to."""
BESIDE = (
    *("duplicate_kind", "similarity", "contamination_kind", "contamination_score"),
    *("conflicting_gold", "drop_detail"),
)
"""What a deciding row says of its reason."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one table that are about a prompt or rollout."""

    table: Table
    rows: Sequence[Row]

    @property
    def round_name(self) -> str:
        """The round that the table is of."""
        return self.table.key.partition("/")[0]


def deciding(found: Sequence[Found]) -> list[Found]:
    """Return the tables that decide on a row, in the order in which they were made."""
    kinds = (Selections, MixtureSelections)
    return [
        one
        for one in found
        if one.table.schema in kinds or (one.table.schema is Prompts and one.table.manifest.inputs)
    ]


def is_control(one: Found) -> bool:
    """Tell whether a table is of the control of a filter, which keeps nothing from training."""
    return "filters" in one.table.manifest.settings


def fate_of(one: Found) -> Row:
    """Return the row that says what a table decided: of several of one prompt, the one kept."""
    return next((row for row in one.rows if row["drop_reason"] is None), one.rows[0])


def fate_line(one: Found, row: Row) -> str:
    """Return what a table decided on a row, with the sentence of the reason."""
    reason, rank = row["drop_reason"], row.get("rank")
    which = f" {row['source']}/{row['upstream_row']}" if "upstream_row" in row else ""
    if reason is None:
        return f"{one.table.key}:{which} kept" + ("" if rank is None else f", rank {rank}")
    return f"{one.table.key}:{which} left for {reason}. {SENTENCES.get(reason, '')}"


def values_of(found: Sequence[Found], round_name: str) -> dict[str, Any]:
    """Return all that a round knows of a rollout, by column; what was made later counts."""
    values: dict[str, Any] = {}
    keys = ("policy_revision", "sampling_id")
    for one in found:
        if one.round_name != round_name or one.table.schema is Faults:
            continue
        for row in one.rows:
            if all(row.get(key, values.get(key)) == values.get(key, row.get(key)) for key in keys):
                values |= {name: value for name, value in row.items() if value is not None}
    return values


def what_decided(one: Found, row: Row, found: Sequence[Found]) -> Iterator[str]:
    """Yield the values by which a table decided on a row, each with its limit where it has one."""
    reason = row["drop_reason"]
    if reason is None:
        return
    values = values_of(found, one.round_name)
    selection = selection_of(one.table, values.get("collection"))
    beside = values_beside_limits(reason, selection, values)
    beside = beside or rank_beside_limit(reason, row, one.table)
    yield from beside
    said = {text.partition(" ")[0] for text in beside}
    for name in (*PARTNERS, *BESIDE):
        if row.get(name) is not None and name not in said:
            yield f"{name} {shown(row[name])}"


def other_faults(one: Found, found: Sequence[Found]) -> Iterator[tuple[str, list[str]]]:
    """Yield what else speaks against a rollout, each with its values beside the limits."""
    values = values_of(found, one.round_name)
    selection = selection_of(one.table, values.get("collection"))
    for other in found:
        if other.table.schema is Faults and other.round_name == one.round_name:
            for row in other.rows:
                if not row["is_first"]:
                    reason = row["drop_reason"]
                    yield reason, values_beside_limits(reason, selection, values)


def said_by_people(one: Found, found: Sequence[Found]) -> Iterator[str]:
    """Yield what each person decided on a rollout, where a table decides by what people did."""
    if "review" not in one.table.manifest.settings:
        return
    for other in found:
        if other.table.schema is Reviews and other.round_name == one.round_name:
            for row in other.rows:
                outdated = f", which does not count: {row['outdated']}" if row["outdated"] else ""
                note = f': "{shown(row["note"])}"' if row["note"] else ""
                yield f"{row['decision']} by {row['reviewer']}{outdated}{note}"


def standing_in(found: Sequence[Found]) -> list[str]:
    """Return the training sets that a rollout stands in, each with its row and split."""
    lines = []
    for one in found:
        if one.table.schema is Mixtures:
            for row in one.rows:
                split = f", split {row['split']}" if row.get("split") else ""
                variant = f", {row['variant']}" if row.get("variant") else ""
                lines.append(f"{one.table.key}: row {row['row']:,}{split}{variant}")
    return lines
