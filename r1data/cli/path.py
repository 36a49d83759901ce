"""The path of one prompt or rollout through every table, with the reasons."""

from collections.abc import Iterator

import polars as pl

from r1data.store.store import Store
from r1data.store.table import Table
from r1data.text import visible

MIN_PREFIX = 4
TOLD = (
    *("source", "upstream_row", "file_row", "sample_index", "policy", "finish_reason"),
    *("error_class", "file_outcome", "metadata", "other_columns", "is_unverified"),
    *("verifier", "judge", "purpose", "order", "shown", "addressing", "refusal", "finding"),
    *("outcome", "decided_by", "score", "predicted_answer", "gold_answer", "detail"),
    *("rationale_reference_first", "rationale_candidate_first", "form", "pass_rate"),
    *("num_judged", "dataset", "row", "is_kept", "rank"),
    *("drop_reason", "drop_detail", "duplicate_of", "duplicate_kind", "similarity"),
    *("contaminated_by", "contamination_kind", "contamination_score", "conflicting_gold"),
    *("benchmark", "benchmark_row", "part", "kind"),
)
"""The columns that say what happened to a row, in the order in which they are told."""


def trace(store: Store, identity: str) -> Iterator[str]:
    """Yield a line for each row, in any table, of the prompt or rollout that an id names.

    A rollout's path begins with its prompt; a prompt's path holds all its rollouts.

    Raises:
        ValueError: The id is too short, unknown, or names several rows' ids.
    """
    if len(identity) < MIN_PREFIX:
        raise ValueError(f"{identity!r} is too short for an id; give {MIN_PREFIX} digits or more.")
    keys = store.keys()
    tables = [store.table(key) for key in keys if store.current(key)]
    tables.sort(key=lambda table: table.manifest.made_at or "")
    prompt_id, rollout_id = _named(tables, identity)
    yield f"prompt {prompt_id}" if rollout_id is None else f"rollout {rollout_id}"
    for table in tables:
        yield from _lines(table, prompt_id, rollout_id)


def _named(tables: list[Table], identity: str) -> tuple[str, str | None]:
    """Return the prompt that an id names, and the rollout if it names one."""
    prompts, rollouts = set[str](), set[tuple[str, str]]()
    for table in tables:
        columns = table.schema.column_names()
        if "prompt_id" in columns:
            prompts.update(_matching(table, "prompt_id", identity)["prompt_id"])
        if "rollout_id" in columns:
            found = _matching(table, "rollout_id", identity)
            rollouts.update(zip(found["rollout_id"], found["prompt_id"], strict=True))
    names = [(prompt, None) for prompt in prompts] + [(prompt, r) for r, prompt in rollouts]
    if len(names) != 1:
        what = f"{len(names)} ids begin" if names else "no id begins"
        raise ValueError(f"{what} with {identity}; give {'more digits' if names else 'another'}.")
    return names[0]


def _matching(table: Table, column: str, identity: str) -> pl.DataFrame:
    columns = ["prompt_id"] if column == "prompt_id" else ["rollout_id", "prompt_id"]
    rows = table.scan().select(columns).filter(pl.col(column).str.starts_with(identity))
    with table.naming_damage():
        return rows.unique().collect()


def _lines(table: Table, prompt_id: str, rollout_id: str | None) -> Iterator[str]:
    columns = table.schema.column_names()
    if "prompt_id" not in columns:
        return
    rows = table.scan().filter(pl.col("prompt_id") == prompt_id)
    if rollout_id is not None and "rollout_id" in columns:
        rows = rows.filter(pl.col("rollout_id") == rollout_id)
    shown = [name for name in TOLD if name in columns]
    with table.naming_damage():
        found = rows.select(*_ids(columns), *shown).collect()
    for row in found.iter_rows(named=True):
        told = {name: str(row[name]) for name in shown if row[name] is not None}
        facts = ", ".join(f"{column} {_line(text)}" for column, text in told.items())
        name = f" {row['rollout_id'][:12]}" if "rollout_id" in row else ""
        yield f"{table.key}{name}: {facts}"


def _line(text: str) -> str:
    return visible(text, is_one_line=True)


def _ids(columns: list[str]) -> list[str]:
    return ["rollout_id"] if "rollout_id" in columns else []
