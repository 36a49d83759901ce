"""Tokens of a text in canonical notation, and the brackets that match."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from r1data.answers.math.notation.unreadable import UnreadableError
from r1data.answers.math.notation.vocabulary import (
    ALIASES,
    CLOSING,
    JOINERS,
    NAMES,
    OPENING,
    RELATION_COMMANDS,
    RELATIONS,
)

Kind = Literal["number", "letter", "command", "word", "text", "sign", "environment"]

SINGLE: dict[str, Kind] = {"number": "number", "letter": "letter", "sign": "sign"}
LONGEST_PRODUCT = 3
"""A run of more letters than this is a word, and not letters that are multiplied."""
TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|\\begin\{(?P<environment>[A-Za-z]+\*?)\}(?:\{[^{}]*\})?(?P<body>.*?)\\end\{(?P=environment)\}"
    r"|\\text\{(?P<text>[^{}]*)\}"
    r"|\\(?P<command>[A-Za-z]+|[{}|\\])"
    r"|(?P<number>[0-9]+(?:\.[0-9]+|\.(?=\\(?:overline|bar|dot)|[/*+)-]))?|\.[0-9]+)"
    r"|(?P<word>[A-Za-z]{2,})"
    r"|(?P<letter>[A-Za-z])"
    r"|(?P<wide>[^\W\d_]+)"
    r"|(?P<sign><=|>=|!=|==|.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an answer."""

    kind: Kind
    text: str
    body: str = ""
    """What stands inside an environment."""
    has_space: bool = False
    """Whether white space stood before it."""
    run: str = ""
    """The run of letters that a letter begins: a product, or a unit."""

    @property
    def relation(self) -> str:
        """The relation that it is, e.g. `<=`; else empty."""
        if self.kind == "sign":
            return RELATIONS.get(self.text, "")
        return RELATION_COMMANDS.get(self.text[1:], "") if self.kind == "command" else ""


Tokens = Sequence[Token]


def tokenize(text: str) -> list[Token]:
    r"""Return the tokens of a text in canonical notation.

    >>> [token.text for token in tokenize(r"2pi x \text{cm}")]
    ['2', '\\pi', 'x', 'cm']
    """
    found: list[Token] = []
    has_space = False
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            has_space = True
            continue
        found.extend(_tokens(kind, match, has_space))
        has_space = False
    return found


def _tokens(kind: str, match: re.Match[str], has_space: bool) -> Iterator[Token]:
    if kind == "body":
        yield Token("environment", match["environment"], match["body"], has_space)
    elif kind == "command":
        yield Token("command", f"\\{match['command']}", has_space=has_space)
    elif kind == "word":
        yield from _word(match["word"], has_space)
    elif kind == "wide":
        yield Token("word", match["wide"], has_space=has_space)
    elif kind == "text":
        yield from _text(match["text"])
    else:
        yield Token(SINGLE[kind], match[kind], has_space=has_space)


def _text(text: str) -> Iterator[Token]:
    """Part `cm and` of a text into a unit and what joins it to the next."""
    *words, last = text.split() or [""]
    if last in ("and", "or"):
        before = " ".join(words).rstrip(" ,")
        if before:
            yield Token("text", before, has_space=True)
        words = []
    yield Token("text", " ".join([*words, last]), has_space=True)


def _word(word: str, has_space: bool) -> Iterator[Token]:
    """Read a run of letters: a name, a product of a few letters, or a word."""
    name = ALIASES.get(word, word)
    if name in NAMES:
        yield Token("command", f"\\{name}", has_space=has_space)
    elif len(word) <= LONGEST_PRODUCT and word.lower() not in JOINERS:
        yield Token("letter", word[0], has_space=has_space, run=word)
        yield from (Token("letter", letter) for letter in word[1:])
    else:
        yield Token("word", word, has_space=has_space)


def is_open(token: Token) -> bool:
    """Say whether a token opens a bracket."""
    return token.kind in ("sign", "command") and token.text in OPENING


def is_close(token: Token) -> bool:
    """Say whether a token closes a bracket."""
    return token.kind in ("sign", "command") and token.text in CLOSING


def depths(tokens: Tokens) -> list[int]:
    """Return how many brackets are open at each token; a bracket itself counts as outside.

    Raises `UnreadableError` where they do not match in number. Kinds may differ: `[1, 2)`.
    """
    found, depth = [], 0
    for token in tokens:
        depth -= is_close(token)
        if depth < 0:
            raise UnreadableError("a bracket closes that was never opened")
        found.append(depth)
        depth += is_open(token)
    if depth:
        raise UnreadableError("a bracket is never closed")
    return found


def outside(tokens: Tokens, at: Sequence[int], *signs: str) -> list[bool]:
    """Mark the tokens outside all brackets that are one of the signs, given their depths."""
    return [not depth and token.text in signs for token, depth in zip(tokens, at, strict=True)]


def split(tokens: Tokens, separators: Sequence[bool]) -> list[list[Token]]:
    """Split tokens at the places that are marked; the marked tokens go."""
    parts: list[list[Token]] = [[]]
    for token, is_separator in zip(tokens, separators, strict=True):
        if is_separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
