# ruff: noqa: ANN401
"""Nodes of plain data, one kind each: writing them, reading them, filling them in."""

from __future__ import annotations

import builtins
from collections import Counter, OrderedDict, defaultdict, deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from r1data.answers.code.values import Decoder, Encoder

DICTS = ("OrderedDict", "Counter", "defaultdict")


class NotPlain(Exception):
    """The value has no form as plain data."""


def plain_node(value: Any) -> list[Any] | None:
    """Return the node of a value of the standard library that does not change, or None."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        return _number_node(value.item())
    if name == "fractions.Fraction":
        return ["k", name, value.numerator, value.denominator]
    if name == "decimal.Decimal":
        return ["k", name, str(value)]
    if name == "array.array":
        return ["a", value.typecode, *value]
    if kind.__module__ == "datetime" and name in TIMES:
        return ["k", name, *(getattr(value, part) for part in TIMES[name]), *_zone(value, name)]
    if isinstance(value, (type, type(len))) and _is_builtin(value.__name__, value):
        return ["T", str(value.__name__)]
    return None


def _number_node(value: Any) -> list[Any] | None:
    """Return the node of what NumPy's scalars say they are: one of Python's own kinds."""
    if type(value) is int:
        return ["i", hex(value)]
    if type(value) is complex:
        return ["c", value.real, value.imag]
    return ["x", value] if type(value) in (bool, float, str) else None


TIMES = {
    "datetime.date": ("year", "month", "day"),
    "datetime.time": ("hour", "minute", "second", "microsecond"),
    "datetime.datetime": ("year", "month", "day", "hour", "minute", "second", "microsecond"),
    "datetime.timedelta": ("days", "seconds", "microseconds"),
    "datetime.timezone": (),
}
ZONED = {"datetime.time": 4, "datetime.datetime": 7, "datetime.timezone": 0}
"""The classes with a time zone, and the number of arguments before it."""
LEAVES = {*TIMES, "fractions.Fraction", "decimal.Decimal"}


def _zone(value: Any, name: str) -> list[Any]:
    """Return a time zone as seconds east of Greenwich and its name; nothing where there is none.

    Times are equal by their distance to Greenwich, so a zone's rules need not cross.
    """
    if name not in ZONED:
        return []
    asked = (None,) if name == "datetime.timezone" else ()
    offset = value.utcoffset(*asked)
    return [] if offset is None else [offset.total_seconds(), str(value.tzname(*asked))]


def _is_builtin(name: str, value: object) -> bool:
    return getattr(builtins, name, None) is value and name not in UNSAFE


UNSAFE = {"eval", "exec", "open", "input", "compile", "__import__", "breakpoint", "exit", "quit"}


def _write_items(tag: str, kind: Any) -> Callable[[Encoder, Any], list[Any]]:
    def write(encoder: Encoder, value: Any) -> list[Any]:
        return [tag, *map(encoder.refer, kind.__iter__(value))]

    return write


def _write_dict(name: str, kind: Any) -> Callable[[Encoder, Any], list[Any]]:
    def write(encoder: Encoder, value: Any) -> list[Any]:
        pairs = [encoder.refer(part) for pair in kind.items(value) for part in pair]
        return ["d", name, *pairs]

    return write


def _parts(value: complex) -> tuple[float, float]:
    return value.real, value.imag


BASES: list[tuple[Any, Callable[[Encoder, Any], list[Any]]]] = [
    (list, _write_items("l", list)),
    (tuple, _write_items("t", tuple)),
    *((kind, _write_dict(kind.__name__, kind)) for kind in (OrderedDict, Counter, defaultdict)),
    (dict, _write_dict("dict", dict)),
    (set, _write_items("s", set)),
    (frozenset, _write_items("f", frozenset)),
    (deque, _write_items("q", deque)),
    (int, lambda _, value: ["i", hex(int.__index__(value))]),
    (str, lambda _, value: ["x", str.__str__(value)]),
    (float, lambda _, value: ["x", float.__float__(value)]),
    (
        complex,
        lambda _, value: ["c", complex.__complex__(value).real, complex.__complex__(value).imag],
    ),
    (bytes, lambda _, value: ["b", bytes.hex(value)]),
    (bytearray, lambda _, value: ["B", bytearray.hex(value)]),
]
"""The kinds of data that a program may derive a class from, each before what it derives from."""
WRITERS: dict[Any, Callable[[Encoder, Any], list[Any]]] = {
    **dict(BASES),
    range: lambda encoder, value: [
        "r",
        *map(encoder.refer, (value.start, value.stop, value.step)),
    ],
    slice: lambda encoder, value: [
        "S",
        *map(encoder.refer, (value.start, value.stop, value.step)),
    ],
    memoryview: lambda _, value: ["w", value.tobytes().hex()],
    **{
        type(getattr(kind(), view)()): _write_items(tag, type(getattr(kind(), view)()))
        for kind in (dict, OrderedDict)
        for tag, view in (("K", "keys"), ("V", "values"), ("I", "items"))
    },
}
KINDS = {kind.__name__: kind for kind, _ in BASES}
MUTABLE = ("list", "dict", "set", "deque", "bytearray", *DICTS)


TRAITS = frozenset(
    f"__{name}__"
    for name in (
        *("call", "iter", "next", "getitem", "setitem", "delitem", "len", "bool", "contains"),
        *("str", "repr", "format", "eq", "lt", "le", "gt", "ge", "neg", "pos", "invert"),
        *("abs", "int", "float", "complex", "index", "round", "reversed", "bytes"),
        *("enter", "exit", "await", "aiter", "anext", "aenter", "aexit"),
        *(
            f"{side}{name}"
            for side in ("", "r")
            for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
        ),
        *(f"{side}{name}" for side in ("", "r") for name in ("and", "or", "xor", "matmul")),
    )
)
"""The methods of a class that a stand-in for one of its objects has only if that has them."""


def base_of(value: Any) -> str:
    """Return the name of the kind of data that a value's class derives from; empty if none."""
    return next((kind.__name__ for kind, _ in BASES if issubclass(type(value), kind)), "")


def base_node(encoder: Encoder, value: Any) -> list[Any] | None:
    """Return the node of the data in a value whose class derives from a kind of data, or None."""
    base = base_of(value)
    return WRITERS[KINDS[base]](encoder, value) if base else None


def _read_leaf(_: Decoder, node: Any) -> Any:
    if node[1] not in LEAVES:
        raise NotPlain(f"no value of {node[1]!r} is read")
    module, _dot, name = node[1].partition(".")
    parts = node[2:]
    if len(parts) > (place := ZONED.get(node[1], len(parts))):
        parts = [*parts[:place], _read_zone(*parts[place:])]
        if name == "timezone":
            return parts[0]
    return getattr(__import__(module), name)(*parts)


def _read_zone(seconds: float, name: str) -> Any:
    import datetime

    return datetime.timezone(datetime.timedelta(seconds=seconds), name)


def _read_dict(decoder: Decoder, node: Any) -> Any:
    name = str(node[1])
    return decoder.shell(KINDS[name]() if name in DICTS else {}, node)


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
    "w": lambda _, node: memoryview(bytes.fromhex(node[1])),
    "a": lambda _, node: __import__("array").array(node[1], node[2:]),
    "r": lambda decoder, node: range(*decoder.items(node)),
    "S": lambda decoder, node: slice(*decoder.items(node)),
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
