"""The interface of a verifier: the item it is shown, the verdict it returns, and its reward."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from r1data.answers.outcome import JUDGED, Outcome
from r1data.answers.workers import Workers


@dataclass(frozen=True, slots=True)
class Item:
    """One rollout as a verifier is shown it: never its reasoning."""

    response: str
    gold_answer: str = ""
    answer_type: str | None = None
    """A label for counting: the gold answer's kind, as its verifier found it; decides nothing."""
    problem: str = ""
    choices: tuple[str, ...] = ()
    """The options of a choice question."""
    tests: str | None = None
    """Tests of a program, as JSON."""
    metadata: str | None = None
    """What else the source says of the problem, as JSON."""
    is_cut_off: bool = False
    """Whether the completion ended at the token limit: its last words may be half an answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verifier's finding about one rollout."""

    outcome: Outcome
    predicted_answer: str | None = None
    detail: str = ""
    seconds: float = 0.0
    read_from: str | None = None
    """The form the answer was read from, see `r1data.answers.reading.answer`."""
    test_results: str | None = None
    """What became of each test of a program, as JSON."""

    @property
    def reward(self) -> float | None:
        """1 if correct, 0 if judged otherwise, None if the rollout must not count.

        >>> Verdict(Outcome.TIMED_OUT).reward is None
        True
        """
        if self.outcome not in JUDGED:
            return None
        return 1.0 if self.outcome is Outcome.CORRECT else 0.0


class Verifier(Protocol):
    """A rule that judges responses against gold answers."""

    name: str
    version: int
    """Raised by hand when any verdict changes; verdicts of other versions are made anew."""

    def type_answer(self, item: Item) -> str | None:
        """Return a label of the gold answer's kind, e.g. `integer`; no verdict depends on it."""
        ...

    def as_response(self, item: Item) -> str | None:
        """Return a response that gives the gold answer, which must be judged correct.

        None where there is nothing to give: tests without a reference solution.
        """
        ...

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch: one verdict per item, in order; what may hang is done by the pool."""
        ...
