"""Puzzles on a board: queens, sums, paths, boxes to push, cars to slide, knights to swap."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from r1data.answers.gym.entry import Puzzle
from r1data.answers.gym.written import JSON_LIST, rows_of, texts_of

Cell = tuple[int, int]
Size = Annotated[int, Field(ge=1, le=64)]
Square = Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}$")]
Colour = Literal["w", "B"]
STEPS: dict[str, Cell] = {"right": (0, 1), "down": (1, 0), "left": (0, -1), "up": (-1, 0)}
PUSHES: dict[str, Cell] = {"R": (0, 1), "D": (1, 0), "L": (0, -1), "U": (-1, 0)}


class NQueens(Puzzle):
    """Queens on a board, some of them given."""

    form = r"[_Q\s]+"
    reason = "several boards"

    puzzle: Annotated[list[list[Literal["_", "Q"]]], Field(min_length=1, max_length=32)]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        board = [line.split() for line in rows_of(answer)]
        size = len(self.puzzle)
        if len(board) != size or any(len(row) != size for row in board):
            return False
        queens = _queens(board)
        lines = [{y for y, _ in queens}, {x for _, x in queens}]
        lines += [{y + x for y, x in queens}, {y - x for y, x in queens}]
        is_at_peace = all(len(line) == len(queens) == size for line in lines)
        return is_at_peace and _queens(self.puzzle) <= queens


def _queens(board: Sequence[Sequence[str]]) -> set[Cell]:
    return {(y, x) for y, row in enumerate(board) for x, cell in enumerate(row) if cell == "Q"}


class Kakurasu(Puzzle):
    """A grid of ones and zeros whose rows and columns have given sums of positions."""

    form = r"[01][01\s,\[\]]*"
    reason = "several grids can meet the sums"

    n_rows: Size
    n_cols: Size
    row_sums: list[int]
    col_sums: list[int]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        grid = [[int(cell) for cell in line if cell in "01"] for line in rows_of(answer)]
        if len(grid) != self.n_rows or any(len(row) != self.n_cols for row in grid):
            return False
        columns = list(zip(*grid, strict=True))
        return [self.row_sums, self.col_sums] == [
            [sum(place for place, cell in enumerate(line, 1) if cell) for line in lines]
            for lines in (grid, columns)
        ]


class ShortestPath(Puzzle):
    """A grid with a start, a destination and blocked cells."""

    form = r"(?:(?:up|down|left|right)\s*)+|infeasible"
    reason = "several shortest paths"

    matrix: Annotated[
        list[list[Literal["*", "#", "O", "X"]]], Field(min_length=1, max_length=1_000)
    ]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        steps = re.findall("up|down|left|right", answer)
        if not steps:
            return answer == gold_answer
        if len(steps) != len(gold_answer.split()) or gold_answer == "infeasible":
            return False
        cells = {(y, x): cell for y, row in enumerate(self.matrix) for x, cell in enumerate(row)}
        here = next((place for place, cell in cells.items() if cell == "*"), (-1, -1))
        for step in steps:
            here = _moved(here, STEPS[step])
            if cells.get(here, "X") == "X":
                return False
        return cells.get(here) == "#"


class Sokoban(Puzzle):
    """A store whose boxes are to be pushed onto goals; a step that cannot be made is none."""

    form = r"[UDLR]+"
    reason = "many sequences of moves"

    gamestr: Annotated[str, Field(max_length=10_000, pattern=r"^[-*%@X$+\s]+$")]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        cells = {
            (y, x): cell
            for y, row in enumerate(self.gamestr.replace(" ", "").strip().splitlines())
            for x, cell in enumerate(row)
        }
        floor = {place for place, cell in cells.items() if cell != "+"}
        goals = {place for place, cell in cells.items() if cell in "%X$"}
        boxes = {place for place, cell in cells.items() if cell in "@$"}
        players = [place for place, cell in cells.items() if cell in "*%"]
        if len(players) != 1:
            return False
        _push(players[0], boxes, floor, answer)
        return boxes <= goals


def _push(player: Cell, boxes: set[Cell], floor: set[Cell], steps: str) -> None:
    """Let a player walk, and move the boxes that are in the way."""
    for step in steps:
        ahead = _moved(player, PUSHES[step])
        behind = _moved(ahead, PUSHES[step])
        is_box = ahead in boxes
        if ahead not in floor or (is_box and (behind in boxes or behind not in floor)):
            continue
        if is_box:
            boxes.remove(ahead)
            boxes.add(behind)
        player = ahead


class RushHour(Puzzle):
    """Cars in a yard of 6 by 6; the first is to reach the exit. A blocked car stays where it is."""

    form = r"(?:[A-Z][+-][0-9]{1,2}[\s,]*)+"
    reason = "many sequences of moves; has no gold answer"

    size: ClassVar[int] = 6
    board_config: Annotated[str, Field(pattern=r"^[A-Zox]{36}$")]

    @model_validator(mode="after")
    def _has_straight_cars(self) -> Self:
        if any(step not in (1, self.size) for _, step in self._cars().values()):
            raise ValueError("a car is neither a row nor a column of cells")
        return self

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        cars = self._cars()
        walls = {place for place, cell in enumerate(self.board_config) if cell == "x"}
        names = sorted(cars)
        for letter, sign, count in re.findall(r"([A-Z])([+-])([0-9]+)", answer):
            if ord(letter) - ord("A") >= len(names):
                return False
            name = names[ord(letter) - ord("A")]
            for _ in range(min(int(count), self.size)):
                cars[name] = self._slid(cars, name, 1 if sign == "+" else -1, walls)
        return min(cars[names[0]][0]) == 2 * self.size + self.size - 2 if names else False

    def _cars(self) -> dict[str, tuple[frozenset[int], int]]:
        """Return the cells of each car and the step from one to the next; 0 if it is no line."""
        found = {}
        for name in sorted(set(self.board_config) - {"o", "x"}):
            places = [place for place, cell in enumerate(self.board_config) if cell == name]
            steps = {after - before for before, after in pairwise(places)}
            is_row = steps != {1} or places[0] // self.size == places[-1] // self.size
            is_car = len(steps) == 1 and len(places) in (2, 3) and is_row
            found[name] = (frozenset(places), steps.pop() if is_car else 0)
        return found

    def _slid(
        self, cars: dict[str, tuple[frozenset[int], int]], name: str, sign: int, walls: set[int]
    ) -> tuple[frozenset[int], int]:
        """Return a car after one step, or where it is if something is in the way."""
        places, step = cars[name]
        after = frozenset(place + sign * step for place in places)
        taken = walls.union(*(other for key, (other, _) in cars.items() if key != name))
        is_inside = all(0 <= place < self.size**2 for place in after)
        stays_in_row = step != 1 or len({place // self.size for place in (*places, *after)}) == 1
        return (after, step) if is_inside and stays_in_row and not after & taken else (places, step)


class KnightSwap(Puzzle):
    """Knights of two colours that are to change places, moving in turn."""

    form = rf"{JSON_LIST}|[Nn]o"
    reason = "several shortest sequences of moves"

    board: dict[Square, list[Square]]
    pieces: dict[Square, Colour | None]
    start_turn: Colour
    is_possible: bool
    solution: list[list[str]] | None

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        if answer.lower() == "no" or not self.is_possible:
            return answer.lower() == "no" and not self.is_possible
        moves = [tuple(move.split(",")) for move in texts_of(answer) or ()]
        pieces = dict(self.pieces)
        if len(moves) > len(self.solution or ()):
            return False
        for move, turn in zip(moves, self._turns(), strict=False):
            if len(move) != 3 or move[0] != turn or not self._can_move(pieces, *move):
                return False
            _, start, end = move
            pieces[start], pieces[end] = None, pieces[start]
        colours: tuple[Colour, Colour] = ("w", "B")
        return all(
            {place for place, piece in pieces.items() if piece == colour}
            == {place for place, piece in self.pieces.items() if piece == other}
            for colour, other in (colours, colours[::-1])
        )

    def _turns(self) -> Iterator[str]:
        turn: str = self.start_turn
        while True:
            yield turn
            turn = "B" if turn == "w" else "w"

    def _can_move(
        self, pieces: dict[str, Colour | None], colour: str, start: str, end: str
    ) -> bool:
        is_there = pieces.get(start) == colour
        return is_there and end in self.board.get(start, ()) and pieces.get(end) is None


def _moved(place: Cell, step: Cell) -> Cell:
    return place[0] + step[0], place[1] + step[1]
