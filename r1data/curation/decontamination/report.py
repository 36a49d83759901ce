"""The report on contamination: counts by benchmark, source and kind, and pairs side by side."""

from collections.abc import Callable, Iterable
from html import escape

import polars as pl

from r1data.curation.decontamination.kinds import KINDS

Text = Callable[[dict[str, object]], str]
"""Returns the text of a row of `Contaminations`: its own, or the benchmark's."""

CASES = 5
"""Pairs that are shown of each benchmark, source and kind: those with the highest score."""
MAX_CHARS = 4_000
"""Of a text, around what it shares."""
STYLE = (
    "body{font:15px/1.5 sans-serif;margin:2em auto;max-width:80em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.4em;"
    "text-align:left;vertical-align:top;width:50%;overflow-wrap:anywhere}"
    ".counts td,.counts th{width:auto}pre{white-space:pre-wrap;margin:0;font:inherit}"
    "mark{background:#ffe08a}"
)


def count_contaminations(contaminations: pl.DataFrame) -> pl.DataFrame:
    """Return `rows` that repeat a benchmark, by `source`, `benchmark` and `kind`."""
    return (
        contaminations.group_by("source", "benchmark", "kind")
        .agg(rows=pl.col("row").n_unique())
        .sort("source", "benchmark", pl.col("kind").to_physical())
    )


def worst_cases(contaminations: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that the report shows: of each benchmark, source and kind a few."""
    groups = ["source", "benchmark", "kind"]
    order = [pl.col("kind").to_physical(), "source", "benchmark", "score", "row", "benchmark_row"]
    ranked = contaminations.sort(order, descending=[False, False, False, True, False, False])
    return ranked.group_by(groups, maintain_order=True).head(CASES).select(contaminations.columns)


def report_page(contaminations: pl.DataFrame, text: Text, benchmark_text: Text) -> str:
    """Return the report as one HTML page that loads nothing; all texts are escaped.

    Args:
        contaminations: Rows of `Contaminations`.
        text: Returns the text of a pair.
        benchmark_text: Returns the benchmark's.
    """
    shown = worst_cases(contaminations)
    counts = count_contaminations(contaminations)
    cases = "".join(
        _case(row, text(row), benchmark_text(row)) for row in shown.iter_rows(named=True)
    )
    kinds = "".join(f"<li><b>{kind}</b>: {escape(said)}</li>" for kind, said in KINDS.items())
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Contamination</title>"
        f"<style>{STYLE}</style><h1>Contamination</h1><ul>{kinds}</ul>{_counts(counts)}"
        f"<p>At most {CASES} pairs of each benchmark, source and kind follow, the gravest kind and "
        f"the highest score first; what both texts share is marked.</p>{cases}</html>\n"
    )


def _counts(counts: pl.DataFrame) -> str:
    heads = "".join(f"<th>{name}</th>" for name in counts.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>"
        for row in counts.iter_rows()
    )
    return f"<table class=counts><tr>{heads}</tr>{rows}</table>"


def _case(row: dict[str, object], text: str, other: str) -> str:
    title = f"{row['kind']}, {row['score']:.2f}: {row['row']} and {row['benchmark']}/"
    title += f"{row['benchmark_row']} ({row['part']})"
    ours, theirs = _marked(text, row["spans"]), _marked(other, row["benchmark_spans"])
    return (
        f"<h3>{escape(title)}</h3><table><tr><td><pre>{ours}</pre></td>"
        f"<td><pre>{theirs}</pre></td></tr></table>"
    )


def _marked(text: str, spans: object) -> str:
    """Return a text, escaped, with its spans marked; a long one is cut around them."""
    places = [(span["start"], span["end"]) for span in _spans(spans)]
    first = max(0, places[0][0] - MAX_CHARS // 4) if places and len(text) > MAX_CHARS else 0
    last, shown, at = min(len(text), first + MAX_CHARS), ["…" if first else ""], first
    for start, end in places:
        if at <= start < last:
            shown += [
                escape(text[at:start]),
                f"<mark>{escape(text[start : min(end, last)])}</mark>",
            ]
            at = min(end, last)
    return "".join([*shown, escape(text[at:last]), "…" if last < len(text) else ""])


def _spans(spans: object) -> list[dict[str, int]]:
    return list(spans) if isinstance(spans, Iterable) else []
