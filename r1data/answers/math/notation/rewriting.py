"""Rewriting the tokens of a whole answer: filler words, `1,234`, `]1, 2[`, `3 to 4`."""

from collections.abc import Sequence
from dataclasses import replace

from r1data.answers.math.notation.tokens import Token, Tokens
from r1data.answers.math.notation.vocabulary import names
from r1data.answers.writing.thousands import GROUP

FILLERS = names("approximately about exactly answer the is are all where when")


def rewritten(tokens: Tokens) -> list[Token]:
    """Return the tokens of an answer without filler words, and in the notation that is read."""
    return [_colon_for_to(token) for token in _turned(_without_fillers(tokens))]


def with_digits_joined(tokens: Tokens, at: Sequence[int]) -> list[Token] | None:
    """Join the digits of numbers such as `1,234` outside brackets; None if there are none.

    What begins with a zero is no such number, and then none is.
    """
    found: list[Token] = []
    place, has_joined = 0, False
    while place < len(tokens):
        token, end = tokens[place], place + 1
        if not at[place] and _may_begin(token):
            while _is_group(tokens, end):
                end += 2
        if end > place + 1:
            if token.text.startswith("0"):
                return None
            groups = [group.text for group in tokens[place:end:2]]
            token, has_joined = replace(token, text="".join(groups)), True
        found.append(token)
        place = end
    return found if has_joined else None


def _may_begin(token: Token) -> bool:
    return token.kind == "number" and token.text.isdigit() and len(token.text) <= GROUP


def _is_group(tokens: Tokens, place: int) -> bool:
    """Say whether a comma and three digits stand at a place; decimals may follow the digits."""
    if place + 1 >= len(tokens) or tokens[place].text != ",":
        return False
    group = tokens[place + 1]
    whole = group.text.partition(".")[0]
    is_tight = not tokens[place].has_space and not group.has_space
    return group.kind == "number" and len(whole) == GROUP and is_tight


def _without_fillers(tokens: Tokens) -> Tokens:
    place = 0
    while place < len(tokens) and _is_filler(tokens[place]):
        place += 1
    return tokens[place:] if place < len(tokens) else tokens


def _is_filler(token: Token) -> bool:
    if token.kind in ("text", "word"):
        return all(word in FILLERS for word in token.text.lower().strip(" :,").split())
    return token.text in (r"\approx", r"\therefore", ":")


def _colon_for_to(token: Token) -> Token:
    is_to = token.kind in ("text", "word") and token.text == "to"
    return Token("sign", ":") if is_to else token


def _turned(tokens: Tokens) -> Tokens:
    """Write `]1, 2[` as `(1, 2)`."""
    if len(tokens) < 3 or not {",", ";"} & {token.text for token in tokens}:
        return tokens
    first = Token("sign", "(") if tokens[0].text == "]" else tokens[0]
    last = Token("sign", ")") if tokens[-1].text == "[" else tokens[-1]
    return [first, *tokens[1:-1], last]
