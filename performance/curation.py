"""Curation at scale: `python -m performance.curation [--rows 8000] [--folder FOLDER]`.

Rollouts of 15 kB with planted faults are written as the tables of a recipe that looks for all that
needs no model; then each step from contamination and signals to the mixture runs as in any run, in
one child process and its workers. The tables show what each step took, what each signal takes, and
what was found of what was planted. With a `--folder`, what is written stays there, and a second run
goes on where the first was stopped. Disk: some 8 kB a row. Shorter completions (`--bytes 1000`)
show what the steps take that read whole tables, with less to measure.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from assets.steps.run import Run
from performance.curation_found import found, signal_costs
from performance.curation_tables import GIVEN, ROLLOUTS, recipe, write_given
from performance.process_tree import Peak

LIMIT_MIB, LIMIT_MS = 4_096, 3.75
"""All processes together, and the CPU of all steps for a row: 3,000 seconds for 800,000 rows."""
SEARCHED = "a word that no text has"


def main() -> None:
    """Run the child, print its tables, and exit with 1 if it took more than the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=8_000)
    parser.add_argument("--bytes", type=int, default=15_000, help="of a completion, about")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--child", action="store_true")
    options = parser.parse_args()
    if options.child:
        run_steps(options.folder, options.rows, options.bytes)
        return
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        sys.exit(watch(options.folder, options.rows, options.bytes))
    with tempfile.TemporaryDirectory(prefix="r1data-curation-") as folder:
        sys.exit(watch(Path(folder), options.rows, options.bytes))


def watch(folder: Path, num_rows: int, size: int) -> bool:
    """Start the steps, show what each took, and tell whether it was too much."""
    command = [sys.executable, "-m", "performance.curation", "--child", "--rows", str(num_rows)]
    command += ["--bytes", str(size), "--folder", str(folder)]
    steps = []
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child,
        Peak(child.pid) as peak,
    ):
        print(f"{'step':<30}{'rows':>9}{'s':>8}{'CPU s':>8}{'ms/row':>8}{'MiB':>7}{'MB':>9}")
        for line in child.stdout or ():
            step = json.loads(line)
            if "text" in step:
                print(step["text"], flush=True)
            else:
                steps.append(shown(step, peak.taken(), num_rows))
    return child.returncode != 0 or summed(steps, num_rows)


def shown(step: dict[str, Any], most: float, num_rows: int) -> dict[str, Any]:
    """Print the row of a step, and return it with its memory."""
    cpu = step["cpu"]
    print(
        f"{step['key']:<30}{step['rows']:>9,}{step['seconds']:>8.1f}{cpu:>8.1f}"
        f"{1_000 * cpu / num_rows:>8.3f}{most:>7.0f}{step['bytes'] / 1e6:>9.1f}",
        flush=True,
    )
    return {**step, "most": most}


def summed(steps: list[dict[str, Any]], num_rows: int) -> bool:
    """Print the sums of the steps that were measured, and tell whether they are too much."""
    made = [step for step in steps if step["key"] not in GIVEN]
    scan = next((step["cpu"] for step in steps if step["key"] == "plain scan"), 0.0)
    steps_of = [step for step in made if step["key"] != "plain scan"]
    seconds, cpu = (sum(step[name] for step in steps_of) for name in ("seconds", "cpu"))
    most = max(step["most"] for step in steps_of)
    per_row = 1_000 * cpu / num_rows
    print(
        f"all steps: {seconds:.0f} s, {cpu:.0f} CPU s, {per_row:.2f} ms a row, at most {most:.0f} "
        f"MiB together, {cpu / scan if scan else 0:.0f} times a plain scan"
    )
    return most > LIMIT_MIB or per_row > LIMIT_MS


def run_steps(folder: Path, num_rows: int, size: int) -> None:
    """Write what is given, make all else, and tell of each step in a line of JSON."""
    specs = recipe(folder).tables()
    with Run(specs, folder / "data") as run:
        for spec in specs:
            with told(spec.key) as step:
                if spec.key in GIVEN:
                    write_given(run, spec.key, num_rows, size)
                else:
                    run.make(spec.key)
                table = run.table(spec.key)
                step["rows"] = table.num_rows
                step["bytes"] = sum(path.stat().st_size for path in table.paths)
        with told("plain scan") as step:
            step["rows"] = scan(run)
        tell({"text": f"\n{processor()}, {len(os.sched_getaffinity(0))} cores\n"})
        for line in (*signal_costs(run), "", *found(run)):
            tell({"text": line})


@contextmanager
def told(key: str) -> Iterator[dict[str, Any]]:
    """Measure what is done inside, in this process and all it started, and tell of it."""
    step: dict[str, Any] = {"key": key, "rows": 0, "bytes": 0}
    began, before = time.monotonic(), cpu_seconds()
    yield step
    tell({**step, "seconds": time.monotonic() - began, "cpu": cpu_seconds() - before})


def tell(line: dict[str, Any]) -> None:
    """Write a line for the parent."""
    print(json.dumps(line), flush=True)


def cpu_seconds() -> float:
    """Return the CPU of this process and of all it started that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def scan(run: Run) -> int:
    """Look for a word in all completions, as a measure of what reading them takes."""
    rows = run.table(ROLLOUTS)
    is_there = pl.col("completion").str.contains(SEARCHED, literal=True)
    rows.scan().select(is_there.sum()).collect(engine="streaming")
    return rows.num_rows


def processor() -> str:
    """Return the name of the processor."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = next((line for line in lines if line.startswith("model name")), "unknown processor")
    return named.split(":")[-1].strip()


if __name__ == "__main__":
    main()
