"""Puzzles of logic: conclusions from premises, colours of a graph."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from r1data.answers.gym.entry import BadEntryError, Puzzle
from r1data.answers.gym.written import json_of

MAX_VARIABLES = 12
MAX_FORMULA = 2_000
BINARY = ("↔", "→", "∨", "∧")  # noqa: RUF001 - the sign for `or`
"""The operators between two formulas, the weakest first; each groups from the left."""


class PropositionalLogic(Puzzle):
    """Premises, of which a conclusion is wanted that is more than a letter or a tautology."""

    form = r"[A-Z\s()∨∧→↔¬]{1,200}"  # noqa: RUF001 - the sign for `or`
    reason = "many conclusions; has no gold answer"

    variables: Annotated[
        list[Annotated[str, Field(pattern="^[A-Z]$")]], Field(max_length=MAX_VARIABLES)
    ]
    premises: Annotated[
        list[Annotated[str, Field(max_length=MAX_FORMULA)]], Field(max_length=1_000)
    ]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        premises = [read_formula(premise) for premise in self.premises]
        letters = sorted(set(re.findall("[A-Z]", "".join((answer, *self.premises)))))
        if None in premises or len(letters) > MAX_VARIABLES:
            raise BadEntryError("its premises are no formulas")
        conclusion = read_formula(answer)
        if conclusion is None or not set(re.findall("[A-Z]", answer)) <= set(self.variables):
            return False
        worlds = [
            dict(zip(letters, values, strict=True))
            for values in product((False, True), repeat=len(letters))
        ]
        possible = [world for world in worlds if all(one.holds(world) for one in premises if one)]
        is_trivial = not conclusion.operator or all(conclusion.holds(world) for world in worlds)
        return not is_trivial and all(conclusion.holds(world) for world in possible)


@dataclass(frozen=True, slots=True)
class Formula:
    """A letter, or an operator with the formulas that it joins."""

    operator: str
    parts: tuple["Formula", ...] = ()
    letter: str = ""

    def holds(self, world: Mapping[str, bool]) -> bool:
        """Say whether the formula is true where letters are true or false as given."""
        if not self.operator:
            return world[self.letter]
        values = [part.holds(world) for part in self.parts]
        match self.operator:
            case "¬":
                return not values[0]
            case "∧":
                return all(values)
            case "∨":  # noqa: RUF001 - the sign for `or`
                return any(values)
            case "→":
                return not values[0] or values[1]
        return values[0] == values[1]


@lru_cache(maxsize=4_000)
def read_formula(text: str) -> Formula | None:
    """Return the formula that a text is, read whole; None if it is none.

    >>> read_formula("¬P → Q").operator, read_formula("P Q") is None
    ('→', True)
    """
    tokens = re.findall(r"\S", text)
    try:
        formula = _read(tokens, 0)
    except (IndexError, RecursionError):
        return None
    return formula if not tokens else None


def _read(tokens: list[str], level: int) -> Formula | None:
    """Take a formula from the front of the tokens; None where none stands there.

    Raises `IndexError` where the tokens end too early.
    """
    if level == len(BINARY):
        return _read_part(tokens)
    left = _read(tokens, level + 1)
    while left and tokens and tokens[0] == BINARY[level]:
        tokens.pop(0)
        right = _read(tokens, level + 1)
        left = Formula(BINARY[level], (left, right)) if right else None
    return left


def _read_part(tokens: list[str]) -> Formula | None:
    token = tokens.pop(0)
    if token == "¬":
        inside = _read_part(tokens)
        return Formula("¬", (inside,)) if inside else None
    if token == "(":
        inside = _read(tokens, 0)
        return inside if tokens.pop(0) == ")" else None
    return Formula("", letter=token) if re.fullmatch("[A-Z]", token) else None


class Graph(BaseModel):
    """Vertices, which of them are joined, and the colours there are."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    vertices: Annotated[list[int], Field(max_length=10_000)]
    edges: Annotated[
        list[Annotated[list[int], Field(min_length=2, max_length=2)]], Field(max_length=100_000)
    ]
    color_options: Annotated[list[int], Field(max_length=1_000)]


class GraphColor(Puzzle):
    """A graph whose joined vertices are to differ in colour."""

    form = r"\{[^\\]*\}"
    reason = "many colourings; has no gold answer"

    puzzle: Graph

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        found = json_of(answer)
        if not isinstance(found, dict):
            return False
        colours = {vertex: found.get(str(vertex)) for vertex in self.puzzle.vertices}
        allowed = set(self.puzzle.color_options)
        if any(
            isinstance(one, bool) or not isinstance(one, int | float) for one in colours.values()
        ):
            return False
        is_allowed = set(colours.values()) <= allowed
        return is_allowed and all(
            colours.get(one) != colours.get(other) for one, other in self.puzzle.edges
        )
