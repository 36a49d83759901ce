"""Planted contamination, beside the rules of others: `python -m performance.decontamination`.

Benchmark questions are altered by kind and looked for among clean prompts; rewordings are those
written by hand in `rewordings.jsonl`, and real ones of public prompts, beside prompts that only
look like a question and have its gold answer (`real_pairs.py`). The table shows the share of each
set that a rule finds: for planted sets that is its recall, for clean ones its false positives; ours
beside it with only what drops a prompt by default. Each rule runs in a Python of its own, and
documents a processor-second are counted on texts of 900 words, of which one in a hundred holds a
question; `(tokens)` only cuts these into tokens, as a yardstick. Set POLARS_MAX_THREADS=1 to count
one core.

The questions and prompts are read from a folder (docs/measured.md lists the files).
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from performance.contamination_sets import (
    Planted,
    benchmark_frame,
    boilerplate,
    long_documents,
    planted,
    rewordings,
)
from performance.real_pairs import real_pairs
from r1data.curation.decontamination.find import find_contamination
from r1data.curation.decontamination.index import Index
from r1data.curation.decontamination.settings import Decontamination
from r1data.curation.duplicates.shingles import batches
from r1data.curation.duplicates.tokens import token_hashes
from r1data.prompts.load import load_prompts
from r1data.prompts.sources import Generator, Source
from r1data.records.files import read_files

DATA = Path("../shared/data")
PEERS = {
    "open-r1": (),
    "R1": (),
    "datatrove": ("datatrove[processing]", "orjson", "pyarrow"),
}
"""What each rule takes to install."""
SPEED = "900 words"


def main() -> None:
    """Make the sets, run every rule on each, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--each", type=int, default=300, help="planted prompts of a kind")
    parser.add_argument("--documents", type=int, default=4_000, help="texts of 900 words")
    parser.add_argument("--clean", type=int, default=5_000, help="prompts of a clean set, at most")
    parser.add_argument("--rules", nargs="*", choices=[*PEERS], default=list(PEERS))
    parser.add_argument("--peers", type=Path, help="folder of environments; by default a new one")
    options = parser.parse_args()
    benchmarks = benchmark_frame(options.data / "benchmarks")
    wanted = {**planted(benchmarks, options.each), "reworded, by hand": rewordings()}
    wanted |= real_pairs(options.data)
    texts = {kind: [one.text for one in rows] for kind, rows in wanted.items()}
    texts |= clean_sets(options.data, options.clean)
    texts[SPEED] = documents(options.data, benchmarks, options.documents)
    print(f"{benchmarks.height:,} texts of {benchmarks['benchmark'].n_unique()} benchmarks")
    before = time.process_time()
    for batch in batches(pl.Series(texts[SPEED])):
        token_hashes(batch)
    show("(tokens)", SPEED, len(texts[SPEED]), 0.0, time.process_time() - before)
    for kind, (found, dropped, right, seconds) in ours(benchmarks, texts, wanted).items():
        show("ours", kind, len(texts[kind]), found, seconds, f", {dropped:.2%} dropped{right}")
    with tempfile.TemporaryDirectory(prefix="r1data-decon-") as folder:
        given = Path(folder, "given.json")
        given.write_text(json.dumps(as_document(benchmarks, texts)), encoding="utf-8")
        for name in options.rules:
            facts = run_peer(name, options.peers or Path(folder, "peers"), given)
            for kind, fact in facts.items():
                share = sum(fact["found"]) / len(texts[kind])
                show(name, kind, len(texts[kind]), share, fact["cpu_seconds"])


def show(name: str, kind: str, count: int, share: float, seconds: float, more: str = "") -> None:
    """Print one row of the table."""
    speed = f"{count / max(seconds, 1e-9):8,.0f} a CPU-second"
    print(f"{name:<10} {kind:<22} {count:6,} texts, {speed}, {share:.2%} found{more}", flush=True)


