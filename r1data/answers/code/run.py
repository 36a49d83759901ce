"""Running one program against its tests: the result of each, and the limit that was hit."""

import json
import marshal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from r1data.answers.code.bundle import EXAMINER, PRINTING, SERVED, framed, start_message
from r1data.answers.code.packages import FOLDER
from r1data.answers.code.report import (
    NOT_RUN,
    SIGNALS,
    Output,
    Report,
    compared,
    failures,
    read_output,
)
from r1data.answers.code.sandbox import Limits, Sandbox, kernel_limits, open_sandbox
from r1data.answers.code.tests_of import CodeTests

START_SECONDS = 60.0
GRACE_SECONDS = 10.0
REPLY_BYTES = 64 << 20
"""From the tests' process, which is ours."""
REPORT_BYTES = 1 << 10
MAX_PROGRAM = 4 << 20
PASSED = "passed"


NO_START = Report("start", "the sandbox did not start")
TOGETHER = 4
"""All inputs of a program together may take this many times the wall time of one."""


class Runner:
    """Runs programs one after the other; the tests' own process is started once for all.

    Used by one thread: sandboxes end with the thread that started them.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.is_abandoned = False
        self._examiner: tuple[Any, Sandbox] | None = None
        self._program: Sandbox | None = None
        self._packages: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the tests' process; a later run starts another."""
        if self._examiner:
            opened, self._examiner = self._examiner[0], None
            opened.__exit__(None, None, None)

    def abandon(self) -> None:
        """End what runs and whatever is started later, from another thread, which hears of it."""
        self.is_abandoned = True
        for sandbox in (self._program, self._examiner and self._examiner[1]):
            if sandbox:
                sandbox.kill()

    def _end_if_abandoned(self, sandbox: Sandbox) -> None:
        if self.is_abandoned:
            sandbox.kill()

    def run(self, tests: CodeTests, program: str) -> Report:
        """Run a program in a sandbox of its own against its tests."""
        started = time.monotonic()
        if len(program) > MAX_PROGRAM:
            return Report("limit", f"a program of more than {MAX_PROGRAM:,} characters")
        if tests.kind == "stdin":
            outputs = self.outputs(program, [case["input"] for case in tests.cases], tests.packages)
            report = self._compared(outputs, tests)
        else:
            with self._open_program(program, tests) as sandbox:
                report = self._examine(tests, sandbox) if sandbox else NO_START
        return replace(report, seconds=time.monotonic() - started)

    def outputs(
        self, program: str, inputs: Sequence[str], packages: tuple[str, ...] = ()
    ) -> list[Output]:
        """Run a program once for each input, until it hits a limit of time or ends its sandbox.

        All runs are in one sandbox, each in a process of its own.
        """
        outputs: list[Output] = []
        deadline = time.monotonic() + TOGETHER * self.limits.wall_seconds
        with self._open_program(program, CodeTests("stdin", packages=packages)) as sandbox:
            for given in inputs:
                if sandbox is None:
                    outputs.append(Output(NO_START.fault, NO_START.detail))
                elif outputs and outputs[-1].fault:
                    outputs.append(Output(outputs[-1].fault, NOT_RUN))
                elif time.monotonic() > deadline:
                    seconds = TOGETHER * self.limits.wall_seconds
                    outputs.append(Output("limit", f"more than {seconds:g} s for all inputs"))
                else:
                    outputs.append(self._output(given, sandbox))
        return outputs

    @contextmanager
    def _open_program(self, program: str, tests: CodeTests) -> Iterator[Sandbox | None]:
        """Open a sandbox with a program about to run in it; None if it does not start."""
        seconds = 0 if tests.kind == "stdin" else self.limits.cpu_seconds
        start = {
            "kind": tests.kind,
            "program": program.encode("utf-8", "replace").decode(),
            "setup": f"{tests.preamble}\n{tests.setup}",
            "shared": tests.shared_classes,
            "paths": [FOLDER] if tests.packages else [],
            "limits": kernel_limits(self.limits, cpu_seconds=seconds),
        }
        modules = PRINTING if tests.kind == "stdin" else SERVED
        message, memory_bytes = start_message(modules, start), self.limits.memory_bytes
        with open_sandbox(message, START_SECONDS, memory_bytes, tests.packages) as sandbox:
            self._program = sandbox
            self._end_if_abandoned(sandbox)
            try:
                _receive(sandbox.channel, time.monotonic() + START_SECONDS)
            except OSError:
                yield None
            else:
                sandbox.has_started = True
                yield sandbox

    def _output(self, given: str, sandbox: Sandbox) -> Output:
        deadline = time.monotonic() + self.limits.wall_seconds
        message = marshal.dumps({"input": given.encode("utf-8", "replace")})
        try:
            sandbox.channel.settimeout(self.limits.wall_seconds)
            sandbox.channel.sendall(framed(message))
            limit = self.limits.output_bytes + REPORT_BYTES
            return read_output(_receive(sandbox.channel, deadline, limit), self.limits)
        except TimeoutError:
            return Output("limit", f"more than {self.limits.wall_seconds:g} s")
        except OSError:
            return Output("ended", _status(sandbox))

    def _compared(self, outputs: Sequence[Output], tests: CodeTests) -> Report:
        """Return what outputs are worth: by comparing, or by what the tests' checker says."""
        if not tests.checker:
            return compared(outputs, failures(outputs, tests))
        held = [number for number, output in enumerate(outputs) if not output.detail]
        found = self._checked(tests, [(tests.cases[n], outputs[n].text) for n in held])
        if isinstance(found, Report):
            return found
        said = dict(zip(held, found, strict=True))
        return compared(outputs, [said.get(n, one.detail) for n, one in enumerate(outputs)])

    def _checked(
        self, tests: CodeTests, given: Sequence[tuple[dict[str, Any], str]]
    ) -> list[str] | Report:
        """Have the tests' process run a checker; return what it says of each output."""
        expected = [case.get("output", (case.get("accepted") or [""])[0]) for case, _ in given]
        cases = [
            tuple(part.encode("utf-8", "replace").decode() for part in (case["input"], one, text))
            for (case, text), one in zip(given, expected, strict=True)
        ]
        job = {**self._job(tests), "kind": "checks", "cases": cases}
        ours, theirs = socket.socketpair()
        with ours, theirs:
            examiner = self._open_examiner(tests.packages)
            try:
                socket.send_fds(examiner.channel, [b"j"], [theirs.fileno()])
                examiner.channel.sendall(framed(marshal.dumps(job)))
                deadline = time.monotonic() + self.limits.wall_seconds + GRACE_SECONDS
                reply = json.loads(_receive(examiner.channel, deadline))
            except OSError:
                self.close()
                return Report("tests", "the process that judges it no longer answers")
        if reply["fault"]:
            return Report(reply["fault"], reply["detail"])
        return [str(failure) for failure in reply["failures"]]

    def _job(self, tests: CodeTests) -> dict[str, Any]:
        """Return what the tests' process is to do."""
        comparison = {
            "name": tests.comparison.name,
            "tolerance": (tests.comparison.tolerance.relative, tests.comparison.tolerance.absolute),
        }
        return {
            "kind": tests.kind,
            "setup": tests.setup,
            "code": tests.code,
            "entry_point": tests.entry_point,
            "entry_class": tests.entry_class,
            "cases": tests.cases,
            "comparison": comparison,
            "checker": tests.checker,
            "shared": tests.shared_classes,
            "seconds": self.limits.cpu_seconds,
            "output_bytes": self.limits.output_bytes,
            "wall_seconds": self.limits.wall_seconds + GRACE_SECONDS / 2,
        }

    def _examine(self, tests: CodeTests, sandbox: Sandbox) -> Report:
        """Hand the pipe to the program to the tests' process, and wait for what it finds."""
        examiner = self._open_examiner(tests.packages)
        job = self._job(tests)
        is_late = False
        sandbox.channel.settimeout(None)
        try:
            socket.send_fds(examiner.channel, [b"j"], [sandbox.channel.fileno()])
            examiner.channel.sendall(framed(marshal.dumps(job)))
            sandbox.channel.close()
            try:
                reply = _receive(examiner.channel, time.monotonic() + self.limits.wall_seconds)
            except TimeoutError:
                is_late = True
                sandbox.kill()
                reply = _receive(examiner.channel, time.monotonic() + GRACE_SECONDS)
        except OSError:
            self.close()
            return Report("tests", "the process that judges it no longer answers")
        return self._report(json.loads(reply), sandbox, is_late=is_late)

    def _report(self, found: dict[str, Any], sandbox: Sandbox, *, is_late: bool) -> Report:
        fault, detail = found["fault"], found["detail"]
        has_passed = not fault and found.get("verdict") == PASSED
        if fault == "ended" and is_late:
            fault, detail = "limit", f"more than {self.limits.wall_seconds:g} s"
        elif fault == "ended":
            detail = f"{detail}: {_status(sandbox)}"
        results = tuple(found.get("results", ()))
        if not detail and found.get("failed"):
            first = next((one for one in results if one["outcome"] == "failed"), None)
            detail = f"{first['test']}: {first['detail']}" if first else "a test failed"
        return Report(fault, detail, has_passed, results, found.get("failed", 0))

    def _open_examiner(self, packages: tuple[str, ...]) -> Sandbox:
        is_gone = self._examiner and self._examiner[1].process.poll() is not None
        if is_gone or packages != self._packages:
            self.close()
        self._packages = packages
        if self._examiner is None:
            paths = [FOLDER] if packages else []
            start = {"limits": kernel_limits(self.limits), "paths": paths}
            message = start_message(EXAMINER, start)
            opened = open_sandbox(message, START_SECONDS, packages=packages)
            sandbox = opened.__enter__()
            self._examiner = opened, sandbox
            self._end_if_abandoned(sandbox)
        return self._examiner[1]


def _status(sandbox: Sandbox) -> str:
    """Return what a program that is gone, or no longer heard of, ended with."""
    try:
        status = sandbox.process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        return "it no longer answers"
    if sandbox.watch.excess:
        return sandbox.watch.excess
    if status < 0 or status > 128:
        number = -status if status < 0 else status - 128
        return SIGNALS.get(number, f"signal {number}")
    return f"exit status {status}"


def _receive(channel: socket.socket, deadline: float, limit: int = REPLY_BYTES) -> bytes:
    """Return the next message; raises `OSError` if there is none in time."""
    (size,) = struct.unpack(">I", _read(channel, 4, deadline))
    if size > limit:
        raise OSError(f"a message of {size:,} bytes")
    return _read(channel, size, deadline)


def _read(channel: socket.socket, size: int, deadline: float) -> bytes:
    parts = []
    while size:
        channel.settimeout(max(0.001, deadline - time.monotonic()))
        part = channel.recv(min(size, 1 << 20))
        if not part:
            raise ConnectionError("the other side is gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
