"""Puzzles whose answer is a plan: jugs, towers, locks, boxes that agents move."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from r1data.answers.gym.entry import Puzzle
from r1data.answers.gym.written import JSON_LIST, json_of, texts_of

Litres = Annotated[int, Field(ge=0, le=10**6)]
Peg = Annotated[int, Field(ge=1, le=50)]
Small = Annotated[int, Field(ge=-(10**6), le=10**6)]
Light = Literal["red", "green"]
STRICT = ConfigDict(strict=True, frozen=True, extra="ignore")
MOVE_DISK = re.compile(r"Move disk ([0-9]+) from Peg ([0-9]+) to Peg ([0-9]+)")
MOVE_BOX = re.compile(r"move\(([^,()]*),\s([^()]*)\)")
COORDINATE = re.compile(r"[0-9]+(?:\.[0-9]*)?")


class JugsPuzzle(BaseModel):
    """Jugs of water: how much each holds, and the amount that one is to hold."""

    model_config = STRICT

    jug_capacities: Annotated[list[Litres], Field(min_length=1, max_length=26)]
    target: Litres


class Jugs(Puzzle):
    """Jugs that are filled, emptied and poured into one another."""

    form = JSON_LIST
    reason = "many sequences of moves"

    puzzle: JugsPuzzle

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        moves = texts_of(answer)
        sizes = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", self.puzzle.jug_capacities, strict=False))
        held = dict.fromkeys(sizes, 0)
        is_done = moves is not None and all(_do_move(move, sizes, held) for move in moves)
        return is_done and self.puzzle.target in held.values()


def _do_move(move: str, sizes: dict[str, int], held: dict[str, int]) -> bool:
    """Change what jugs hold; return whether there is such a move."""
    kind, jugs, *_ = [*move.split(), "", ""]
    if kind == "pour":
        start, arrow, end = jugs.partition("->")
        if not arrow or start not in sizes or end not in sizes:
            return False
        amount = min(held[start], sizes[end] - held[end])
        held[start] -= amount
        held[end] += amount
        return True
    if kind not in ("fill", "empty") or jugs not in sizes:
        return False
    held[jugs] = sizes[jugs] if kind == "fill" else 0
    return True


class TowerOfHanoi(Puzzle):
    """Disks that go from one peg to another, no larger one upon a smaller one."""

    form = r"(?:Move disk [0-9]{1,3} from Peg [0-9]{1,3} to Peg [0-9]{1,3}\s*)+"
    reason = "several plans"

    num_disks: Annotated[int, Field(ge=1, le=50)]
    num_pegs: Annotated[int, Field(ge=3, le=50)]
    start_peg: Peg
    target_peg: Peg
    solution_length: int

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        moves = [tuple(map(int, found)) for found in MOVE_DISK.findall(answer)]
        pegs: dict[int, list[int]] = {peg: [] for peg in range(1, self.num_pegs + 1)}
        tower = list(range(self.num_disks, 0, -1))
        pegs[self.start_peg] = tower.copy()
        for disk, start, end in moves:
            if start not in pegs or end not in pegs or pegs[start][-1:] != [disk]:
                return False
            if pegs[end] and pegs[end][-1] < disk:
                return False
            pegs[end].append(pegs[start].pop())
        return pegs.get(self.target_peg) == tower and len(moves) <= self.solution_length


class Button(BaseModel):
    """A button: the effect of pressing it, and the light under which it works."""

    model_config = STRICT

    name: Annotated[str, Field(pattern="^[A-Z]$")]
    type: Literal["add", "subtract", "multiply"]
    value: Annotated[int, Field(ge=-1_000, le=1_000)]
    active_state: Literal["red", "green", "any"]


class QuantumLock(Puzzle):
    """Buttons that change a number and a light; one that is not lit does nothing."""

    form = r"[A-Ca-c](?:(?:\s*(?:→|->|,)\s*|\s*)[A-Ca-c])*"
    reason = "several shortest sequences"

    max_presses: ClassVar[int] = 1_000
    initial_value: Small
    initial_state: Light
    target_value: Small
    buttons: Annotated[list[Button], Field(min_length=1, max_length=26)]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        presses, gold = (re.findall("[A-C]", text.upper()) for text in (answer, gold_answer))
        if presses == gold:
            return True
        if len(presses) != len(gold) or len(presses) > self.max_presses:
            return False
        return self._value_after(presses) == self.target_value

    def _value_after(self, presses: list[str]) -> int:
        buttons = {button.name: button for button in self.buttons}
        value, light = self.initial_value, self.initial_state
        for press in presses:
            button = buttons.get(press)
            if button is None or button.active_state not in (light, "any"):
                continue
            value = _pressed(button, value)
            light = "green" if light == "red" else "red"
        return value


def _pressed(button: Button, value: int) -> int:
    if button.type == "multiply":
        return value * button.value
    return value + (button.value if button.type == "add" else -button.value)


class Boxnet(Puzzle):
    """Boxes on squares, which agents move to the next square or to their target."""

    form = JSON_LIST
    reason = "many plans; has no gold answer"

    initial_state: Annotated[
        dict[Annotated[str, Field(pattern=r"^[0-9]+\.5_[0-9]+\.5$")], list[str]],
        Field(min_length=1, max_length=1_000),
    ]

    def solved_by(self, answer: str, gold_answer: str) -> bool:  # noqa: D102
        steps = json_of(answer)
        squares = {place: list(held) for place, held in self.initial_state.items()}
        if not isinstance(steps, list) or not _boxes(squares):
            return False
        for step in steps:
            if not isinstance(step, dict) or not _do_step(step, squares):
                return False
        return not _boxes(squares)


def _boxes(squares: dict[str, list[str]]) -> list[str]:
    return [item for held in squares.values() for item in held if item.startswith("box_")]


def _do_step(step: dict[str, object], squares: dict[str, list[str]]) -> bool:
    """Move the boxes of one step; return False where one would leave the field."""
    for agent, action in step.items():
        place = _coordinates(agent)[:2]
        move = MOVE_BOX.match(action) if isinstance(action, str) else None
        held = squares.get(_square(place))
        if not isinstance(action, str) or len(place) != 2:
            return False
        if move is None or held is None or move[1] not in held or move[1][:4] != "box_":
            continue
        if move[2] == f"target_{move[1][4:]}" and move[2] in held:
            held.remove(move[1])
            held.remove(move[2])
        elif "square" in move[2] and _are_neighbours(place, end := _coordinates(move[2])):
            if _square(end) not in squares:
                return False
            held.remove(move[1])
            squares[_square(end)].append(move[1])
    return True


def _coordinates(text: str) -> tuple[float, ...]:
    return tuple(float(number) for number in COORDINATE.findall(text)[:3])


def _square(place: tuple[float, ...]) -> str:
    return "_".join(str(number) for number in place)


def _are_neighbours(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    if len(other) != 2:
        return False
    return sorted(abs(a - b) for a, b in zip(one, other, strict=True)) == [0, 1]
