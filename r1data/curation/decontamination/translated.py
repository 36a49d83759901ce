"""Translated problems: those near a benchmark's by their vectors, in another language."""

from collections.abc import Iterable, Iterator

import polars as pl

from r1data.curation.duplicates.exact import asked_texts
from r1data.curation.duplicates.guards import numbers
from r1data.curation.duplicates.similarities import Half, similarities
from r1data.curation.language.identification import identify_language
from r1data.tables import Contaminations, Prompts

LEAST_COSINE = 0.8
"""The cosine of two vectors from which on two problems can say the same: ours, and not measured,
since no model that knows several languages was at hand."""
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
    vectors reaches `LEAST_COSINE`. The spans are the whole texts.

    Args:
        prompts: The shards of a table of prompts, with `COLUMNS`.
        vectors: Of its rows, in their order; all zeros where there is none.
        benchmarks: The shards of the table of benchmark problems.
        benchmark_vectors: Of its rows.
        known: `KEYS` of the pairs that were found by their words: they are not found again.
    """
    pairs = similarities(vectors, benchmark_vectors, LEAST_COSINE)
    near = pl.DataFrame({"place": pairs.ours, "theirs": pairs.theirs, "score": pairs.similarities})
    ours = _chosen(prompts, near["place"])
    theirs = _chosen(benchmarks, near["theirs"])
    found = (
        near.join(ours, on="place")
        .join(theirs, left_on="theirs", right_on="place", suffix="_theirs")
        .filter(
            pl.col("numbers") == pl.col("numbers_theirs"),
            pl.col("language") != pl.col("language_theirs"),
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
    columns = Contaminations.columns()
    cast = found.with_columns(pl.col(name).cast(columns[name].dtype) for name in ("part", "kind"))
    unknown = cast.join(known, on=KEYS, how="anti", maintain_order="left")
    return unknown.select(list(columns))


def _chosen(frames: Iterable[pl.DataFrame], places: pl.Series) -> pl.DataFrame:
    """Return some rows of a table, with their places in it, their languages and their numbers."""
    empty = Prompts.create_empty().select(pl.lit(0, pl.Int64).alias("place"), *COLUMNS).clear()
    rows = pl.concat([empty, *_parts(frames, places.unique().implode())])
    texts = asked_texts(rows)
    stated = zip(rows["language"], texts, strict=True)
    languages = [language or identify_language(text) for language, text in stated]
    whole = pl.struct(start=pl.lit(0, pl.Int32), end=texts.str.len_chars().cast(pl.Int32))
    return rows.select(
        *("place", "source", "upstream_row", "prompt_id"),
        language=pl.Series(languages, dtype=pl.String),
        numbers=pl.Series([" ".join(numbers(text)) for text in texts], dtype=pl.String),
        span=pl.concat_list(whole),
    )


def _parts(frames: Iterable[pl.DataFrame], places: pl.Series) -> Iterator[pl.DataFrame]:
    start = 0
    for frame in frames:
        own = pl.int_range(start, start + frame.height, dtype=pl.Int64, eager=True)
        numbered = frame.select(own.alias("place"), *COLUMNS)
        yield numbered.filter(pl.col("place").is_in(places))
        start += frame.height
