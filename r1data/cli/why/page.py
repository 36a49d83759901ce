"""The page of one prompt or rollout: its fate first, then each table it went through."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from r1data.cli.why.fates import (
    EDITS,
    PARTNERS,
    Found,
    deciding,
    fate_line,
    fate_of,
    is_control,
    other_faults,
    said_by_people,
    standing_in,
    what_decided,
)
from r1data.cli.why.limits import settings_of, shown
from r1data.cli.why.lineage import Lineage
from r1data.cli.why.named import Named, Row, find_named, in_order, prompt_named, rows_of
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Prompts, Refinements, Selections, Signals
from r1data.text import visible

WIDTH = 100
DIGITS = 12
"""Of an id, where it is named beside others."""
MAX_ROWS = 12
"""Rows of one table that a page shows; the others are counted."""
IDS = ("prompt_id", "rollout_id", "sampling_id", "policy_revision", "question_id", "dataset")
"""Columns that the page says elsewhere, or that only machines read."""
FIRST = (
    *("source", "upstream_row", "file_row", "sample_index", "policy", "finish_reason"),
    *("error_class", "file_outcome", "verifier", "judge", "purpose", "order", "shown"),
    *("addressing", "refusal", "finding", "outcome", "decided_by", "score", "predicted_answer"),
    *("gold_answer", "detail", "form", "pass_rate", "num_judged", "row", "is_kept", "rank"),
    *("drop_reason", "drop_detail", "duplicate_of", "duplicate_kind", "similarity"),
)
"""The columns that are told first, in this order; the others follow in their tables' order."""


def trace(store: Store, identity: str) -> Iterator[str]:
    """Yield the lines of the page of the prompt or rollout that an id names.

    A rollout's path begins with its prompt. Thresholds are those by which its tables were made,
    whatever the recipe says now.

    Raises:
        ValueError: The id is too short, unknown, or names several rows' ids.
    """
    keys = store.keys()
    tables = in_order([store.table(key) for key in keys if store.current(key)])
    named = find_named(tables, identity)
    every = (Found(table, rows_of(table, named)) for table in tables)
    found = [one for one in every if one.rows]
    yield from _rollout(found, named) if named.rollout_id else _prompt(found, named)
    if named.rollout_id is not None:
        yield from map(_line, Lineage(store, tables).lines(found, named.rollout_id))
    yield from _partners(found, tables, named)
    yield from _rewrites(found, named)
    yield ""
    told: dict[str, str] = {}
    for one in found:
        if named.rollout_id is not None or not _is_about_rollouts(one):
            yield from _table(one, told)


def _rollout(found: Sequence[Found], named: Named) -> Iterator[str]:
    """Yield the fate of a rollout: what each table decided on it, and by which values."""
    decided = [one for one in deciding(found) if one.rows]
    left = [one for one in decided if fate_of(one)["drop_reason"] and not is_control(one)]
    trained = standing_in(found)
    fate = "left" if left and not trained else "kept" if decided else "not decided on yet"
    yield f"rollout {named.rollout_id} of prompt {named.prompt_id}: {fate}"
    for one in decided:
        yield from _decision(one, fate_of(one), found)
    yield from trained


def _prompt(found: Sequence[Found], named: Named) -> Iterator[str]:
    """Yield the fate of a prompt: whether it is asked, and what became of its rollouts."""
    decided = deciding(found)
    prompts = [one for one in decided if one.table.schema is Prompts]
    is_left = any(fate_of(one)["drop_reason"] for one in prompts)
    yield f"prompt {named.prompt_id}: {'left' if is_left else 'asked' if prompts else 'read'}"
    for one in decided:
        if one.table.schema is Selections:
            yield from _group(one)
        elif one.table.schema is Prompts:
            for row in one.rows[:MAX_ROWS]:
                yield from _decision(one, row, found)


def _decision(one: Found, row: Row, found: Sequence[Found]) -> Iterator[str]:
    """Yield what a table decided on a row, by which values, and what else speaks against it."""
    yield _line(fate_line(one, row))
    beside = list(what_decided(one, row, found))
    if beside:
        yield from _indented(", ".join(beside))
    for line in said_by_people(one, found):
        yield from _indented(line)
    if one.table.schema is Selections and not is_control(one):
        for reason, values in other_faults(one, found):
            yield from _indented(f"also {reason}" + (f": {', '.join(values)}" if values else ""))


