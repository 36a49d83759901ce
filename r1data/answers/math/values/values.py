"""The values of answers: formulas with units, lists, sets, relations, matrices, words."""

from dataclasses import dataclass
from fractions import Fraction

from r1data.answers.math.formulas.tree import Constant, Number, Symbol, Tree, walk
from r1data.answers.math.values.units import Unit


@dataclass(frozen=True, slots=True)
class Scalar:
    """A formula, with its unit if one was written."""

    tree: Tree
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Several values; in brackets, or bare with `opening` empty."""

    members: tuple["Value", ...]
    opening: str = ""
    closing: str = ""
    join: str = ","
    """`,`, `;`, `and` or `or`."""


@dataclass(frozen=True, slots=True)
class UnionOfSets:
    """A union of sets."""

    parts: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of values."""

    rows: tuple[tuple["Value", ...], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A chain: `sides[0] signs[0] sides[1] signs[1] ...`."""

    sides: tuple["Value", ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Based:
    """A number in a base other than ten, by its digits."""

    digits: str
    base: int


@dataclass(frozen=True, slots=True)
class Reals:
    """All real numbers."""


@dataclass(frozen=True, slots=True)
class Words:
    """An answer that is no formula."""

    text: str


Value = Scalar | Sequenced | UnionOfSets | Matrix | Relation | Based | Reals | Words

EMPTY_SET = Sequenced((), r"\{", r"\}")


def number_of(value: Value) -> Fraction | None:
    """Return the number that a value is as it was written, its unit aside, if it is just that."""
    match value:
        case Scalar(Number(number)):
            return number
    return None


def name_of(value: Value) -> str | None:
    """Return the variable that a value is, if it is just that."""
    match value:
        case Scalar(Symbol(name), unit=None):
            return name
    return None


def trees_of(values: tuple[Value, ...]) -> list[Tree] | None:
    """Return the formulas that values are; None if any is something else."""
    trees = [value.tree for value in values if isinstance(value, Scalar)]
    return trees if len(trees) == len(values) else None


def is_interval(value: Value) -> bool:
    """Say whether a value is an interval by its brackets, or by an end at infinity."""
    if not isinstance(value, Sequenced) or len(value.members) != 2:
        return False
    kind = value.opening + value.closing
    return kind in ("[)", "(]", "[]") or (kind == "()" and any(map(_is_infinite, value.members)))


def _is_infinite(value: Value) -> bool:
    return isinstance(value, Scalar) and Constant("oo") in walk(value.tree)
