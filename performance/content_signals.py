"""Signals of content on public texts: `python -m performance.content_signals`.

First the processor-milliseconds that each takes for a rollout of 15 kB, made of real reasoning and
real responses; then the hits in each public file, of which `--show N` prints N, to be read by eye;
then how `conclusion` judges one solution of a problem as the reasoning of another, where both give
the same answer and where not; then what two libraries find in the same reasoning, which holds no
private data, and what they take.
"""

import argparse
import json
import random
import subprocess
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import polars as pl

from r1data.completions import part
from r1data.curation.content.conclusions import compare_conclusion
from r1data.curation.signals.measure import SIGNALS
from r1data.curation.signals.signal import Means, shown

DATA = Path("../shared/data")
NAMES = ("conclusion", "refusal", "identity", "placeholders", "private_data")
HITS = {
    "contradicts": pl.col("conclusion") == "contradicts",
    "only in reasoning": pl.col("conclusion") == "only_in_reasoning",
    "refusal": pl.col("is_refusal"),
    "disclaimer": pl.col("has_ai_disclaimer"),
    "boilerplate": pl.col("has_boilerplate_opening") | pl.col("has_boilerplate_closing"),
    "names": pl.col("self_names").list.len() > 0,
    "placeholders": pl.col("placeholders").list.len() > 0,
    "unfinished list": pl.col("has_unfinished_list"),
    "links": pl.col("num_links") > 0,
    "private": pl.col("private_spans").list.len() > 0,
}
REASONING, RESPONSE = 13_500, 1_500
PACKAGES = {"phonenumbers": "phonenumbers==9.0.43", "detect-secrets": "detect-secrets==1.5.0"}


def main() -> None:
    """Print the four tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--show", type=int, default=0, help="hits of each kind to print")
    parser.add_argument("--peers", type=Path, help="folder of environments; by default a new one")
    options = parser.parse_args()
    texts = long_rollouts(options.data, options.rows)
    print_costs(texts)
    for name, found in corpora(options.data):
        print_hits(name, found, options.show)
    print_pairs(options.data)
    with tempfile.TemporaryDirectory(prefix="r1data-private-") as folder:
        print_peers(texts, options.peers or Path(folder), Path(folder))


def corpora(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the completions of each public file."""
    yield "r1_distill_open_traces", traces(data)
    yield "r1_math500, r1_distill_qwen7b_math500", [whole(row) for row in solved(data)]
    for name in ("alpaca_5000", "alpaca_zh_1000"):
        rows = json.loads((data / f"general/{name}.json").read_text(encoding="utf-8"))
        yield name, [row["output"] for row in rows]
    rows = json.loads((data / "general/identity.json").read_text(encoding="utf-8"))
    outputs = [row["output"] for row in rows]
    filled = [text.replace("{{name}}", "Qwen").replace("{{author}}", "OpenAI") for text in outputs]
    yield "identity, filled in", filled
    path = data / "general/preference_pairs_en_300.json"
    pairs = json.loads(path.read_text(encoding="utf-8"))
    yield "preference_pairs_en_300", [p[side]["value"] for p in pairs for side in SIDES]
    rows = pl.read_ndjson(data / "general/harmless-base__test.jsonl.gz").iter_rows(named=True)
    yield "harmless-base__test", [row[side].rsplit(TURN, 1)[-1] for row in rows for side in SIDES]


SIDES, TURN = ("chosen", "rejected"), "\n\nAssistant: "


def traces(data: Path) -> list[str]:
    """Return long traces on open questions."""
    return pl.read_parquet(data / "rollouts/r1_distill_open_traces.parquet")["text"].to_list()


def solved(data: Path) -> list[dict[str, str]]:
    """Return completions of DeepSeek-R1 and R1-Distill on MATH-500, taken apart."""
    names = ("r1_math500", "r1_distill_qwen7b_math500")
    files = (data / f"rollouts/{name}.jsonl" for name in names)
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    rows = map(json.loads, lines)
    return [row for row in rows if row["reasoning_trace"] and row["answer_text"]]


