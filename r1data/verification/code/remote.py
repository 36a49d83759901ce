# ruff: noqa: ANN401
"""Stand-ins for the program's objects in the tests' process: they ask, and nothing runs here.

What the program's objects say is a claim. So an object that the program returned is never asked
whether it equals something, nor to compute with what the tests expect: it equals itself only.
Only an object that the tests made of one of the program's classes is: the tests are about it.
"""

from __future__ import annotations

import builtins
import json
import marshal

from r1data.verification.code.channel import Closed, receive, send
from r1data.verification.code.values import ITERATORS, Decoder, Encoder, object_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

BLOCK = 64
"""Items asked for at once of an iterator of the program's."""
MAX_EXCEPTION_KINDS = 50
ENDINGS = (StopIteration, StopAsyncIteration, GeneratorExit)
"""Raised by a function these would end the tests' own loops early, as if all were well."""


class Link:
    """The tests' end of the pipe to the program."""

    def __init__(
        self, file: int, space: dict[str, Any], shared: frozenset[str], limit: int
    ) -> None:
        self.file = file
        self.space = space
        self.shared = shared
        self.limit = limit
        self.fault = ""
        """Why the program can be asked nothing more: no test passes from then on."""
        self.callbacks: list[Any] = []
        self.kinds: dict[str, type[BaseException]] = {}

    def hear(self) -> Any:
        """Return the program's next message."""
        if self.fault:
            raise Closed(self.fault)
        try:
            return json.loads(receive(self.file, self.limit))
        except (Closed, ValueError, RecursionError) as error:
            self.fault = str(error) if isinstance(error, Closed) else "it sent no message"
            raise Closed(self.fault) from None

    def ask(self, operation: str, target: Any, /, *arguments: Any, **named: Any) -> Any:
        """Have the program's process do something with one of its objects; return the value."""
        if self.fault:
            raise Closed(self.fault)
        encoder = Encoder(self._foreign)
        reference = encoder.write((target, arguments, named))
        self._send((operation, reference, encoder.nodes))
        while "c" in (reply := self.hear()):
            self._call_back(reply)
        try:
            if "x" in reply:
                error = self._exception(reply["x"])
            else:
                nodes = _without_forged(reply["n"], encoder.nodes)
                return Decoder(nodes, self._own, encoder.objects).read(reply["v"])
        except Exception as fault:  # noqa: BLE001 - whatever the message makes of our reader
            self.fault = f"it sent no value: {type(fault).__name__}: {fault}"
            raise Closed(self.fault) from None
        if operation == "call" and isinstance(error, ENDINGS):
            raise RuntimeError(f"the program raised {type(error).__name__}")
        raise error

    def know_exceptions(self, names: dict[str, list[str]]) -> dict[str, type[BaseException]]:
        """Return stand-ins for the classes of exceptions that the program defines."""
        for name, kinds in list(names.items())[:MAX_EXCEPTION_KINDS]:
            if "BaseException" in kinds and isinstance(self.space.get(name), Remote):
                self.kinds[name] = type(name, (_builtin_kind(kinds),), {})
        return self.kinds

    def _send(self, message: Any) -> None:
        try:
            send(self.file, marshal.dumps(message))
        except Closed as error:
            self.fault = self.fault or str(error)
            raise

    def _call_back(self, reply: Any) -> None:
        arguments, named = Decoder(reply["n"], self._own).read(reply["v"])
        try:
            value = self.callbacks[reply["c"]](*arguments, **named)
            encoder = Encoder(self._foreign)
            self._send(("returned", encoder.write(value), encoder.nodes))
        except Closed:
            raise
        except Exception as error:  # noqa: BLE001 - it is the program's to catch
            self._send(("raised", type(error).__name__, str(error)))

    def _exception(self, said: Any) -> BaseException:
        kinds = [str(kind) for kind in said["kinds"]]
        kind = self.kinds.get(kinds[0]) or _builtin_kind(kinds)
        try:
            error = kind(*said["arguments"])
        except TypeError:
            error = Exception(said["detail"])
        error.program_detail = str(said["detail"])  # type: ignore[attr-defined]
        return error

    def _foreign(self, encoder: Encoder, value: Any) -> list[Any]:
        kind = type(value)
        if isinstance(value, Remote):
            return list(object.__getattribute__(value, "_node"))
        if kind.__name__ in self.shared and self.space.get(kind.__name__) is kind:
            return object_node(encoder, value, kind.__name__)
        if kind.__name__ in ITERATORS or kind.__name__.endswith("iterator"):
            return ["G", *map(encoder.refer, list(value))]
        name = getattr(value, "__name__", "")
        if isinstance(value, type) and self.space.get(name) is value:
            return ["N", name]
        if callable(value):
            self.callbacks.append(value)
            return ["F", len(self.callbacks) - 1]
        raise TypeError(f"the tests hand the program a {kind.__name__}, which cannot be sent to it")

    def _own(self, _: Decoder, node: list[Any]) -> Any:
        if node[0] == "H":
            return Remote(self, ["H", int(node[1])], str(node[2]), is_class=node[3] is True)
        if node[0] == "o" and node[1] in self.shared:
            kind = self.space[node[1]]
            return kind.__new__(kind)
        raise ValueError(f"no {node[0]!r} is read")


