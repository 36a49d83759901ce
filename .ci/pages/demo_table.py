"""The README's table of what the demo made, filled from its data folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from assets.orchestration.summary import comparison_lines
from assets.recipe.recipe import Recipe
from pages.markdown import block, code, table
from r1data.store.spec import TableSpec
from r1data.store.store import Store
from r1data.tables import FATES, Comparisons, Mixtures, Policies, Scoreboard, Scores

NAME = "demo"
"""The block of the README that the table stands in."""
SCORE_HEAD = [
    *("policy", "trained on", "steps", "pass@1", "standard error", "accuracy", "format"),
    *("prompts", "completions"),
]
BESIDE = ("accuracy", "format")
"""What the scoreboard has beside pass@1: correct without the format rule, and well-formed."""
STATED = ("policy", "pass@1", "standard error", "prompts")
"""What is read back of a page."""


@dataclass(frozen=True, slots=True)
class Score:
    """pass@1 of a policy over all benchmarks, as the README states it."""

    value: float
    standard_error: float
    num_prompts: int


def demo_table(store: Store, recipe: Recipe) -> list[str]:
    """Return the lines of the block: the datasets, the scoreboard, the differences.

    Raises:
        FileNotFoundError: A table of the recipe is not made.
    """
    specs = {spec.key: spec for spec in recipe.tables()}
    lines = table(["dataset", "rows", "what it is", "of which"], _datasets(store, recipe, specs))
    lines += ["", *table(SCORE_HEAD, _scoreboard(store, specs)), ""]
    for spec in specs.values():
        if spec.schema is Comparisons:
            rows = store.table(spec.key).read().filter(metric="pass@1")
            lines += [f"- {line}" for line in comparison_lines(rows)]
    return lines


def read_scores(page: str) -> dict[str, Score]:
    """Return the scores that a page's block states, by policy.

    Raises:
        ValueError: The page has no block of the demo, or no scoreboard in it.
    """
    rows = [_cells(line) for line in block(page, NAME) if line.startswith("|")]
    heads = [place for place, row in enumerate(rows) if {*STATED} <= {*row}]
    if not heads:
        raise ValueError("the block of the demo has no scoreboard; `make readme-table` writes one")
    head = rows[heads[0]]
    found = (dict(zip(head, row, strict=True)) for row in rows[heads[0] + 2 :])
    return {
        row["policy"].strip("`"): Score(
            float(row["pass@1"]), float(row["standard error"]), int(row["prompts"])
        )
        for row in found
    }


def scores_of(store: Store, recipe: Recipe) -> dict[str, Score]:
    """Return the scores in a data folder, by policy, in the order the recipe names them."""
    keys = [spec.key for spec in recipe.tables() if spec.schema is Scores]
    found = pl.concat([store.table(key).read() for key in keys])
    rows = found.filter(benchmark="all", metric="pass@1").drop_nulls("value")
    return {
        row["policy"]: Score(row["value"], row["standard_error"] or 0.0, row["num_prompts"])
        for row in rows.iter_rows(named=True)
    }


def _datasets(store: Store, recipe: Recipe, specs: dict[str, TableSpec]) -> Iterator[list[str]]:
    """Yield the training sets, and what rejection sampling chose from for them."""
    for name, section in recipe.rounds.items():
        written = ("rollouts", "selected_rollouts") if section.is_training_data else ()
        told_by = {"rollouts": "verdicts", "selected_rollouts": "selections"}
        for table_name in written:
            fates = f"{name}/{told_by[table_name]}"
            yield _dataset(store, specs[f"{name}/{table_name}"], _counts(store, specs[fates]))
        for spec in specs.values():
            if spec.schema is Mixtures and spec.key.startswith(f"{name}/"):
                yield _dataset(store, spec, "")


def _dataset(store: Store, spec: TableSpec, counts: str) -> list[str]:
    return [code(spec.key), f"{store.table(spec.key).num_rows:,}", spec.description, counts]


def _counts(store: Store, spec: TableSpec) -> str:
    told = store.table(spec.key).scan().group_by(fate=FATES[spec.schema].told).len()
    rows = told.sort("len", "fate", descending=[True, False]).collect()
    return ", ".join(f"{fate} {count:,}" for fate, count in rows.iter_rows())


def _scoreboard(store: Store, specs: dict[str, TableSpec]) -> Iterator[list[str]]:
    trainings = _trainings(store, specs)
    for spec in specs.values():
        if spec.schema is Scores:
            rows = store.table(spec.key).read().filter(benchmark="all", metric="pass@1")
            known = _beside(store, specs)
            for row in rows.iter_rows(named=True):
                yield [
                    code(row["policy"]),
                    *trainings.get(row["policy"], ("", "")),
                    _number(row["value"]),
                    _number(row["standard_error"]),
                    *(known.get((row["policy"], metric), "") for metric in BESIDE),
                    str(row["num_prompts"]),
                    str(row["num_rollouts"]),
                ]


def _beside(store: Store, specs: dict[str, TableSpec]) -> dict[tuple[str, str], str]:
    """Return what the scoreboard says beside pass@1, by policy and metric."""
    keys = [spec.key for spec in specs.values() if spec.schema is Scoreboard]
    rows = pl.concat([store.table(key).read() for key in keys]).filter(benchmark="all")
    told = rows.select("policy", "metric", "value").iter_rows()
    return {(policy, metric): _number(value) for policy, metric, value in told}


def _trainings(store: Store, specs: dict[str, TableSpec]) -> dict[str, tuple[str, str]]:
    """Return what each trained policy was trained on, and in how many steps."""
    keys = [spec.key for spec in specs.values() if spec.schema is Policies]
    rows = pl.concat([store.table(key).read() for key in keys]).drop_nulls("trained_on")
    return {
        row["policy"]: (
            code(row["trained_on"].partition("@")[0]),
            str(json.loads(row["training"]).get("num_steps", "")),
        )
        for row in rows.iter_rows(named=True)
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
