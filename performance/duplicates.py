"""Memory of marking duplicates among synthetic prompts: `python -m performance.duplicates`.

One prompt in a hundred stands twice, one in a hundred with a word more, of one in a thousand two
rows disagree on the gold answer, and one in a thousand repeats a benchmark; the script says how
many of each were found. With `--exact`, near duplicates are not looked for. Memory is the peak of
the process that reduces the keys, and that of the largest of the workers that write.
"""

import argparse
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from assets.steps.ingest import Repeating, mark_repeated
from assets.steps.run import Run
from r1data.curation.duplicates.near import NearMatch
from r1data.prompts.identity import prompt_id
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Prompts

ROWS_PER_BLOCK = 20_000
WORDS = [a + b for a in ("train", "leaf", "town", "box", "field") for b in "abcdefghijklmnopqrst"]
PROBLEM_WORDS = 80
NEAR = 98
REPEATS = {99: 99, NEAR: 97}
"""Of every hundred rows, those that repeat one so many rows above; row 98 has a word more."""
PROMPTS, BENCHMARKS, MARKED = "given/prompts", "given/benchmark_prompts", "given/filtered_prompts"
GIVEN = [TableSpec(PROMPTS, Prompts, 1), TableSpec(BENCHMARKS, Prompts, 1)]


def specs(near_duplicates: NearMatch | None) -> list[TableSpec]:
    """Return the tables: what is given, and what is made of it."""
    settings = Repeating(near_duplicates=near_duplicates)
    made = mark_repeated.table(MARKED, settings, prompts=PROMPTS, benchmark_prompts=BENCHMARKS)
    return [*GIVEN, made]


def main() -> None:
    """Write the prompts, mark them in a process of its own, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=800_000)
    parser.add_argument("--exact", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, PROMPTS, options.rows)
        write(root, BENCHMARKS, options.rows // 1000, every=1000)
        child = multiprocessing.get_context("spawn").Process(
            target=mark, args=(root, options.exact)
        )
        child.start()
        child.join()


def write(root: Path, key: str, num_rows: int, *, every: int = 1) -> None:
    """Write a table of synthetic prompts, a block at a time."""
    spec = next(spec for spec in GIVEN if spec.key == key)
    with Store(root).writing(spec, fingerprints(GIVEN)[key], {}) as writer:
        for block, start in enumerate(range(0, num_rows, ROWS_PER_BLOCK)):
            numbers = range(start, min(start + ROWS_PER_BLOCK, num_rows))
            rows = list(synthetic(key, [number * every for number in numbers]))
            writer.write(block, pl.DataFrame(rows, schema=Prompts.create_empty().schema))
        writer.finish()


def synthetic(source: str, numbers: list[int]) -> Iterator[dict[str, object]]:
    """Yield rows of `Prompts`; of every hundred the last repeats the first, and one the second."""
    empty = dict.fromkeys(Prompts.column_names())
    for number in numbers:
        repeated = number - REPEATS.get(number % 100, 0)
        words = random.Random(repeated).choices(WORDS, k=PROBLEM_WORDS)
        more = " please" if number % 100 == NEAR else ""
        problem = f"{repeated} {' '.join(words)}{more}?"
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


def mark(root: Path, is_exact: bool) -> None:
    """Mark the duplicates, and print how many were found, how long it took and the peak memory."""
    began = time.monotonic()
    with Run(specs(None if is_exact else NearMatch()), root) as run:
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
