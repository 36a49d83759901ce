"""Reports on a program: the outcome of each test, and of each run for its output."""

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1data.answers.code.endings import NO_PROGRAM
from r1data.answers.code.sandbox import Limits
from r1data.answers.code.tests_of import CodeTests

MAX_SAID = 300
NOT_RUN = "not run"
OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)
SIGNALS = {
    24: "processor time used up",
    25: "a file grew too large",
    9: "killed",
    11: "segmentation fault",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The result of running a program against its tests."""

    fault: str
    """Empty if it took its tests to their end; else one of `faults`."""
    detail: str = ""
    has_passed: bool = False
    """Whether every test was run and held: said of a program, never concluded from silence."""
    results: tuple[dict[str, str], ...] = ()
    num_failed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Output:
    """The output of a program for one input."""

    fault: str
    """What ended the runs, as in `Report`; empty if the next input can be given."""
    detail: str
    """What went wrong; empty if it ended well."""
    text: str = ""


def failures(outputs: Sequence[Output], tests: CodeTests) -> list[str]:
    """Return where each output differs from what its case expects; empty texts where none does."""
    return [
        output.detail or _failure(output.text, case, tests)
        for output, case in zip(outputs, tests.cases, strict=True)
    ]


def _failure(text: str, case: Mapping[str, Any], tests: CodeTests) -> str:
    targets = case["accepted"] if "accepted" in case else [case["output"]]
    found = [tests.comparison.difference(text, one, given=case["input"]) for one in targets]
    if not all(found):
        return ""
    others = f", nor any of {len(found) - 1} other right outputs" if len(found) > 1 else ""
    return found[0] + others


def compared(outputs: Sequence[Output], found: Sequence[str]) -> Report:
    """Return what outputs are worth, given what is wrong with each."""
    results, faults = [], []
    for number, (output, failure) in enumerate(zip(outputs, found, strict=True)):
        is_skipped = bool(output.fault) and output.detail == NOT_RUN
        outcome = "not_run" if is_skipped else "failed" if failure else "passed"
        detail = {"detail": failure} if outcome == "failed" else {}
        results.append({"test": f"case {number}", "outcome": outcome, **detail})
        faults.append(f"case {number}: {failure}" if outcome == "failed" else "")
    fault = next((output.fault for output in outputs if output.fault), "")
    failed = sum(result["outcome"] != "passed" for result in results)
    has_passed = not fault and all(result["outcome"] == "passed" for result in results)
    return Report(fault, next(filter(None, faults), ""), has_passed, tuple(results), failed)


def read_output(report: bytes, limits: Limits) -> Output:
    """Read what `candidate` reports of a run, or what the program reports in its name."""
    status = int.from_bytes(report[:2], "big", signed=True)
    start = 4 + int.from_bytes(report[2:4], "big")
    said = report[4:start][-MAX_SAID:].decode("utf-8", "replace").strip().splitlines()
    output = report[start:]
    last = said[-1] if said else f"exit status {status}"
    if status == NO_PROGRAM:
        return Output("compile", last)
    detail = ""
    if status < 0:
        detail = SIGNALS.get(-status, f"signal {-status}")
    elif status:
        detail = last
    elif len(output) > limits.output_bytes:
        detail = f"more than {limits.output_bytes:,} bytes of output"
    fault = "limit" if status in OUT_OF_TIME else ""
    return Output(fault, detail, output.decode("utf-8", "replace"))
