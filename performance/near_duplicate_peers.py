"""One library's near duplicates of a set, run by that library's own Python, in its own environment.

`python performance/near_duplicate_peers.py NAME SET.parquet RESULT.json`: of r1data it imports
nothing. All peers get 5-token shingles, 112 hashes and 14 bands of 8 (a threshold of about 0.72),
and tokens cut at white space or, for Chinese, each character, where they can be told.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

SIZE, NUM_HASHES, NUM_BANDS, ROWS = 5, 112, 14, 8
THRESHOLD = 0.7


def main() -> None:
    """Run a library on a set; write the rows it drops, and what that took."""
    name, path, result = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    find = PEERS[name]()
    before = cpu_seconds()
    dropped = find(path)
    facts = {"dropped": sorted(dropped), "cpu_seconds": cpu_seconds() - before, "mib": peak_mib()}
    result.write_text(json.dumps(facts), encoding="utf-8")


def cpu_seconds() -> float:
    """Return the processor time of this process and of the children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_mib() -> float:
    """Return the largest resident memory of this process or of a child.

    What the kernel says of a process itself counts what its parent held when it began.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    own = int(status.partition("VmHWM:")[2].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts of a set, lower case."""
    for batch in pq.ParquetFile(path).iter_batches(columns=["text"]):
        for text in batch.column(0).to_pylist():
            yield text.lower()


def tokens(text: str) -> list[str]:
    """Return words, or characters where there are no spaces."""
    return text.split() if text.isascii() else list(text.replace(" ", ""))


def shingles(text: str) -> list[str]:
    """Return every five tokens in a row."""
    found = tokens(text)
    return [" ".join(found[place : place + SIZE]) for place in range(len(found) - SIZE + 1)]


def kept_first(groups: Iterable[tuple[int, Iterable[int]]], num_rows: int) -> set[int]:
    """Return all but the first row of each connected group: a union of rows with their mates."""
    parents = list(range(num_rows))

    def root(row: int) -> int:
        while parents[row] != row:
            parents[row] = parents[parents[row]]
            row = parents[row]
        return row

    for row, mates in groups:
        for mate in mates:
            one, other = sorted((root(row), root(mate)))
            parents[other] = one
    return {row for row in range(num_rows) if root(row) != row}


def rensa():  # noqa: ANN201 - a peer is a function from a set to the rows it drops
    """The library rensa: RMinHash of sets of shingles, and its index."""
    from rensa import RMinHash, RMinHashLSH

    def find(path: Path) -> set[int]:
        index, hashes = RMinHashLSH(THRESHOLD, NUM_HASHES, NUM_BANDS), []
        for text in texts_of(path):
            one = RMinHash(NUM_HASHES, 42)
            one.update(shingles(text))
            index.insert(len(hashes), one)
            hashes.append(one)
        mates = ((row, index.query(one)) for row, one in enumerate(hashes))
        return kept_first(mates, len(hashes))

    return find


def datasketch():  # noqa: ANN201
    """The library datasketch: MinHash in batches, and its index."""
    from datasketch import MinHash, MinHashLSH

    def find(path: Path) -> set[int]:
        index, hashes = MinHashLSH(num_perm=NUM_HASHES, params=(NUM_BANDS, ROWS)), []
        for text in texts_of(path):
            one = MinHash(num_perm=NUM_HASHES)
            one.update_batch([shingle.encode() for shingle in shingles(text)])
            index.insert(len(hashes), one)
            hashes.append(one)
        mates = ((row, index.query(one)) for row, one in enumerate(hashes))
        return kept_first(mates, len(hashes))

    return find


