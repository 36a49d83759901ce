"""Reference solutions and mutants judged: `python -m performance.code_benchmarks`.

Every reference solution of HumanEval, MBPP and LeetCode must be judged correct. Of each, mutants
are made by one change to its syntax tree; one counts as wrong only if a plain run of the same
asserts in one unguarded process fails, and at least 99% of the wrong ones must be judged incorrect.
Needs the three files in `--data`.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from performance.code_mutants import mutants
from performance.code_prompts import LACKS_PACKAGE, SETS, CodePrompt
from r1data.answers.code.asserts import calls_check
from r1data.answers.code.report import Report
from r1data.answers.code.sandbox import Limits
from r1data.answers.code.verifier import run_programs

CORES = os.cpu_count() or 1
PLAIN_SECONDS = 20
LIMITED = (
    "import resource\n"
    "resource.setrlimit(resource.RLIMIT_CPU, (6, 6))\n"
    "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
)


def main() -> None:
    """Judge everything; print a table, then every disagreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--mutants", type=int, default=1, help="of each program; 0 for none")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--published", action="store_true", help="references, by the sets' rows")
    options = parser.parse_args()
    for name in options.sets:
        prompts = list(SETS[name](options.data))
        if options.published:
            _print_references(name, prompts, [(one.row, one.program) for one in prompts])
            continue
        _print_references(name, prompts, [(one.tests, one.program) for one in prompts])
        if options.mutants:
            _judge_mutants(name, prompts, options.mutants)


def _print_references(
    name: str, prompts: Sequence[CodePrompt], jobs: Sequence[tuple[str, str]]
) -> None:
    started = time.perf_counter()
    reports = run_programs(jobs, CORES, Limits())
    seconds = time.perf_counter() - started
    failed = [
        (p.name, report.fault, report.detail)
        for p, report in zip(prompts, reports, strict=True)
        if not report.has_passed
    ]
    print(
        f"{name}: {len(prompts) - len(failed)} of {len(prompts)} references pass, {seconds:.0f} s"
    )
    for row in failed:
        print("   ", "known:" if row[0] in LACKS_PACKAGE else "NEW:", *row)


def _judge_mutants(name: str, prompts: Sequence[CodePrompt], number: int) -> None:
    jobs = [
        (prompt, text)
        for prompt in prompts
        if prompt.name not in LACKS_PACKAGE
        for text in mutants(prompt.program, number, prompt.name, entry_point=prompt.entry_point)
    ]
    with ThreadPoolExecutor(CORES) as pool:
        is_wrong = list(pool.map(_fails_plainly, jobs))
    reports = _judge(jobs)
    judged = list(zip(jobs, is_wrong, reports, strict=True))
    wrong = [report for _, wrong, report in judged if wrong]
    rejected = sum(not report.has_passed for report in wrong)
    passed = sum(report.has_passed for _, wrong, report in judged if not wrong)
    print(
        f"{name}: {len(jobs)} mutants; {rejected} of {len(wrong)} wrong ones rejected; "
        f"{passed} of {len(jobs) - len(wrong)} that pass the tests plainly accepted"
    )
    for (prompt, text), wrongly, report in judged:
        if wrongly is report.has_passed:
            print("   ", prompt.name, "plain run", "fails" if wrongly else "passes", report.detail)
            print("       ", text.replace("\n", "\n        "))


def _judge(jobs: Sequence[tuple[CodePrompt, str]]) -> list[Report]:
    return run_programs([(prompt.tests, text) for prompt, text in jobs], CORES, Limits())


def _fails_plainly(job: tuple[CodePrompt, str]) -> bool:
    """Say whether the asserts fail in one plain process, with no sandbox and none of our code."""
    prompt, program = job
    is_mbpp = prompt.name.startswith("mbpp")
    parts = [program, prompt.setup] if is_mbpp else [prompt.setup, program]
    defines, calls = calls_check(prompt.code)
    call = f"check({prompt.entry_point})" if defines and not calls else ""
    code = "\n".join((*parts, prompt.code, call))
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"{LIMITED}exec({code!r}, {{'__name__': 'program'}})"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PLAIN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


if __name__ == "__main__":
    main()
