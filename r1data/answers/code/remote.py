# ruff: noqa: ANN401
"""Stand-ins for the program's objects in the tests' process: each use is a request to the program.

What the program's objects say is a claim. So an object that the program returned is never asked
whether it equals something, nor to compute with what the tests expect: it equals itself only.
Only an object that the tests made of one of the program's classes is: the tests are about it.
An object whose class derives from a kind of data (a named tuple, a member of `IntEnum`) is that
data besides: it is compared, ordered and computed with here, as the data it was said to be.
"""

from __future__ import annotations

from r1data.answers.code.nodes import MUTABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import Any

    from r1data.answers.code.link import Link

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
        return ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        ask("setattr", self, name, value)

    def __bool__(self) -> bool:
        return (
            ask("bool", self) is True
            if {"__bool__", "__len__"} & state_of(self, "traits")
            else True
        )

    def __str__(self) -> str:
        return str(ask("str", self))

    def __repr__(self) -> str:
        return str(ask("repr", self))

    def __format__(self, form: str) -> str:
        return str(ask("format", self, form))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Remote):
            return False
        if state_of(self, "node") == state_of(other, "node"):
            return True
        return are_own(self, other) and ask_operator("eq", self, other) is True

    def __hash__(self) -> int:
        return hash(state_of(self, "kind"))

    def __copy__(self) -> Any:
        return own_copy(self, ask("copy", self))

    def __deepcopy__(self, memo: Any) -> Any:
        return own_copy(self, ask("deepcopy", self))


SHOWN = ("__name__", "__doc__", "__members__", "__wrapped__", "__annotations__", "__qualname__")
"""The special attributes of an object that tests may read."""


def call(self: Any, /, *arguments: Any, **named: Any) -> Any:
    """Call it; what a class makes is the tests' own object."""
    value = ask("call", self, *arguments, **named)
    return state_of(self, "link").own(value) if CLASS in state_of(self, "traits") else value


def _iter(self: Any) -> Iterator[Any]:
    iterator = ask("iter", self)
    if not isinstance(iterator, Remote):
        yield from iterator
    while isinstance(iterator, Remote) and (block := ask("next", iterator, BLOCK)):
        yield from block
        if len(block) < BLOCK:
            return


def _next(self: Any) -> Any:
    for value in ask("next", self, 1):
        return value
    raise StopIteration


def _exit(self: Any, kind: Any, error: Any, _trace: Any) -> bool:
    """Leave a `with` block; only the tests' own object may end an error, and none of an assert."""
    said = kind and (kind.__name__, str(error))
    is_ended = ask("exit", self, said) is True and state_of(self, "is_own")
    return bool(is_ended and kind and not issubclass(kind, AssertionError))


def _await(self: Any) -> Generator[Any, None, Any]:
    yield from ()
    return ask("await", self)


async def _anext(self: Any) -> Any:
    for value in ask("anext", self):
        return value
    raise StopAsyncIteration


async def _aenter(self: Any) -> Any:
    return ask("aenter", self)


async def _aexit(self: Any, kind: Any, error: Any, _trace: Any) -> None:
    ask("aexit", self, kind and (kind.__name__, str(error)))


def _forward(operation: str) -> Callable[..., Any]:
    def forward(self: Any, *arguments: Any) -> Any:
        return ask(operation, self, *arguments)

    return forward


def _operator(name: str, *, is_swapped: bool = False) -> Callable[..., Any]:
    def operate(self: Any, *others: Any) -> Any:
        value = ask_operator(name, *((*others, self) if is_swapped else (self, *others)))
        has_plain = any(not isinstance(other, Remote) for other in others)
        if has_plain and not isinstance(value, Remote) and name not in CHANGES:
            raise TypeError("the program's object computes a plain value of the tests' own")
        return value

    return operate


CHANGES = ("setitem", "delitem")
"""The operators that give nothing back."""
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "matmul")
FORWARDED: dict[str, Callable[..., Any]] = {
    "__call__": call,
    "__iter__": _iter,
    "__next__": _next,
    "__enter__": _forward("enter"),
    "__exit__": _exit,
    "__await__": _await,
    "__aiter__": lambda self: ask("aiter", self),
    "__anext__": _anext,
    "__aenter__": _aenter,
    "__aexit__": _aexit,
    "__getitem__": lambda self, key: ask("operate", self, "getitem", key),
    "__len__": lambda self: int(ask("len", self)),
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


def data_of(value: Any) -> Any:
    """Return the data that a stand-in is; any other value as it is.

    Data that can change is asked for anew if the program was asked anything since.
    """
    if not isinstance(value, Remote) or state_of(value, "plain") is None:
        return value
    link = state_of(value, "link")
    if (
        type(state_of(value, "plain")).__name__ in MUTABLE
        and state_of(value, "seen") != link.num_asked
    ):
        object.__setattr__(value, "_plain", ask("data", value))
        object.__setattr__(value, "_seen", link.num_asked)
    return state_of(value, "plain")


def own_copy(original: Remote, value: Any) -> Any:
    """Return a copy, which is the tests' own where the original is."""
    return state_of(original, "link").own(value) if state_of(original, "is_own") else value


def are_own(*values: Any) -> bool:
    """Say whether all are stand-ins for objects that the tests made."""
    return all(isinstance(value, Remote) and state_of(value, "is_own") for value in values)


def state_of(remote: Any, name: str) -> Any:
    """Return what a stand-in knows, of which it says nothing itself."""
    return object.__getattribute__(remote, f"_{name}")


def ask(operation: str, remote: Any, /, *arguments: Any, **named: Any) -> Any:
    """Have the program do something with an object."""
    return state_of(remote, "link").ask(operation, remote, *arguments, **named)


def ask_operator(name: str, *operands: Any) -> Any:
    """Compute with the program's own objects; the tests' values are handed to no others."""
    for operand in operands:
        if isinstance(operand, Remote):
            link = state_of(operand, "link")
            is_data = name in CHANGES and state_of(operand, "plain") is not None
            if not (state_of(operand, "is_own") or is_data):
                raise TypeError(f"{state_of(operand, 'kind')} returned by the program, not a value")
    value = link.ask("operate", operands[0], name, *operands[1:])
    return link.own(value) if all(isinstance(operand, Remote) for operand in operands) else value
