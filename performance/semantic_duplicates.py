"""Semantic duplicates by a real embedding: `python -m performance.semantic_duplicates`.

It needs the extra `embedding` and a sentence-transformers model. Pairs written by hand
(`paraphrases.jsonl`: a problem, the same in other words, and another one that looks like it) tell
the recall and how many other problems are taken for the same, at each threshold, with the guards
and without them. Public prompts, if a folder of them is given, tell how many duplicates are found
there; the least similar are printed, to be read. Random vectors tell what the search costs.
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from r1data.curation.duplicates.exact import answer_spelling, text_hash
from r1data.curation.duplicates.guards import guards, numbers
from r1data.curation.duplicates.similarities import match_vectors
from r1data.curation.embeddings import Embed, Embedding, load_embedding
from r1data.seeds import canonical_json

PAIRS = Path(__file__).with_name("paraphrases.jsonl")
THRESHOLDS = (0.95, 0.9, 0.85, 0.8, 0.7)
PUBLIC = (
    ("gsm8k_train.jsonl", "question", "answer"),
    ("deepscaler_level_1.json", "prompt", "answer"),
    ("deepscaler_level_3.json", "prompt", "answer"),
)


def main() -> None:
    """Measure the pairs, the public prompts and the search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="a folder with the model")
    parser.add_argument("--prompts", type=Path, help="a folder with public prompts")
    parser.add_argument("--rows", type=int, default=2_000, help="public prompts a file")
    parser.add_argument("--vectors", type=int, default=20_000, help="random vectors of one group")
    options = parser.parse_args()
    embed = load_embedding(Embedding(model=options.model))
    measure_pairs(embed)
    if options.prompts:
        measure_public(embed, list(problems(options.prompts, options.rows)))
    measure_search(options.vectors)


def measure_pairs(embed: Embed) -> None:
    """Print recall and false matches of the hand-written pairs."""
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    vectors = {
        name: normed(embed([row[name] for row in rows]))
        for name in ("problem", "reworded", "altered")
    }
    print(f"{len(rows)} problems, each with the same in other words and with another like it")
    for other in ("reworded", "altered"):
        cosines = (vectors["problem"] * vectors[other]).sum(axis=1)
        same = {
            kind: np.array([read(row["problem"]) == read(row[other]) for row in rows])
            for kind, read in (("numbers", numbers), ("guards", guards))
        }
        for threshold in THRESHOLDS:
            found = cosines >= threshold
            shares = ", ".join(
                f"same {kind} {(found & one).mean():.1%}" for kind, one in same.items()
            )
            print(f"{other}, cosine {threshold}: {found.mean():.1%}, {shares}")


def measure_public(embed: Embed, rows: Sequence[tuple[str, str]]) -> None:
    """Print how many public prompts are duplicates, and the least similar of them."""
    texts, golds = [text for text, _ in rows], [answer_spelling(gold) for _, gold in rows]
    began = time.process_time()
    vectors = normed(embed(texts)).astype(np.float16)
    seconds = time.process_time() - began
    print(f"{len(texts)} prompts embedded, {len(texts) / seconds:.0f} a processor-second")
    none = np.zeros(len(texts), np.uint64)
    with_gold = hashes((gold, *numbers(text)) for text, gold in zip(texts, golds, strict=True))
    without = hashes(tuple(guards(text)) for text in texts)
    for kind, groups in (("gold answers and numbers", with_gold), ("guards alone", without)):
        for threshold in THRESHOLDS:
            matches = match_vectors(vectors, groups, none, threshold)
            found = np.flatnonzero(matches.kept >= 0)
            print(f"same {kind}, cosine {threshold}: {len(found)} duplicates")
        for row in found[np.argsort(matches.similarities[found])][:40]:
            kept = texts[matches.kept[row]]
            print(f"  {matches.similarities[row]:.3f} {texts[row]!r}\n      = {kept!r}")


def hashes(keys: Iterable[tuple[str, ...]]) -> np.ndarray:
    """Return a number for each key, equal where the keys are."""
    return np.fromiter((text_hash(canonical_json(key)) for key in keys), np.uint64)


def measure_search(num_vectors: int) -> None:
    """Print what it costs to compare all vectors of one group."""
    random = np.random.default_rng(1)
    vectors = normed(random.normal(size=(num_vectors, 384)).astype(np.float32)).astype(np.float16)
    none = np.zeros(num_vectors, np.uint64)
    began = time.process_time()
    match_vectors(vectors, none, none, 0.9)
    seconds = time.process_time() - began
    pairs = num_vectors**2 / 2
    print(f"{num_vectors} vectors of one group: {pairs / seconds / 1e6:.0f} million pairs a second")


def problems(folder: Path, num_rows: int) -> Iterator[tuple[str, str]]:
    """Yield the problems of some public files with their gold answers."""
    for name, problem, gold in PUBLIC:
        text = (folder / name).read_text(encoding="utf-8")
        rows = json.loads(text) if name.endswith(".json") else map(json.loads, text.splitlines())
        for _, row in zip(range(num_rows), rows, strict=False):
            yield row[problem], str(row[gold]).rpartition("####")[2].strip()


def normed(vectors: np.ndarray) -> np.ndarray:
    """Return vectors of length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
