"""Contaminations: texts that repeat one of a benchmark's."""

import dataframely as dy
import polars as pl

KINDS_OF_CONTAMINATION = (
    *("verbatim", "formatted", "embedded", "reworded", "translated", "numbers_changed"),
)
"""How a text can repeat a benchmark's, the gravest first."""
PARTS_OF_BENCHMARKS = ("question", "solution")
SPAN = dy.Struct({"start": dy.Int32(), "end": dy.Int32()})


class Contaminations(dy.Schema):
    """One row per pair of a text and a benchmark's row that it repeats, before any decision."""

    row = dy.String(
        primary_key=True,
        description="`source/upstream_row` of a prompt, or the `rollout_id` of a rollout.",
    )
    benchmark = dy.String(primary_key=True, description="Name of the benchmark in the recipe.")
    benchmark_row = dy.String(
        primary_key=True, description="Its `upstream_row` in the table of benchmark problems."
    )
    source = dy.String(description="The source of the prompt, or the policy of the rollout.")
    prompt_id = dy.String(description="The prompt, or the one that the rollout answers.")
    rollout_id = dy.String(nullable=True, description="The rollout; null if it is a prompt.")
    part = dy.Enum(
        PARTS_OF_BENCHMARKS, description="What of the benchmark's row: question or solution."
    )
    kind = dy.Enum(
        KINDS_OF_CONTAMINATION,
        description="How: `verbatim`, `formatted`, `embedded`, `reworded`, `translated`, "
        "`numbers_changed`; of several, the first.",
    )
    score = dy.Float64(
        min=0.0,
        max=1.0,
        description="Of what both texts say, weighed by the rarity of its words, the share that "
        "both say; for `translated`, the cosine of their vectors.",
    )
    spans = dy.List(
        SPAN, description="Where it stands in the text: code points of problem and choices."
    )
    benchmark_spans = dy.List(
        SPAN, description="Where that stands in the benchmark's text, span by span."
    )

    @dy.rule()
    def spans_go_in_pairs(cls) -> pl.Expr:
        """To each span of the text belongs one of the benchmark's."""
        return pl.col("spans").list.len() == pl.col("benchmark_spans").list.len()
