"""Peak memory of a whole curation run: `python -m performance.memory [--rows 100000]`.

Rollouts of 15 kB that exist already go in through the real asset graph, get synthetic verdicts
(nothing is verified), and are measured, selected (three of four are kept), mixed and exported, in
one child process and its workers. The table shows, up to the end of each step, the highest resident
memory of that process and of the largest worker; all together, with a worker for each core, 100,000
and 300,000 rows must stay under 4 GiB.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GROUP_SIZE = 4
COMPLETION_CHARS = 15_000
LIMIT_MIB = 4096
UNKNOWN = ("predicted_answer", "decided_by", "answer_type", "read_from", "test_results")
"""Columns of a verdict that synthetic ones leave open."""
WORDS = ("so", "we", "add", "carry", "check", "wait", "the", "sum", "is", "even", "then", "odd")
LINES = [" ".join(random.Random(line).choices(WORDS, k=40)) for line in range(1_000)]


def main() -> None:
    """Write the rollouts, run the child, print its table; exit with 1 if it is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--child", type=Path)
    options = parser.parse_args()
    if options.child:
        run_child(options.child)
        return
    with tempfile.TemporaryDirectory(prefix="r1data-memory-") as folder:
        write_rollouts(Path(folder) / "rollouts.jsonl", options.rows)
        command = [sys.executable, "-m", "performance.memory", "--child", folder]
        shown = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(f"{options.rows:,} rollouts of {COMPLETION_CHARS:,} characters")
    print(shown, end="")
    own, worker = (
        max(float(line.split()[place]) for line in shown.splitlines()) for place in (-5, -2)
    )
    together = own + worker * len(os.sched_getaffinity(0))
    print(f"all processes together: at most {together:.0f} MiB")
    sys.exit(together > LIMIT_MIB)


def write_rollouts(path: Path, num_rows: int) -> None:
    """Write problems with a group of completions each, one problem a line."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(num_rows // GROUP_SIZE):
            completions = [completion(number, sample) for sample in range(GROUP_SIZE)]
            row = {"problem": f"What is {number} + {number}?", "completions": completions}
            file.write(json.dumps(row) + "\n")


def completion(number: int, sample: int) -> str:
    """Return a completion of the wanted length that no other equals."""
    lines = random.Random(number * GROUP_SIZE + sample).choices(LINES, k=100)
    answer = f"</think>It is \\boxed{{{2 * number}}}."
    begun = f"<think>{number} {sample} {' '.join(lines)}"
    return begun[: COMPLETION_CHARS - len(answer)] + answer


def run_child(folder: Path) -> None:
    """Run the graph over the rollouts, and print time and peak memory after each step."""
    import dagster as dg

    from assets.orchestration.build import build_definitions
    from assets.recipe.recipe import Recipe
    from r1data.execution.shards import map_shards
    from r1data.mixture.export import Release, export_mixture
    from r1data.store.spec import fingerprints
    from r1data.store.store import Store

    recipe = Recipe.model_validate(
        {
            "name": "memory",
            "policies": {
                "theirs": {
                    "kind": "rollouts",
                    "rollouts": str(folder / "rollouts.jsonl"),
                    "completion": "completions",
                    "model": "synthetic",
                }
            },
            "prompts": {
                "sources": {"sums": {"file": str(folder / "rollouts.jsonl"), "verifier": None}}
            },
            "reasoning": {
                "policy": "theirs",
                "sampling": {"group_size": GROUP_SIZE},
                "selection": {"max_per_prompt": GROUP_SIZE},
            },
            "sft": {},
        }
    )
    store = Store(folder / "data")
    specs = {spec.key: spec for spec in recipe.tables()}
    job = build_definitions(recipe, store.root).resolve_implicit_global_asset_job_def()
    began = time.monotonic()
    for key in specs:
        if key == "reasoning/verdicts":
            inputs = {name: store.table(name).data_version for name in specs[key].reads.values()}
            fingerprint = fingerprints(list(specs.values()))[key]
            with store.writing(specs[key], fingerprint, inputs) as writer:
                map_shards(writer, synthetic_verdicts, store.table("reasoning/rollouts"))
                writer.finish()
        else:
            with dg.DagsterInstance.ephemeral() as instance:
                job.execute_in_process(
                    instance=instance,
                    asset_selection=[dg.AssetKey(key.split("/"))],
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                )
        report(f"{key} ({store.table(key).num_rows:,} rows)", began)
    export_mixture(Release(store.table("sft/sft_mixture"), "synthetic"), folder / "exported")
    report("export", began)


def synthetic_verdicts(rollouts):  # noqa: ANN001, ANN201 - polars is imported in the child only
    """Return a verdict for each rollout: three of four are correct."""
    import polars as pl

    is_correct = pl.col("sample_index") % 4 != 3
    return rollouts.select(
        "rollout_id",
        "prompt_id",
        verifier=pl.lit("synthetic"),
        verifier_version=pl.lit(1),
        outcome=pl.when(is_correct).then(pl.lit("correct")).otherwise(pl.lit("incorrect")),
        detail=pl.lit(""),
        seconds=pl.lit(0.0),
        **{name: pl.lit(None, pl.String) for name in UNKNOWN},
    )


def report(step: str, began: float) -> None:
    """Print one row of the table."""
    own, worker = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    seconds = time.monotonic() - began
    print(f"{step:<44} {seconds:7.1f} s {own:6.0f} MiB, worker {worker:6.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
