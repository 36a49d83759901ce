"""The `reasoning_gym` verifier: problems of a generator, judged exactly.

Tasks with one right answer are compared, those with several are checked against the problem's own
rules, in a worker that can be killed. See `r1data.answers.gym.puzzles`.
"""

from collections.abc import Sequence

from r1data.answers.answer_types import AnswerType
from r1data.answers.gym.answers import compare_canonical
from r1data.answers.gym.entry import BadEntryError, Entry, read_entry, read_puzzle
from r1data.answers.gym.puzzles import PUZZLES, Finding, judge_puzzle
from r1data.answers.outcome import Outcome
from r1data.answers.reading.answer import NO_ANSWER, read_answer
from r1data.answers.reading.readings import Reading
from r1data.answers.text.numbers import stated_number
from r1data.answers.text.verifier import as_verdict, text_type
from r1data.answers.verdict import Item, Verdict
from r1data.answers.versions import VERSIONS
from r1data.answers.workers import TaskResult, Workers

MAX_CHARS = 8_000
NOT_READ = "a formula in a form that is not read"
BAD_ENTRY = "the problem's entry: "


class GymVerifier:
    """Judges answers to reasoning-gym's problems, which come with their entry as metadata."""

    name = "reasoning_gym"
    version = VERSIONS["reasoning_gym"]

    def type_answer(self, item: Item) -> str:
        """Return the kind of the gold answer as text, or `decimal` for a number."""
        number = stated_number(item.gold_answer)
        if number is None:
            return text_type(item.gold_answer, item.problem).value
        return (AnswerType.INTEGER if number.denominator == 1 else AnswerType.DECIMAL).value

    def as_response(self, item: Item) -> str | None:
        """Return the gold answer in an answer block; None for the tasks that come without one.

        Raises `BadEntryError` where the problem's entry is not of its generator's shape.
        """
        entry = read_entry(item.metadata)
        if entry and entry.task in PUZZLES:
            read_puzzle(PUZZLES[entry.task], entry)
        return f"<answer>{item.gold_answer}</answer>" if item.gold_answer.strip() else None

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch; equal answers to one puzzle are checked once."""
        readings = [read_answer(item.response, is_cut_off=item.is_cut_off) for item in items]
        entries = [_entry(item) for item in items]
        tasks = [
            (item.metadata or "", item.gold_answer.strip(), reading.answer)
            if reading and isinstance(entry, Entry) and _is_puzzle(entry, reading)
            else None
            for item, reading, entry in zip(items, readings, entries, strict=True)
        ]
        asked = [task for task in tasks if task]
        found = iter(pool.map(judge_puzzle, asked) if asked else ())
        return [
            _checked(reading, next(found)) if task and reading else _judge(item, reading, entry)
            for item, reading, entry, task in zip(items, readings, entries, tasks, strict=True)
        ]


def _entry(item: Item) -> Entry | str | None:
    """Return the entry of a problem, or what is wrong with it; None if it has none."""
    try:
        return read_entry(item.metadata)
    except BadEntryError as error:
        return str(error)


def _is_puzzle(entry: Entry, reading: Reading) -> bool:
    return entry.task in PUZZLES and len(reading.answer) <= MAX_CHARS


def _checked(reading: Reading, result: TaskResult) -> Verdict:
    if result.outcome is not None:
        return Verdict(result.outcome, reading.answer, result.detail, result.seconds, reading.form)
    finding: Finding = result.value
    if finding.fault:
        return Verdict(Outcome.BAD_GOLD, detail=BAD_ENTRY + finding.fault)
    return as_verdict(finding.is_solved, reading, NOT_READ)


def _judge(item: Item, reading: Reading | None, entry: Entry | str | None) -> Verdict:
    """Judge what is no puzzle: by its gold answer."""
    if reading is None:
        return Verdict(Outcome.NO_ANSWER, detail=NO_ANSWER)
    if len(reading.answer) > MAX_CHARS:
        return Verdict(Outcome.NO_ANSWER, detail=f"not read: more than {MAX_CHARS:,} characters")
    if isinstance(entry, str):
        return Verdict(Outcome.BAD_GOLD, detail=BAD_ENTRY + entry)
    if not item.gold_answer.strip():
        return Verdict(Outcome.BAD_GOLD, detail="gold answer: empty")
    task, problem = (entry.task, entry.question) if entry else ("", item.problem)
    return as_verdict(compare_canonical(task, item.gold_answer, reading.answer, problem), reading)
