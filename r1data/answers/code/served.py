# ruff: noqa: ANN401, BLE001, S110, SIM105
"""Serving the program's objects to the tests: calls, attributes, copies, exceptions."""

from __future__ import annotations

import _json  # the package `json` takes longer to import than most programs to run
import builtins
import marshal
import operator
import posix
import sys
from collections import defaultdict

from r1data.answers.code.channel import Closed, receive, send
from r1data.answers.code.endings import described
from r1data.answers.code.nodes import KINDS, TRAITS, base_node, base_of
from r1data.answers.code.values import Decoder, Encoder, object_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

REQUEST_BYTES = 1 << 30
PROGRAM = "program"
"""Its module's name in tests of functions: what is under `if __name__ == "__main__"` waits."""


def run(file: int, start: dict[str, Any]) -> None:
    """Run the program, then serve the tests until they are gone."""
    Served(file, start).serve()


class Served:
    """The program's objects, at the tests' service."""

    def __init__(self, file: int, start: dict[str, Any]) -> None:
        self.file = file
        self.program = start["program"]
        self.setup = start["setup"]
        self.shared = set(start["shared"])
        self.module = type(sys)(PROGRAM)
        self.loop: Any = None
        self.handles: dict[int, Any] = {}
        sys.modules[PROGRAM] = self.module
        self.dumps = _encode_json
        self.limit = start["limits"]["output"]

    def serve(self) -> None:
        """Run the program, say what it defines, and answer what is asked."""
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
            return {"error": "compile", "detail": described(error, with_line=True)}
        if self.setup:
            try:
                exec(self.setup, space)
            except Exception:
                pass  # it may need what the program defines
        given = dict(space)
        try:
            exec(code, space)
        except BaseException as error:
            return {"error": "raised", "detail": described(error)}
        own = {name: value for name, value in space.items() if given.get(name, given) is not value}
        return {"names": {name: _offered(value) for name, value in own.items()}}

    def _answer(self, request: tuple[Any, ...]) -> None:
        operation, reference, nodes = request
        decoder = Decoder(nodes, self._own)
        try:
            target, arguments, named = decoder.read(reference)
            known = [decoder.objects.get(position) for position in range(len(nodes))]
            value = OPERATIONS[operation](self, target, arguments, named)
            unsaid = {n for n, node in enumerate(nodes) if node[0] in ("H", "N", "F")}
            encoder = Encoder(self._foreign, known, unsaid)
            written = encoder.write(value)
            unchanged = [a if a != b else None for a, b in zip(encoder.nodes, nodes, strict=False)]
            reply = {"v": written, "n": unchanged + encoder.nodes[len(nodes) :]}
            text = self.dumps(reply)
            if operation == "value" and len(text) > self.limit:
                raise OverflowError(TOO_LARGE)
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
            return base_node(encoder, value) or object_node(encoder, value, name)
        self.handles[id(value)] = value
        base = None if isinstance(value, type) else base_node(encoder, value)
        return ["D" if base else "H", id(value), name, traits(value), *(base or ())]

    def exception(self, name: str, text: str) -> BaseException:
        """Return an exception of the tests' as the program knows it."""
        kind = self.module.__dict__.get(name)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            kind = EXCEPTIONS.get(name, Exception)
        try:
            return kind(text)
        except TypeError:
            return Exception(text)

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
                    raise self.exception(request[1], request[2])
                self._answer(request)

        return call


EXCEPTIONS: dict[str, Any] = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}


def _operate(_: Served, target: Any, arguments: Any, named: Any) -> Any:
    return getattr(operator, arguments[0])(target, *arguments[1:])


def _call(_: Served, target: Any, arguments: Any, named: Any) -> Any:
    return target(*arguments, **named)


def _builtin(name: str) -> Callable[[Served, Any, Any, Any], Any]:
    function = getattr(builtins, name)
    return lambda _, target, arguments, named: function(target, *arguments)


def _next(_: Served, target: Any, arguments: Any, named: Any) -> Any:
    return tuple(value for _, value in zip(range(arguments[0]), target, strict=False))


def _value(served: Served, target: Any, arguments: Any, named: Any) -> Any:
    """Return a value; a copy of a container, since the one that was named stays the program's.

    One that has too many items to send is not written at all.
    """
    if type(target) in SIZED and len(target) > served.limit // 2:
        raise OverflowError(TOO_LARGE)
    if type(target) is tuple:
        return (*target,)
    return target.copy() if type(target) in (list, dict, set) else target


