"""Planted contamination: benchmark questions altered by kind, and prompts that are clean."""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from r1data.curation.decontamination.index import COLUMNS
from r1data.records.files import read_files
from r1data.records.read import pick

FILES = {
    "aime24": ("aime24.jsonl", "problem", "solution"),
    "amc23": ("amc23.jsonl", "problem", None),
    "cmath": ("cmath.jsonl", "question", None),
    "gaokao2023en": ("gaokao2023en.jsonl", "question", None),
    "gsm8k_test": ("gsm8k_test.jsonl", "question", "answer"),
    "humaneval": ("humaneval.jsonl.gz", "prompt", "canonical_solution"),
    "ifeval": ("ifeval.jsonl", "prompt", None),
    "math500": ("math500.json", "problem", None),
    "math_test": (
        "math_test.parquet",
        "reward_model.ground_truth.question",
        "reward_model.ground_truth.solution",
    ),
    "minerva_math": ("minerva_math.jsonl", "problem", "solution"),
    "mmlu_stem": ("mmlu_stem.jsonl", "question", None),
    "olympiadbench": ("olympiadbench.jsonl", "question", "solution.0"),
}
"""Each benchmark's file, and the columns of its questions and of its reference solutions."""
REWORDINGS = Path(__file__).with_name("rewordings.jsonl")
"""Questions of benchmarks in other words, written by hand without a look at what is found."""
BEFORE = (
    "You are a careful tutor. A student of mine cannot get on with the following exercise.",
    "Please reason step by step, and put your final answer within \\boxed{}.",
    "I found this in an old book and would like to see a clean solution:",
    "Solve the problem below. Explain every step as if to a friend who has never seen its like.",
)
AFTER = (
    "Thank you so much in advance, I really appreciate your help with this!",
    "Let's think step by step.",
    "Give the final answer on a line of its own, after the words `The answer is`.",
)
UNICODE = {
    r"\pi": "π",
    r"\theta": "θ",
    r"\le ": "≤ ",
    r"\ge ": "≥ ",
    r"\cdot": "·",
    "'": "\N{RIGHT SINGLE QUOTATION MARK}",
}
NUMBER = re.compile(r"(?<![\w.{^_\\])\d{1,4}(?![\w.}])")


@dataclass(frozen=True, slots=True)
class Planted:
    """A prompt, and the question that it repeats."""

    text: str
    benchmark: str
    row: str


def benchmark_frame(folder: Path) -> pl.DataFrame:
    """Return the texts of all benchmarks in a folder, as `Index.of` takes them."""
    rows = [
        (name, row, part, str(text))
        for name, (file, question, solution) in FILES.items()
        for row, record in read_files([folder / file])
        for part, text in _texts(record, question, solution)
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _texts(record: Any, question: str, solution: str | None) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    asked, choices = pick(record, question), record.get("choices")
    if choices:
        yield "question", f"{asked} {' '.join(map(str, choices))}"
    yield "question", asked
    worked = pick(record, solution) if solution else None
    if worked:
        yield "solution", worked.rpartition("####")[0] or worked


def planted(benchmarks: pl.DataFrame, each: int) -> dict[str, list[Planted]]:
    """Return prompts by the kind in which they repeat a question, so many of each.

    Other numbers are put into the question and not into its choices: below a question that stands
    there as it is, choices with other numbers leave it embedded.
    """
    rng = random.Random("contamination")
    asked, bare = (_questions(benchmarks, which) for which in ("first", "last"))
    return {
        kind: list(_altered(rng, bare if change is _numbers else asked, change, each))
        for kind, change in CHANGES.items()
    }


def _questions(benchmarks: pl.DataFrame, which: Literal["first", "last"]) -> list[Planted]:
    """Return the questions, the first or the last text of each: with its choices or without."""
    rows = benchmarks.filter(part="question").unique(
        ["benchmark", "benchmark_row"], keep=which, maintain_order=True
    )
    return [
        Planted(text, benchmark, row)
        for benchmark, row, text in rows.select("benchmark", "benchmark_row", "text").iter_rows()
    ]


def rewordings() -> list[Planted]:
    """Return the questions in other words that were written by hand."""
    lines = REWORDINGS.read_text(encoding="utf-8").splitlines()
    found = map(json.loads, lines)
    return [Planted(one["text"], one["benchmark"], str(one["row"])) for one in found]


Change = Callable[[random.Random, str], str | None]


def _altered(
    rng: random.Random, questions: Sequence[Planted], change: Change, each: int
) -> Iterator[Planted]:
    """Yield questions drawn by lot and altered; those that cannot be altered are passed over."""
    left = each
    for one in rng.sample(questions, len(questions)):
        text = change(rng, one.text)
        if text is not None and left:
            left -= 1
            yield Planted(text, one.benchmark, one.row)


def _formatted(rng: random.Random, text: str) -> str:
    """Return a text in another form: white space, capitals, LaTeX, Unicode, punctuation."""
    for change in rng.sample(FORMS, k=2):
        text = change(text)
    return text


def _embedded(rng: random.Random, text: str) -> str:
    return f"{rng.choice(BEFORE)}\n\n{text}\n\n{rng.choice(AFTER)}"


def _numbers(rng: random.Random, text: str) -> str | None:
    """Return a problem with other numbers; None if it has hardly any words or no number."""
    plain = text.partition("[asy]")[0]
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"\$[^$]*\$|\\\[.*?\\\]", "", plain))
    if len(words) < 10 or len(NUMBER.findall(plain)) < 2 or plain != text:
        return None
    return NUMBER.sub(lambda found: str(int(found[0]) + rng.randrange(1, 9)), text)


