# ruff: noqa: ANN401, BLE001
"""The program run for its output: once for each input, in a process of its own."""

from __future__ import annotations

import builtins
import marshal
import posix
import sys

from r1data.answers.code.channel import Closed, receive, send
from r1data.answers.code.endings import MAX_DETAIL, NO_PROGRAM, described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REQUEST_BYTES = 1 << 30


def run(file: int, start: dict[str, Any]) -> None:
    """Run the program once for each input, each time in a process of its own."""
    try:
        code = compile(start["program"], "<program>", "exec", dont_inherit=True)
    except BaseException as error:
        send(
            file,
            _reported(NO_PROGRAM, described(error, with_line=True).encode("utf-8", "replace")),
        )
        return
    while True:
        try:
            case = marshal.loads(receive(file, REQUEST_BYTES))
        except Closed:
            posix._exit(0)
        stdin, stdout, stderr = (_nameless_file() for _ in range(3))
        child = posix.fork()
        if child == 0:
            _become(file, code, start, case, (stdin, stdout, stderr))
            return
        _, status = posix.waitpid(child, 0)
        send(file, _report(status, stdout, stderr, start["limits"]["output"]))
        for number in (stdin, stdout, stderr):
            posix.close(number)


def _become(
    file: int, code: Any, start: dict[str, Any], case: dict[str, Any], files: tuple[int, ...]
) -> None:
    """Turn into the program; the interpreter ends as it does after any program."""
    import io
    import resource

    seconds = start["limits"]["case_CPU"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    posix.close(file)
    _write_input(files[0], case["input"])
    for number, source in enumerate(files):
        posix.dup2(source, number)
        posix.close(source)
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w")):
        buffer = (io.BufferedReader, io.BufferedWriter)[number](
            io.FileIO(number, mode, closefd=False)
        )
        stream = io.TextIOWrapper(buffer, "utf-8", "surrogateescape")
        stream.mode = mode  # type: ignore[misc] # as Python's, which contestants' templates read
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    space = sys.modules["__main__"].__dict__
    space.clear()
    space.update({"__name__": "__main__", "__builtins__": builtins})
    vars(builtins).update(exit=sys.exit, quit=sys.exit)
    exec(code, space)


def _nameless_file() -> int:
    """Open a file that no folder shows; its size counts in the sandbox."""
    return posix.open("/dev/shm", posix.O_TMPFILE | posix.O_RDWR, 0o600)


def _write_input(file: int, text: bytes) -> None:
    while text:
        text = text[posix.write(file, text) :]
    posix.lseek(file, 0, 0)


def _report(status: int, stdout: int, stderr: int, limit: int) -> bytes:
    """Return how a run ended, 4 bytes, the end of what it said, and what it printed.

    In bytes, not JSON: a program may write this in our name, and reading it must cost nothing.
    """
    size = posix.fstat(stderr).st_size
    posix.lseek(stderr, max(0, size - MAX_DETAIL), 0)
    said = posix.read(stderr, MAX_DETAIL)
    posix.lseek(stdout, 0, 0)
    code = posix.waitstatus_to_exitcode(status)
    return _reported(code, said) + posix.read(stdout, limit + 1)


def _reported(code: int, said: bytes) -> bytes:
    return code.to_bytes(2, "big", signed=True) + len(said).to_bytes(2, "big") + said
