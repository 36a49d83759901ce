# ruff: noqa: ANN401
"""The classes of stand-ins: each with those methods that the program's objects have."""

from __future__ import annotations

from r1data.answers.code.nodes import KINDS, MUTABLE
from r1data.answers.code.remote import (
    CLASS,
    FORWARDED,
    NUMBERS,
    OPERATORS,
    Remote,
    are_own,
    ask,
    call,
    data_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _send(self: Any, _: Any) -> Any:
    raise StopIteration(ask("await", self))


def _throw(_: Any, *error: Any) -> None:
    raise error[-1]


CLASS_METHODS: dict[str, Callable[..., Any]] = {
    "__call__": call,
    "__instancecheck__": lambda self, value: (
        isinstance(value, Remote) and ask("isinstance", self, value) is True
    ),
    "__subclasscheck__": lambda self, value: (
        isinstance(value, Remote) and ask("issubclass", self, value) is True
    ),
}
CONTAINS = {"__contains__": lambda self, value: any(item == value for item in self)}
COROUTINE = {
    "send": _send,
    "throw": _throw,
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
        members["__dict__"] = property(lambda self: ask("getattr", self, "__dict__"))
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
            members[name] = property(_attribute(name))
    return members


def _attribute(name: str) -> Callable[[Any], Any]:
    return lambda self: ask("getattr", self, name)


def _on_data(name: str, is_overridden: bool) -> Callable[..., Any]:
    def compute(self: Any, *others: Any) -> Any:
        if is_overridden and name in ASKED and are_own(self, *others):
            return ASKED[name](self, *others)
        return getattr(data_of(self), name)(*map(data_of, others))

    return compute


ASKED: dict[str, Any] = {
    **OPERATORS,
    **NUMBERS,
    "__eq__": Remote.__eq__,
    "__bool__": Remote.__bool__,
}
"""The methods that a class may override where it derives from a kind of data."""
