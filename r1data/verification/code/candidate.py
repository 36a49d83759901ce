# ruff: noqa: ANN401, BLE001, S110, SIM105
"""The program's process: runs it, and does with its objects what the tests ask.

Nothing here is trusted once the program runs. It is told arguments and says values, as plain data;
what the tests expect is never in its sandbox.
"""

from __future__ import annotations

import _json  # the package `json` takes longer to import than most programs to run
import builtins
import marshal
import operator
import posix
import sys

from r1data.verification.code.channel import Closed, receive, send
from r1data.verification.code.values import Decoder, Encoder, object_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

REQUEST_BYTES = 1 << 30
MAX_DETAIL = 300
NO_PROGRAM = 1000
"""Reported in the place of an exit status: the program does not compile."""
PROGRAM = "program"
"""Its module's name in tests of functions: what is under `if __name__ == "__main__"` waits."""


def main(file: int, start: dict[str, Any]) -> None:
    """Run the program of a job: for its output, or for what the tests ask of its objects."""
    _limit(start["limits"])
    send(file, b"ready")
    if start["kind"] == "stdin":
        _run_cases(file, start)
    else:
        _Served(file, start).serve()


def _limit(limits: dict[str, int]) -> None:
    import resource

    if limits["user"]:
        posix.setgroups([])
        posix.setgid(limits["user"])
        posix.setuid(limits["user"])
    for name in ("AS", "NPROC", "NOFILE", "FSIZE", "CORE"):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limits[name],) * 2)
    if limits["CPU"]:
        resource.setrlimit(resource.RLIMIT_CPU, (limits["CPU"], limits["CPU"] + 1))


class _Served:
    """The program's objects, at the tests' service."""

    def __init__(self, file: int, start: dict[str, Any]) -> None:
        self.file = file
        self.program = start["program"]
        self.setup = start["setup"]
        self.shared = set(start["shared"])
        self.module = type(sys)(PROGRAM)
        self.handles: dict[int, Any] = {}
        sys.modules[PROGRAM] = self.module
        self.dumps = _encode_json

    def serve(self) -> None:
        send(self.file, self.dumps(self._load()).encode())
        while True:
            try:
                request = receive(self.file, REQUEST_BYTES)
            except Closed:
                posix._exit(0)
            self._answer(marshal.loads(request))

    def _load(self) -> dict[str, Any]:
        """Run the program; say what it defines, or what is wrong with it."""
        space = self.module.__dict__
        try:
            code = compile(self.program, "<program>", "exec", dont_inherit=True)
        except BaseException as error:
            return {"error": "compile", "detail": _described(error, with_line=True)}
        if self.setup:
            try:
                exec(self.setup, space)
            except Exception:
                pass  # it may need what the program defines
        try:
            exec(code, space)
        except BaseException as error:
            return {"error": "raised", "detail": _described(error)}
        return {"names": {name: _kind(value) for name, value in list(space.items())}}

    def _answer(self, request: tuple[Any, ...]) -> None:
        operation, reference, nodes = request
        decoder = Decoder(nodes, self._own)
        try:
            target, arguments, named = decoder.read(reference)
            known = [decoder.objects.get(position) for position in range(len(nodes))]
            value = OPERATIONS[operation](self, target, arguments, named)
            encoder = Encoder(self._foreign, known)
            written = encoder.write(value)
            unchanged = [a if a != b else None for a, b in zip(encoder.nodes, nodes, strict=False)]
            reply = {"v": written, "n": unchanged + encoder.nodes[len(nodes) :]}
            text = self.dumps(reply)
        except BaseException as error:
            text = self.dumps({"x": _error(error)})
        send(self.file, text.encode())

    def _own(self, _: Decoder, node: list[Any]) -> Any:
        if node[0] == "H":
            return self.handles[node[1]]
        if node[0] == "N":
            return self.module.__dict__[node[1]]
        if node[0] == "F":
            return self._callback(node[1])
        kind = self.module.__dict__[node[1]]
        return kind.__new__(kind)

    def _foreign(self, encoder: Encoder, value: Any) -> list[Any]:
        name = type(value).__name__
        if name in self.shared:
            return object_node(encoder, value, name)
        self.handles[id(value)] = value
        return ["H", id(value), name, isinstance(value, type)]

    def _callback(self, number: int) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            encoder = Encoder(self._foreign)
            written = encoder.write((arguments, named))
            send(self.file, self.dumps({"c": number, "v": written, "n": encoder.nodes}).encode())
            while True:
                request = marshal.loads(receive(self.file, REQUEST_BYTES))
                if request[0] == "returned":
                    return Decoder(request[2], self._own).read(request[1])
                if request[0] == "raised":
                    raise EXCEPTIONS.get(request[1], Exception)(request[2])
                self._answer(request)

        return call


