"""Identities and seeds by hash: equal content, equal id; no collisions by arithmetic."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

ID_BYTES = 16


def derive_seed(*parts: str | int) -> int:
    """Return a 31-bit seed for a named purpose.

    Adding an index to a seed makes neighbouring seeds share items; hashing does not.
    31 bits, because OpenAI-compatible servers and NumPy refuse more.

    >>> derive_seed("split", 42, 1) == derive_seed("split", 43, 0)
    False
    """
    return int(content_id(*parts)[:8], 16) >> 1


def content_id(*parts: object) -> str:
    """Return the 32-digit hexadecimal hash of some JSON values, in their order.

    Absent and empty differ: `None` and `""` give other ids.

    >>> content_id("a", "b") == content_id("ab", "")
    False
    """
    return hashlib.blake2b(canonical_json(parts).encode(), digest_size=ID_BYTES).hexdigest()


def canonical_json(
    value: Any,  # noqa: ANN401 - any JSON value is the point
    *,
    default: Callable[[Any], str] | None = None,
) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces.

    `default` is given what JSON cannot hold; without it that is a `TypeError`.

    >>> canonical_json({"b": 1, "a": [None]})
    '{"a":[null],"b":1}'
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=default
    )