def _group(one: Found) -> Iterator[str]:
    """Yield what a dataset decided on each rollout of a prompt."""
    kept = sum(row["drop_reason"] is None for row in one.rows)
    yield f"{one.table.key}: {kept} of {len(one.rows)} rollouts kept"
    by_rank = sorted(one.rows, key=_place)
    for row in by_rank[:MAX_ROWS]:
        told = "kept" if row["drop_reason"] is None else f"left for {row['drop_reason']}"
        yield f"  {row['rollout_id'][:DIGITS]} {told}" + _rank(row)
    yield from _more(len(one.rows))


def _place(row: Row) -> tuple[bool, int]:
    return row["rank"] is None, row["rank"] or 0


def _rank(row: Row) -> str:
    return "" if row["rank"] is None else f", rank {row['rank']}"


def _more(num_rows: int) -> Iterator[str]:
    if num_rows > MAX_ROWS:
        yield f"  and {num_rows - MAX_ROWS:,} more, which `r1data sql` shows"


def _partners(found: Sequence[Found], tables: Sequence[Table], named: Named) -> Iterator[str]:
    """Yield the rows on whose account this one left, with the id by which each can be asked for."""
    labels = {
        str(row[name]): name
        for one in found
        for row in one.rows
        for name in _naming_others(one, named)
        if row.get(name) is not None and row.get("rollout_id") in (None, named.rollout_id)
    }
    for label, name in list(labels.items())[:MAX_ROWS]:
        identity = prompt_named(tables, label) or label
        if identity != named.prompt_id:
            yield _line(f"{name} {label}: see `r1data why {identity[:DIGITS]}`")


def _rewrites(found: Sequence[Found], named: Named) -> Iterator[str]:
    """Yield the rewrite that took the place of a rollout."""
    rows = [row for one in found if one.table.schema is Refinements for row in one.rows]
    for row in rows if named.rollout_id else ():
        after = row["rollout_id"]
        if after != named.rollout_id and row["is_kept"]:
            yield f"rewritten as {after}: see `r1data why {after[:DIGITS]}`"


def _naming_others(one: Found, named: Named) -> tuple[str, ...]:
    """Return the columns of a table that name other rows that a person would look at next."""
    decides = PARTNERS if deciding([one]) else ()
    return (*decides, *(EDITS if named.rollout_id is not None else ()))


def _is_about_rollouts(one: Found) -> bool:
    columns = one.table.schema.column_names()
    return "rollout_id" in columns and any(row.get("rollout_id") for row in one.rows)


def _table(one: Found, told: dict[str, str]) -> Iterator[str]:
    """Yield a table's rows: what stands in each, and the settings of the time where it decides.

    Args:
        one: The table, with its rows.
        told: What stood in earlier tables, by text, each with the first that said so.
    """
    made_at = (one.table.manifest.made_at or "")[:16].replace("T", " ")
    yield f"{one.table.key} ({made_at})"
    for row in one.rows[:MAX_ROWS]:
        facts = ", ".join(_facts(row, is_terse=one.table.schema is Signals))
        earlier = told.setdefault(facts, one.table.key)
        is_new = earlier == one.table.key
        yield from _indented(facts if is_new else f"as in {earlier}")
    yield from _more(len(one.rows))
    settings = ", ".join(f"{path} {value}" for path, value in settings_of(one.table))
    if settings and one in deciding([one]):
        yield from _indented(f"made with {settings}")


def _facts(row: Mapping[str, Any], *, is_terse: bool) -> Iterator[str]:
    """Yield what a row says, without what says nothing; signals are many: without zeros too."""
    names = [name for name in FIRST if name in row]
    names += [name for name in row if name not in FIRST and name not in IDS]
    for name in names:
        is_nothing = row[name] is None or row[name] is False or row[name] in ("", [])
        if not (is_nothing or (is_terse and not row[name])):
            yield f"{name} {shown(row[name])}"


def _indented(text: str) -> Iterator[str]:
    yield from wrap(
        visible(text, is_one_line=True),
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )


def _line(text: str) -> str:
    return visible(text, is_one_line=True)
