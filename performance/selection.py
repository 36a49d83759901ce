"""Selection over the keys of many rollouts: `python -m performance.selection [--rows 800000]`.

Tables of prompts, rollouts, verdicts, signals and pass rates are written with keys and numbers and
without texts, eight rollouts a prompt; then each step that reads them whole is run in a process of
its own, and its processor seconds and peak memory are printed. The spans of other languages, of
which each row of signals has ten, are read by none of them.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from assets.steps.curate import Controlling, Keeping, Rating, control, rate, select
from assets.steps.drops import FindingFaults, count_rollouts, find_faults
from assets.steps.run import Run
from r1data.curation.selection import Selection
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Prompts, Rollouts, Signals, Verdicts

GROUP_SIZE = 8
ROWS_PER_BLOCK = 40_000
SELECTION = Selection.model_validate(
    {"max_per_prompt": 2, "max_pass_rate": 0.9, "signals": {"layout": {}}}
)
READ = {
    "rollouts": "given/rollouts",
    "verdicts": "given/verdicts",
    "signals": "given/signals",
    "pass_rates": "given/pass_rates",
}
GIVEN = [
    TableSpec("given/prompts", Prompts, 1),
    TableSpec("given/rollouts", Rollouts, 1),
    TableSpec("given/verdicts", Verdicts, 1),
    TableSpec("given/signals", Signals, 1),
]


def specs() -> list[TableSpec]:
    """Return the tables: what is given, and what is made of it."""
    keeping = {"dataset": "given", "selection": SELECTION}
    return [
        *GIVEN,
        rate.table(
            "given/pass_rates", Rating(), rollouts="given/rollouts", verdicts="given/verdicts"
        ),
        select.table("given/selections", Keeping(**keeping), **READ),
        find_faults.table("given/faults", FindingFaults(selection=SELECTION), **READ),
        count_rollouts.table(
            "given/drop_table",
            selections="given/selections",
            faults="given/faults",
            prompts="given/prompts",
        ),
        control.table(
            "given/control_selections",
            Controlling(**keeping, filters=("long_paragraph",)),
            **READ,
        ),
    ]


def main() -> None:
    """Write what is given, make each other table in a process of its own, and print its cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=800_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="r1data-selection-") as name:
        root = Path(name)
        for spec in GIVEN:
            write(root, spec, options.rows)
        print(f"{options.rows:,} rollouts of {options.rows // GROUP_SIZE:,} prompts")
        print("table                     CPU-seconds  peak MiB  kept or rows")
        for spec in specs()[len(GIVEN) :]:
            context = multiprocessing.get_context("spawn")
            child = context.Process(target=make, args=(root, spec.key))
            child.start()
            child.join()


def write(root: Path, spec: TableSpec, num_rows: int) -> None:
    """Write one of the given tables, a block at a time."""
    known = fingerprints(GIVEN)
    size = num_rows // GROUP_SIZE if spec.schema is Prompts else num_rows
    with Store(root).writing(spec, known[spec.key], {}) as writer:
        for block, start in enumerate(range(0, size, ROWS_PER_BLOCK)):
            rows = min(ROWS_PER_BLOCK, size - start)
            writer.write(block, FRAMES[spec.schema](np.arange(start, start + rows)))
        writer.finish()


def make(root: Path, key: str) -> None:
    """Make one table, and print what that took."""
    with Run(specs(), root) as run:
        start = time.process_time()
        table = run.make(key)
        seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    is_selection = "is_kept" in table.schema.column_names()
    kept = table.scan().select(pl.col("is_kept").sum()).collect().item() if is_selection else 0
    print(f"{key:25} {seconds:11.1f} {peak:9,.0f}  {kept or table.num_rows:,}", flush=True)


def _ids(kind: str, numbers: np.ndarray) -> pl.Series:
    """Return an id of 32 digits for each number."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return pl.Series([f"{number:016x}{kind:0>16}" for number in mixed.tolist()])


def _keys(numbers: np.ndarray) -> dict[str, pl.Series]:
    return {"rollout_id": _ids("a", numbers), "prompt_id": _ids("b", numbers // GROUP_SIZE)}


def _filled(schema: type, columns: dict[str, object]) -> pl.DataFrame:
    """Return rows of a schema, in which what is not said is null, or empty where it may not be."""
    frame = pl.DataFrame(columns)
    kinds = {name: column.dtype for name, column in schema.columns().items()}  # type: ignore[attr-defined]
    required = {name for name, one in schema.columns().items() if not one.nullable}  # type: ignore[attr-defined]
    absent = [name for name in kinds if name not in frame.columns]
    nothing = ["x" if name in required and kinds[name] == pl.String else None for name in absent]
    literals = [pl.lit(v, kinds[n]).alias(n) for n, v in zip(absent, nothing, strict=True)]
    return frame.with_columns(literals).select(pl.col(name).cast(kinds[name]) for name in kinds)


def prompts(numbers: np.ndarray) -> pl.DataFrame:
    """Return prompts of twenty sources."""
    columns = {
        "source": [f"source {number % 20}" for number in numbers.tolist()],
        "upstream_row": [str(number) for number in numbers.tolist()],
        "prompt_id": _ids("b", numbers),
        "domain": "math",
    }
    return _filled(Prompts, columns)


def rollouts(numbers: np.ndarray) -> pl.DataFrame:
    """Return rollouts, of which one in fifty was cut off; their texts are a word."""
    reasons = np.where(numbers % 50 == 0, "length", "stop")
    columns = {
        **_keys(numbers),
        "sample_index": numbers % GROUP_SIZE,
        "completion": "word",
        "finish_reason": pl.Series(reasons),
    }
    return _filled(Rollouts, columns)


def verdicts(numbers: np.ndarray) -> pl.DataFrame:
    """Return verdicts, of which a quarter are wrong."""
    outcomes = np.where(numbers * 7 % 4 == 0, "incorrect", "correct")
    columns = {**_keys(numbers), "verifier_version": 1, "outcome": outcomes, "seconds": 0.0}
    return _filled(Verdicts, columns)


def signals(numbers: np.ndarray) -> pl.DataFrame:
    """Return signals, of which one in ten has a long paragraph; each has ten spans."""
    span = {"start": 10, "end": 20, "language": "fr"}
    columns = {
        **_keys(numbers),
        "form": "well_formed",
        "num_reasoning_chars": numbers % 20_000,
        "num_response_chars": numbers % 1_000,
        "completion_hash": _ids("c", numbers // 2 * 2),
        "longest_paragraph_chars": np.where(numbers % 10 == 0, 9_000, 900),
        "num_code_blocks": 0,
        "foreign_spans": [[span] * 10] * len(numbers),
    }
    return _filled(Signals, columns)


FRAMES = {Prompts: prompts, Rollouts: rollouts, Verdicts: verdicts, Signals: signals}

if __name__ == "__main__":
    main()
