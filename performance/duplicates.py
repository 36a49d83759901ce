"""Memory of marking duplicates among synthetic prompts: `python -m performance.duplicates`.

One prompt in a hundred stands twice, of one in a thousand two rows disagree on the gold answer, and
one in a thousand repeats a benchmark; the script says how many of each were found. Memory is the
peak of the process that reduces the keys, and that of the largest of the workers that write.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from assets.steps.ingest import mark_repeated
from assets.steps.run import Run
from r1data.prompts.identity import prompt_id
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Prompts

ROWS_PER_BLOCK = 20_000
WORDS = (
    "sum",
    "of",
    "number",
    "train",
    "leaves",
    "town",
    "speed",
    "how",
    "many",
    "apples",
    "boxes",
)
PROBLEM_WORDS = 80
PROMPTS, BENCHMARKS, MARKED = "given/prompts", "given/benchmark_prompts", "given/filtered_prompts"
SPECS = [
    TableSpec(PROMPTS, Prompts, 1),
    TableSpec(BENCHMARKS, Prompts, 1),
    mark_repeated.table(MARKED, prompts=PROMPTS, benchmark_prompts=BENCHMARKS),
]


def main() -> None:
    """Write the prompts, mark them in a process of its own, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=800_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, PROMPTS, options.rows)
        write(root, BENCHMARKS, options.rows // 1000, every=1000)
        child = multiprocessing.get_context("spawn").Process(target=mark, args=(root,))
        child.start()
        child.join()


def write(root: Path, key: str, num_rows: int, *, every: int = 1) -> None:
    """Write a table of synthetic prompts, a block at a time."""
    spec = next(spec for spec in SPECS if spec.key == key)
    with Store(root).writing(spec, fingerprints(SPECS)[key], {}) as writer:
        for block, start in enumerate(range(0, num_rows, ROWS_PER_BLOCK)):
            numbers = range(start, min(start + ROWS_PER_BLOCK, num_rows))
            rows = list(synthetic(key, [number * every for number in numbers]))
            writer.write(block, pl.DataFrame(rows, schema=Prompts.create_empty().schema))
        writer.finish()


def synthetic(source: str, numbers: list[int]) -> Iterator[dict[str, object]]:
    """Yield rows of `Prompts`; of every hundred the last repeats the first."""
    empty = dict.fromkeys(Prompts.column_names())
    for number in numbers:
        repeated = number - 99 if number % 100 == 99 else number
        words = (
            WORDS[(repeated * 7 + place * place) % len(WORDS)] for place in range(PROBLEM_WORDS)
        )
        problem = f"{repeated} {' '.join(words)}?"
        yield empty | {
            "source": source.replace("/", "_"),
            "revision": "1",
            "upstream_row": str(number),
            "prompt_id": prompt_id("math", None, problem, None, None),
            "domain": "math",
            "problem": problem,
            "gold_answer": str(number if number % 1000 == 999 else repeated),
            "verifier": "math",
        }


def mark(root: Path) -> None:
    """Mark the duplicates, and print how many were found, how long it took and the peak memory."""
    began = time.monotonic()
    with Run(SPECS, root) as run:
        for key in (PROMPTS, BENCHMARKS):
            run.store.adopt(run.store.versions(key)[0])
        table = run.make(MARKED)
    reasons = table.scan().group_by("drop_reason").len().sort("len").collect().rows()
    own, workers = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{table.num_rows:,} prompts in {time.monotonic() - began:.0f} s: {dict(reasons)}")
    print(f"peak memory: {own:.0f} MiB, and {workers:.0f} MiB in the largest worker")


if __name__ == "__main__":
    main()
