"""Tables of the curation run: its recipe, and synthetic prompts, rollouts and verdicts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import dataframely as dy
import polars as pl

from assets.recipe.recipe import Recipe
from assets.steps.run import Run
from performance.curation_texts import EVERY, completion, planted, problem, sentences
from r1data.curation.limits import SignalLimits
from r1data.prompts.identity import prompt_id
from r1data.seeds import content_id
from r1data.store.table import Table
from r1data.tables import Prompts, Rollouts, Verdicts, askable

GROUP_SIZE = 4
ROWS_PER_BLOCK = 2_000
"""As many rollouts as a run writes at once."""
PROMPTS_PER_BLOCK = 20_000
BENCHMARK_ROWS = 2_000
PROMPTS, BENCHMARKS = "prompts/prompts", "prompts/benchmark_prompts"
ROLLOUTS, VERDICTS = "reasoning/rollouts", "reasoning/verdicts"
GIVEN = (PROMPTS, BENCHMARKS, ROLLOUTS, VERDICTS)
"""The tables that are written here; all that follow from them are made by the steps."""
ASKED = "prompts/filtered_prompts"
UNMEASURED = frozenset({"quality", "tokens"})
"""Signals that need a file of the user's."""
WRONG = 8
"""Of so many rollouts one is incorrect."""
LEAK, TWIN = 7, 11
"""Of every thousand problems, the number that holds a benchmark's, and the one that nearly repeats
the problem above it."""


def recipe(folder: Path) -> Recipe:
    """Return a recipe that looks for all that needs no model."""
    rows = folder / "rows.jsonl"
    rows.write_text('{"problem": "1 + 1", "completion": ["2"]}\n', encoding="utf-8")
    signals = {name: {} for name in SignalLimits.model_fields if name not in UNMEASURED}
    source = {"file": str(rows), "verifier": None}
    return Recipe.model_validate(
        {
            "name": "curation",
            "policies": {"theirs": {"kind": "rollouts", "rollouts": str(rows), "model": "made up"}},
            "prompts": {
                "sources": {"problems": source},
                "benchmarks": {"held_out": source},
                "near_duplicates": {},
                "decontamination": {},
            },
            "reasoning": {
                "policy": "theirs",
                "sampling": {"group_size": GROUP_SIZE},
                "selection": {
                    "max_per_prompt": GROUP_SIZE,
                    "near_duplicates": {"within": "dataset"},
                    "decontamination": {},
                    "signals": signals,
                },
            },
            "sft": {"held_out": {"share": 0.001}},
        }
    )


def write_given(run: Run, key: str, num_rows: int, size: int) -> None:
    """Write one of the tables that are given, from where that was left."""
    spec = run.specs[key]
    versions = {name: run.table(name).data_version for name in spec.reads.values()}
    with run.store.writing(spec, run.fingerprints[key], versions) as writer:
        if writer.table.manifest.is_complete:
            return
        for number, make in enumerate(_blocks(run, key, num_rows, size)):
            if not writer.is_done(number):
                writer.write(number, make())
        writer.finish()


def _blocks(run: Run, key: str, num_rows: int, size: int) -> Iterator[Callable[[], pl.DataFrame]]:
    """Yield what makes each block of a table."""
    if key == PROMPTS:
        for start in range(0, num_rows // GROUP_SIZE, PROMPTS_PER_BLOCK):
            numbers = range(start, min(start + PROMPTS_PER_BLOCK, num_rows // GROUP_SIZE))
            yield partial(_problems, "problems", [(number, _asked(number)) for number in numbers])
    elif key == BENCHMARKS:
        yield partial(_problems, "held_out", [(n, held_out(n)) for n in range(BENCHMARK_ROWS)])
    elif key == VERDICTS:
        for number in range(run.table(ROLLOUTS).num_blocks):
            yield partial(_verdicts, run.table(ROLLOUTS), number)
    else:
        asked = askable(run.table(ASKED).scan()).select("upstream_row", "prompt_id").collect()
        pool = sentences()
        for part in asked.iter_slices(ROWS_PER_BLOCK // GROUP_SIZE):
            yield partial(_rollouts, part, pool, size)


def held_out(number: int) -> str:
    """Return a problem of the benchmark."""
    return problem(number % BENCHMARK_ROWS, "benchmark")


def _asked(number: int) -> str:
    """Return a problem of the source, some of which repeat another."""
    place = number % EVERY
    if place == LEAK:
        return f"Please read this with care. {held_out(number // EVERY)} Show all your steps."
    return f"Please: {problem(number - 1)}" if place == TWIN else problem(number)


def _problems(source: str, problems: Sequence[tuple[int, str]]) -> pl.DataFrame:
    rows = [
        {
            "source": source,
            "revision": "1",
            "upstream_row": str(number),
            "prompt_id": prompt_id("math", None, text),
            "domain": "math",
            "language": "en",
            "problem": text,
            "gold_answer": str(number - (number % EVERY == TWIN)),
            "verifier": "math",
        }
        for number, text in problems
    ]
    return _whole(pl.DataFrame(rows), Prompts)


def _rollouts(prompts: pl.DataFrame, pool: Sequence[str], size: int) -> pl.DataFrame:
    rows = []
    for upstream_row, asked in prompts.iter_rows():
        for sample in range(GROUP_SIZE):
            number = int(upstream_row) * GROUP_SIZE + sample
            rows.append(
                {
                    "rollout_id": content_id(asked, sample),
                    "prompt_id": asked,
                    "sample_index": sample,
                    "completion": completion(number, pool, held_out(number), size),
                    "finish_reason": "length" if planted(number) == "truncated" else "stop",
                    "file_row": str(number),
                }
            )
    same = {"policy": "theirs", "policy_revision": "1", "template_id": "1", "sampling_id": "1"}
    frame = pl.DataFrame(rows).with_columns(prefill=pl.lit(""), **_literals(same))
    return _whole(frame, Rollouts)


def _verdicts(rollouts: Table, number: int) -> pl.DataFrame:
    """Return a verdict for each rollout of a block; one in eight is incorrect."""
    rows = rollouts.read_block(number, ["rollout_id", "prompt_id", "file_row"])
    is_wrong = pl.col("file_row").cast(pl.Int64) % WRONG == WRONG - 1
    outcome = pl.when(is_wrong).then(pl.lit("incorrect")).otherwise(pl.lit("correct"))
    same = {"verifier": "math", "verifier_version": 1, "detail": "", "seconds": 0.0}
    return _whole(rows.with_columns(outcome=outcome, **_literals(same)), Verdicts)


def _literals(values: Mapping[str, object]) -> dict[str, pl.Expr]:
    return {name: pl.lit(value) for name, value in values.items()}


def _whole(frame: pl.DataFrame, schema: type[dy.Schema]) -> pl.DataFrame:
    """Return a frame with all columns of a schema; those it lacks are null."""
    return frame.select(
        pl.col(name) if name in frame.columns else pl.lit(None, column.dtype).alias(name)
        for name, column in schema.columns().items()
    )
