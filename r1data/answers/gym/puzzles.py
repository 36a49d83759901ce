"""The reasoning-gym tasks with several right answers, each with a check of our own; in the workers.

None of reasoning-gym's own scorers is asked. Three of them evaluate an answer as Python (SymPy's
parser), and so does what an entry says of its integrand; others repeat a move as often as it says,
and find their letters anywhere in a text. Each check here is held against the library's own in the
tests.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from r1data.answers.gym.arithmetic import Countdown
from r1data.answers.gym.boards import (
    Kakurasu,
    KnightSwap,
    NQueens,
    RushHour,
    ShortestPath,
    Sokoban,
)
from r1data.answers.gym.cube import RubiksCube
from r1data.answers.gym.entry import BadEntryError, Puzzle, read_entry, read_puzzle
from r1data.answers.gym.formulas import Integration, PolynomialMultiplication
from r1data.answers.gym.logic import GraphColor, PropositionalLogic
from r1data.answers.gym.plans import Boxnet, Jugs, QuantumLock, TowerOfHanoi
from r1data.answers.gym.wordings import (
    Cryptarithm,
    GroupAnagrams,
    PalindromeGeneration,
    PalindromePartitioning,
    WordLadder,
)

PUZZLES: Mapping[str, type[Puzzle]] = {
    "boxnet": Boxnet,
    "countdown": Countdown,
    "cryptarithm": Cryptarithm,
    "graph_color": GraphColor,
    "group_anagrams": GroupAnagrams,
    "intermediate_integration": Integration,
    "jugs": Jugs,
    "kakurasu": Kakurasu,
    "knight_swap": KnightSwap,
    "n_queens": NQueens,
    "palindrome_generation": PalindromeGeneration,
    "palindrome_partitioning": PalindromePartitioning,
    "polynomial_multiplication": PolynomialMultiplication,
    "propositional_logic": PropositionalLogic,
    "puzzle24": Countdown,
    "quantum_lock": QuantumLock,
    "rubiks_cube": RubiksCube,
    "rush_hour": RushHour,
    "shortest_path": ShortestPath,
    "simple_integration": Integration,
    "sokoban": Sokoban,
    "tower_of_hanoi": TowerOfHanoi,
    "word_ladder": WordLadder,
}
FENCE = re.compile(r"^```\w*\n|```$")


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether an answer solves a puzzle; None if that cannot be said."""

    is_solved: bool | None
    fault: str = ""
    """What is wrong with the problem's entry, if anything."""


def judge_puzzle(metadata: str, gold_answer: str, answer: str) -> Finding:
    """Say whether an answer solves the puzzle that metadata holds; for workers.

    Args:
        metadata: JSON with the task and the entry that was asked.
        gold_answer: The gold answer; if it is empty, the entry's own counts.
        answer: The predicted answer, as it was read.
    """
    try:
        entry = read_entry(metadata)
        if entry is None:
            return Finding(None, "it cannot be read")
        puzzle = read_puzzle(PUZZLES[entry.task], entry)
        text = _bare(answer)
        gold = (gold_answer or entry.answer or "").strip()
        if re.fullmatch(puzzle.form, text) is None:
            return Finding(False)
        return Finding(puzzle.solved_by(text, gold))
    except BadEntryError as error:
        return Finding(None, str(error))


def _bare(answer: str) -> str:
    r"""Return an answer without fence, dollars and full stop.

    >>> _bare("```json\n[1]\n```")
    '[1]'
    """
    return FENCE.sub("", answer.strip()).strip().strip("$").strip().removesuffix(".")
