"""The hand-checked pairs of gold and predicted answers that ship with the tests."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from r1data.answers.outcome import Outcome
from r1data.answers.registry import find_verifier, judge
from r1data.answers.verdict import Item, Verdict
from r1data.answers.workers import Workers
from r1data.text import split_reasoning

PAIRS = Path(__file__).parents[1] / "tests" / "golden" / "pairs.jsonl"


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold answer, a completion, and the outcome that a person gave."""

    id: str
    type: str
    """What the gold answer is, said by a person; verifiers type it themselves."""
    verifier: str
    gold_answer: str
    outcome: Outcome
    why: str
    """Why it is right or wrong."""
    predicted: str | None = None
    """The bare answer, where reading is not what is tested."""
    completion: str | None = None
    problem: str = ""
    choices: tuple[str, ...] = ()
    is_cut_off: bool = False

    @property
    def whole_completion(self) -> str:
        """The completion; a bare answer is boxed."""
        if self.completion is not None:
            return self.completion
        return f"The answer is \\boxed{{{self.predicted}}}."

    @property
    def item(self) -> Item:
        """What a verifier is shown: the response, without the reasoning."""
        return Item(
            response=split_reasoning(self.whole_completion)[1],
            gold_answer=self.gold_answer,
            problem=self.problem,
            choices=self.choices,
            is_cut_off=self.is_cut_off,
        )


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """Return the pairs of a file, in order."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Pair(
            **{**row, "outcome": Outcome(row["outcome"]), "choices": tuple(row.get("choices", ()))}
        )
        for row in rows
    ]


def judge_pairs(pairs: Sequence[Pair], pool: Workers) -> list[Verdict]:
    """Judge pairs as a table's rollouts are: gold answers typed first, one batch a verifier."""
    found: dict[str, Verdict] = {}
    for name in sorted({pair.verifier for pair in pairs}):
        verifier = find_verifier(name)
        batch = [pair for pair in pairs if pair.verifier == name]
        items = [replace(pair.item, answer_type=verifier.type_answer(pair.item)) for pair in batch]
        verdicts = judge(verifier, items, pool)
        found |= {pair.id: verdict for pair, verdict in zip(batch, verdicts, strict=True)}
    return [found[pair.id] for pair in pairs]
