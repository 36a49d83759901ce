"""Verdicts that a file brings with its rows, and how far ours agree with them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from r1data.answers.outcome import JUDGED, Outcome
from r1data.records.read import Record

NAMES = (
    *("is_correct", "correct", "correctness", "verified", "is_verified", "passed", "is_passed"),
    *("correctness_math_verify", "math_verify", "correctness_llama", "reward", "score"),
    *("verdict", "outcome", "judgement", "judgment"),
)
"""Columns that may hold a file's own verdicts, in the order in which they are tried."""
RIGHT = frozenset(["true", "correct", "right", "yes", "pass", "passed", "accepted", "1", "1.0"])
WRONG = frozenset(
    ["false", "incorrect", "wrong", "no", "fail", "failed", "rejected", "0", "0.0", "-1", "-1.0"]
)


@dataclass(slots=True)
class Agreement:
    """Rows by the verdict that their file brings and by ours."""

    column: str
    """Where the file's verdicts stand."""
    counts: Counter[tuple[str | None, Outcome]] = field(default_factory=Counter)
    """By `correct`, `incorrect` or None, where a value says neither, and by our outcome."""

    def add(self, given: str | None, outcome: Outcome) -> None:
        """Count a row."""
        self.counts[given, outcome] += 1

    @property
    def num_compared(self) -> int:
        """The rows that both judged."""
        return sum(n for (given, ours), n in self.counts.items() if given and ours in JUDGED)

    @property
    def num_agreed(self) -> int:
        """The rows that both find right, or both not."""
        return sum(
            n
            for (given, ours), n in self.counts.items()
            if given and ours in JUDGED and is_agreed(given, ours)
        )


def find_verdict_column(records: Sequence[Record], taken: Collection[str] = ()) -> str | None:
    """Return the first column of `NAMES` whose values all say right or wrong, if there is one.

    Empty cells say nothing; columns that are `taken` mean something else.

    >>> find_verdict_column([{"reward": 0.7, "correct": True}, {"correct": None}])
    'correct'
    """
    for name in NAMES:
        values = [record[name] for record in records if record.get(name) is not None]
        if name not in taken and values and None not in map(file_outcome, values):
            return name
    return None


def file_outcome(value: object) -> str | None:
    """Return `correct` or `incorrect` as a value says it; None where it says neither.

    A list of one value is that value; numbers other than 1, 0 and -1 say neither.

    >>> file_outcome(True), file_outcome(0.0), file_outcome("Wrong"), file_outcome(0.7)
    ('correct', 'incorrect', 'incorrect', None)
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str | bool | int | float):
        return None
    said = str(value).strip().lower()
    if said in RIGHT:
        return Outcome.CORRECT.value
    return Outcome.INCORRECT.value if said in WRONG else None


def is_agreed(given: str | None, ours: Outcome) -> bool | None:
    """Say whether a file's verdict is ours; None where either says nothing of the policy.

    >>> is_agreed("incorrect", Outcome.NO_ANSWER), is_agreed("correct", Outcome.UNDECIDED)
    (True, None)
    """
    if given is None or ours not in JUDGED:
        return None
    return (given == Outcome.CORRECT.value) is (ours is Outcome.CORRECT)
