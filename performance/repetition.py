"""Loops found and missed in real traces and in planted ones: `python -m performance.repetition`.

Real traces of R1 and its distilled models have loops of their own: which rows are flagged is shown,
the most doubtful first, to be read by eye. Into traces that are not flagged loops are planted, of
each kind as many as are wanted, and lists and tables that look like loops. Where and how long is
chosen by hash. A histogram shows what the default of `max_repeated_share` was chosen from. In the
end: how many traces break off, and of how many that are cut in their response that is seen.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl

from r1data.completions import part
from r1data.curation.signals.repetition import Repetitiveness, repetition
from r1data.curation.signals.truncation import breaks_off

SENTENCES = (
    "Wait, let me check whether that is really the case before I go on. ",
    "But the problem says that each of them has a different number. ",
    "I think I am missing something, so let me read the question again. ",
    "No, that cannot be right either, because the sum would be too large. ",
    "Alternatively, perhaps the answer is that none of them is possible. ",
)
PHRASES = ("and then back to ", "or maybe the other one, ", "the sum of the sum of ", "so, again, ")
CHINESE = (
    "等一下、让我再检查一遍前面的计算。",
    "但是题目说每个人的数字都不一样。",
    "所以这个答案可能不对、我们再想一想。",
)
EDGES = (0.0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.01)
DOUBTFUL = 10
MIN_CUT = 60
"""Characters of a response that is cut."""
Plant = Callable[[random.Random], str]


def sentence_loop(rng: random.Random) -> str:
    """Return a sentence 10 to 60 times."""
    return rng.choice(SENTENCES) * rng.randrange(10, 60)


def phrase_loop(rng: random.Random) -> str:
    """Return a phrase 50 to 200 times."""
    return rng.choice(PHRASES) * rng.randrange(50, 200)


def paragraph_loop(rng: random.Random) -> str:
    """Return a paragraph of three sentences 4 to 20 times."""
    return f"{' '.join(rng.sample(SENTENCES, 3))}\n\n" * rng.randrange(4, 20)


def counter_loop(rng: random.Random) -> str:
    """Return a sentence with a counter, 12 to 80 times."""
    first, sentence = rng.randrange(1, 95), rng.choice(SENTENCES)
    numbers = range(first, first + rng.randrange(12, 80))
    return "".join(f"{sentence.strip()[:-1]}, for the {number}. time. " for number in numbers)


def chinese_loop(rng: random.Random) -> str:
    """Return a Chinese sentence 10 to 60 times."""
    return rng.choice(CHINESE) * rng.randrange(10, 60)


def ended_loop(rng: random.Random) -> str:
    """Return a sentence 4 to 20 times, and an answer."""
    loop = rng.choice(SENTENCES) * rng.randrange(4, 20)
    return f"{loop}\n</think>\n\nThe answer is \\boxed{{{rng.randrange(100)}}}."


def cases(rng: random.Random) -> str:
    """Return cases that are gone through, each with its values."""
    modulus, count = rng.randrange(3, 12), rng.randrange(8, 40)
    return "".join(
        f"Case {n}: if n = {n}, then n^2 + 1 = {n * n + 1}, which leaves {(n * n + 1) % modulus}.\n"
        for n in range(1, count)
    )


def failing_cases(rng: random.Random) -> str:
    """Return up to 25 cases that all fail for one reason."""
    count = rng.randrange(5, 25)
    return "".join(f"Case {n}: the two sides differ, so no solution.\n" for n in range(1, count))


def table(rng: random.Random) -> str:
    """Return a table of values."""
    factor = rng.randrange(2, 20)
    rows = "".join(f"| {n} | {n * factor} | {n * n} |\n" for n in range(rng.randrange(10, 60)))
    return f"| n | f(n) | n^2 |\n|---|---|---|\n{rows}"


def numbers_in_a_row(rng: random.Random) -> str:
    """Return the multiples of a number."""
    step = rng.randrange(2, 30)
    return ", ".join(str(step * n) for n in range(1, rng.randrange(20, 300)))


def linear_table(rng: random.Random) -> str:
    """Return lines in which two numbers count against one another."""
    total = rng.randrange(30, 90)
    return "".join(
        f"If a = {n}, then b = {total - n}, and a + b = {total}.\n" for n in range(1, 30)
    )


def matrix(rng: random.Random) -> str:
    """Return a matrix of zeros with ones on its diagonal."""
    size = rng.randrange(4, 9)
    rows = (" & ".join("1" if i == j else "0" for j in range(size)) for i in range(size))
    return "\\begin{pmatrix}\n" + " \\\\\n".join(rows) + "\n\\end{pmatrix}\n"


LOOPS: dict[str, Plant] = {
    "sentence": sentence_loop,
    "phrase": phrase_loop,
    "paragraph": paragraph_loop,
    "counter": counter_loop,
    "Chinese": chinese_loop,
    "ends in an answer": ended_loop,
}
NO_LOOPS: dict[str, Plant] = {
    "cases": cases,
    "cases that all fail": failing_cases,
    "table": table,
    "linear table": linear_table,
    "multiples": numbers_in_a_row,
    "matrix": matrix,
}


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--traces", type=Path, default=Path("../shared/data/rollouts"))
    parser.add_argument("--each", type=int, default=200)
    options = parser.parse_args()
    texts = read_traces(options.traces)
    began = time.process_time()
    found = [repetition(text) for text in texts]
    seconds = time.process_time() - began
    size = sum(map(len, texts))
    print(f"{len(texts):,} real traces, {size / seconds / 1e6:.0f} million characters a CPU-second")
    show_real(texts, found)
    sound = [text for text, one in zip(texts, found, strict=True) if not one.is_looping]
    show_planted(sound, options.each)
    show_histogram(found)
    show_truncated(texts)


def read_traces(folder: Path) -> list[str]:
    """Return real completions of R1 and of its distilled models."""
    traces = pl.read_parquet(folder / "r1_distill_open_traces.parquet")["text"].to_list()
    for name in ("r1_math500.jsonl", "r1_distill_qwen7b_math500.jsonl"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        traces += [json.loads(line)["full_response"] for line in lines]
    return traces


def show_real(texts: Sequence[str], found: Sequence[Repetitiveness]) -> None:
    """Show how many real traces are flagged, and the beginnings of the most doubtful loops."""
    flagged = [(one, text) for one, text in zip(found, texts, strict=True) if one.is_looping]
    kinds = Counter(one.loop_kind for one, _ in flagged)
    above = sum(one.repeated_share > 0.2 and not one.is_looping for one in found)
    print(f"flagged as loops: {len(flagged)} ({dict(kinds)}); above the share alone: {above}")
    print(f"\nthe {DOUBTFUL} most doubtful: the least of what they hold stands earlier in them")
    for one, text in sorted(flagged, key=lambda pair: pair[0].repeated_share)[:DOUBTFUL]:
        start = one.loop_start or 0
        shown = " ".join(text[start : start + 230].split())
        print(f"  {one.loop_kind}, share {one.repeated_share:.2f}, from {start:,}: {shown}")


def show_planted(texts: Sequence[str], each: int) -> None:
    """Show how many planted loops are found, and how many lists and tables are taken for loops."""
    print(f"\n{'planted':<32}{'rows':>7}{'found':>7}{'start off by':>14}")
    for name, plant in {**LOOPS, **NO_LOOPS}.items():
        rng = random.Random(name)
        offs = []
        for text in rng.sample(list(texts), each):
            at = paragraph_start(text, rng)
            one = repetition(text[:at] + plant(rng) + text[at:])
            if one.is_looping:
                offs.append(abs((one.loop_start or 0) - at))
        middle = f"{sorted(offs)[len(offs) // 2]:,} chars" if offs else "-"
        kind = name if name in LOOPS else f"no loop: {name}"
        print(f"{kind:<32}{each:>7}{len(offs):>7}{middle:>14}")


def paragraph_start(text: str, rng: random.Random) -> int:
    """Return where a paragraph begins, in the second half of a text where there is one."""
    at = text.find("\n\n", rng.randrange(len(text) // 2, len(text)))
    return at + 2 if at >= 0 else len(text)


def show_histogram(found: Sequence[Repetitiveness]) -> None:
    """Show how many real traces have which share of repeated 20-grams, and how many are loops."""
    print(f"\n{'repeated share':<22}{'traces':>7}{'loops':>7}")
    for low, high in pairwise(EDGES):
        inside = [one for one in found if low <= one.repeated_share < high]
        loops = sum(one.is_looping for one in inside)
        print(f"{low:.3f} to {min(high, 1):<13.3f}{len(inside):>7}{loops:>7}")


def show_truncated(texts: Sequence[str]) -> None:
    """Show how many real traces break off, and how many do that are cut in their response."""
    broken = [text for text in texts if breaks_off(text)]
    is_open = [part(text).is_open for text in broken]
    print(f"\nbreak off: {len(broken)}, of them in a think block: {sum(is_open)}; the others:")
    for text in [text for text, inside in zip(broken, is_open, strict=True) if not inside]:
        print(f"  ... {' '.join(text[-110:].split())}")
    rng = random.Random("cuts")
    whole = [text for text in texts if len(part(text).response) >= MIN_CUT and text not in broken]
    cuts = [text[: -rng.randrange(1, len(part(text).response) - MIN_CUT // 2)] for text in whole]
    print(f"cut in their response: {len(cuts)}, of them found: {sum(map(breaks_off, cuts))}")


if __name__ == "__main__":
    main()