def text_dedup():  # noqa: ANN201
    """The command of text-dedup, whose tokens are runs of letters."""
    import subprocess

    def find(path: Path) -> set[int]:
        with tempfile.TemporaryDirectory() as folder:
            asked = {
                "path": "parquet",
                "data_files": str(path),
                "split": "train",
                "column": "text",
                "idx_column": "id",
                "output": f"{folder}/out",
                "cache_dir": f"{folder}/cache",
                "ngram": SIZE,
                "num_perm": NUM_HASHES,
                "b": NUM_BANDS,
                "r": ROWS,
                "hash_func": "xxh3",
                "num_proc": 1,
                "min_length": 1,
                "batch_size": 1000,
            }
            options = [part for key, of in asked.items() for part in (f"--{key}", str(of))]
            command = [sys.executable, "-m", "text_dedup.minhash", *options]
            subprocess.run(command, check=True, capture_output=True)
            from datasets import load_from_disk

            kept = {int(row) for row in load_from_disk(f"{folder}/out")["id"]}
        return set(range(pq.ParquetFile(path).metadata.num_rows)) - kept

    return find


def data_juicer():  # noqa: ANN201
    """The operator of data-juicer, told to cut at spaces or at characters."""
    from data_juicer.ops.deduplicator.document_minhash_deduplicator import (
        DocumentMinhashDeduplicator,
    )
    from datasets import load_dataset

    def find(path: Path) -> set[int]:
        is_spaced = next(texts_of(path)).isascii()
        operator = DocumentMinhashDeduplicator(
            tokenization="space" if is_spaced else "character",
            window_size=SIZE,
            num_permutations=NUM_HASHES,
            num_bands=NUM_BANDS,
            num_rows_per_band=ROWS,
            jaccard_threshold=THRESHOLD,
        )
        with tempfile.TemporaryDirectory() as cache:
            rows = load_dataset("parquet", data_files=str(path), split="train", cache_dir=cache)
            hashed = rows.map(operator.compute_hash)
            kept = {int(row) for row in operator.process(hashed)[0]["id"]}
        return set(range(pq.ParquetFile(path).metadata.num_rows)) - kept

    return find


def datatrove():  # noqa: ANN201
    """The four stages of datatrove, with a tokenizer that cuts at spaces or at characters."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import minhash
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers.jsonl import JsonlWriter
    from datatrove.utils.word_tokenizers import WordTokenizer

    class Spaces(WordTokenizer):
        def word_tokenize(self, text: str) -> list[str]:
            return tokens(text)

        def sent_tokenize(self, text: str) -> list[str]:
            return [text]

        def span_tokenize(self, text: str) -> list[tuple[int, int]]:
            return [(0, len(text))]

    minhash.load_word_tokenizer = lambda *_, **__: Spaces()

    def find(path: Path) -> set[int]:
        config = minhash.MinhashConfig(n_grams=SIZE, num_buckets=NUM_BANDS, hashes_per_bucket=ROWS)
        with tempfile.TemporaryDirectory() as folder:
            given = Path(folder, "given")
            given.mkdir()
            (given / "set.parquet").symlink_to(path.resolve())
            reader = ParquetReader(str(given), text_key="text", id_key="id")
            signed, paired, named, left = (f"{folder}/{name}" for name in "1234")
            stages = [
                [reader, minhash.MinhashDedupSignature(signed, config=config)],
                [minhash.MinhashDedupBuckets(signed, paired, config=config)],
                [minhash.MinhashDedupCluster(paired, named, config=config)],
                [reader, minhash.MinhashDedupFilter(named), JsonlWriter(left, compression=None)],
            ]
            for stage, tasks in zip(stages, (1, NUM_BANDS, 1, 1), strict=True):
                LocalPipelineExecutor(
                    stage, tasks=tasks, workers=1, logging_dir=f"{folder}/logs-{tasks}-{len(stage)}"
                ).run()
            lines = (line for file in Path(left).glob("*") for line in file.open())
            kept = {int(json.loads(line)["id"]) for line in lines}
        return set(range(pq.ParquetFile(path).metadata.num_rows)) - kept

    return find


PEERS = {
    "rensa": rensa,
    "datasketch": datasketch,
    "text-dedup": text_dedup,
    "data-juicer": data_juicer,
    "datatrove": datatrove,
}


if __name__ == "__main__":
    main()