FORMS: list[Callable[[str], str]] = [
    lambda text: re.sub(r"[ \n]+", "\n", text),
    lambda text: re.sub(r" ", "  ", text),
    str.upper,
    lambda text: text.replace("$", ""),
    lambda text: re.sub(r"\$([^$]*)\$", r"\\(\1\\)", text),
    lambda text: text.replace(r"\frac", r"\dfrac").replace("(", r"\left(").replace(")", r"\right)"),
    lambda text: re.sub(r"[,.?!:;]+(?=\s|$)", "", text),
    lambda text: "".join(UNICODE.get(piece, piece) for piece in UNICODE_SPLIT.split(text)),
    lambda text: re.sub(r"(\d)(\d{3})\b", r"\1,\2", text),
    lambda text: f"**{text}**",
]
UNICODE_SPLIT = re.compile(f"({'|'.join(map(re.escape, UNICODE))})")
CHANGES: dict[str, Change] = {
    "verbatim": lambda _rng, text: text,
    "formatted": _formatted,
    "embedded": _embedded,
    "formatted, embedded": lambda rng, text: _embedded(rng, _formatted(rng, text)),
    "numbers_changed": _numbers,
}
"""What is done to a question, by kind."""


def boilerplate(rng: random.Random, count: int) -> list[str]:
    """Return prompts that share with benchmarks only the phrases of exercises and instructions."""
    things = ("bridge", "violin", "harvest", "glacier", "lantern", "orchard", "sailor", "mosaic")
    asked = (
        "Write a short poem about a {} and a {}.",
        "Explain to a child why a {} is never like a {}.",
        "Name three reasons to prefer a {} over a {} on a rainy day.",
        "Translate the words {} and {} into French.",
    )
    return [
        " ".join(
            (
                rng.choice(PHRASES),
                rng.choice(asked).format(*rng.sample(things, 2)),
                rng.choice(PHRASES),
            )
        )
        for _ in range(count)
    ]


PHRASES = (
    "Express your answer as a common fraction.",
    "Please reason step by step, and put your final answer within \\boxed{}.",
    "Which of the following statements is true?",
    "Find the number of ordered pairs of positive integers that satisfy the following conditions.",
    "The answer can be written in the form $\\frac{m}{n}$, where $m$ and $n$ are relatively prime "
    "positive integers. Find $m + n$.",
    "How much money does she have left at the end of the week?",
    "What is the value of the expression? Round your answer to the nearest hundredth.",
    "Your response should contain at least 3 sentences and no commas.",
    "Let $a,$ $b,$ and $c$ be positive real numbers. Enter all the solutions, separated by commas.",
)


def long_documents(rng: random.Random, rollouts: Sequence[str], count: int) -> list[str]:
    """Return documents of about 900 words, made of paragraphs of real completions."""
    pieces = [piece for text in rollouts for piece in text.split("\n") if len(piece.split()) > 12]
    found = []
    for _ in range(count):
        document: list[str] = []
        while sum(map(len, document)) < 5_100:
            document.append(rng.choice(pieces))
        found.append("\n".join(document))
    return found