def _without_forged(nodes: list[Any], known: list[Any]) -> list[Any]:
    """Return a reply's nodes but for those that would change the kind of an object of ours."""
    kept = [
        new if new is not None and new[0] == old[0] else None
        for new, old in zip(nodes, known, strict=False)
    ]
    return kept + nodes[len(known) :]


def _builtin_kind(kinds: list[str]) -> type[BaseException]:
    for name in kinds:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return kind
    return Exception


class Remote:
    """An object of the program's, by its handle."""

    __slots__ = ("_is_class", "_is_own", "_kind", "_link", "_node")

    def __init__(
        self,
        link: Link,
        node: list[Any],
        kind: str,
        *,
        is_class: bool = False,
        is_own: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "_link", link)
        put(self, "_node", node)
        put(self, "_kind", kind)
        put(self, "_is_class", is_class)
        put(self, "_is_own", is_own)

    def __call__(self, /, *arguments: Any, **named: Any) -> Any:
        """Call it; what a class makes is the tests' own object."""
        value = _ask("call", self, *arguments, **named)
        if isinstance(value, Remote) and _get(self, "_is_class"):
            object.__setattr__(value, "_is_own", True)
        return value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__name__", "__doc__"):
            raise AttributeError(name)
        return _ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _ask("setattr", self, name, value)

    def __iter__(self) -> Iterator[Any]:
        iterator = _ask("iter", self)
        while isinstance(iterator, Remote) and (block := _ask("next", iterator, BLOCK)):
            yield from block
            if len(block) < BLOCK:
                return

    def __next__(self) -> Any:
        for value in _ask("next", self, 1):
            return value
        raise StopIteration

    def __getitem__(self, key: Any) -> Any:
        return _ask("operate", self, "getitem", key)

    def __len__(self) -> int:
        return int(_ask("len", self))

    def __bool__(self) -> bool:
        return _ask("bool", self) is True if _get(self, "_is_own") else True

    def __str__(self) -> str:
        return str(_ask("str", self))

    def __repr__(self) -> str:
        return str(_ask("repr", self))

    def __contains__(self, value: Any) -> bool:
        return any(item == value for item in self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Remote):
            return False
        if _get(self, "_node") == _get(other, "_node"):
            return True
        is_own = _get(self, "_is_own") and _get(other, "_is_own")
        return is_own and _ask_operator("eq", self, other) is True

    def __hash__(self) -> int:
        return hash(_get(self, "_kind"))

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, Remote) and _ask("isinstance", self, value) is True


def _get(remote: Remote, name: str) -> Any:
    return object.__getattribute__(remote, name)


def _ask(operation: str, remote: Remote, /, *arguments: Any, **named: Any) -> Any:
    return _get(remote, "_link").ask(operation, remote, *arguments, **named)


def _ask_operator(name: str, *operands: Any) -> Any:
    """Compute with the program's own objects; the tests' values are handed to no others."""
    for operand in operands:
        if isinstance(operand, Remote):
            link = _get(operand, "_link")
            if not _get(operand, "_is_own"):
                raise TypeError(f"{_get(operand, '_kind')} returned by the program, not a value")
    value = link.ask("operate", operands[0], name, *operands[1:])
    if isinstance(value, Remote) and all(isinstance(operand, Remote) for operand in operands):
        object.__setattr__(value, "_is_own", True)
    return value


def _operator(name: str, *, is_swapped: bool = False) -> Callable[..., Any]:
    def operate(self: Remote, *others: Any) -> Any:
        value = _ask_operator(name, *((*others, self) if is_swapped else (self, *others)))
        has_plain = any(not isinstance(other, Remote) for other in others)
        if has_plain and not isinstance(value, Remote) and value is not None:
            raise TypeError("the program's object computes a plain value of the tests' own")
        return value

    return operate


for _name in (
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "and",
    "or",
    "xor",
    "matmul",
):
    _function = f"{_name}_" if _name in ("and", "or") else _name
    setattr(Remote, f"__{_name}__", _operator(_function))
    setattr(Remote, f"__r{_name}__", _operator(_function, is_swapped=True))
for _name in ("lt", "le", "gt", "ge", "neg", "pos", "invert", "setitem", "delitem"):
    setattr(Remote, f"__{_name}__", _operator(_name))
