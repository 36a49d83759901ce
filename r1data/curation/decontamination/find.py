"""Finding contamination: the texts of a frame that repeat some of a benchmark's."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import polars as pl

from r1data.curation.decontamination.candidates import Candidate, candidates
from r1data.curation.decontamination.compare import Comparison, Match, Text
from r1data.curation.decontamination.index import Index
from r1data.curation.decontamination.kinds import KINDS
from r1data.curation.decontamination.readings import read

RANKS = {kind: rank for rank, kind in enumerate(KINDS)}
SPANS = pl.List(pl.Struct({"start": pl.Int32, "end": pl.Int32}))
FOUND: dict[str, Any] = {
    "row": pl.Int64,
    "benchmark": pl.String,
    "benchmark_row": pl.String,
    "part": pl.String,
    "kind": pl.String,
    "score": pl.Float64,
    "spans": SPANS,
    "benchmark_spans": SPANS,
}
"""The columns of what is found."""


def find_contamination(texts: pl.Series, index: Index) -> pl.DataFrame:
    """Return a row of `FOUND` for each pair of a text and a benchmark's row that it repeats.

    Of a row's question and solution, and of its kinds, the gravest counts. Texts that are null
    repeat nothing. `Decontamination.drops` says which of the rows found drop a text.

    Args:
        texts: The texts, of which `row` is the position.
        index: The benchmarks, weighed by a sample of the texts where there are many.
    """
    matches = pl.DataFrame(list(_found(texts, index)), schema=_MATCH, orient="row")
    return (
        matches.join(index.labels, on="entry", how="inner", maintain_order="left")
        .with_columns(rank=pl.col("kind").replace_strict(RANKS, return_dtype=pl.Int8))
        .sort("row", "rank", "score", "entry", descending=[False, False, True, False])
        .unique(["row", "benchmark", "benchmark_row"], keep="first", maintain_order=True)
        .select(list(FOUND))
    )


_MATCH: dict[str, Any] = {"row": pl.Int64, "entry": pl.Int64} | {
    name: FOUND[name] for name in ("kind", "score", "spans", "benchmark_spans")
}


def _found(texts: pl.Series, index: Index) -> Iterator[Sequence[Any]]:
    comparison = Comparison(index.rarities)
    questions = set(index.labels.filter(part="question")["entry"])
    for row, ours in groupby(candidates(texts, index), attrgetter("row")):
        text = Text(texts[row], read(texts[row]))
        for candidate in ours:
            match = _compared(comparison, index, text, candidate, questions)
            if match is not None:
                yield row, candidate.entry, match.kind, match.score, *_span_columns(match)


def _compared(
    comparison: Comparison, index: Index, text: Text, candidate: Candidate, questions: set[int]
) -> Match | None:
    entry = candidate.entry
    other = Text(index.entries[entry], index.readings[entry])
    return comparison.compare(text, other, is_question=entry in questions)


def _span_columns(match: Match) -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    ours = [{"start": start, "end": end} for start, end, _, _ in match.spans]
    theirs = [{"start": start, "end": end} for _, _, start, end in match.spans]
    return ours, theirs
