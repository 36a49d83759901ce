"""Real rewordings: `python -m performance.real_pairs` finds pairs of problems that may be the same.

A public prompt and a benchmark's question make a pair where their gold answers are equal, much of
their words is shared but not all, their numbers are about the same, and neither holds the other.
That is no rule of ours, and no proof: a person read the pairs, and `real_pairs.jsonl` names those
that ask the same in other words and those that only look like it. Pairs it lacks are printed.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from performance.contamination_sets import FILES, Planted
from r1data.curation.duplicates.exact import answer_spelling
from r1data.curation.duplicates.guards import numbers
from r1data.records.files import read_files
from r1data.records.read import pick

LABELS = Path(__file__).with_name("real_pairs.jsonl")
DATA = Path("../shared/data")
SOLUTION = "reward_model.ground_truth.solution"
PROMPTS = {
    **{f"deepscaler_level_{level}.json": ("prompt", "answer") for level in range(1, 6)},
    "aime_1983_2023.json": ("problem", "answer"),
    "gsm8k_train.jsonl": ("question", "answer"),
    "math_train.parquet": ("reward_model.ground_truth.question", SOLUTION),
}
"""Each file of prompts, and the columns of its problems and of its gold answers."""
GOLD = {
    **dict.fromkeys(("aime24", "amc23", "gaokao2023en", "gsm8k_test"), "answer"),
    "math_test": SOLUTION,
    "olympiadbench": "final_answer.0",
}
LEAST_SHARED, MOST_SHARED = 0.3, 0.85
"""Of the different words in either text, the share that both have."""
MIN_WORDS, MIN_NUMBERS_SHARED = 6, 0.5
RARE_GOLD = 60
"""Prompts that may have a gold answer by which pairs with some other numbers are found."""
WORD = re.compile(r"[^\W\d_]{2,}")
COMMAND = re.compile(r"\\[A-Za-z]+|\[/?[a-z]{1,4}\]")
BOXED = re.compile(r"\\boxed\s?\{(.{1,200}?)\}(?=[^}]|$)", re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """A problem, where it stands, and its gold answer."""

    file: str
    row: str
    text: str
    gold: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Its different words, those of LaTeX left out."""
        return frozenset(WORD.findall(COMMAND.sub(" ", self.text).lower()))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its different numbers."""
        return frozenset(numbers(self.text))

    @cached_property
    def squeezed(self) -> str:
        """Its letters and digits."""
        return re.sub(r"[\W_]+", "", self.text).lower()


def main() -> None:
    """Print the pairs that nobody has read, and how many were read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    known = {tuple(map(str, list(one.values())[:4])) for one in _labels()}
    count = 0
    for prompt, question in pairs(options.data):
        if (question.file, question.row, prompt.file, prompt.row) not in known:
            count += 1
            print(f"{prompt.file}/{prompt.row}: {prompt.text}")
            print(f"{question.file}/{question.row}: {question.text}\n")
    print(f"{len(known)} pairs were read, {count} were not")


def real_pairs(data: Path) -> dict[str, list[Planted]]:
    """Return the prompts that ask a benchmark's question, and those that only look like it."""
    labels = list(_labels())
    texts = {
        (file, str(row)): str(pick(record, PROMPTS[file][0]))
        for file in {one["file"] for one in labels}
        for row, record in read_files([data / "prompts" / file])
    }
    found: dict[bool, list[Planted]] = {True: [], False: []}
    for one in labels:
        text = texts[one["file"], str(one["file_row"])]
        found[one["is_same"]].append(Planted(text, one["benchmark"], str(one["row"])))
    return {"reworded, real": found[True], "alike, real": found[False]}


def pairs(data: Path) -> Iterator[tuple[Problem, Problem]]:
    """Yield the prompts and questions of benchmarks that may be the same in other words."""
    prompts, questions = defaultdict(list), defaultdict(list)
    for file, (problem, gold) in PROMPTS.items():
        for one in _problems(file, data / "prompts" / file, problem, gold):
            prompts[one.gold].append(one)
    for name, gold in GOLD.items():
        file, problem, _ = FILES[name]
        for one in _problems(name, data / "benchmarks" / file, problem, gold):
            questions[one.gold].append(one)
    for gold in prompts.keys() & questions.keys():
        is_rare = len(prompts[gold]) <= RARE_GOLD
        for question in questions[gold]:
            near = (one for one in prompts[gold] if may_be_same(one, question, is_rare=is_rare))
            yield from ((one, question) for one in near)


def may_be_same(one: Problem, other: Problem, *, is_rare: bool) -> bool:
    """Tell whether two problems with one gold answer may be the same in other words."""
    shared = len(one.words & other.words)
    if len(other.words) < MIN_WORDS or shared < LEAST_SHARED * len(one.words | other.words):
        return False
    if shared >= MOST_SHARED * len(one.words | other.words):
        return False
    either, both = one.numbers | other.numbers, one.numbers & other.numbers
    is_near = is_rare and bool(both) and len(both) >= MIN_NUMBERS_SHARED * len(either)
    if not is_near and (either != both or len(both) < 2):
        return False
    return one.squeezed not in other.squeezed and other.squeezed not in one.squeezed


def _labels() -> Iterator[dict[str, Any]]:
    return map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())


def _problems(name: str, path: Path, problem: str, gold: str) -> Iterator[Problem]:
    for row, record in read_files([path]):
        answer = str(pick(record, gold) or "")
        boxed = BOXED.findall(answer) if gold == SOLUTION else [answer.rpartition("####")[2]]
        if boxed and boxed[-1].strip():
            yield Problem(name, str(row), str(pick(record, problem)), _spelling(boxed[-1]))


def _spelling(gold: str) -> str:
    plain = gold.strip().strip("$").replace(",", "")
    return answer_spelling(plain.removesuffix(".0"))


if __name__ == "__main__":
    main()
