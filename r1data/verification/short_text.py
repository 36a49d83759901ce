"""The `text` verifier: the answer is the gold answer's text, but for case and white space."""

from collections.abc import Sequence

from r1data.tables import Outcome
from r1data.verification.answers import read_answer, unreadable, words
from r1data.verification.verdict import Item, Verdict
from r1data.verification.workers import Workers


class TextVerifier:
    """Judges answers that are right only as they stand: names, words, lists in a set order."""

    name = "text"
    version = 1

    def type_answer(self, gold_answer: str) -> str:
        """Return `text`."""
        return "text"

    def as_response(self, gold_answer: str) -> str:
        """Return the gold answer in an answer block: text need not have matching braces."""
        return f"<answer>{gold_answer}</answer>"

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch."""
        return [_verify(item) for item in items]


def _verify(item: Item) -> Verdict:
    gold = words(item.gold_answer)
    if not gold:
        return Verdict(Outcome.BAD_GOLD, detail="gold answer: empty")
    answer = read_answer(item.response)
    if answer is None:
        return Verdict(Outcome.NO_ANSWER, detail=r"no \boxed{} and no <answer>")
    if why := unreadable(answer):
        return Verdict(Outcome.NO_ANSWER, detail=f"not read: {why}")
    outcome = Outcome.CORRECT if words(answer) == gold else Outcome.INCORRECT
    return Verdict(outcome, answer)
