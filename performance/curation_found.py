"""What the curation run found of what was planted, and what each signal takes."""

import time
from collections.abc import Iterator

import polars as pl

from assets.steps.run import Run
from performance.curation_tables import ASKED, GROUP_SIZE, LEAK, ROLLOUTS, TWIN
from performance.curation_texts import EVERY, NEAR, planted
from r1data.curation.duplicates.completions import sketch_completions
from r1data.curation.signals.measure import SIGNALS
from r1data.curation.signals.signal import OF_PROMPTS, Means, shown

SAMPLE = 500
"""Rows on which each signal is measured alone."""
SHOWS = {
    "loop": pl.col("is_looping"),
    "mixed": pl.col("has_mixed_language"),
    "truncated": pl.col("is_truncated"),
    "refusal": pl.col("is_refusal"),
    "self": pl.col("self_names").list.len() > 0,
    "quote": pl.col("is_quoting"),
    "code": pl.col("num_code_blocks") > 0,
}
"""By what a planted fault is known once it is found."""
IS_NEAR = pl.col("duplicate_kind") == "near"
CAN_BE_KEPT = ("near_duplicate", "over_quota")


def signal_costs(run: Run) -> Iterator[str]:
    """Yield a line for each signal: the CPU it takes for a row, in milliseconds."""
    rollouts = run.table(ROLLOUTS).block(0).scan().head(SAMPLE).collect()
    problems = (
        run.table(ASKED).scan().select("prompt_id", *OF_PROMPTS).unique("prompt_id").collect()
    )
    texts = shown(rollouts, problems)
    yield f"{'signal':<30}{'ms/row':>9}"
    yield _cost("what signals are shown", lambda: shown(rollouts, problems))
    for name, signal in SIGNALS.items():
        if name not in ("quality", "tokens"):
            yield _cost(name, lambda signal=signal: signal.measure(texts, Means("think")))
    yield _cost("sketch", lambda: sketch_completions(rollouts, shingle_size=5))


def _cost(name: str, work) -> str:  # noqa: ANN001 - whatever is called without arguments
    began = time.process_time()
    work()
    return f"{name:<30}{1_000 * (time.process_time() - began) / SAMPLE:>9.3f}"


def found(run: Run) -> Iterator[str]:
    """Yield a line for each planted fault: how many rows have it, how many of them were found."""
    rows = _rows(run)
    yield f"{'planted':<30}{'rows':>9}{'found':>9}{'false':>9}"
    sound = rows.filter(pl.col("planted").is_null())
    for kind, is_found in SHOWS.items():
        yield _line(kind, rows.filter(planted=kind), sound, is_found)
    copies, originals = _pairs(rows)
    others = sound.join(originals, on="rollout_id", how="anti")
    yield _line("near duplicates", copies, others, IS_NEAR)
    prompts = run.table(ASKED).scan().select("upstream_row", "drop_reason").collect()
    place = pl.col("upstream_row").cast(pl.Int64) % EVERY
    others = prompts.filter(~place.is_in([LEAK, TWIN - 1, TWIN]))
    leaks, twins = prompts.filter(place == LEAK), prompts.filter(place.is_in([TWIN - 1, TWIN]))
    yield _line("prompts: leaks", leaks, others, pl.col("drop_reason") == "contaminated")
    is_near = pl.col("drop_reason") == "near_duplicate"
    yield _line("prompts: twins, half of them", twins, others, is_near)


def _rows(run: Run) -> pl.DataFrame:
    """Return all that was found out about each rollout, and what was planted in it."""
    numbers = run.table(ROLLOUTS).read(["rollout_id", "file_row"])
    kinds = [planted(int(number)) for number in numbers["file_row"]]
    quoting = run.table("reasoning/contamination").read(["rollout_id"])["rollout_id"].unique()
    decided = run.table("reasoning/selections").read(
        ["rollout_id", "drop_reason", "duplicate_kind"]
    )
    signals = run.table("reasoning/signals").read()
    return (
        numbers.with_columns(planted=pl.Series(kinds, dtype=pl.String))
        .join(signals, on="rollout_id", how="left", maintain_order="left")
        .join(decided, on="rollout_id", how="left", maintain_order="left")
        .with_columns(is_quoting=pl.col("rollout_id").is_in(quoting.implode()))
    )


def _pairs(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a row for each near duplicate that was compared with its original, and the originals.

    Only what could be kept is compared; which of two leaves is the ranking's choice.
    """
    is_compared = pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(CAN_BE_KEPT))
    compared = rows.filter(is_compared).with_columns(number=pl.col("file_row").cast(pl.Int64))
    copies = compared.filter(pl.col("planted").is_in(list(NEAR)))
    originals = compared.with_columns(number=pl.col("number") + GROUP_SIZE)
    both = copies.join(originals, on="number", suffix="_original")
    either = pl.coalesce("duplicate_kind", "duplicate_kind_original")
    having = originals.join(copies, on="number", how="semi").select("rollout_id")
    return both.with_columns(duplicate_kind=either), having


def _line(kind: str, having: pl.DataFrame, sound: pl.DataFrame, is_found: pl.Expr) -> str:
    hits, alarms = (frame.filter(is_found).height for frame in (having, sound))
    return f"{kind:<30}{having.height:>9,}{hits:>9,}{alarms:>9,}"
