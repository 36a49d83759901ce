# ruff: noqa: ANN401
"""Values as plain data: what crosses between the program's process and the tests' process.

A graph becomes a flat list of nodes, `[tag, ...]`, in which a reference is `[index]` and a scalar
stands for itself: cycles, shared parts and depth survive, and reading one runs no code of the
other side. Loaded in both processes, so it imports nothing that starts slowly.
"""

from __future__ import annotations

import builtins
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

SCALARS = (type(None), bool, str, float)
LONGEST_PLAIN_INTEGER = 10_000
"""Bits; a longer one crosses in hexadecimal, which takes linear time."""
VIEWS = {"K": type({}.keys()), "V": type({}.values()), "I": type({}.items())}
ITERATORS = ("generator", "map", "filter", "zip", "enumerate", "reversed")
DICTS = ("OrderedDict", "Counter", "defaultdict")


class NotPlain(Exception):
    """The value has no form as plain data."""


class Encoder:
    """Writes values as nodes; the first nodes are the objects that the other side knows already."""

    def __init__(
        self, foreign: Callable[[Encoder, Any], list[Any]], known: Sequence[Any] = ()
    ) -> None:
        self.objects: list[Any] = []
        self.nodes: list[Any] = []
        self._index: dict[int, int] = {}
        self._foreign = foreign
        self._done = 0
        for value in known:
            self._add(value)

    def write(self, value: Any) -> Any:
        """Return a reference to a value, whose nodes are added."""
        reference = self.refer(value)
        while self._done < len(self.objects):
            value = self.objects[self._done]
            self.nodes[self._done] = self._node(value)
            self._done += 1
        return reference

    def refer(self, value: Any) -> Any:
        """Return a scalar, or the index of an object's node, which `write` fills in later."""
        kind = type(value)
        if kind in SCALARS or (kind is int and value.bit_length() < LONGEST_PLAIN_INTEGER):
            return value
        position = self._index.get(id(value))
        return [self._add(value) if position is None else position]

    def _add(self, value: Any) -> int:
        self._index[id(value)] = len(self.objects)
        self.objects.append(value)
        self.nodes.append(None)
        return len(self.objects) - 1

    def _node(self, value: Any) -> list[Any]:
        for kind, write in WRITERS:
            if isinstance(value, kind) and not hasattr(type(value), "__members__"):
                return write(self, value)
        return plain_node(value) or self._foreign(self, value)


class Decoder:
    """Reads values from nodes; the first ones may be objects that are known already."""

    def __init__(
        self,
        nodes: Sequence[Any],
        foreign: Callable[[Decoder, Any], Any],
        known: Sequence[Any] = (),
    ) -> None:
        self.nodes = nodes
        self.objects: dict[int, Any] = dict(enumerate(known))
        self._foreign = foreign
        self._open: list[tuple[Any, Any]] = []
        for position, value in enumerate(known):
            if nodes[position] is not None and nodes[position][0] in FILLERS:
                self._open.append((value, nodes[position]))

    def read(self, reference: Any) -> Any:
        """Return the value of a reference, and bring known objects to what their nodes say."""
        value = self.get(reference)
        while self._open:
            shell, node = self._open.pop()
            FILLERS[node[0]](self, shell, node)
        return value

    def get(self, reference: Any) -> Any:
        """Return the value of a reference; containers that can change are filled in by `read`."""
        if not isinstance(reference, list):
            if isinstance(reference, dict):
                raise NotPlain("an object is no reference")
            return reference
        position = int(reference[0])
        if position not in self.objects:
            self.objects[position] = self._value(self.nodes[position])
        return self.objects[position]

    def items(self, node: Sequence[Any]) -> list[Any]:
        """Return the values that a node refers to."""
        return [self.get(reference) for reference in node[1:]]

    def shell(self, value: Any, node: Any) -> Any:
        """Return an empty container, to be filled in later."""
        self._open.append((value, node))
        return value

    def _value(self, node: Any) -> Any:
        reader = READERS.get(node[0])
        return reader(self, node) if reader else self._foreign(self, node)


