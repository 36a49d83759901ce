# ruff: noqa: ANN401
"""The tests' end of the pipe to the program: requests to its objects, and reading the replies."""

from __future__ import annotations

import builtins
import json
import marshal

from r1data.answers.code.channel import Closed, receive, send
from r1data.answers.code.nodes import BASES, MUTABLE, READERS, base_node
from r1data.answers.code.remote import Remote
from r1data.answers.code.shapes import stand_in_class
from r1data.answers.code.values import Decoder, Encoder, object_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ITERATORS = ("generator", "map", "filter", "zip", "enumerate", "reversed")
MAX_EXCEPTION_KINDS = 50
ENDINGS = (StopIteration, StopAsyncIteration, GeneratorExit)
"""Raised by the program these would end the tests' own loops early, as if all were well."""


class Link:
    """The tests' end of the pipe to the program."""

    def __init__(
        self,
        file: int,
        space: dict[str, Any],
        shared: frozenset[str],
        limit: int,
        has_answered: Any,
    ) -> None:
        self.file = file
        self.space = space
        self.shared = shared
        self.limit = limit
        self.fault = ""
        """Why the program can be asked nothing more: no test passes from then on."""
        self.callbacks: list[Any] = []
        self.kinds: dict[str, type[BaseException]] = {}
        self.num_asked = 0
        self.has_answered = has_answered
        """Its first byte is 1 from a reply on: the process that forked this one sees it."""
        self._known: dict[tuple[Any, ...], Remote] = {}

    def hear(self) -> Any:
        """Return the program's next message."""
        if self.fault:
            raise Closed(self.fault)
        try:
            message = receive(self.file, self.limit)
            self.has_answered[0] = 1
            return json.loads(message)
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
        self.num_asked += operation != "data"
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
        if isinstance(error, ENDINGS):
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
        if isinstance(value, DATA):
            return base_node(encoder, value) or []
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

    def named(self, name: str, traits: list[str]) -> Remote:
        """Return what stands for what the program calls by a name."""
        return self._stand_in(["N", name], name, frozenset(traits), None)

    def own(self, value: Any) -> Any:
        """Return what stands for an object that the tests have made: another than if it came."""
        if not isinstance(value, Remote):
            return value
        get = object.__getattribute__
        parts = (get(value, f"_{name}") for name in ("node", "kind", "traits", "plain"))
        twin = self._stand_in(*parts, is_own=True)
        object.__setattr__(twin, "_is_own", True)
        return twin

    def _stand_in(
        self,
        node: list[Any],
        kind: str,
        traits: frozenset[str],
        plain: Any,
        *,
        is_own: bool = False,
    ) -> Remote:
        """Return what stands for an object: the same for the same object."""
        key = (*node, is_own)
        if key not in self._known:
            base = "" if plain is None else type(plain).__name__
            shape = stand_in_class(kind, base, traits)
            value = shape.__new__(shape, *((plain,) if base and base not in MUTABLE else ()))
            Remote.__init__(value, self, node, kind, traits, plain)
            self._known[key] = value
        return self._known[key]

    def _own(self, decoder: Decoder, node: list[Any]) -> Any:
        if node[0] in ("H", "D"):
            plain = READERS[node[4]](decoder, node[4:]) if node[0] == "D" else None
            traits = frozenset(str(trait) for trait in node[3])
            return self._stand_in(["H", int(node[1])], str(node[2]), traits, plain)
        if node[0] == "o" and node[1] in self.shared:
            kind = self.space[node[1]]
            return kind.__new__(kind)
        raise ValueError(f"no {node[0]!r} is read")


DATA = tuple(kind for kind, _ in BASES)


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
