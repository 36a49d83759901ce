"""The `code` verifier: programs that pass every test, as tests outside their reach find."""

import json
import re
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from r1data.answers.answer_types import AnswerType
from r1data.answers.code.faults import OURS, PROGRAM
from r1data.answers.code.packages import MissingPackage, check_packages
from r1data.answers.code.program import NO_PROGRAM, read_program
from r1data.answers.code.public_forms import OWN
from r1data.answers.code.report import Report
from r1data.answers.code.run import Runner
from r1data.answers.code.sandbox import Limits, check_sandbox
from r1data.answers.code.tests_of import CodeTests, read_tests
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item, Verdict
from r1data.answers.versions import VERSIONS
from r1data.answers.workers import Workers
from r1data.text import fenced

OUTCOMES = {
    **dict.fromkeys(PROGRAM, Outcome.INCORRECT),
    "broken": Outcome.BAD_GOLD,
    "overran": Outcome.TIMED_OUT,
    **dict.fromkeys(OURS, Outcome.FAILED),
}
"""The outcome that each fault gives a program, by the rule in `faults`."""
POLL_SECONDS = 0.2
NO_MODULE = re.compile(r"No module named '(\w+)")
NEEDS = (
    "needs the package {name}, which the sandbox has not; allow it with `packages: [{name}]` of "
    "its source, or with --package {name} ({said})"
)
FAULTS = {
    "broken": "tests: ",
    "compile": "does not compile: ",
    "raised": "raised when run: ",
    "setup": "setup: ",
}


class CodeVerifier:
    """Judges programs by running them.

    A program that hits a limit, or breaks the process that judges it, is `incorrect`, and the
    detail says how. Only tests that overrun before they hold anything of the program's are
    `timed_out`; those that import what the sandbox has not are `bad_gold`.
    """

    name = "code"
    version = VERSIONS["code"]

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 - it is frozen
        self.limits = limits

    def type_answer(self, item: Item) -> str:
        """Return `program`."""
        return AnswerType.PROGRAM

    def as_response(self, item: Item) -> str | None:
        """Return the reference solution in a fence, if there is one."""
        return fenced(item.gold_answer, "python") if item.gold_answer.strip() else None

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch, as many programs at once as the pool has workers.

        Equal programs with equal tests run once.
        """
        settled = [_settled(item) for item in items]
        jobs = list(dict.fromkeys(job for job in settled if not isinstance(job, Verdict)))
        if not jobs:
            return [verdict for verdict in settled if isinstance(verdict, Verdict)]
        reports = dict(zip(jobs, run_programs(jobs, pool.num_workers, self.limits), strict=True))
        return [one if isinstance(one, Verdict) else _verdict(one, reports[one]) for one in settled]


def run_programs(jobs: Sequence[tuple[str, str]], num_workers: int, limits: Limits) -> list[Report]:
    """Run programs, each given as its tests' JSON and its text; reports in order."""
    check_sandbox()
    own = threading.local()
    runners: list[Runner] = []

    def run(job: tuple[str, str]) -> Report:
        if not hasattr(own, "runner"):
            own.runner = Runner(limits)
            runners.append(own.runner)
        runner: Runner = own.runner
        tests = read_tests(job[0])
        if isinstance(tests, str):
            return Report("tests", tests)
        report = runner.run(tests, job[1])
        has_another_try = report.fault == "start" and not runner.is_abandoned
        return runner.run(tests, job[1]) if has_another_try else report

    pool = ThreadPoolExecutor(min(num_workers, len(jobs)))
    try:
        return [_awaited(future) for future in [pool.submit(run, job) for job in jobs]]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for runner in list(runners):
            runner.abandon()
        raise
    finally:
        pool.shutdown()
        for runner in runners:
            runner.close()


def _awaited(future: "Future[Report]") -> Report:
    """Return the result of a job, waking up often.

    Libraries that take over Ctrl-C make waiting for a lock deaf to it (Polars does).
    """
    while not wait([future], POLL_SECONDS).done:
        pass
    return future.result()


def _settled(item: Item) -> Verdict | tuple[str, str]:
    """Return the verdict where nothing is to be run; else what is: tests and program."""
    tests = read_tests(item.tests)
    if isinstance(tests, str):
        return Verdict(Outcome.BAD_GOLD, detail=tests)
    try:
        check_packages(tests.packages)
    except MissingPackage as error:
        return Verdict(Outcome.BAD_GOLD, detail=f"tests: {error}")
    program = read_program(item.response, tests, is_cut_off=item.is_cut_off)
    if program is None:
        return Verdict(Outcome.NO_ANSWER, detail=NO_PROGRAM)
    return item.tests or "", program


def _verdict(job: tuple[str, str], report: Report) -> Verdict:
    outcome = Outcome.CORRECT if report.has_passed else Outcome.INCORRECT
    detail = FAULTS.get(report.fault, "") + _with_remedy(report.detail)
    tests = read_tests(job[0])
    form = tests.form if isinstance(tests, CodeTests) else OWN
    said = [detail] if detail else []
    return Verdict(
        OUTCOMES.get(report.fault, outcome),
        job[1],
        "; ".join(said if form == OWN else [*said, f"tests in the form of {form}"]),
        report.seconds,
        read_from="program",
        test_results=json.dumps(report.results) if report.results else None,
    )


def _with_remedy(detail: str) -> str:
    """Return a detail; one that says that a package is missing, with how to allow it."""
    found = NO_MODULE.search(detail)
    is_package = found and found[1] not in sys.stdlib_module_names
    return NEEDS.format(name=found[1], said=detail) if found and is_package else detail
