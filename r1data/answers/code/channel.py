"""The pipe between two sandboxes: messages with their length in front."""

from __future__ import annotations

import posix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CHUNK = 1 << 20


class Closed(Exception):
    """The other side has gone, or said more than is read."""


def receive(file: int, limit: int) -> bytes:
    """Return the next message; one that is longer than the limit is not read."""
    size = int.from_bytes(_read(file, 4), "big")
    if size > limit:
        raise Closed(f"more than {limit:,} bytes of output")
    return _read(file, size)


def send(file: int, message: bytes) -> None:
    """Send a message."""
    rest = memoryview(len(message).to_bytes(4, "big") + message)
    while rest:
        try:
            rest = rest[posix.write(file, rest) :]
        except OSError:
            raise Closed("the other side is gone") from None


def _read(file: int, size: int) -> bytes:
    parts: list[Any] = []
    while size:
        try:
            part = posix.read(file, min(size, CHUNK))
        except OSError:
            part = b""
        if not part:
            raise Closed("it ended")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