def whole(row: dict[str, str]) -> str:
    """Return a completion with its think block."""
    return f"<think>\n{row['reasoning_trace']}\n</think>\n\n{row['answer_text']}"


def long_rollouts(data: Path, num_rows: int) -> list[str]:
    """Return rollouts of 15 kB: reasoning of several, ended as one of them, and its response."""
    rng = random.Random(0)
    bodies = [reasoning for text in traces(data) if (reasoning := part(text).reasoning)]
    ends = solved(data)
    found = []
    for _ in range(num_rows):
        text = ""
        while len(text) < REASONING:
            text += f"{rng.choice(bodies)}\n\n"
        row = rng.choice(ends)
        reasoning = text[:REASONING] + row["reasoning_trace"][-600:]
        found.append(f"<think>\n{reasoning}\n</think>\n\n{row['answer_text'][:RESPONSE]}")
    return found


def print_costs(texts: list[str]) -> None:
    """Print what each signal takes."""
    frame = shown(pl.DataFrame({"completion": texts, "prefill": ""}))
    print(f"{len(texts)} rollouts of {sum(map(len, texts)) / len(texts):,.0f} characters")
    for name in NAMES:
        before = time.process_time()
        measured = SIGNALS[name].measure(frame, Means("think"))
        print(f"  {name:14} {(time.process_time() - before) / len(texts) * 1e3:.3f} ms a rollout")
    print(f"  private data found: {measured['private_spans'].list.len().sum()}")


def print_hits(name: str, texts: list[str], num_shown: int) -> None:
    """Print how many of some completions have a hit of each kind, and some of them."""
    frame = shown(pl.DataFrame({"completion": texts, "prefill": ""}))
    measured = [SIGNALS[signal].measure(frame, Means("think")) for signal in NAMES]
    rows = pl.concat([frame, *measured], how="horizontal")
    hits = {kind: rows.filter(is_hit) for kind, is_hit in HITS.items()}
    counts = ", ".join(f"{kind} {found.height}" for kind, found in hits.items() if found.height)
    print(f"{name}: {len(texts)} completions; {counts or 'no hits'}")
    for kind, found in hits.items():
        for row in found.sample(min(num_shown, found.height), seed=0).iter_rows(named=True):
            print(f"  {kind}: {row['response'][:150]!r} ... {row['response'][-100:]!r}")


def print_pairs(data: Path) -> None:
    """Print what `conclusion` says of pairs of solutions of one problem."""
    lines = (data / "rollouts/qwen_math_100x8.jsonl").read_text(encoding="utf-8").splitlines()
    found: Counter[tuple[str, str]] = Counter()
    for row in map(json.loads, lines):
        for one, other in permutations(range(len(row["code"])), 2):
            is_same = row["pred"][one] == row["pred"][other] or (
                row["score"][one] and row["score"][other]
            )
            said, _ = compare_conclusion(row["code"][one], row["code"][other])
            found["the same answer" if is_same else "another answer", said or "not sure"] += 1
    for (kind, said), count in sorted(found.items()):
        print(f"solutions with {kind}: {said} {count}")


def print_peers(texts: list[str], peers: Path, folder: Path) -> None:
    """Print what two libraries find in texts without private data, and what they take."""
    given, result = folder / "texts.json", folder / "result.json"
    given.write_text(json.dumps(texts), encoding="utf-8")
    for name, package in PACKAGES.items():
        python = peers / name / "bin" / "python"
        if not python.exists():
            venv.create(peers / name, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "-q", package], check=True)
        script = Path(__file__).with_name("private_data_peers.py")
        subprocess.run([python, script, name, given, result], check=True)
        facts = json.loads(result.read_text(encoding="utf-8"))
        milliseconds = facts["cpu_seconds"] / facts["texts"] * 1e3
        print(
            f"{name}: {facts['hits']} hits in {facts['texts']} rollouts, {milliseconds:.1f} ms each"
        )


if __name__ == "__main__":
    main()
