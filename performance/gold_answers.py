"""Gold answers of public sets against themselves: what share is read as its kind and verifies.

    python -m performance.gold_answers ../shared/data

Each gold answer, boxed, goes through its verifier. A gold answer that looks like mathematics and is
read as no kind of it would equal its own text only: it counts as a failure here, and is listed.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from r1data.answers.math.comparing.worded import is_mathematical
from r1data.answers.math.values.parsing import read_value
from r1data.answers.math.values.values import Words
from r1data.answers.math.verifier import MathVerifier
from r1data.answers.outcome import Outcome
from r1data.answers.verdict import Item
from r1data.answers.workers import Workers
from r1data.text import last_boxed

Gold = tuple[str, str]
"""A problem and its gold answer."""


def main() -> None:
    """Print the share that verifies by set, and every gold answer that does not."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    if not folder.is_dir():
        sys.exit(f"{folder} does not exist; give the folder of the public sets.")
    console = Console(width=120)
    grid = Table("set", "gold answers", "verify", "share", "seconds", "kinds")
    failures: list[tuple[str, str, str]] = []
    total = good = 0
    with Workers() as pool:
        for name, read in SETS.items():
            golds = list(read(folder))
            started = time.perf_counter()
            found = [*check(golds, pool)]
            seconds = time.perf_counter() - started
            bad = [(name, gold, why) for gold, _, why in found if why]
            kinds = Counter(kind for _, kind, _ in found).most_common(4)
            failures += bad
            total, good = total + len(golds), good + len(golds) - len(bad)
            share = f"{1 - len(bad) / len(golds):.2%}"
            shown = ", ".join(f"{kind} {count}" for kind, count in kinds)
            grid.add_row(
                name,
                f"{len(golds):,}",
                f"{len(golds) - len(bad):,}",
                share,
                f"{seconds:.1f}",
                shown,
            )
    grid.add_row("all", f"{total:,}", f"{good:,}", f"{good / total:.2%}", "", "")
    console.print(grid)
    for name, gold, why in failures:
        console.print(f"{name}: {why}: {gold!r}", markup=False, highlight=False)


def check(golds: list[Gold], pool: Workers) -> Iterator[tuple[str, str, str]]:
    """Yield each gold answer with its kind and what is wrong with it, if anything."""
    verifier = MathVerifier()
    items = [
        Item(verifier.as_response(Item("", gold)), gold, problem=problem) for problem, gold in golds
    ]
    for item, verdict in zip(items, verifier.verify(items, pool), strict=True):
        value = read_value(item.gold_answer)
        is_unread = isinstance(value, Words) and is_mathematical(value)
        why = "" if verdict.outcome is Outcome.CORRECT else verdict.detail or str(verdict.outcome)
        why = why or ("read as no kind of mathematics" if is_unread else "")
        yield item.gold_answer, verifier.type_answer(item).value, why


def _rows(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    is_array = text.lstrip().startswith("[")
    rows: list[dict[str, Any]] = (
        json.loads(text) if is_array else [json.loads(line) for line in text.splitlines() if line]
    )
    return rows


def _columns(path: str, problem: str, gold: str) -> Callable[[Path], Iterator[Gold]]:
    def read(folder: Path) -> Iterator[Gold]:
        for row in _rows(folder / path):
            yield row[problem], str(row[gold])

    return read


def _gsm8k(path: str) -> Callable[[Path], Iterator[Gold]]:
    def read(folder: Path) -> Iterator[Gold]:
        for row in _rows(folder / path):
            yield row["question"], row["answer"].rpartition("####")[2].strip()

    return read


def _nested(path: str) -> Callable[[Path], Iterator[Gold]]:
    def read(folder: Path) -> Iterator[Gold]:
        for row in pl.read_parquet(folder / path)["reward_model"]:
            yield row["ground_truth"]["question"], row["ground_truth"]["target"]

    return read


def _olympiad(answer_types: tuple[str, ...]) -> Callable[[Path], Iterator[Gold]]:
    def read(folder: Path) -> Iterator[Gold]:
        for row in _rows(folder / "benchmarks/olympiadbench.jsonl"):
            if row["answer_type"] in answer_types:
                yield row["question"], ", ".join(row["final_answer"])

    return read


def _minerva(folder: Path) -> Iterator[Gold]:
    for row in _rows(folder / "benchmarks/minerva_math.jsonl"):
        yield row["problem"], last_boxed(row["solution"]) or ""


SETS: dict[str, Callable[[Path], Iterator[Gold]]] = {
    "GSM8K train": _gsm8k("prompts/gsm8k_train.jsonl"),
    "GSM8K test": _gsm8k("benchmarks/gsm8k_test.jsonl"),
    "MATH train": _nested("prompts/math_train.parquet"),
    "MATH test": _nested("benchmarks/math_test.parquet"),
    "MATH-500": _columns("benchmarks/math500.json", "problem", "answer"),
    "AIME 1983-2023": _columns("prompts/aime_1983_2023.json", "problem", "answer"),
    "AIME 24": _columns("benchmarks/aime24.jsonl", "problem", "answer"),
    "AMC 23": _columns("benchmarks/amc23.jsonl", "problem", "answer"),
    "OlympiadBench numerical": _olympiad(("Numerical",)),
    "OlympiadBench expression": _olympiad(("Expression",)),
    "OlympiadBench other": _olympiad(("Tuple", "Interval", "Equation")),
    "Minerva": _minerva,
    "CMath": _columns("benchmarks/cmath.jsonl", "question", "answer"),
    "Gaokao 2023": _columns("benchmarks/gaokao2023en.jsonl", "question", "answer"),
    "DeepScaleR 1": _columns("prompts/deepscaler_level_1.json", "prompt", "answer"),
    "DeepScaleR 3": _columns("prompts/deepscaler_level_3.json", "prompt", "answer"),
    "DeepScaleR 5": _columns("prompts/deepscaler_level_5.json", "prompt", "answer"),
}


if __name__ == "__main__":
    main()
