from pathlib import Path

import pytest

from performance.code_mutants import mutants
from performance.code_prompts import LACKS_PACKAGE, SETS
from r1data.answers.code.sandbox import Limits
from r1data.answers.code.verifier import run_programs

DATA = Path(__file__).parents[3].parent / "shared" / "data"
SAMPLED = {"humaneval": 8, "mbpp": 30, "leetcode": 40}
"""Every how many-th prompt; `performance/code_benchmarks.py` takes them all."""

pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not there"),
    pytest.mark.usefixtures("sandboxed"),
]


def _sample(name):
    rows = [prompt for prompt in SETS[name](DATA) if prompt.name not in LACKS_PACKAGE]
    return rows[:: SAMPLED[name]]


@pytest.mark.parametrize("name", SETS)
def test_reference_solutions_pass(name):
    prompts = _sample(name)
    reports = run_programs([(one.tests, one.program) for one in prompts], 2, Limits())
    failed = [
        (prompt.name, report.detail)
        for prompt, report in zip(prompts, reports, strict=True)
        if not report.has_passed
    ]
    assert failed == []


def test_solutions_without_their_package_say_so():
    [prompt] = [one for one in SETS["leetcode"](DATA) if one.name == "leetcode/141"]
    [report] = run_programs([(prompt.tests, prompt.program)], 1, Limits())
    assert "sortedcontainers" in report.detail


def test_solutions_that_return_nothing_fail():
    prompts = _sample("humaneval")
    empty = [f"def {one.entry_point}(*args, **named):\n    return None\n" for one in prompts]
    jobs = [(one.tests, text) for one, text in zip(prompts, empty, strict=True)]
    assert not any(report.has_passed for report in run_programs(jobs, 2, Limits()))


def test_mutants_are_different_programs():
    program = "def f(n):\n    if n < 3:\n        return n + 1\n    return 0"
    made = mutants(program, 99, "seed")
    assert len(made) == len(set(made)) >= 6
    assert "def f(n):\n    if n <= 3:\n        return n + 1\n    return 0" in made