EXCEPTIONS: dict[str, Any] = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}


def _operate(_: _Served, target: Any, arguments: Any, named: Any) -> Any:
    return getattr(operator, arguments[0])(target, *arguments[1:])


def _call(_: _Served, target: Any, arguments: Any, named: Any) -> Any:
    return target(*arguments, **named)


def _set_attribute(_: _Served, target: Any, arguments: Any, named: Any) -> None:
    setattr(target, *arguments)


def _next(_: _Served, target: Any, arguments: Any, named: Any) -> Any:
    return tuple(value for _, value in zip(range(arguments[0]), target, strict=False))


def _value(_: _Served, target: Any, arguments: Any, named: Any) -> Any:
    """Return a value; a copy of a container, since the one that was named stays the program's."""
    if type(target) is tuple:
        return (*target,)
    return target.copy() if type(target) in (list, dict, set) else target


OPERATIONS: dict[str, Callable[[_Served, Any, Any, Any], Any]] = {
    "value": _value,
    "call": _call,
    "operate": _operate,
    "getattr": lambda _, target, arguments, named: getattr(target, *arguments),
    "setattr": _set_attribute,
    "iter": lambda served, target, arguments, named: iter(target),
    "next": _next,
    "len": lambda _, target, arguments, named: len(target),
    "bool": lambda _, target, arguments, named: bool(target),
    "str": lambda _, target, arguments, named: str(target),
    "repr": lambda _, target, arguments, named: repr(target),
    "isinstance": lambda _, target, arguments, named: isinstance(arguments[0], target),
}


def _kind(value: Any) -> list[str]:
    """Return what a class derives from, itself first; nothing for a function; `=` for data."""
    if isinstance(value, type):
        return [kind.__name__ for kind in value.__mro__]
    return [] if callable(value) else ["="]


def _error(error: BaseException) -> dict[str, Any]:
    arguments = [part for part in error.args if type(part) in (str, int, float, bool, type(None))]
    return {
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "arguments": arguments,
        "detail": _described(error),
    }


def _described(error: BaseException, *, with_line: bool = False) -> str:
    try:
        said = str(error)[:MAX_DETAIL]
    except BaseException:
        said = "(it cannot be printed)"
    line = f" (line {getattr(error, 'lineno', 0)})" if with_line else ""
    return f"{type(error).__name__}: {said}{line if line not in said else ''}"


def _encode_json(value: Any) -> str:
    return "".join(ENCODE(value, 0))


def _refused(value: Any) -> None:
    raise TypeError(f"{type(value).__name__} is no plain data")


ENCODE = _json.make_encoder(
    None, _refused, _json.encode_basestring_ascii, None, ":", ",", False, False, True
)


def _run_cases(file: int, start: dict[str, Any]) -> None:
    """Run the program once for each input, each time in a process of its own."""
    try:
        code = compile(start["program"], "<program>", "exec", dont_inherit=True)
    except BaseException as error:
        send(
            file,
            _reported(NO_PROGRAM, _described(error, with_line=True).encode("utf-8", "replace")),
        )
        return
    while True:
        try:
            case = marshal.loads(receive(file, REQUEST_BYTES))
        except Closed:
            posix._exit(0)
        stdin, stdout, stderr = (posix.memfd_create(name) for name in ("in", "out", "err"))
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
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "r", closefd=False)), "utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8")
    space = sys.modules["__main__"].__dict__
    space.clear()
    space.update({"__name__": "__main__", "__builtins__": builtins})
    vars(builtins).update(exit=sys.exit, quit=sys.exit)
    exec(code, space)


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
