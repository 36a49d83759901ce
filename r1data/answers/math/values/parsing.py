"""Parsing an answer into a value: a number with its unit, a tuple, a set, an interval, a relation.

The reading is strict. What is neither a formula, nor a combination of formulas known here, is
words, and words are compared as words.
"""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from r1data.answers.limits import unreadable
from r1data.answers.math.formulas.exact import rational
from r1data.answers.math.formulas.expressions import read_expression
from r1data.answers.math.formulas.tree import Constant, Negative, Number, Product, Quotient, Tree
from r1data.answers.math.notation.notation import PLAIN, canonical
from r1data.answers.math.notation.rewriting import rewritten, with_digits_joined
from r1data.answers.math.notation.tokens import (
    Token,
    Tokens,
    depths,
    is_close,
    is_open,
    outside,
    split,
    tokenize,
)
from r1data.answers.math.notation.unreadable import UnreadableError
from r1data.answers.math.values.quantities import added_up, read_scalar
from r1data.answers.math.values.values import (
    EMPTY_SET,
    Matrix,
    Relation,
    Scalar,
    Sequenced,
    UnionOfSets,
    Value,
    Words,
    number_of,
    trees_of,
)

MATRICES = frozenset({"pmatrix", "bmatrix", "matrix", "Bmatrix", "array", "smallmatrix"})
SYSTEMS = frozenset({"cases", "aligned", "align", "align*", "gathered", "split"})
AND, OR = "and", "or"
JOINS = {
    **dict.fromkeys(("and", r"\land", "&", "和", "与", "及", "y", "et", "und"), AND),
    **dict.fromkeys(("or", r"\lor", "或", "或者", "o", "ou", "oder"), OR),
}
EMPTY_WORDS = frozenset(
    {"no solution", "no solutions", "no real solution", "no real solutions", "empty set"}
    | {"the empty set", "none"}
)
TEXT = re.compile(r"\\text\s*\{([^{}]*)\}|\\ |[{}$]")
r"""In canonical notation every font is `\text`."""
MAX_MEMBERS = 300
MAX_SIDES = 12


@lru_cache(maxsize=20_000)
def read_value(answer: str) -> Value:
    r"""Return the value that an answer gives; never raises.

    >>> read_value("(1, 2]").closing, read_value(r"x \le 3").signs, read_value("Evelyn")
    (']', ('<=',), Words(text='Evelyn'))
    """
    if unreadable(answer):
        return Words("")
    if plain := PLAIN.fullmatch(answer):
        return _read_plain(plain)
    text = canonical(answer)
    try:
        return _read(tokenize(text))
    except (UnreadableError, RecursionError, ValueError, OverflowError):
        words = TEXT.sub(r"\1", text).strip(" .").lower()
        return EMPTY_SET if words in EMPTY_WORDS else Words(text)


def _read_plain(plain: re.Match[str]) -> Scalar:
    """Return an integer, a decimal or a fraction: most answers, by the shortest way."""
    sign, number, decimals, *parts = plain.groups()
    if number:
        tree: Tree = Number(Fraction(number), len(decimals) if decimals else None)
    else:
        top, bottom = (Number(Fraction(int(part))) for part in parts if part)
        tree = Quotient(top, bottom)
    return Scalar(Negative(tree) if sign else tree)


def _read(tokens: Tokens) -> Value:
    tokens = rewritten(tokens)
    if not tokens:
        raise UnreadableError("it is empty")
    at = depths(tokens)
    joined = _read_joined(tokens, at)
    return _read_part(tokens, at) if joined is None else joined


def _read_joined(tokens: Tokens, at: Sequence[int]) -> Value | None:
    """Read what commas, semicolons, `and` and `or` join; None if they join nothing."""
    joins = ["" if depth else _join(token) for token, depth in zip(tokens, at, strict=True)]
    if ";" in joins:
        joins = [join if join == ";" else "" for join in joins]
    elif not any(joins):
        return None
    joined_digits = with_digits_joined(tokens, at) if "," in joins else None
    if joined_digits is not None:
        return _read(joined_digits)
    return _joined_members(_parts(tokens, joins), [join for join in joins if join])


