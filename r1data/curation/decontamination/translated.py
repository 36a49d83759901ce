"""Translated problems: those near a benchmark's by their vectors, in another language."""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from r1data.curation.decontamination.settings import LEAST_COSINE
from r1data.curation.duplicates.exact import asked_texts
from r1data.curation.duplicates.guards import numbers
from r1data.curation.duplicates.similarities import BLOCK_ROWS, Half, Pairs, similarities
from r1data.curation.language.identification import identify_language
from r1data.curation.language.names import language_code
from r1data.tables import Contaminations, Prompts

WITHOUT_NUMBERS = 0.9
"""The cosine of problems that name no numbers, which nothing else tells apart; ours too."""
COLUMNS = ("source", "upstream_row", "prompt_id", "problem", "choices", "language")
KEYS = ("row", "benchmark", "benchmark_row")


def translated_prompts(
    prompts: Iterable[pl.DataFrame],
    vectors: Half,
    benchmarks: Iterable[pl.DataFrame],
    benchmark_vectors: Half,
    known: pl.DataFrame,
) -> pl.DataFrame:
    """Return a row of `Contaminations` for each prompt that says a benchmark's in another language.

    Both must be of known languages that differ and name the same numbers, and the cosine of their
    vectors reaches `LEAST_COSINE`, or `WITHOUT_NUMBERS`. The spans are the whole texts.

    Args:
        prompts: The shards of a table of prompts, with `COLUMNS`.
        vectors: Of its rows, in their order; all zeros where there is none.
        benchmarks: The shards of the table of benchmark problems.
        benchmark_vectors: Of its rows.
        known: `KEYS` of the pairs that were found by their words: they are not found again.
    """
    nothing = Prompts.create_empty().select(COLUMNS)
    theirs = _read(pl.concat([nothing, *(frame.select(COLUMNS) for frame in benchmarks)]))
    found: list[pl.DataFrame] = [Contaminations.create_empty()]
    start = 0
    for block in _blocks(prompts):
        own = vectors[start : start + block.height]
        start += block.height
        if own.any() and benchmark_vectors.any():
            pairs = similarities(own, benchmark_vectors, LEAST_COSINE)
            found.append(_translations(block, theirs, pairs))
    return pl.concat(found).join(known, on=KEYS, how="anti", maintain_order="left")


def _blocks(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield few rows at a time: so many pairs are held before their languages are known."""
    for frame in frames:
        yield from frame.select(COLUMNS).iter_slices(BLOCK_ROWS)


def _translations(block: pl.DataFrame, theirs: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
    """Return rows of `Contaminations` for the pairs that say the same in two languages."""
    places = np.unique(pairs.ours)
    ours = _read(block[places]).with_columns(place=pl.Series(places, dtype=pl.Int64))
    near = pl.DataFrame({"place": pairs.ours, "theirs": pairs.theirs, "score": pairs.similarities})
    found = (
        near.join(ours, on="place")
        .join(theirs, left_on="theirs", right_on="place", suffix="_theirs")
        .filter(
            pl.col("numbers") == pl.col("numbers_theirs"),
            pl.col("language") != pl.col("language_theirs"),
            (pl.col("numbers") != "") | (pl.col("score") >= WITHOUT_NUMBERS),
        )
        .sort("place", "theirs")
        .with_columns(
            row=pl.format("{}/{}", "source", "upstream_row"),
            benchmark="source_theirs",
            benchmark_row="upstream_row_theirs",
            rollout_id=pl.lit(None, pl.String),
            part=pl.lit("question"),
            kind=pl.lit("translated"),
            spans="span",
            benchmark_spans="span_theirs",
        )
    )
    columns = Contaminations.create_empty().schema
    return found.select(pl.col(name).cast(dtype) for name, dtype in columns.items())


def _read(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with their places, their languages and their numbers."""
    texts = asked_texts(rows)
    stated = zip(rows["language"], texts, strict=True)
    languages = [language_code(said or "") or identify_language(text) for said, text in stated]
    whole = pl.struct(start=pl.lit(0, pl.Int32), end=texts.str.len_chars().cast(pl.Int32))
    return rows.select(
        *("source", "upstream_row", "prompt_id"),
        place=pl.int_range(pl.len(), dtype=pl.Int64),
        language=pl.Series(languages, dtype=pl.String),
        numbers=pl.Series([" ".join(numbers(text)) for text in texts], dtype=pl.String),
        span=pl.concat_list(whole),
    )