def plain_node(value: Any) -> list[Any] | None:
    """Return the node of a value of the standard library that does not change, or None."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name == "fractions.Fraction":
        return ["k", name, value.numerator, value.denominator]
    if name == "decimal.Decimal":
        return ["k", name, str(value)]
    if kind.__module__ == "datetime" and name in TIMES:
        return ["k", name, *(getattr(value, part) for part in TIMES[name])]
    if isinstance(value, (type, type(len))) and _is_builtin(value.__name__, value):
        return ["T", str(value.__name__)]
    return None


TIMES = {
    "datetime.date": ("year", "month", "day"),
    "datetime.time": ("hour", "minute", "second", "microsecond"),
    "datetime.datetime": ("year", "month", "day", "hour", "minute", "second", "microsecond"),
    "datetime.timedelta": ("days", "seconds", "microseconds"),
}
LEAVES = {*TIMES, "fractions.Fraction", "decimal.Decimal"}


def _is_builtin(name: str, value: object) -> bool:
    return getattr(builtins, name, None) is value and name not in UNSAFE


UNSAFE = {"eval", "exec", "open", "input", "compile", "__import__", "breakpoint", "exit", "quit"}


def _write_dict(encoder: Encoder, value: dict[Any, Any]) -> list[Any]:
    names = [kind.__name__ for kind in type(value).__mro__ if kind.__module__ == "collections"]
    name = names[0] if names and names[0] in DICTS else "dict"
    pairs = [encoder.refer(part) for pair in dict.items(value) for part in pair]
    return ["d", name, *pairs]


def _write_items(tag: str, kind: Any) -> Callable[[Encoder, Any], list[Any]]:
    def write(encoder: Encoder, value: Any) -> list[Any]:
        return [tag, *map(encoder.refer, kind.__iter__(value))]

    return write


WRITERS: list[tuple[Any, Callable[[Encoder, Any], list[Any]]]] = [
    (list, _write_items("l", list)),
    (tuple, _write_items("t", tuple)),
    (dict, _write_dict),
    (set, _write_items("s", set)),
    (frozenset, _write_items("f", frozenset)),
    (deque, _write_items("q", deque)),
    (int, lambda _, value: ["i", hex(int.__index__(value))]),
    (str, lambda _, value: ["x", str.__str__(value)]),
    (float, lambda _, value: ["x", float.__float__(value)]),
    (complex, lambda _, value: ["c", value.real, value.imag]),
    (bytes, lambda _, value: ["b", value.hex()]),
    (bytearray, lambda _, value: ["B", value.hex()]),
    (
        range,
        lambda encoder, value: ["r", *map(encoder.refer, (value.start, value.stop, value.step))],
    ),
    *((kind, _write_items(tag, kind)) for tag, kind in VIEWS.items()),
]


def _read_leaf(_: Decoder, node: Any) -> Any:
    if node[1] not in LEAVES:
        raise NotPlain(f"no value of {node[1]!r} is read")
    module, _dot, name = node[1].partition(".")
    return getattr(__import__(module), name)(*node[2:])


def _read_dict(decoder: Decoder, node: Any) -> Any:
    import collections

    name = str(node[1])
    value = getattr(collections, name)() if name in DICTS else {}
    return decoder.shell(value, node)


def _read_items_view(decoder: Decoder, node: Any) -> Any:
    return dict(decoder.items(node)).items()


def _read_builtin(_: Decoder, node: Any) -> Any:
    value = getattr(builtins, node[1], None)
    if value is None or node[1] in UNSAFE:
        raise NotPlain(f"there is no builtin {node[1]!r}")
    return value


READERS: dict[str, Callable[[Decoder, Any], Any]] = {
    "l": lambda decoder, node: decoder.shell([], node),
    "t": lambda decoder, node: tuple(decoder.items(node)),
    "d": _read_dict,
    "s": lambda decoder, node: decoder.shell(set(), node),
    "f": lambda decoder, node: frozenset(decoder.items(node)),
    "q": lambda decoder, node: decoder.shell(deque(), node),
    "i": lambda _, node: int(node[1], 16),
    "x": lambda _, node: node[1],
    "c": lambda _, node: complex(node[1], node[2]),
    "b": lambda _, node: bytes.fromhex(node[1]),
    "B": lambda decoder, node: decoder.shell(bytearray(), node),
    "r": lambda decoder, node: range(*decoder.items(node)),
    "K": lambda decoder, node: dict.fromkeys(decoder.items(node)).keys(),
    "V": lambda decoder, node: dict(enumerate(decoder.items(node))).values(),
    "I": _read_items_view,
    "k": _read_leaf,
    "T": _read_builtin,
    "G": lambda decoder, node: iter(decoder.items(node)),
    "o": lambda decoder, node: decoder.shell(decoder._foreign(decoder, node), node),
}


def _fill_list(decoder: Decoder, value: Any, node: Any) -> None:
    value[:] = decoder.items(node)


def _fill_dict(decoder: Decoder, value: Any, node: Any) -> None:
    parts = [decoder.get(reference) for reference in node[2:]]
    value.clear()
    for key, part in zip(parts[::2], parts[1::2], strict=True):
        value[key] = part


def _fill_collection(decoder: Decoder, value: Any, node: Any) -> None:
    items = decoder.items(node)
    value.clear()
    value.update(items) if isinstance(value, set) else value.extend(items)


def _fill_bytearray(_: Decoder, value: Any, node: Any) -> None:
    value[:] = bytes.fromhex(node[1])


def _fill_object(decoder: Decoder, value: Any, node: Any) -> None:
    parts = [decoder.get(reference) for reference in node[2:]]
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        if name.startswith("__") or callable(getattr(type(value), name, None)):
            raise NotPlain(f"{name!r} would stand in for a method")
        object.__setattr__(value, name, part)


FILLERS: dict[str, Callable[[Decoder, Any, Any], None]] = {
    "l": _fill_list,
    "d": _fill_dict,
    "s": _fill_collection,
    "q": _fill_collection,
    "B": _fill_bytearray,
    "o": _fill_object,
}


def object_node(encoder: Encoder, value: Any, name: str) -> list[Any]:
    """Return the node of an instance of a class that both sides have, with its attributes."""
    state = {
        slot: getattr(value, slot)
        for kind in type(value).__mro__
        for slot in getattr(kind, "__slots__", ())
        if hasattr(value, slot)
    }
    state.update(getattr(value, "__dict__", {}))
    return ["o", name, *(encoder.refer(part) for pair in state.items() for part in pair)]