def _joined_members(parts: Sequence[Tokens], joins: list[str]) -> Value:
    members = _flattened(_read(part) for part in parts)
    if len(members) == 1:
        return members[0]
    together = added_up(members) if set(joins) == {AND} else None
    return together or Sequenced(members, join=OR if OR in joins else joins[-1])


def _parts(tokens: Tokens, joins: Sequence[str]) -> list[list[Token]]:
    parts = [part for part in split(tokens, [bool(join) for join in joins]) if part]
    if len(parts) > MAX_MEMBERS:
        raise UnreadableError("it has too many members")
    return parts


def _join(token: Token) -> str:
    if token.kind == "sign" and token.text in ",;":
        return token.text
    return JOINS.get(token.text.strip(" ,").lower(), "") if token.kind != "letter" else ""


def _flattened(members: Iterable[Value]) -> tuple[Value, ...]:
    r"""Take the two values of each `a \pm b` among the others."""
    found: list[Value] = []
    for member in members:
        is_two = isinstance(member, Sequenced) and not member.opening and member.join == OR
        found.extend(member.members if is_two and isinstance(member, Sequenced) else (member,))
    return tuple(found)


def _read_part(tokens: Tokens, at: Sequence[int]) -> Value:
    """Read a value that nothing joins to another."""
    signs = ["" if depth else token.relation for token, depth in zip(tokens, at, strict=True)]
    is_cup = outside(tokens, at, r"\cup")
    has_bounds = any(sign in ("<", "<=", ">", ">=") for sign in signs)
    if any(signs) and not (has_bounds and any(is_cup)):
        return _read_relation(tokens, signs)
    if any(is_cup):
        return UnionOfSets(tuple(_read(part) for part in split(tokens, is_cup)))
    if any(token.text in (r"\pm", r"\mp") for token in tokens):
        return _read_both_signs(tokens)
    return _read_single(tokens, at)


def _read_single(tokens: Tokens, at: Sequence[int]) -> Value:
    if tokens[-1].kind == "environment":
        return _read_environment(tokens[-1], tokens[:-1])
    if tokens[0].text == r"\R" and len(tokens) > 2:
        return _read_all_but(tokens)
    is_ratio = outside(tokens, at, ":")
    if sum(is_ratio) > 1:
        parts = split(tokens, is_ratio)
        return Sequenced(tuple(Scalar(read_expression(part)) for part in parts), ":", ":")
    bracketed = _read_bracketed(tokens, at)
    return read_scalar(tokens) if bracketed is None else bracketed


def _read_relation(tokens: Tokens, signs: Sequence[str]) -> Value:
    parts = split(tokens, [bool(sign) for sign in signs])
    kept = tuple(sign for sign in signs if sign)
    if not parts[0] and kept == ("=",):
        return _read(parts[1])
    if any(not part for part in parts) or len(parts) > MAX_SIDES:
        raise UnreadableError("a relation lacks a side")
    return Relation((_read_name(parts[0]), *(_read(part) for part in parts[1:])), kept)


def _read_name(tokens: Tokens) -> Value:
    r"""Read the first side of a relation, which may be a name in words: `\text{Area} = 36`."""
    if all(token.kind in ("text", "word") for token in tokens):
        return Words(" ".join(token.text for token in tokens))
    return _read(tokens)


def _read_both_signs(tokens: Tokens) -> Value:
    r"""Read `a \pm b` as its two values."""
    found = []
    for up, down in (("+", "-"), ("-", "+")):
        swap = {r"\pm": Token("sign", up), r"\mp": Token("sign", down)}
        found.append(_read([swap.get(token.text, token) for token in tokens]))
    return Sequenced(tuple(found), join=OR)


