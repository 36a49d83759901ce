# ruff: noqa: ANN401
"""The tests' process: it runs them in a sandbox of its own, on stand-ins for the program's objects.

It is started once and serves many programs, each in a copy of itself, so that no tests find what
others left behind. The program is in another sandbox, at the other end of a pipe.
"""

from __future__ import annotations

import array
import builtins
import collections
import copy
import datetime  # noqa: F401 - so that no program waits for it
import decimal
import fractions
import itertools  # noqa: F401
import json
import marshal
import math
import mmap
import posix
import random
import re
import socket
import sys
import typing

from r1data.answers.code.candidate import limit_process
from r1data.answers.code.channel import Closed, receive, send
from r1data.answers.code.checks import checked
from r1data.answers.code.faults import fault_of_judge
from r1data.answers.code.link import Link
from r1data.answers.code.record import CallsRecord, Record, blame, described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

JOB_BYTES = 1 << 30
OWN_NAMES = {
    **{name: getattr(math, name) for name in ("isclose", "inf", "nan", "fabs")},
    **{name: getattr(collections, name) for name in collections.__all__},
    **{name: getattr(typing, name) for name in ("List", "Dict", "Tuple", "Optional", "Any", "Set")},
    "deepcopy": copy.deepcopy,
    "Fraction": fractions.Fraction,
    "Decimal": decimal.Decimal,
}
"""Names that tests may use without an import: theirs, even where the program defines them."""
MAX_DETAIL = 300


def main(file: int, start: dict[str, Any]) -> None:
    """Serve jobs, each a message with the file of a pipe to a program, until the host is gone."""
    limit_process(start["limits"])
    sys.path.extend(start.get("paths", ()))
    control = socket.socket(fileno=file)
    while True:
        files = array.array("i", [0])
        data, ancillary, _, _ = control.recvmsg(1, socket.CMSG_LEN(4))
        if not data:
            posix._exit(0)
        files.frombytes(ancillary[0][2])
        job = marshal.loads(receive(file, JOB_BYTES))
        has_answered = mmap.mmap(-1, 1)
        child = posix.fork()
        if child == 0:
            send(file, json.dumps(_judged(files[-1], job, has_answered)).encode())
            posix._exit(0)
        posix.close(files[-1])
        _, status = posix.waitpid(child, 0)
        if status:
            signal = posix.WTERMSIG(status) if posix.WIFSIGNALED(status) else 0
            fault, detail = fault_of_judge(signal, has_answered=has_answered[0] > 0)
            send(file, json.dumps({"fault": fault, "detail": detail}).encode())
        has_answered.close()


def _judged(file: int, job: dict[str, Any], has_answered: Any) -> dict[str, Any]:
    """Return what became of a program; nothing is raised, whatever it sent."""
    import resource
    import signal

    signal.setitimer(signal.ITIMER_REAL, job["wall_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + 1))
    random.seed(0)  # tests that draw their inputs draw the same ones every time
    if job["kind"] == "checks":
        has_answered[0] = 1  # outputs of the program's are held
        return checked(job)
    try:
        return _examine(file, job, has_answered)
    except BaseException as error:  # noqa: BLE001 - the fork must not go on
        fault = "judge" if has_answered[0] else "tests"
        return {"fault": fault, "detail": f"{type(error).__name__}: {error}"[:MAX_DETAIL]}


def _examine(file: int, job: dict[str, Any], has_answered: Any) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "tests", **OWN_NAMES}
    link = Link(file, space, frozenset(job["shared"]), job["output_bytes"], has_answered)
    texts = (job[name] or "" for name in ("setup", "code", "entry_point", "entry_class"))
    words = set(re.findall(r"\w+", " ".join(texts)))
    try:
        names = _names(link.hear(), words)
    except NoProgram as error:
        return {"fault": error.args[0], "detail": error.args[1]}
    except (Closed, AttributeError, KeyError, TypeError, ValueError, IndexError):
        return {"fault": "ended", "detail": link.fault or "it sent no message"}
    has_answered[0] = 0  # names are no values: tests may still overrun by themselves
    for name, (traits, _) in names.items():
        if not (name.startswith("__") or hasattr(builtins, name) or name in OWN_NAMES):
            is_module = re.search(rf"\b{re.escape(name)}\s*\.", job["code"] + job["setup"])
            space[name] = (is_module and _own_module(name)) or _offered(link, name, traits)
    space.update(link.know_exceptions({name: kinds for name, (_, kinds) in names.items()}))
    try:
        exec(compile(job["setup"], "<setup>", "exec", dont_inherit=True), space)
    except Closed:
        return {"fault": "ended", "detail": link.fault}
    except Exception as error:  # noqa: BLE001 - the tests are at fault, or miss the program's names
        return {"fault": blame(error) or "setup", "detail": described(error)}
    root = re.split(r"\W", job["entry_point"] or "")[0]
    if root and root in names:
        space[root] = link.named(root, names[root][0])
    kind = CallsRecord if job["kind"] == "calls" else Record
    return kind(job, space, link, names).report()


def _offered(link: Link, name: str, traits: list[str]) -> Any:
    """Return what stands for a name of the program: its plain data as it is when tests begin.

    Data that is too large to send, or cannot be, stays where it is, and is asked.
    """
    remote = link.named(name, traits)
    if DATA not in traits:
        return remote
    try:
        return link.ask("value", remote)
    except BaseException:  # noqa: BLE001 - whatever it is, tests may not need it
        return remote


def _names(hello: Any, words: set[str]) -> dict[str, tuple[list[str], list[str]]]:
    """Return what the program defines of the tests' words; its message may be the program's own."""
    if "error" in hello:
        fault = "compile" if hello["error"] == "compile" else "raised"
        raise NoProgram(fault, str(hello.get("detail"))[:MAX_DETAIL])
    return {
        name: ([str(trait) for trait in traits], [str(kind) for kind in kinds][:MAX_DETAIL])
        for name, (traits, kinds) in hello["names"].items()
        if name in words
    }


def _own_module(name: str) -> Any:
    """Return the standard library's module of a name, whatever the program calls by it."""
    if name not in sys.stdlib_module_names:
        return None
    try:
        return __import__(name)
    except ImportError:
        return None


DATA = "="
"""Stands among the traits of what is no function and no class."""


class NoProgram(Exception):
    """The program does not compile, or raised when it was run."""
