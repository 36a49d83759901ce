"""The `math` verifier: exact comparison where it decides, math-verify for the rest."""

from collections.abc import Iterable, Sequence

from r1data.tables import Outcome
from r1data.verification.answers import answer_type, plain, rational, read_answer, unreadable
from r1data.verification.equality import is_equal
from r1data.verification.verdict import Item, Verdict
from r1data.verification.workers import TaskResult, Workers

Pair = tuple[str, str]
"""A gold answer and a predicted answer."""


class MathVerifier:
    """Judges mathematical answers: numbers, expressions, tuples, sets, intervals, matrices."""

    name = "math"
    version = 1

    def type_answer(self, gold_answer: str) -> str:
        """Return `integer`, `decimal`, `fraction`, `expression` or `text`."""
        return answer_type(gold_answer)

    def as_response(self, gold_answer: str) -> str:
        """Return the gold answer, boxed."""
        return f"\\boxed{{{gold_answer}}}"

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch; equal pairs of gold and predicted answer are compared once.

        An answer too long or too deep to be read is `no_answer`: the response has one, but in no
        form that is read. A gold answer with that fault, or one that does not verify against
        itself in time, makes all its rollouts `bad_gold`.
        """
        faults = self._gold_faults({item.gold_answer for item in items}, pool)
        answers = [read_answer(item.response) for item in items]
        pairs = [
            (plain(item.gold_answer), plain(answer))
            if answer is not None and not unreadable(answer) and item.gold_answer not in faults
            else None
            for item, answer in zip(items, answers, strict=True)
        ]
        compared = _compare({pair for pair in pairs if pair}, pool)
        return [
            _judged(answer, compared[pair])
            if pair
            else faults.get(item.gold_answer) or _unread(answer)
            for item, answer, pair in zip(items, answers, pairs, strict=True)
        ]

    def _gold_faults(self, gold_answers: Iterable[str], pool: Workers) -> dict[str, Verdict]:
        """Return a verdict for each gold answer that no rollout can be judged against."""
        faults, unchecked = {}, []
        for gold_answer in sorted(gold_answers):
            fault = unreadable(gold_answer)
            if not gold_answer.strip():
                fault = "empty"
            elif read_answer(self.as_response(gold_answer)) != gold_answer.strip():
                fault = "its braces do not match, or it is boxed already"
            if fault:
                faults[gold_answer] = Verdict(Outcome.BAD_GOLD, detail=f"gold answer: {fault}")
            elif rational(plain(gold_answer)) is None:
                unchecked.append(gold_answer)
        itself = [(plain(gold_answer),) * 2 for gold_answer in unchecked]
        for gold_answer, result in zip(unchecked, pool.map(is_equal, itself), strict=True):
            if not result.value:
                faults[gold_answer] = _gold_fault(result)
        return faults


def _gold_fault(result: TaskResult) -> Verdict:
    outcome = Outcome.FAILED if result.outcome is Outcome.FAILED else Outcome.BAD_GOLD
    why = result.detail or "does not verify against itself"
    return Verdict(outcome, detail=f"gold answer: {why}", seconds=result.seconds)


def _compare(pairs: set[Pair], pool: Workers) -> dict[Pair, TaskResult]:
    """Compare pairs of plain answers: the exact way where it decides, else by the pool."""
    left = sorted(pair for pair in pairs if _compare_exactly(*pair) is None)
    results = dict(zip(left, pool.map(is_equal, left), strict=True))
    return {pair: results.get(pair) or TaskResult(_compare_exactly(*pair)) for pair in pairs}


def _compare_exactly(gold_answer: str, predicted_answer: str) -> bool | None:
    """Say whether two plain answers are equal as texts or numbers; None if that cannot tell.

    Unequal decimals cannot: one may be the other, rounded.

    >>> _compare_exactly("0.5", "1/2"), _compare_exactly("3", "4"), _compare_exactly("0.33", "1/3")
    (True, False, None)
    """
    if gold_answer == predicted_answer:
        return True
    gold, predicted = rational(gold_answer), rational(predicted_answer)
    if gold is None or predicted is None:
        return None
    if gold == predicted:
        return True
    return None if "." in gold_answer + predicted_answer else False


def _judged(answer: str | None, result: TaskResult) -> Verdict:
    outcome = result.outcome or (Outcome.CORRECT if result.value else Outcome.INCORRECT)
    return Verdict(outcome, answer, result.detail, result.seconds)


def _unread(answer: str | None) -> Verdict:
    why = r"no \boxed{} and no <answer>" if answer is None else f"not read: {unreadable(answer)}"
    return Verdict(Outcome.NO_ANSWER, detail=why)
