# ruff: noqa: ANN401
"""Stand-ins for the program's objects in the tests' process: they ask, and nothing runs here.

What the program's objects say is a claim. So an object that the program returned is never asked
whether it equals something, nor to compute with what the tests expect: it equals itself only.
Only an object that the tests made of one of the program's classes is: the tests are about it.
An object whose class derives from a kind of data (a named tuple, a member of `IntEnum`) is that
data besides: it is compared, ordered and computed with here, as the data it was said to be.
"""

from __future__ import annotations

from r1data.verification.code.nodes import KINDS, MUTABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from r1data.verification.code.link import Link

BLOCK = 64
"""Items asked for at once of an iterator of the program's."""
CLASS = "class"
"""Stands among the traits of a class."""


class Remote:
    """An object of the program's, by its handle; its subclasses have the methods that it has."""

    def __init__(
        self, link: Link, node: list[Any], kind: str, traits: frozenset[str], plain: Any = None
    ) -> None:
        state = {"link": link, "node": node, "kind": kind, "traits": traits, "plain": plain}
        for name, value in {**state, "is_own": False, "seen": link.num_asked}.items():
            object.__setattr__(self, f"_{name}", value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in SHOWN:
            raise AttributeError(name)
        return _ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _ask("setattr", self, name, value)

    def __bool__(self) -> bool:
        return (
            _ask("bool", self) is True if {"__bool__", "__len__"} & _get(self, "traits") else True
        )

    def __str__(self) -> str:
        return str(_ask("str", self))

    def __repr__(self) -> str:
        return str(_ask("repr", self))

    def __format__(self, form: str) -> str:
        return str(_ask("format", self, form))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Remote):
            return False
        if _get(self, "node") == _get(other, "node"):
            return True
        return _are_own(self, other) and _ask_operator("eq", self, other) is True

    def __hash__(self) -> int:
        return hash(_get(self, "kind"))

    def __copy__(self) -> Any:
        return _made(self, _ask("copy", self))

    def __deepcopy__(self, memo: Any) -> Any:
        return _made(self, _ask("deepcopy", self))


SHOWN = ("__name__", "__doc__", "__members__", "__wrapped__", "__annotations__", "__qualname__")
"""What tests may read of an object's insides."""


def _call(self: Any, /, *arguments: Any, **named: Any) -> Any:
    """Call it; what a class makes is the tests' own object."""
    value = _ask("call", self, *arguments, **named)
    return _get(self, "link").own(value) if CLASS in _get(self, "traits") else value


def _iter(self: Any) -> Iterator[Any]:
    iterator = _ask("iter", self)
    if not isinstance(iterator, Remote):
        yield from iterator
    while isinstance(iterator, Remote) and (block := _ask("next", iterator, BLOCK)):
        yield from block
        if len(block) < BLOCK:
            return


def _next(self: Any) -> Any:
    for value in _ask("next", self, 1):
        return value
    raise StopIteration


def _exit(self: Any, kind: Any, error: Any, _trace: Any) -> bool:
    """Leave a `with` block; only the tests' own object may end an error, and none of an assert."""
    said = kind and (kind.__name__, str(error))
    is_ended = _ask("exit", self, said) is True and _get(self, "is_own")
    return bool(is_ended and kind and not issubclass(kind, AssertionError))


def _await(self: Any) -> Iterator[Any]:
    yield from ()
    return _ask("await", self)


def _send(self: Any, _: Any) -> Any:
    raise StopIteration(_ask("await", self))


async def _anext(self: Any) -> Any:
    for value in _ask("anext", self):
        return value
    raise StopAsyncIteration


async def _aenter(self: Any) -> Any:
    return _ask("aenter", self)


async def _aexit(self: Any, kind: Any, error: Any, _trace: Any) -> None:
    _ask("aexit", self, kind and (kind.__name__, str(error)))


def _forward(operation: str) -> Callable[..., Any]:
    def forward(self: Any, *arguments: Any) -> Any:
        return _ask(operation, self, *arguments)

    return forward


def _operator(name: str, *, is_swapped: bool = False) -> Callable[..., Any]:
    def operate(self: Any, *others: Any) -> Any:
        value = _ask_operator(name, *((*others, self) if is_swapped else (self, *others)))
        has_plain = any(not isinstance(other, Remote) for other in others)
        if has_plain and not isinstance(value, Remote) and name not in CHANGES:
            raise TypeError("the program's object computes a plain value of the tests' own")
        return value

    return operate


