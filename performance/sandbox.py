"""Programs a second per core, sandbox against `python -c`: `python -m performance.sandbox`.

Both run the same programs with the same tests, as many at once as there are cores, in rounds that
alternate. The ratio must be at least 0.5. Takes a minute or two.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from r1data.answers.code.sandbox import Limits
from r1data.answers.code.verifier import run_programs

ASSERTS = "assert is_prime(2)\nassert not is_prime(91)\nassert is_prime(7919)\n"
FUNCTION = """
def is_prime(n):
    return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))
# variant {number}
"""
PRINTING = "n = int(input())\nprint(sum(d * d for d in range(n)))\n# variant {number}\n"
GIVEN, PRINTED = "10\n", "285\n"
KINDS = {
    "asserts": (FUNCTION, {"kind": "asserts", "code": ASSERTS}),
    "stdin": (PRINTING, {"kind": "stdin", "cases": [{"input": GIVEN, "output": PRINTED}]}),
}
PROGRAMS = 100
CORES = os.cpu_count() or 1


def main() -> None:
    """Print programs a second per core and their ratio, for functions and for printing programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    rounds = parser.parse_args().rounds
    for kind, (program, tests) in KINDS.items():
        rates: list[tuple[float, float]] = []
        for number in range(rounds + 1):
            texts = [program.format(number=f"{number}.{n}") for n in range(PROGRAMS)]
            rates.append((_rate(_run_ours, texts, tests), _rate(_run_bare, texts, tests)))
        ours, bare = (statistics.median(column) for column in zip(*rates[1:], strict=True))
        ratio = statistics.median(a / b for a, b in rates[1:])
        print(
            f"{kind}: sandbox {ours:.1f} programs a second per core, python -c {bare:.1f}; "
            f"median ratio {ratio:.2f} of {rounds} pairs on {CORES} cores"
        )


def _rate(
    run: Callable[[Sequence[str], dict[str, object]], None],
    texts: Sequence[str],
    tests: dict[str, object],
) -> float:
    started = time.perf_counter()
    run(texts, tests)
    return len(texts) / (time.perf_counter() - started) / CORES


def _run_ours(texts: Sequence[str], tests: dict[str, object]) -> None:
    jobs = [(json.dumps(tests), text) for text in texts]
    for report in run_programs(jobs, CORES, Limits()):
        if not report.has_passed:
            raise SystemExit(f"a right program failed: {report}")


def _run_bare(texts: Sequence[str], tests: dict[str, object]) -> None:
    def run(text: str) -> None:
        command = [sys.executable, "-c", f"{text}\n{tests.get('code', '')}"]
        subprocess.run(command, input=GIVEN.encode(), stdout=subprocess.PIPE, check=True)

    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(run, texts))


if __name__ == "__main__":
    main()
