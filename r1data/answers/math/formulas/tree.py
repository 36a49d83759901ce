"""Expression trees: what a formula says, without its notation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """A rational number, as written."""

    value: Fraction
    num_decimals: int | None = None
    """Digits after the point, where the number was written as a decimal."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A variable, or a constant whose value nobody needs."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """`pi`, `e`, `i` or `oo`."""

    name: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added."""

    terms: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Factors multiplied."""

    factors: tuple["Tree", ...]
    is_explicit: bool = False
    """Whether a sign of multiplication or division was written."""


@dataclass(frozen=True, slots=True)
class Negative:
    """The opposite of a tree."""

    of: "Tree"


@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction."""

    top: "Tree"
    bottom: "Tree"


@dataclass(frozen=True, slots=True)
class Power:
    """A base to an exponent."""

    base: "Tree"
    exponent: "Tree"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments: `root` (degree, of), `log` (base, of), `sin`, `abs`, ..."""

    name: str
    arguments: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """A sum, an integral, a product or a limit that was written down and not worked out."""

    text: str


Tree = Number | Symbol | Constant | Sum | Product | Negative | Quotient | Power | Call | Undone

ONE = Number(Fraction(1))
TWO = Number(Fraction(2))
MAX_DEPTH = 100


def children(tree: Tree) -> tuple[Tree, ...]:
    """Return the parts of a tree."""
    if isinstance(tree, Sum):
        return tree.terms
    if isinstance(tree, Product):
        return tree.factors
    if isinstance(tree, Negative):
        return (tree.of,)
    if isinstance(tree, Quotient):
        return (tree.top, tree.bottom)
    if isinstance(tree, Power):
        return (tree.base, tree.exponent)
    return tree.arguments if isinstance(tree, Call) else ()


def with_parts(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """Return a tree of the same kind whose parts are changed.

    >>> with_parts(Negative(ONE), lambda part: TWO) == Negative(TWO)
    True
    """
    parts = [change(part) for part in children(tree)]
    if isinstance(tree, Sum):
        return Sum(tuple(parts))
    if isinstance(tree, Product):
        return Product(tuple(parts), tree.is_explicit)
    if isinstance(tree, Call):
        return Call(tree.name, tuple(parts))
    if isinstance(tree, Negative | Quotient | Power):
        return type(tree)(*parts)
    return tree


def walk(tree: Tree) -> list[Tree]:
    """Return a tree and everything in it."""
    found: list[Tree] = []
    open_trees = [tree]
    while open_trees:
        found.append(open_trees.pop())
        open_trees.extend(children(found[-1]))
    return found


def is_too_deep(tree: Tree) -> bool:
    """Say whether a tree is deeper than recursion should go: `1/1/1/...` needs no brackets."""
    level: Sequence[Tree] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return False
    return True


def symbols(tree: Tree) -> frozenset[str]:
    """Return the names of the variables in a tree."""
    return frozenset(part.name for part in walk(tree) if isinstance(part, Symbol))


def is_left_undone(tree: Tree) -> bool:
    """Say whether a number was written as arithmetic that is still to be done.

    A sum of anything, or a product of numbers. Scientific notation and mixed numbers are read as
    one number each, and so are powers, roots and factorials of one.
    """
    return any(
        isinstance(part, Sum | Undone)
        or (isinstance(part, Product) and sum(map(_is_number, part.factors)) > 1)
        for part in walk(tree)
    )


def literal_value(tree: Tree) -> Fraction | None:
    """Return the value of an integer, a decimal or a fraction, by the shortest way.

    >>> literal_value(Negative(Quotient(ONE, TWO))), literal_value(Symbol("x"))
    (Fraction(-1, 2), None)
    """
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Negative):
        inside = literal_value(tree.of)
        return None if inside is None else -inside
    if isinstance(tree, Quotient):
        top, bottom = literal_value(tree.top), literal_value(tree.bottom)
        return None if top is None or not bottom else top / bottom
    return None


def _is_number(tree: Tree) -> bool:
    if isinstance(tree, Power):
        return _is_number(tree.base) and _is_number(tree.exponent)
    if isinstance(tree, Negative):
        return _is_number(tree.of)
    if isinstance(tree, Quotient):
        return _is_number(tree.top) and _is_number(tree.bottom)
    return isinstance(tree, Number)
