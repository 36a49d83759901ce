"""The `reasoning_gym` verifier: problems of a generator, judged exactly.

Tasks with one right answer are compared by ours; those with several go to their own scorer, whose
full mark alone counts, in a worker that can be killed. See `r1data.verification.gym.tasks`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from r1data.tables import Outcome
from r1data.verification.answer_types import AnswerType
from r1data.verification.gym.answers import compare_canonical, read_number
from r1data.verification.gym.process import score
from r1data.verification.gym.tasks import EXPRESSIONS, SCORED
from r1data.verification.reading.answer import NO_ANSWER, Reading, read_answer
from r1data.verification.text.verifier import as_verdict, text_type
from r1data.verification.verdict import Item, Verdict
from r1data.verification.workers import TaskResult, Workers

FULL_MARK = 1.0
MAX_CHARS = 8_000
NOT_READ = "not in a form that the task's scorer is shown"
NAMES = frozenset(
    ["sin", "cos", "tan", "exp", "log", "sqrt", "asin", "acos", "atan", "sinh", "cosh", "tanh"]
)
POWER_TOWER = re.compile(r"\*\*[^+\-]*\*\*|\*\*\s*\(?\s*\d{3}|\d{12}")


class GymVerifier:
    """Judges answers to reasoning-gym's problems, which come with their entry as metadata."""

    name = "reasoning_gym"
    version = 1

    def type_answer(self, item: Item) -> str:
        """Return the kind of the gold answer as text, or `decimal` for a number."""
        number = read_number(item.gold_answer)
        if number is None:
            return text_type(item.gold_answer, item.problem).value
        return (AnswerType.INTEGER if number.denominator == 1 else AnswerType.DECIMAL).value

    def as_response(self, item: Item) -> str | None:
        """Return the gold answer in an answer block; None for the tasks that come without one."""
        return f"<answer>{item.gold_answer}</answer>" if item.gold_answer.strip() else None

    def verify(self, items: Sequence[Item], pool: Workers) -> list[Verdict]:
        """Judge a batch; what scorers decide is scored once for equal answers."""
        readings = [read_answer(item.response, is_cut_off=item.is_cut_off) for item in items]
        tasks = [
            _scoring_task(item, reading) if reading else None
            for item, reading in zip(items, readings, strict=True)
        ]
        scored = iter(pool.map(score, [task for task in tasks if task]) if any(tasks) else ())
        return [
            _scored(reading, next(scored)) if task and reading else _judge(item, reading)
            for item, reading, task in zip(items, readings, tasks, strict=True)
        ]


def _scoring_task(item: Item, reading: Reading) -> tuple[str, str] | None:
    """Return what a scorer is to be shown; None where ours decides."""
    task = _task(item.metadata)
    answer = scorer_form(task, reading.answer)
    return (item.metadata or "", answer) if answer is not None else None


def scorer_form(task: str, answer: str) -> str | None:
    r"""Return an answer in the form that a task's scorer reads; None if it must not be shown it.

    >>> scorer_form("n_queens", "[open('x')]") is None
    True
    >>> scorer_form("simple_integration", "$3x^2 + C$")
    '3*x**2 + C'
    """
    if task not in SCORED or len(answer) > MAX_CHARS:
        return None
    text = re.sub(r"^```\w*\n|```$", "", answer.strip()).strip().removesuffix(".")
    if task in EXPRESSIONS:
        text = re.sub(r"(?<=\d)(?=[a-zA-Z(])", "*", text.strip("$ ").replace("^", "**"))
        is_safe = set(re.findall(r"[a-zA-Z_]\w+", text)) <= NAMES and not POWER_TOWER.search(text)
        return text if is_safe and SCORED[task].reads(text) else None
    if task in ("n_queens", "kakurasu"):
        text = "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    return text if SCORED[task].reads(text) else None


def _scored(reading: Reading, result: TaskResult) -> Verdict:
    if result.outcome is not None:
        return Verdict(result.outcome, reading.answer, result.detail, result.seconds, reading.form)
    return as_verdict(result.value >= FULL_MARK, reading)


def _judge(item: Item, reading: Reading | None) -> Verdict:
    if reading is None:
        return Verdict(Outcome.NO_ANSWER, detail=NO_ANSWER)
    if len(reading.answer) > MAX_CHARS:
        return Verdict(Outcome.NO_ANSWER, detail=f"not read: more than {MAX_CHARS:,} characters")
    task = _task(item.metadata)
    if task in SCORED:
        return as_verdict(None if task in EXPRESSIONS else False, reading, NOT_READ)
    if not item.gold_answer.strip():
        return Verdict(Outcome.BAD_GOLD, detail="gold answer: empty")
    entry = _given(item.metadata).get("entry") or {"question": item.problem}
    return as_verdict(compare_canonical(task, item.gold_answer, reading.answer, entry), reading)


def _task(metadata: str | None) -> str:
    """Return the task that a problem came from; empty where only its gold answer is known."""
    given = _given(metadata)
    return str(given.get("task", "")) if given.get("entry") else ""


@lru_cache(maxsize=4_000)
def _given(metadata: str | None) -> Mapping[str, Any]:
    try:
        given = json.loads(metadata or "{}")
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