def _read_all_but(tokens: Tokens) -> Value:
    r"""Read `\R \setminus \{1\}` as the intervals between the numbers left out."""
    if tokens[1].text not in (r"\setminus", r"\backslash", "-"):
        raise UnreadableError(r"`\R` is out of place")
    left_out = _read(tokens[2:])
    members = left_out.members if isinstance(left_out, Sequenced) else ()
    points = [point for point in map(number_of, members) if point is not None]
    if not points or len(points) < len(members):
        raise UnreadableError("what is left out is no set of numbers")
    infinity = Constant("oo")
    ends: list[Tree] = [Negative(infinity), *map(Number, sorted(points)), infinity]
    return UnionOfSets(
        tuple(Sequenced((Scalar(low), Scalar(high)), "(", ")") for low, high in pairwise(ends))
    )


def _read_environment(token: Token, before: Tokens) -> Value:
    rows = [row for row in token.body.replace(r"\hline", "").split(r"\\") if row.strip()]
    factor = read_expression(before) if before else None
    if token.text in SYSTEMS and factor is None:
        lines = tuple(read_value(row.replace("&", " ")) for row in rows)
        return lines[0] if len(lines) == 1 else Sequenced(lines, join=AND)
    if token.text not in MATRICES:
        raise UnreadableError(f"`{token.text}` is not known")
    cells = tuple(tuple(read_value(cell) for cell in row.split("&")) for row in rows)
    if sum(map(len, cells)) > MAX_MEMBERS or len(set(map(len, cells))) != 1:
        raise UnreadableError("its rows differ in length, or are too many")
    if any(isinstance(cell, Words) for row in cells for cell in row):
        raise UnreadableError("a cell is no formula")
    return Matrix(cells if factor is None else tuple(_scaled_row(row, factor) for row in cells))


def _scaled_row(row: tuple[Value, ...], factor: Tree) -> tuple[Value, ...]:
    trees = trees_of(row)
    if trees is None:
        raise UnreadableError("a matrix of no numbers has a factor")
    return tuple(Scalar(_worked_out(Product((factor, tree)))) for tree in trees)


def _worked_out(tree: Tree) -> Tree:
    number = rational(tree)
    return tree if number is None else Number(number)


def _read_bracketed(tokens: Tokens, at: Sequence[int]) -> Value | None:
    """Read what brackets enclose as a whole; None if none do."""
    if _is_named_point(tokens):
        tokens, at = tokens[1:], at[1:]
    if len(tokens) == 3 and tokens[1].kind == "environment":
        return _read_environment(tokens[1], ())
    if len(tokens) < 2 or not (is_open(tokens[0]) and is_close(tokens[-1])) or 0 in at[1:-1]:
        return None
    opening, closing, inside = tokens[0].text, tokens[-1].text, tokens[1:-1]
    if opening == r"\{":
        return _read_set(inside)
    if not inside:
        raise UnreadableError("it is empty")
    is_separator = outside(inside, depths(inside), ",", ";")
    if opening == "{" or not any(is_separator):
        return _read(inside) if opening + closing == "()" or opening == "{" else None
    return Sequenced(_members(inside, is_separator), opening, closing)


def _is_named_point(tokens: Tokens) -> bool:
    """Say whether a capital stands before brackets that hold several things: `P(2, 3)`."""
    is_named = len(tokens) > 4 and tokens[0].kind == "letter" and tokens[0].text.isupper()
    return is_named and tokens[1].text == "(" and "," in (token.text for token in tokens)


def _read_set(inside: Tokens) -> Value:
    if not inside:
        return EMPTY_SET
    at = depths(inside)
    is_bar = outside(inside, at, "|", ":")
    if any(is_bar):
        condition = inside[is_bar.index(True) + 1 :]
        if any(token.text == "|" for token in condition):
            raise UnreadableError("a set is described with more than one bar")
        return _read(condition)
    return Sequenced(_members(inside, outside(inside, at, ",", ";")), r"\{", r"\}")


def _members(inside: Tokens, is_separator: Sequence[bool]) -> tuple[Value, ...]:
    parts = split(inside, is_separator)
    if len(parts) > MAX_MEMBERS or not all(parts):
        raise UnreadableError("a member is missing, or they are too many")
    return tuple(map(_read, parts))
