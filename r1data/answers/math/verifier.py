"""The `math` verifier: equal pairs are judged once, and only what values must tell by workers."""

from collections.abc import Iterable, Sequence

from r1data.answers.answer_types import AnswerType
from r1data.answers.limits import unreadable
from r1data.answers.math.comparing.pairs import Pair, judge_by_value, judge_exactly
from r1data.answers.math.comparing.worded import is_in_words
from r1data.answers.math.values.kinds import kind_of
from r1data.answers.math.values.question import question_of, without_label
from r1data.answers.outcome import Outcome
from r1data.answers.reading.answer import NO_ANSWER, read_answer
from r1data.answers.reading.readings import Reading
from r1data.answers.verdict import Item, Verdict
from r1data.answers.versions import VERSIONS
from r1data.answers.workers import TaskResult, Workers
from r1data.answers.writing.chinese_numerals import in_digits
from r1data.answers.writing.scripts import in_ascii_signs
from r1data.text import last_boxed

UNDECIDED = "no rule can tell whether the two are equal"


class MathVerifier:
    """Judges mathematical answers, each by the comparator of what its gold answer is."""

    name = "math"
    version = VERSIONS["math"]

    def type_answer(self, item: Item) -> AnswerType:
        """Return the label of the gold answer's kind, e.g. `integer`, `interval`, `quantity`."""
        return kind_of(unboxed(item.gold_answer))

    def as_response(self, item: Item) -> str:
        """Return the gold answer, boxed."""
        return boxed(unboxed(item.gold_answer))

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch; equal pairs of gold and predicted answer are judged once.

        An answer too long or too deep to be read is `no_answer`: the response has one, but in no
        form that is read. A gold answer with that fault makes all its rollouts `bad_gold`.
        """
        golds = {gold: unboxed(gold) for gold in {item.gold_answer for item in items}}
        faults = {gold: gold_fault(bare) for gold, bare in golds.items()}
        questions = {problem: question_of(problem) for problem in {item.problem for item in items}}
        readings = [
            read_answer(
                in_ascii_signs(item.response), is_cut_off=item.is_cut_off, problem=item.problem
            )
            for item in items
        ]
        pairs = [
            Pair(
                golds[item.gold_answer],
                without_label(reading.answer, item.gold_answer, item.problem),
                questions[item.problem],
                item.problem if is_in_words(item.gold_answer) else "",
            )
            if reading and not faults[item.gold_answer] and not unreadable(reading.answer)
            else None
            for item, reading in zip(items, readings, strict=True)
        ]
        results = _judge_pairs({pair for pair in pairs if pair}, pool)
        return [
            _judged(reading, results[pair])
            if pair and reading
            else _unjudged(faults[item.gold_answer], reading)
            for item, reading, pair in zip(items, readings, pairs, strict=True)
        ]


def boxed(answer: str) -> str:
    r"""Return an answer in a `\boxed{}`."""
    return f"\\boxed{{{answer}}}"


def unboxed(gold_answer: str) -> str:
    r"""Return what a gold answer boxes, if it does; Chinese numerals in digits.

    >>> unboxed(r"\boxed{4}"), unboxed("4")
    ('4', '4')
    """
    if r"\boxed" in gold_answer:
        gold_answer = last_boxed(gold_answer) or gold_answer
    return in_digits(gold_answer) or gold_answer


def gold_fault(gold_answer: str) -> str:
    """Return why nothing can be judged against a gold answer; empty if something can."""
    if not gold_answer.strip():
        return "empty"
    if fault := unreadable(gold_answer):
        return fault
    if last_boxed(boxed(gold_answer)) != gold_answer:
        return "its braces do not match"
    return ""


def _judge_pairs(pairs: Iterable[Pair], pool: Workers) -> dict[Pair, TaskResult]:
    found = {pair: judge_exactly(pair) for pair in pairs}
    left = sorted(
        (
            pair
            for pair, value in found.items()
            if value is None and not is_in_words(pair.gold_answer)
        ),
        key=lambda pair: (pair.gold_answer, pair.predicted_answer),
    )
    tasks = [(pair.gold_answer, pair.predicted_answer, pair.question) for pair in left]
    results = {pair: TaskResult(value) for pair, value in found.items()}
    return results | dict(zip(left, pool.map(judge_by_value, tasks), strict=True))


def _judged(reading: Reading, result: TaskResult) -> Verdict:
    detail = result.detail
    if result.outcome is not None:
        outcome = result.outcome
    elif result.value is None:
        outcome, detail = Outcome.UNDECIDED, UNDECIDED
    else:
        outcome = Outcome.CORRECT if result.value else Outcome.INCORRECT
    return Verdict(outcome, reading.answer, detail, result.seconds, reading.form)


def _unjudged(fault: str, reading: Reading | None) -> Verdict:
    if fault:
        return Verdict(Outcome.BAD_GOLD, detail=f"gold answer: {fault}")
    why = NO_ANSWER if reading is None else f"not read: {unreadable(reading.answer)}"
    return Verdict(Outcome.NO_ANSWER, detail=why)