CHANGES = ("setitem", "delitem")
"""The operators that give nothing back."""
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "matmul")
FORWARDED: dict[str, Callable[..., Any]] = {
    "__call__": _call,
    "__iter__": _iter,
    "__next__": _next,
    "__enter__": _forward("enter"),
    "__exit__": _exit,
    "__await__": _await,
    "__aiter__": lambda self: _ask("aiter", self),
    "__anext__": _anext,
    "__aenter__": _aenter,
    "__aexit__": _aexit,
    "__getitem__": lambda self, key: _ask("operate", self, "getitem", key),
    "__len__": lambda self: int(_ask("len", self)),
    "__str__": Remote.__str__,
    "__repr__": Remote.__repr__,
    "__format__": Remote.__format__,
}
"""Methods that hand a claim back; the tests' values decide nothing in them."""
NUMBERS: dict[str, Callable[..., Any]] = {
    f"__{name}__": _forward(name)
    for name in ("abs", "int", "float", "complex", "index", "round", "reversed", "bytes")
}
OPERATORS: dict[str, Callable[..., Any]] = {
    **{f"__{name}__": _operator(f"{name}_" if name in ("and", "or") else name) for name in BINARY},
    **{
        f"__r{name}__": _operator(f"{name}_" if name in ("and", "or") else name, is_swapped=True)
        for name in BINARY
    },
    **{
        f"__{name}__": _operator(name)
        for name in ("lt", "le", "gt", "ge", "neg", "pos", "invert", *CHANGES)
    },
}
CLASS_METHODS: dict[str, Callable[..., Any]] = {
    "__call__": _call,
    "__instancecheck__": lambda self, value: (
        isinstance(value, Remote) and _ask("isinstance", self, value) is True
    ),
    "__subclasscheck__": lambda self, value: (
        isinstance(value, Remote) and _ask("issubclass", self, value) is True
    ),
}
CONTAINS = {"__contains__": lambda self, value: any(item == value for item in self)}
COROUTINE = {
    "send": _send,
    "throw": lambda self, *error: _raise(error[-1]),
    "close": lambda _: None,
}
_CLASSES: dict[tuple[str, str, frozenset[str]], type[Remote]] = {}


def stand_in_class(kind: str, base: str, traits: frozenset[str]) -> type[Remote]:
    """Return the class of stand-ins for objects of a kind, with those methods that they have."""
    key = (kind, base, traits)
    if key not in _CLASSES:
        known = {**FORWARDED, **NUMBERS, **OPERATORS} if not base else FORWARDED
        if base in MUTABLE:
            known = {**known, **{name: OPERATORS[name] for name in ("__setitem__", "__delitem__")}}
        has = traits | set(dir(KINDS[base])) if base in MUTABLE else traits
        members: dict[str, Any] = {name: known[name] for name in has & known.keys()}
        if CLASS in traits:
            members |= CLASS_METHODS
        if "__await__" in traits:
            members |= COROUTINE
        if "__iter__" in traits and not base:
            members |= CONTAINS
        if base:
            members |= _data_members(KINDS[base], traits)
        members["__dict__"] = property(lambda self: _ask("getattr", self, "__dict__"))
        parents = (Remote, KINDS[base]) if base else (Remote,)
        _CLASSES[key] = type(kind or "Remote", parents, members)
    return _CLASSES[key]


def _data_members(base: type, traits: frozenset[str]) -> dict[str, Any]:
    """Return the methods of stand-ins that are data besides: they compare as that data."""
    local = (*OPERATORS, "__eq__", "__ne__", "__bool__", "__contains__", "__hash__", *NUMBERS)
    members: dict[str, Any] = {
        name: _on_data(name, name in traits)
        for name in local
        if getattr(base, name, None) and name not in ("__setitem__", "__delitem__")
    }
    members.setdefault("__bool__", lambda self: bool(data_of(self)))
    shown = dir(base) if base.__name__ in MUTABLE else traits
    for name in shown:
        if not name.startswith("__") and hasattr(base, name):
            members[name] = property(lambda self, name=name: _ask("getattr", self, name))
    return members


def _on_data(name: str, is_overridden: bool) -> Callable[..., Any]:
    def compute(self: Any, *others: Any) -> Any:
        if is_overridden and name in ASKED and _are_own(self, *others):
            return ASKED[name](self, *others)
        return getattr(data_of(self), name)(*map(data_of, others))

    return compute


ASKED = {**OPERATORS, **NUMBERS, "__eq__": Remote.__eq__, "__bool__": Remote.__bool__}
"""What a class that derives from a kind of data may do in its own way."""


def data_of(value: Any) -> Any:
    """Return the data that a stand-in is; any other value as it is.

    Data that can change is asked for anew if the program was asked anything since.
    """
    if not isinstance(value, Remote) or _get(value, "plain") is None:
        return value
    link = _get(value, "link")
    if type(_get(value, "plain")).__name__ in MUTABLE and _get(value, "seen") != link.num_asked:
        object.__setattr__(value, "_plain", _ask("data", value))
        object.__setattr__(value, "_seen", link.num_asked)
    return _get(value, "plain")


def _raise(error: BaseException) -> None:
    raise error


def _made(original: Remote, value: Any) -> Any:
    return _get(original, "link").own(value) if _get(original, "is_own") else value


def _are_own(*values: Any) -> bool:
    return all(isinstance(value, Remote) and _get(value, "is_own") for value in values)


def _get(remote: Any, name: str) -> Any:
    return object.__getattribute__(remote, f"_{name}")


def _ask(operation: str, remote: Any, /, *arguments: Any, **named: Any) -> Any:
    return _get(remote, "link").ask(operation, remote, *arguments, **named)


def _ask_operator(name: str, *operands: Any) -> Any:
    """Compute with the program's own objects; the tests' values are handed to no others."""
    for operand in operands:
        if isinstance(operand, Remote):
            link = _get(operand, "link")
            is_data = name in CHANGES and _get(operand, "plain") is not None
            if not (_get(operand, "is_own") or is_data):
                raise TypeError(f"{_get(operand, 'kind')} returned by the program, not a value")
    value = link.ask("operate", operands[0], name, *operands[1:])
    return link.own(value) if all(isinstance(operand, Remote) for operand in operands) else value
