"""Small tables for the store's tests."""

from pathlib import Path

import polars as pl

from r1data.settings import Settings
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Selections, Verdicts


class Verifying(Settings):
    verifiers: dict[str, int] = {"math": 1}


class Choosing(Settings):
    max_per_prompt: int = 1


VERDICTS = TableSpec("reasoning/verdicts", Verdicts, 1, Verifying())
SELECTIONS = TableSpec(
    "reasoning/selections", Selections, 1, Choosing(), {"verdicts": "reasoning/verdicts"}
)
SPECS = [SELECTIONS, VERDICTS]
NULLS = ("predicted_answer", "decided_by", "answer_type", "read_from", "test_results")


def verdicts(first: int = 0, rows: int = 4, seconds: float = 0.5, outcome: str = "correct"):
    return pl.DataFrame(
        {
            "rollout_id": [f"r{number}" for number in range(first, first + rows)],
            "verifier": "math",
            "verifier_version": 1,
            "prompt_id": [f"p{number // 4}" for number in range(first, first + rows)],
            "outcome": outcome,
            "detail": "",
            **dict.fromkeys(NULLS),
            "seconds": seconds,
        },
        schema_overrides=dict.fromkeys(NULLS, pl.String),
    )


def selections(verdicts: pl.DataFrame) -> pl.DataFrame:
    return verdicts.select(
        "rollout_id",
        "prompt_id",
        dataset=pl.lit("reasoning"),
        is_kept=pl.lit(value=True),
        drop_reason=pl.lit(None, pl.String),
        rank=pl.lit(0),
        duplicate_of=pl.lit(None, pl.String),
        duplicate_kind=pl.lit(None, pl.String),
        similarity=pl.lit(None, pl.Float64),
        distance=pl.lit(None, pl.Float64),
    )


def write_verdicts(root: Path, spec: TableSpec = VERDICTS, **options) -> Table:
    with Store(root).writing(spec, fingerprints([spec])[spec.key], {}) as writer:
        writer.write(0, verdicts(**options))
        return writer.finish()


def write_selections(root: Path, made_from: Table, specs: list[TableSpec]) -> Table:
    spec = next(spec for spec in specs if spec.key == SELECTIONS.key)
    inputs = {made_from.key: made_from.data_version}
    with Store(root).writing(spec, fingerprints(specs)[spec.key], inputs) as writer:
        writer.write(0, selections(made_from.read()))
        return writer.finish()
