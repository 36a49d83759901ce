"""Majority answers: what most rollouts of a prompt answer, equal answers told by its verifier."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from r1data.answers.outcome import JUDGED, Outcome
from r1data.answers.registry import find_verifier, judge
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers
from r1data.progress import SILENT, Progress
from r1data.tables import MajorityAnswers
from r1data.verification.facts import judging_facts
from r1data.verification.verify import item_of

COMPARED = ("math", "choice", "text", "program_output")
"""The verifiers that can compare two answers with one another; of the others, one needs the tests
of a program, and one the puzzle that an answer solves."""
BY_TEXT = ("reasoning_gym",)
"""Answers to a puzzle count as equal if they are right, or else if their texts are."""
VERDICT_COLUMNS = ("prompt_id", "verifier", "outcome", "predicted_answer")
MAX_LEADERS = 16
"""So many wordings, the most frequent ones, are each compared with the others of a prompt."""
BATCH = 500
"""Prompts whose answers are compared at once."""


@dataclass(slots=True)
class _Ballot:
    """The votes of the rollouts of a prompt, as they are counted."""

    prompt: Mapping[str, Any]
    verifier: str
    num_judged: int
    num_correct: int
    wordings: dict[str, int]
    """Votes for each wording of a wrong answer that is in no group yet, the most frequent first."""
    answer: str | None = None
    """The wrong answer that leads; null while the gold answer does."""
    num_votes: int = field(init=False)

    def __post_init__(self) -> None:
        self.num_votes = self.num_correct

    @property
    def is_open(self) -> bool:
        """Whether a wrong answer could still get the most votes."""
        return sum(self.wordings.values()) > self.num_votes

    def take(self, equals: Iterable[str]) -> None:
        """Count the most frequent wording together with those that are equal to it."""
        first = next(iter(self.wordings))
        votes = sum(self.wordings.pop(wording) for wording in (first, *equals))
        if votes > self.num_votes:
            self.answer, self.num_votes = first, votes


def find_majority_answers(
    verdicts: pl.DataFrame, prompts: pl.DataFrame, *, pool: Workers, progress: Progress = SILENT
) -> pl.DataFrame:
    """Return the answer that most judged rollouts of each prompt give: rows of `MajorityAnswers`.

    Prompts of which no verifier compares answers, programs among them, have no row. No wording of
    a wrong answer is compared once the gold answer has as many votes as all that is left.

    Args:
        verdicts: `VERDICT_COLUMNS` of the final verdicts.
        prompts: Rows of `Prompts`, at least those that were answered.
        pool: The workers that compare what may hang.
        progress: Where to show how many prompts are done.
    """
    judged = votes(verdicts)
    facts = judging_facts(prompts, judged)
    ballots = [_ballot(facts[str(prompt_id)], rows) for (prompt_id,), rows in _groups(judged)]
    with progress.bar("majority answers", len(ballots), "prompts") as bar:
        for start in range(0, len(ballots), BATCH):
            some = ballots[start : start + BATCH]
            _count(some, pool)
            bar.update(start + len(some))
    return pl.DataFrame(map(_row, ballots), schema=MajorityAnswers.create_empty().schema)


def votes(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `VERDICT_COLUMNS` that vote: judged, by a verifier that compares."""
    return verdicts.filter(
        pl.col("outcome").cast(pl.String).is_in([outcome.value for outcome in JUDGED]),
        pl.col("verifier").is_in([*COMPARED, *BY_TEXT]),
    )


def _groups(judged: pl.DataFrame) -> Iterator[tuple[tuple[object, ...], pl.DataFrame]]:
    yield from judged.group_by("prompt_id", maintain_order=True)


def _ballot(prompt: Mapping[str, Any], rows: pl.DataFrame) -> _Ballot:
    outcome = rows["outcome"].cast(pl.String)
    wrong = rows.filter(outcome == Outcome.INCORRECT.value)["predicted_answer"].drop_nulls()
    counted = Counter(" ".join(answer.split()) for answer in wrong)
    ordered = sorted(counted.items(), key=lambda vote: (-vote[1], vote[0]))
    return _Ballot(
        prompt=prompt,
        verifier=str(rows.item(0, "verifier")),
        num_judged=rows.height,
        num_correct=int((outcome == Outcome.CORRECT.value).sum()),
        wordings=dict(ordered),
    )


def _count(ballots: Sequence[_Ballot], pool: Workers) -> None:
    """Group the wrong answers of prompts, until it is known of each which answer leads."""
    open_ballots = [ballot for ballot in ballots if ballot.is_open]
    for _ in range(MAX_LEADERS):
        equal = _find_equal(open_ballots, pool)
        for place, ballot in enumerate(open_ballots):
            ballot.take(equal.get(place, ()))
        open_ballots = [ballot for ballot in open_ballots if ballot.is_open]


def _find_equal(ballots: Sequence[_Ballot], pool: Workers) -> dict[int, list[str]]:
    """Return by place of a ballot the wordings that are equal to its most frequent one."""
    found: dict[int, list[str]] = {}
    for name in COMPARED:
        asked = [
            (place, wording, _pair(ballot, wording))
            for place, ballot in enumerate(ballots)
            if ballot.verifier == name
            for wording in list(ballot.wordings)[1:]
        ]
        verdicts = judge(find_verifier(name), [item for *_, item in asked], pool)
        for (place, wording, _), verdict in zip(asked, verdicts, strict=True):
            if verdict.outcome is Outcome.CORRECT:
                found.setdefault(place, []).append(wording)
    return found


def _pair(ballot: _Ballot, wording: str) -> Item:
    """Return what a verifier is shown to compare a wording with the most frequent one."""
    asked = replace(item_of(ballot.prompt, ""), gold_answer=wording, answer_type=None)
    response = find_verifier(ballot.verifier).as_response(asked)
    return replace(asked, response=response or "", gold_answer=next(iter(ballot.wordings)))


def _row(ballot: _Ballot) -> dict[str, Any]:
    gold = ballot.prompt["gold_answer"] or None
    is_any = ballot.num_votes > 0
    return {
        "prompt_id": ballot.prompt["prompt_id"],
        "verifier": ballot.verifier,
        "gold_answer": gold,
        "majority_answer": (ballot.answer or gold) if is_any else None,
        "is_gold": ballot.answer is None if is_any else None,
        "num_judged": ballot.num_judged,
        "num_correct": ballot.num_correct,
        "num_votes": ballot.num_votes,
        "majority_share": ballot.num_votes / ballot.num_judged,
    }
