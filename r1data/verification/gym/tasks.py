"""The reasoning-gym tasks that their own scorer judges, and why; every other has one right answer.

A scorer's full mark counts, and nothing below it. No scorer is shown an answer that is not in the
form written here: several evaluate what they read as Python, find their letters anywhere in a text,
or repeat a move as often as it says.

Where a task has one right answer, ours compares, since reasoning-gym's scorers give full marks too
freely: any text at all (`game_of_life_halting`), rows added to a grid (`game_of_life`), numbers one
off (`number_sorting`), 1% off (`pool_matrix`), the first number of a text (`gsm_symbolic`), other
numbers than those to be used and results cut to an integer (`puzzle24`).
"""

import re
from dataclasses import dataclass

JSON_LIST = r"\[[^\\]*\]"
MOVE_LIST = r"(?:[A-Z][+-]\d{1,2}[\s,]*)+"
TURN_LIST = r"(?:[FBUDLR]w?'?2?\s*)+"
GRID = r"[01][01\s,\[\]]*"
FORMULA = r"[A-Z\s()∨∧→↔¬]{1,200}"  # noqa: RUF001 - the sign for `or`
EXPRESSION = r"[\w\s+\-*/().^]{1,500}"


@dataclass(frozen=True, slots=True)
class Scored:
    """A task whose answers reasoning-gym's scorer judges."""

    form: str
    """What an answer looks like, whole; another one is incorrect."""
    reason: str

    def reads(self, answer: str) -> bool:
        """Say whether an answer is in the task's form."""
        return re.fullmatch(self.form, answer) is not None


SCORED = {
    "boxnet": Scored(JSON_LIST, "many plans; has no gold answer"),
    "cryptarithm": Scored(
        r"[A-Z]\s*=\s*\d(?:(?:\s*,\s*|\s+)[A-Z]\s*=\s*\d)*\s*,?\s*", "several solutions can exist"
    ),
    "graph_color": Scored(r"\{[^\\]*\}", "many colourings; has no gold answer"),
    "group_anagrams": Scored(JSON_LIST, "groups in any order"),
    "intermediate_integration": Scored(EXPRESSION, "many forms of one antiderivative"),
    "jugs": Scored(JSON_LIST, "many sequences of moves"),
    "kakurasu": Scored(GRID, "several grids can meet the sums"),
    "knight_swap": Scored(rf"{JSON_LIST}|[Nn]o", "several shortest sequences of moves"),
    "n_queens": Scored(r"[_Q\s]+", "several boards"),
    "palindrome_generation": Scored(r"[A-Za-z]+", "several palindromes"),
    "palindrome_partitioning": Scored(JSON_LIST, "partitions in any order"),
    "polynomial_multiplication": Scored(EXPRESSION, "terms in any order"),
    "propositional_logic": Scored(FORMULA, "many conclusions; has no gold answer"),
    "quantum_lock": Scored(
        r"[A-Ca-c](?:(?:\s*(?:→|->|,)\s*|\s*)[A-Ca-c])*", "several shortest sequences"
    ),
    "rubiks_cube": Scored(TURN_LIST, "many sequences of turns; has no gold answer"),
    "rush_hour": Scored(MOVE_LIST, "many sequences of moves; has no gold answer"),
    "shortest_path": Scored(r"(?:(?:up|down|left|right)\s*)+|infeasible", "several shortest paths"),
    "simple_integration": Scored(EXPRESSION, "many forms of one antiderivative"),
    "sokoban": Scored(r"[UDLR]+", "many sequences of moves"),
    "tower_of_hanoi": Scored(r"(?:Move disk \d+ from Peg \d+ to Peg \d+\s*)+", "several plans"),
    "word_ladder": Scored(r"[A-Za-z]+(?:\s*,\s*[A-Za-z]+)+", "several ladders"),
}

EXPRESSIONS = frozenset(
    ["intermediate_integration", "polynomial_multiplication", "simple_integration"]
)
"""Tasks whose answer, in a form that is not read, may still be right: undecided."""

CASED = frozenset(["ab", "bf", "emoji_mystery", "string_insertion", "string_manipulation"])
"""Tasks in whose answers capitals count."""

UNORDERED = frozenset(["polynomial_equations", "prime_factorization"])
"""Tasks that ask for numbers in any order."""

REDUCED = frozenset(["dice", "fraction_simplification"])
"""Tasks that ask for a fraction in its lowest terms."""
