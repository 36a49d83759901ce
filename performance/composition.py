"""The cost of composing a mixture: quotas, a held-out split, rows, token counts, an export.

    python -m performance.composition --rows 200000 --data ../shared/data

Quotas are measured on keys made here, the held-out split on the public problems of DeepScaleR, the
rest on 4,000 rows of 15 kB made of public reasoning; each as processor time a row.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from r1data.curation.duplicates.near import NearMatch
from r1data.curation.duplicates.twins import find_twins, read_problems
from r1data.mixture.composition import count_quotas, select_rows
from r1data.mixture.conversations import RowForm, to_conversations
from r1data.mixture.export import Release, export_mixture
from r1data.mixture.held_out import HeldOut, choose_held_out
from r1data.mixture.paper import DOMAINS
from r1data.mixture.quotas import MixtureQuotas
from r1data.mixture.statistics import token_statistics
from r1data.mixture.token_counts import count_tokens, sizes
from r1data.policies.templates import Template
from r1data.seeds import content_id
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.store.table import Table
from r1data.tables import Mixtures

NUM_LONG = 4_000
CHARS = 15_000
PROBLEM_COLUMNS = ("system_message", "earlier_turns", "licence", "is_unverified", "other_columns")


def main() -> None:
    """Print the milliseconds of a processor for each row, part by part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    _quotas(options.rows)
    _held_out(options.data)
    with tempfile.TemporaryDirectory() as folder:
        _rows(options.data, Path(folder))


def _timed(what: str, num_rows: int, function: Callable[[], object]) -> None:
    began = time.process_time()
    function()
    spent = time.process_time() - began
    print(f"{what}: {spent / num_rows * 1e3:.4f} ms a row, {num_rows:,} rows")


def _quotas(num_rows: int) -> None:
    numbers = range(num_rows)
    rows = pl.DataFrame(
        {
            "rollout_id": [content_id(number) for number in numbers],
            "prompt_id": [content_id("prompt", number // 2) for number in numbers],
            "domain": [DOMAINS[number % len(DOMAINS)] for number in numbers],
            "source": [f"source_{number % 20}" for number in numbers],
        }
    )
    quotas = MixtureQuotas(total=num_rows // 2)

    def decide() -> None:
        count_quotas(select_rows(rows, quotas, "sft"), quotas, None, "sft")

    _timed("quotas", num_rows, decide)


def _held_out(data: Path) -> None:
    paths = sorted(data.glob("prompts/deepscaler_level_*.json"))
    rows = [row["prompt"] for path in paths for row in json.loads(path.read_text("utf-8"))]
    frame = pl.DataFrame({"prompt_id": map(str, range(len(rows))), "problem": rows})
    frame = frame.with_columns(choices=pl.lit(None, pl.List(pl.String)))

    def read() -> list[pl.DataFrame]:
        return list(frame.iter_slices(2_000))

    match = NearMatch()

    def hold_out() -> None:
        problems = read_problems(read, match)

        def twins(chosen: object) -> set[str]:
            return find_twins(problems, chosen, read, match)  # type: ignore[arg-type]

        choose_held_out(frame["prompt_id"].to_list(), twins, HeldOut(share=0.01), "sft")

    _timed("held out", len(rows), hold_out)
    alike = find_twins(read_problems(read, match), frame["prompt_id"], read, match)
    print(f"problems that are nearly another, whatever their numbers: {len(alike):,}")


def _rows(data: Path, folder: Path) -> None:
    rollouts, prompts = _long_rows(data)
    made: list[pl.DataFrame] = []

    def convert() -> None:
        turned = to_conversations(
            rollouts, prompts, form=RowForm(Template()), dataset="sft", first_row=0
        )
        made.append(turned)

    _timed("rows for TRL", NUM_LONG, convert)
    tables: list[Table] = []
    _timed("written", NUM_LONG, lambda: tables.append(_written(made[0], folder)))
    (table,) = tables

    def count() -> None:
        rows = sizes(table.scan()).collect(engine="streaming")
        token_statistics(count_tokens(rows, []), 32_768, "sft")

    _timed("token statistics", NUM_LONG, count)
    _timed("export", NUM_LONG, lambda: export_mixture(Release(table, ""), folder / "out"))


def _long_rows(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    traces = pl.read_parquet(data / "rollouts/r1_distill_open_traces.parquet")
    texts = max(
        (traces[name].drop_nulls() for name, kind in traces.schema.items() if kind == pl.String),
        key=lambda column: column.str.len_chars().sum(),
    ).to_list()
    joined = [
        "".join(texts[(number * step + step) % len(texts)] for step in (1, 7, 13))[:CHARS]
        for number in range(NUM_LONG)
    ]
    ids = [f"{number:032x}" for number in range(NUM_LONG)]
    empty = {"metadata": None, "file_outcome": None, "collection": None, "prefill": ""}
    rollouts = pl.DataFrame({"rollout_id": ids, "prompt_id": ids, "completion": joined, **empty})
    nothing = dict.fromkeys(PROBLEM_COLUMNS)
    named = {"problem": "1 + 1?", "source": "ours", "domain": "math"}
    return rollouts, pl.DataFrame({"prompt_id": ids, **named, **nothing})


def _written(mixture: pl.DataFrame, folder: Path) -> Table:
    spec = TableSpec("sft/sft_mixture", Mixtures, 1)
    with Store(folder / "data").writing(spec, fingerprints([spec])[spec.key], {}) as writer:
        for block, frame in enumerate(mixture.iter_slices(2_000)):
            writer.write(block, frame)
        return writer.finish()


if __name__ == "__main__":
    main()
