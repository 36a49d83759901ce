# ruff: noqa: ANN401
"""Values as plain data, to be sent between the program's process and the tests' process.

A graph becomes a flat list of nodes, `[tag, ...]`, in which a reference is `[index]` and a scalar
stands for itself: cycles, shared parts and depth survive, and reading one runs no code of the
other side. Loaded in both processes, so it imports nothing that starts slowly.
"""

from __future__ import annotations

from r1data.answers.code.nodes import FILLERS, READERS, WRITERS, NotPlain, plain_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

SCALARS = (type(None), bool, str, float)
LONGEST_PLAIN_INTEGER = 10_000
"""Bits; a longer one crosses in hexadecimal, which takes linear time."""


class Encoder:
    """Writes values as nodes; the first nodes are the objects that the other side knows already.

    Of these, what stands at the positions `unsaid` is referred to and not written.
    """

    def __init__(
        self,
        foreign: Callable[[Encoder, Any], list[Any]],
        known: Sequence[Any] = (),
        unsaid: Collection[int] = (),
    ) -> None:
        self._unsaid = unsaid
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
            if self._done not in self._unsaid:
                self.nodes[self._done] = self._node(self.objects[self._done])
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
        write = WRITERS.get(type(value))
        if write:
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
        self._foreign: Callable[[Decoder, Any], Any] = foreign
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
