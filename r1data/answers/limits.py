"""Limits on the length and the nesting of an answer that is read."""

MAX_CHARS = 2000
"""A longer text is a solution, not an answer."""
MAX_DEPTH = 20
"""Parsers take time exponential in the nesting; real answers stay below 10."""


def unreadable(answer: str) -> str:
    """Return why a text is too long or too deep to be read as an answer; else empty.

    >>> unreadable("(" * 30)
    'nested 30 deep; at most 20 is read'
    """
    if len(answer) > MAX_CHARS:
        return f"{len(answer):,} characters; at most {MAX_CHARS:,} are read"
    if sum(map(answer.count, "([{")) <= MAX_DEPTH:
        return ""
    depth = deepest = 0
    for character in answer:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return f"nested {deepest} deep; at most {MAX_DEPTH} is read" if deepest > MAX_DEPTH else ""
