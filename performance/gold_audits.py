"""Wrong gold answers found by majority answers: `python -m performance.gold_audits --data FOLDER`.

Of the prompts of two public sets of rollouts, a tenth are given another prompt's gold answer. Of
those, and of the others, it is counted how many are doubted at each share. One set is by a strong
policy (Qwen2.5-Math, 8 rollouts on each of 100 problems of MATH), one by four weak ones (GPT-3 of
6B and 175B, a rollout each on GSM8K): where a policy is weak, its wrong answers agree less.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from r1data.answers import Item, Workers, judge_many
from r1data.tables import Prompts
from r1data.verification.judge.audits import GoldAudit, find_doubted
from r1data.verification.majority import find_majority_answers

SHARES = (0.5, 0.75, 0.9)
SWAPPED = 0.1
COLUMNS = ("set", "share", "swapped ones doubted", "others doubted", "ms a rollout")
MODELS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")


@dataclass(frozen=True, slots=True)
class Group:
    """A problem, its gold answer and its completions."""

    problem: str
    gold_answer: str
    completions: Sequence[str]


def main() -> None:
    """Print what is doubted of each set at each share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of public sets")
    folder = parser.parse_args().data / "rollouts"
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for name, groups in read_sets(folder):
        swapped, others = swap(groups)
        majority, milliseconds = vote(swapped)
        for share in SHARES:
            doubted = find_doubted(majority, GoldAudit(min_share=share))["prompt_id"]
            found = {int(prompt_id) for prompt_id in doubted}
            print(
                f"| {name} | {share} | {len(found & others)} of {len(others)} | "
                f"{len(found - others)} of {len(groups) - len(others)} | {milliseconds:.3f} |"
            )


def read_sets(folder: Path) -> Iterator[tuple[str, list[Group]]]:
    """Yield the sets with their names."""
    strong = _rows(folder / "qwen_math_100x8.jsonl")
    yield "Qwen2.5-Math on MATH", [Group(r["question"], r["answer"], r["code"]) for r in strong]
    weak = _rows(folder / "gsm8k_example_model_solutions.jsonl")
    yield (
        "GPT-3 on GSM8K",
        [
            Group(
                row["question"],
                row["ground_truth"].rpartition("A:")[2].strip(),
                [row[model]["solution"] for model in MODELS],
            )
            for row in weak
        ],
    )


def swap(groups: Sequence[Group]) -> tuple[list[Group], set[int]]:
    """Return the groups, some with another's gold answer, and the places of those."""
    rng = random.Random("gold")
    found, places = list(groups), set()
    for place, group in enumerate(groups):
        other = rng.choice(groups).gold_answer
        if rng.random() < SWAPPED and other != group.gold_answer:
            found[place] = Group(group.problem, other, group.completions)
            places.add(place)
    return found, places


def vote(groups: Sequence[Group]) -> tuple[pl.DataFrame, float]:
    """Return the majority answers, and the processor time they take for each rollout."""
    items = [
        Item(completion, gold_answer=group.gold_answer, problem=group.problem)
        for group in groups
        for completion in group.completions
    ]
    with Workers() as pool:
        found = judge_many(items, "math", pool=pool)
        verdicts = pl.DataFrame(
            {
                "prompt_id": [str(n) for n, group in enumerate(groups) for _ in group.completions],
                "verifier": "math",
                "outcome": [verdict.outcome.value for verdict in found],
                "predicted_answer": [verdict.predicted_answer for verdict in found],
            }
        )
        began = time.process_time()
        majority = find_majority_answers(verdicts, prompts(groups), pool=pool)
        return majority, (time.process_time() - began) / len(items) * 1000


def prompts(groups: Sequence[Group]) -> pl.DataFrame:
    """Return the rows of `Prompts` of some groups."""
    known = {
        "prompt_id": [str(number) for number in range(len(groups))],
        "problem": [group.problem for group in groups],
        "gold_answer": [group.gold_answer for group in groups],
        "verifier": ["math"] * len(groups),
    }
    empty = Prompts.create_empty()
    columns = {name: known.get(name, [None] * len(groups)) for name in empty.columns}
    return pl.DataFrame(columns, schema=empty.schema)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
