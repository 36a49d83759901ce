"""The contract of a loop: where it begins, and what is repeated."""

from typing import Literal, NamedTuple

Kind = Literal["phrase", "sentence", "line", "paragraph", "n-gram"]
"""What is repeated: the largest unit that ends within one round of it, or words in a row."""

PARAGRAPH_END = b"\n\n"
LINE_END = b"\n"
SENTENCE_ENDS = (b".", b"!", b"?", b";", *map(str.encode, "。！？；।"))  # noqa: RUF001


class Loop(NamedTuple):
    """A loop in the UTF-8 bytes of a text."""

    start: int
    """The byte at which it begins."""
    kind: Kind


def kind_of(repeated: bytes) -> Kind:
    r"""Return what is repeated.

    >>> kind_of(b"on and "), kind_of(b"Wait. "), kind_of(b"So a = 1.\n"), kind_of(b"No.\n\nYes.")
    ('phrase', 'sentence', 'line', 'paragraph')
    """
    if PARAGRAPH_END in repeated:
        return "paragraph"
    if LINE_END in repeated:
        return "line"
    return "sentence" if any(end in repeated for end in SENTENCE_ENDS) else "phrase"