def _data(_: Served, target: Any, arguments: Any, named: Any) -> Any:
    """Return the data that an object is whose class derives from a kind of data."""
    kind = KINDS[base_of(target)]
    if kind is defaultdict:
        return defaultdict(None, target)
    return kind(kind.items(target) if issubclass(kind, dict) else target)


def _exit(served: Served, target: Any, arguments: Any, named: Any) -> bool:
    if arguments[0] is None:
        return bool(target.__exit__(None, None, None))
    error = served.exception(*arguments[0])
    return bool(target.__exit__(type(error), error, None))


def _await(served: Served, target: Any, arguments: Any, named: Any) -> Any:
    """Wait for something that takes part in `asyncio`, in one loop for all."""
    import asyncio

    async def wait() -> Any:
        return await target

    served.loop = served.loop or asyncio.new_event_loop()
    return served.loop.run_until_complete(wait())


def _anext(served: Served, target: Any, arguments: Any, named: Any) -> Any:
    try:
        return (_await(served, target.__anext__(), arguments, named),)
    except StopAsyncIteration:
        return ()


def _aexit(served: Served, target: Any, arguments: Any, named: Any) -> None:
    error = served.exception(*arguments[0]) if arguments[0] else None
    _await(served, target.__aexit__(error and type(error), error, None), (), {})


def _copied(name: str) -> Callable[[Served, Any, Any, Any], Any]:
    def copied(_: Served, target: Any, arguments: Any, named: Any) -> Any:
        import copy

        return getattr(copy, name)(target)

    return copied


TOO_LARGE = "it is too large to send"
SIZED = (list, tuple, dict, set, frozenset, str, bytes, bytearray)
BUILTINS = ("abs", "len", "bool", "str", "repr", "format", "int", "float", "complex", "round")
OPERATIONS: dict[str, Callable[[Served, Any, Any, Any], Any]] = {
    "value": _value,
    "data": _data,
    "call": _call,
    "operate": _operate,
    "getattr": lambda _, target, arguments, named: getattr(target, *arguments),
    "setattr": lambda _, target, arguments, named: setattr(target, *arguments),
    "iter": lambda _, target, arguments, named: iter(target),
    "next": _next,
    "reversed": lambda _, target, arguments, named: list(reversed(target)),
    "bytes": lambda _, target, arguments, named: bytes(target),
    "index": lambda _, target, arguments, named: operator.index(target),
    "isinstance": lambda _, target, arguments, named: isinstance(arguments[0], target),
    "issubclass": lambda _, target, arguments, named: issubclass(arguments[0], target),
    "copy": _copied("copy"),
    "deepcopy": _copied("deepcopy"),
    "enter": lambda _, target, arguments, named: target.__enter__(),
    "exit": _exit,
    "await": _await,
    "aiter": lambda _, target, arguments, named: target.__aiter__(),
    "anext": _anext,
    "aenter": lambda served, target, arguments, named: _await(
        served, target.__aenter__(), arguments, named
    ),
    "aexit": _aexit,
    **{name: _builtin(name) for name in BUILTINS},
}


def _offered(value: Any) -> list[Any]:
    """Return what the tests are told of a name: `=` for data; else traits, and a class's kinds."""
    if isinstance(value, type):
        return [traits(value), [kind.__name__ for kind in value.__mro__]]
    if callable(value):
        return [traits(value), []]
    return [["=", *sorted(TRAITS & set(dir(type(value))))], []]


def traits(value: Any) -> list[str]:
    """Return those methods of an object's class that a stand-in for it may have."""
    kind = type(value)
    if kind not in _TRAITS:
        wanted = {*TRAITS, *(dir(KINDS[base_of(value)]) if base_of(value) else ())}
        named = {name for one in kind.__mro__ if one not in ROOTS for name in vars(one)}
        _TRAITS[kind] = sorted(named & wanted)
    return [*_TRAITS[kind], "class"] if isinstance(value, type) else _TRAITS[kind]


ROOTS = {object, *KINDS.values()}
_TRAITS: dict[type, list[str]] = {}


def _error(error: BaseException) -> dict[str, Any]:
    arguments = [part for part in error.args if type(part) in (str, int, float, bool, type(None))]
    return {
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "arguments": arguments,
        "detail": described(error),
    }


def _encode_json(value: Any) -> str:
    return "".join(ENCODE(value, 0))


def _refused(value: Any) -> None:
    raise TypeError(f"{type(value).__name__} is no plain data")


ENCODE = _json.make_encoder(
    None, _refused, _json.encode_basestring_ascii, None, ":", ",", False, False, True
)