def ours(
    benchmarks: pl.DataFrame, texts: dict[str, list[str]], wanted: dict[str, list[Planted]]
) -> dict[str, tuple[float, float, str, float]]:
    """Return, of each set, the share found, the share dropped, who was found, and seconds."""
    index = Index.of(benchmarks).weighed(
        [pl.Series(texts[kind]) for kind in texts if kind not in wanted]
    )
    facts = {}
    for kind, these in texts.items():
        before = time.process_time()
        found = find_contamination(pl.Series(these), index)
        seconds = time.process_time() - before
        dropped = found.filter(Decontamination().drops())
        right = f", {named(found, wanted[kind]):.2%} by its own row" if kind in wanted else ""
        if kind in wanted:
            right += f" ({', '.join(f'{k} {n}' for k, n in kinds_of(found))})"
        facts[kind] = (
            found["row"].n_unique() / len(these),
            dropped["row"].n_unique() / len(these),
            right,
            seconds,
        )
    return facts


def named(found: pl.DataFrame, rows: Sequence[Planted]) -> float:
    """Return the share of planted prompts for which their own question is named."""
    pairs = set(found.select("row", "benchmark", "benchmark_row").iter_rows())
    right = sum((at, one.benchmark, one.row) in pairs for at, one in enumerate(rows))
    return right / len(rows)


def kinds_of(found: pl.DataFrame) -> list[tuple[str, int]]:
    """Return how many prompts have which kind, the gravest of each."""
    first = found.unique("row", keep="first", maintain_order=True)
    return list(first.group_by("kind").len().sort("len", descending=True).iter_rows())


def clean_sets(data: Path, most: int) -> dict[str, list[str]]:
    """Return prompts that repeat no benchmark, by set."""
    rng = random.Random("clean")
    gsm8k = [str(one["question"]) for one in _records(data / "prompts/gsm8k_train.jsonl")]
    alpaca = [
        f"{one['instruction']}\n\n{one['input']}".strip()
        for one in _records(data / "general/alpaca_5000.json")
    ]
    generated = [
        text
        for task in ("chain_sum", "gcd", "basic_arithmetic", "simple_equations")
        for text in generated_problems(task, most // 4)
    ]
    return {
        "clean: gsm8k train": gsm8k[:most],
        "clean: alpaca": alpaca[:most],
        "clean: generated": generated,
        "only boilerplate": boilerplate(rng, 1_000),
    }


def generated_problems(task: str, count: int) -> list[str]:
    """Return problems that reasoning-gym makes."""
    source = Source(generator=Generator(task=task, size=count))
    return [text for frame in load_prompts(task, source) for text in frame["problem"]]


def documents(data: Path, benchmarks: pl.DataFrame, count: int) -> list[str]:
    """Return texts of about 900 words, of which one in a hundred holds a question."""
    rng = random.Random("documents")
    traces = pl.read_parquet(data / "rollouts/r1_distill_open_traces.parquet")["text"].to_list()
    found = long_documents(rng, traces, count)
    questions = benchmarks.filter(part="question")["text"]
    for place in range(0, count, 100):
        found[place] += f"\n{rng.choice(questions)}\n{rng.choice(traces)[:500]}"
    return found


def as_document(benchmarks: pl.DataFrame, texts: dict[str, list[str]]) -> dict[str, object]:
    """Return what a peer is given."""
    parts = {
        part: benchmarks.filter(part=part)["text"].to_list() for part in ("question", "solution")
    }
    return {"questions": parts["question"], "solutions": parts["solution"], "texts": texts}


def run_peer(name: str, peers: Path, given: Path) -> dict:  # type: ignore[type-arg]
    """Run the rule of others on all sets; what fails is said and has no facts."""
    python = python_of(name, peers)
    result = given.with_name(f"{name}.json")
    peer = str(Path(__file__).with_name("decontamination_peers.py"))
    command = [python, peer, name, str(given), str(result)]
    finished = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        print(f"{name} failed: {finished.stderr[-300:]}")
        return {}
    return dict(json.loads(result.read_text(encoding="utf-8")))


def python_of(name: str, peers: Path) -> str:
    """Return the Python of a rule's environment, which is made where it is missing."""
    if not PEERS[name]:
        return sys.executable
    python = peers / name / "bin" / "python"
    if not python.exists():
        venv.create(peers / name, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS[name]], check=True)
    return str(python)


def _records(path: Path) -> list[dict[str, object]]:
    return [record for _, record in read_files([path]) if isinstance(record, dict)]


if __name__ == "__main__":
    main()
