"""Planted near duplicates, beside five libraries: `python -m performance.near_duplicates`.

Each library runs on the same set in an environment of its own, made with `venv` under `--peers`
(names that are not installed there are installed, and those that cannot be are named). The table
shows documents a processor-second, reading included; precision, the share of dropped rows that are
copies, whichever row of a cluster was kept; recall, the share of planted copies with a true
similarity of 0.7 or more that were dropped; and peak memory. All are asked for the threshold 0.7;
prompts are compared as texts by all, and by us as prompts too, whose facts must be the same.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from performance.near_duplicate_peers import THRESHOLD, cpu_seconds, peak_mib, shingles
from performance.near_duplicate_sets import KINDS, ROWS_PER_GROUP, write_set
from r1data.curation.duplicates.exact import duplicate_keys, mark_exact
from r1data.curation.duplicates.near import Candidates, NearMatch, find_near
from r1data.curation.duplicates.problems import mark_near, sketch_problems
from r1data.curation.duplicates.sketches import sketch
from r1data.curation.duplicates.tokens import Flags
from r1data.tables import Prompts

PACKAGES = {
    "rensa": ("rensa", "pyarrow"),
    "datasketch": ("datasketch", "pyarrow"),
    "text-dedup": ("text-dedup", "pyarrow"),
    "data-juicer": ("py-data-juicer", "aiohttp", "pyarrow"),
    "datatrove": ("datatrove[processing]", "orjson", "pyarrow"),
}
"""What each library takes to install."""
OURS, OURS_PROMPTS = "ours", "ours, as prompts"
Numbers = npt.NDArray[np.int64]
SETTINGS = NearMatch(threshold=THRESHOLD)


def main() -> None:
    """Write the sets, run every library on each, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS))
    parser.add_argument("--libraries", nargs="+", default=[OURS, OURS_PROMPTS, *PACKAGES])
    parser.add_argument("--peers", type=Path, help="folder of environments; by default a new one")
    parser.add_argument("--own", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.own:
        run_own(options.own[0], Path(options.own[1]), Path(options.own[2]))
        return
    with tempfile.TemporaryDirectory(prefix="r1data-near-") as folder:
        peers = options.peers or Path(folder) / "peers"
        pythons = {name: found for name in options.libraries if (found := python_of(name, peers))}
        for kind in options.kinds:
            path = Path(folder) / f"{kind}.parquet"
            write_set(kind, options.rows, path)
            compare(kind, path, pythons)


def python_of(name: str, peers: Path) -> str | None:
    """Return the Python of a library's environment, made where it is missing; None if it fails."""
    if name not in PACKAGES:
        return sys.executable
    python = peers / name / "bin" / "python"
    if not python.exists():
        venv.create(peers / name, with_pip=True)
        command = [str(python), "-m", "pip", "install", "-q", *PACKAGES[name]]
        if subprocess.run(command, check=False).returncode:
            print(f"{name} does not install")
            return None
    return str(python)


def compare(kind: str, path: Path, pythons: dict[str, str]) -> None:
    """Print the rows of the table for one set."""
    rows = pl.read_parquet(path)
    copies = np.flatnonzero(rows.select(pl.col("truth") != pl.int_range(pl.len())).to_series())
    near = [row for row in copies.tolist() if similarity(rows, row) >= THRESHOLD]
    print(f"{kind}: {len(rows):,} texts, {len(copies):,} copies, {len(near):,} of them at 0.7")
    for name, python in pythons.items():
        if name == OURS_PROMPTS and kind != "short":
            continue
        found = run(name, python, path)
        if found is None:
            print(f"  {name:<17} failed", flush=True)
            continue
        precision, recall = quality(rows["truth"].to_numpy(), np.array(near), found["dropped"])
        print(
            f"  {name:<17} {len(rows) / found['cpu_seconds']:8,.0f} a CPU-second, "
            f"precision {precision:.4f}, recall {recall:.4f}, {found['mib']:6,.0f} MiB",
            flush=True,
        )


def quality(truth: Numbers, near: Numbers, dropped: list[int]) -> tuple[float, float]:
    """Return precision and recall, by cluster: which row of a cluster stays is left open."""
    sizes, wanted, gone = (
        np.bincount(truth[numbers], minlength=len(truth))
        for numbers in (np.arange(len(truth)), near, np.array(dropped, np.int64))
    )
    right, found = np.minimum(gone, sizes - (sizes > 0)).sum(), np.minimum(gone, wanted).sum()
    return right / max(1, len(dropped)), found / max(1, len(near))


def similarity(rows: pl.DataFrame, row: int) -> float:
    """Return the Jaccard index of a copy and its original, as sets of shingles of strings.

    Letters and digits count; a copy that only looks otherwise has 1.
    """
    one, other = (
        set(shingles(" ".join(_plain(rows["text"][number]))) or _plain(rows["text"][number]))
        for number in (row, rows["truth"][row])
    )
    return len(one & other) / len(one | other)


def _plain(text: str) -> list[str]:
    kept = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return kept.split() if kept.isascii() else list(kept.replace(" ", ""))


def run(name: str, python: str, path: Path) -> dict | None:  # type: ignore[type-arg]
    """Run a library on a set; return what it found, None if it failed."""
    result = path.with_suffix(".json")
    result.unlink(missing_ok=True)
    peer = str(Path(__file__).with_name("near_duplicate_peers.py"))
    own = [python, "-m", "performance.near_duplicates", "--own", name, str(path), str(result)]
    command = [python, peer, name, str(path), str(result)] if name in PACKAGES else own
    finished = subprocess.run(command, check=False, capture_output=True, text=True, env=one_core())
    if finished.returncode:
        print(finished.stderr[-500:])
        return None
    return json.loads(result.read_text(encoding="utf-8"))


def one_core() -> dict[str, str]:
    """Return an environment in which libraries start no more threads than there is work for."""
    return os.environ | {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}


def run_own(name: str, path: Path, result: Path) -> None:
    """Find near duplicates with our own code, and write what a peer would."""
    before = cpu_seconds()
    dropped = (among_prompts if name == OURS_PROMPTS else among_texts)(path)
    facts = {"dropped": dropped, "cpu_seconds": cpu_seconds() - before, "mib": peak_mib()}
    result.write_text(json.dumps(facts), encoding="utf-8")


def among_texts(path: Path) -> list[int]:
    """Return the rows that are near duplicates as texts, the earlier rows being the better."""
    bands = np.concatenate([sketch(texts, SETTINGS.shingle_size) for texts in blocks(path)])

    def read(wanted: Flags) -> Iterator[Candidates]:
        for number, texts in enumerate(blocks(path)):
            start = number * ROWS_PER_GROUP
            chosen = np.flatnonzero(wanted[start : start + len(texts)])
            yield Candidates(chosen + start, texts.gather(chosen))

    order = np.arange(len(bands))
    return np.flatnonzero(find_near(bands, order, read, SETTINGS).kept >= 0).tolist()


def among_prompts(path: Path) -> list[int]:
    """Return the rows that are duplicates as prompts, exact ones too: facts must be the same."""
    frames = [_prompts(texts, number) for number, texts in enumerate(blocks(path))]
    keys = pl.concat([duplicate_keys(frame) for frame in frames])
    golds = frames[0].select("prompt_id", "gold_answer").clear()
    marked = mark_exact(keys, duplicate_keys(Prompts.create_empty()), golds)
    bands = np.concatenate([sketch_problems(frame, SETTINGS) for frame in frames])
    near = mark_near(marked, bands, lambda: frames, SETTINGS)
    return near["drop_reason"].is_not_null().arg_true().to_list()


def _prompts(texts: pl.Series, number: int) -> pl.DataFrame:
    empty = Prompts.create_empty()
    start = number * ROWS_PER_GROUP
    rows = pl.DataFrame({"problem": texts}).with_row_index("upstream_row", offset=start)
    given = rows.with_columns(
        pl.col("upstream_row").cast(pl.String),
        prompt_id=pl.col("problem").str.replace_all(r"\s+", " "),
        **{name: pl.lit("planted") for name in ("source", "revision", "domain")},
    )
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in empty.schema.items()
        if name not in given.columns
    ]
    return given.with_columns(missing).select(empty.columns)


def blocks(path: Path) -> Iterator[pl.Series]:
    """Yield the texts of a set, one group of rows in memory at a time."""
    texts = pl.scan_parquet(path).select("text")
    for start in range(0, texts.select(pl.len()).collect().item(), ROWS_PER_GROUP):
        yield texts.slice(start, ROWS_PER_GROUP).collect()["text"]


if __name__ == "__main__":
    main()
