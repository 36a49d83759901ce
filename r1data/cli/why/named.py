"""Finding the prompt or rollout that an id, or its first digits, names; and its rows in tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from r1data.store.table import Table

MIN_PREFIX = 4
LONG = frozenset(
    {
        *("completion", "prefill", "prompt", "problem", "question", "system_message", "tests"),
        *("first", "second", "chosen", "rejected"),
        *("earlier_turns", "choices", "bands", "vector", "test_results", "training", "raw"),
        *(
            "template_id",
            "text_hash",
            "revision",
            "completion_hash",
            "engine",
            "seconds",
            "verifier_version",
        ),
    }
)
"""Columns that tell nobody why: texts, sketches, hashes, and what a row took."""
OF_ROLLOUTS = ("rollout_id", "before_rollout_id")
"""Columns that name the rollout that a row is about."""
NUMBERED = ("prompt_id", "rollout_id", "row")
"""The columns of a training set whose rows can be named by their place."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """What an id names: a prompt, or a rollout with the prompt that it answers."""

    prompt_id: str
    rollout_id: str | None


def in_order(tables: Sequence[Table]) -> list[Table]:
    """Return tables, each after those it was made of."""
    by_key = {table.key: table for table in tables}
    depths: dict[str, int] = {}

    def depth(key: str) -> int:
        if key not in depths:
            read = by_key[key].manifest.inputs if key in by_key else ()
            depths[key] = 1 + max(map(depth, read), default=0)
        return depths[key]

    return sorted(tables, key=lambda table: (depth(table.key), table.key))


def find_named(tables: Sequence[Table], identity: str) -> Named:
    """Return the prompt that an id names, or the rollout, or a row of a training set.

    Raises:
        ValueError: The id is too short, unknown, or names several rows' ids.
    """
    if "/" in identity:
        return _row_named(tables, identity)
    if len(identity) < MIN_PREFIX:
        raise ValueError(f"{identity!r} is too short for an id; give {MIN_PREFIX} digits or more.")
    prompts, rollouts = set[str](), set[tuple[str, str]]()
    for table in tables:
        columns = table.schema.column_names()
        if "prompt_id" in columns:
            prompts.update(_matching(table, "prompt_id", identity)["prompt_id"])
        if {"prompt_id", "rollout_id"} <= {*columns}:
            found = _matching(table, "rollout_id", identity)
            rollouts.update(zip(found["rollout_id"], found["prompt_id"], strict=True))
    names = [Named(prompt, None) for prompt in prompts]
    names += [Named(prompt, rollout) for rollout, prompt in rollouts]
    if len(names) != 1:
        what = f"{len(names)} ids begin" if names else "no id begins"
        raise ValueError(f"{what} with {identity}; give {'more digits' if names else 'another'}.")
    return names[0]


def rows_of(table: Table, named: Named) -> list[Row]:
    """Return the rows of a table that are about a prompt or rollout, without their long texts.

    Of a rollout, rows about its prompt that name no rollout count too.
    """
    columns = table.schema.column_names()
    if "prompt_id" not in columns:
        return []
    rows = table.scan().filter(pl.col("prompt_id") == named.prompt_id)
    if named.rollout_id is not None and "rollout_id" in columns:
        is_its_own = pl.any_horizontal(
            pl.col(name) == named.rollout_id for name in OF_ROLLOUTS if name in columns
        )
        rows = rows.filter(is_its_own | pl.col("rollout_id").is_null())
    with table.naming_damage():
        found = rows.select([name for name in columns if name not in LONG]).collect()
    return list(found.iter_rows(named=True))


def prompt_named(tables: Sequence[Table], label: str) -> str | None:
    """Return the id of the prompt that `source/upstream_row` names, if there is one."""
    source, _, row = label.partition("/")
    for table in tables:
        if {"source", "upstream_row"} <= {*table.schema.column_names()}:
            is_it = (pl.col("source") == source) & (pl.col("upstream_row") == row)
            with table.naming_damage():
                found = table.scan().filter(is_it).select("prompt_id").head(1).collect()
            if found.height:
                return str(found.item())
    return None


def _row_named(tables: Sequence[Table], identity: str) -> Named:
    """Return the rollout that a row of a training set was made of, such as `sft/sft_mixture/12`."""
    key, _, row = identity.rpartition("/")
    sets = {table.key: table for table in tables if {*NUMBERED} <= {*table.schema.column_names()}}
    if key not in sets or not row.isdecimal():
        known = ", ".join(sets) or "none"
        raise ValueError(
            f"{identity} names no row; give an id, or TABLE/ROW of a training set: {known}"
        )
    table = sets[key]
    with table.naming_damage():
        found = table.scan().filter(pl.col("row") == int(row)).select(NUMBERED).collect()
    for prompt_id, rollout_id, _ in found.iter_rows():
        return Named(prompt_id, rollout_id)
    raise ValueError(f"{key} has no row {row}; its rows are 0 to {table.num_rows - 1:,}")


def _matching(table: Table, column: str, identity: str) -> pl.DataFrame:
    columns = ["prompt_id"] if column == "prompt_id" else ["rollout_id", "prompt_id"]
    rows = table.scan().select(columns).filter(pl.col(column).str.starts_with(identity))
    with table.naming_damage():
        return rows.unique().collect()
