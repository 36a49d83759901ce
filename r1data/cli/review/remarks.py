"""Remarks on candidates: what the verdicts and signals of a round say of each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from assets.recipe.recipe import Recipe
from r1data.cli.why.limits import shown
from r1data.cli.why.named import LONG
from r1data.store.store import Store
from r1data.tables import Judgements, Signals, Verdicts

SILENT = LONG | {
    *("rollout_id", "prompt_id", "answer_type", "read_from", "num_reasoning_chars"),
    *("num_response_chars", "longest_paragraph_chars", "compression_ratio"),
}
"""Columns that say nothing to a person who has the text before their eyes."""


def remarks_of(
    recipe: Recipe, store: Store, round_name: str, rollout_ids: Sequence[str]
) -> dict[str, list[str]]:
    """Return what the tables of a round say of some rollouts, by id, one fact each."""
    remarks: dict[str, list[str]] = defaultdict(list)
    for spec in recipe.tables():
        is_of_round = spec.key.startswith(f"{round_name}/")
        if not is_of_round or spec.schema not in (Verdicts, Judgements, Signals):
            continue
        if store.current(spec.key) is None:
            continue
        table = store.table(spec.key)
        with table.naming_damage():
            rows = table.scan().filter(pl.col("rollout_id").is_in(list(rollout_ids))).collect()
        for row in rows.iter_rows(named=True):
            remarks[row["rollout_id"]] += _facts(row)
    return remarks


def _facts(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a row says, without what says nothing."""
    for name, value in row.items():
        if name not in SILENT and value not in (None, False, "", 0, 0.0, []):
            yield f"{name} {shown(value)}"
