"""Rubik's cubes of 2 to 7 cells a side, turned as Singmaster's letters say.

A sticker is a cell and the direction it looks in; a turn is a permutation of stickers. Cells are
counted from 0: to the right, upwards, to the front.
"""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from r1data.answers.gym.entry import BadEntryError, Puzzle

TURN = re.compile(r"([0-9]?)([FBUDLR])(w?)('?)([0-9]?)")
AXES = {"L": 0, "R": 0, "D": 1, "U": 1, "B": 2, "F": 2}
FAR = "RUF"
"""The faces at the high end of their axis."""

Vector = tuple[int, int, int]
Sticker = tuple[Vector, Vector]


class RubiksCube(Puzzle):
    """A cube that was turned, and is to be turned back."""

    form = r"(?:[FBUDLR]w?'?2?\s*)+"
    reason = "many sequences of turns; has no gold answer"

    cube_size: Annotated[int, Field(ge=2, le=7)]
    scramble_moves: Annotated[str, Field(max_length=10_000)]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        stickers = _stickers(self.cube_size)
        scrambled = _turned(list(range(len(stickers))), self.scramble_moves, self.cube_size)
        if scrambled is None:
            raise BadEntryError("`scramble_moves` are no turns of its cube")
        found = _turned(scrambled, answer, self.cube_size)
        if found is None:
            return False
        colours: dict[Vector, set[Vector]] = {}
        for place, sticker in enumerate(found):
            colours.setdefault(stickers[place][1], set()).add(stickers[sticker][1])
        return all(len(face) == 1 for face in colours.values())


def _turned(cube: list[int], moves: str, size: int) -> list[int] | None:
    """Return which sticker is where after some moves; None if one is no turn of this cube."""
    for move in moves.split():
        match = TURN.fullmatch(move)
        if not match:
            return None
        layer = int(match[1] or (2 if match[3] else 1))
        if not 1 <= layer <= size:
            return None
        turn = _turn(size, match[2], layer, bool(match[3]), bool(match[4]))
        for _ in range(int(match[5] or 1)):
            cube = [cube[place] for place in turn]
    return cube


@lru_cache(maxsize=8)
def _stickers(size: int) -> list[Sticker]:
    return [
        (cell, direction)
        for cell in ((x, y, z) for x in range(size) for y in range(size) for z in range(size))
        for axis in range(3)
        for end, sign in ((0, -1), (size - 1, 1))
        if cell[axis] == end
        for direction in [_unit(axis, sign)]
    ]


def _unit(axis: int, sign: int) -> Vector:
    return (sign * (axis == 0), sign * (axis == 1), sign * (axis == 2))


@lru_cache(maxsize=1_000)
def _turn(size: int, face: str, layer: int, is_wide: bool, is_reversed: bool) -> list[int]:
    """Return for each place the place from which its sticker comes."""
    stickers = _stickers(size)
    places = {sticker: place for place, sticker in enumerate(stickers)}
    axis, is_far = AXES[face], face in FAR
    layers = {size - layer, *range(size - layer, size if is_wide else 0)}
    if not is_far:
        layers = {size - 1 - number for number in layers}
    found = list(range(len(stickers)))
    for place, (cell, direction) in enumerate(stickers):
        if cell[axis] in layers:
            clockwise = is_far != is_reversed
            moved = (
                _rotated(cell, axis, clockwise, size - 1),
                _rotated(direction, axis, clockwise, 0),
            )
            found[places[moved]] = place
    return found


def _rotated(vector: Vector, axis: int, clockwise: bool, last: int) -> Vector:
    """Return a vector after a quarter turn, clockwise as seen from the axis's high end."""
    one, other = ((1, 2), (2, 0), (0, 1))[axis]
    found = list(vector)
    found[one] = vector[other] if clockwise else last - vector[other]
    found[other] = last - vector[one] if clockwise else vector[one]
    return (found[0], found[1], found[2])
