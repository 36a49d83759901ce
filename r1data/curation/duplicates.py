"""Duplicates: prompts that stand twice, repeat a benchmark, or contradict one another.

Rows are marked, never removed. Near duplicates and shared n-grams are not looked for here.
"""

import re

import dataframely as dy
import polars as pl

from r1data.tables import Prompts
from r1data.text import fold

TOKENS = re.compile(r"\.?\d+(?:\.\d+)*|[^\W\d_]+|[^\w\s.,;:?\"“”`$]|_")
DRESSING = re.compile(r"\\left(?![a-z])|\\right(?![a-z])|\\[!,; ]|[\s$]|(?<=\\)[dt](?=frac)")

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

IS_OPEN = pl.col("drop_reason").is_null()
LABEL = pl.format("{}/{}", "source", "upstream_row")


def mark_duplicates(
    prompts: pl.DataFrame, benchmark_prompts: pl.DataFrame
) -> dy.DataFrame[Prompts]:
    """Mark the prompts that must not be asked; the same rows come back, in the same order.

    Only rows without a drop reason get one, the first that holds: `contaminated`, where a
    benchmark has the same problem, be it with other capitals or punctuation; `conflicting_gold`,
    where rows of one prompt disagree on the gold answer, so that none can be trusted;
    `duplicate`, for all but the first of a prompt's rows.
    """
    contaminated = _mark_contaminated(prompts, benchmark_prompts)
    marked = _mark_repeated(_mark_conflicting(contaminated))
    return Prompts.validate(marked.select(Prompts.column_names()), cast=True)


def spelling(problem: str) -> str:
    r"""Return what is left of a problem without capitals, white space and punctuation.

    Signs that carry mathematics stay: `arcsin(-1)` is not `arcsin 1`.

    >>> spelling("What is $88 \\div (4 / 2)$?") == spelling("what is 88 \\div(4/2)")
    True
    >>> spelling("Is 1.5 < 2?") == spelling("Is 15 > 2?")
    False
    """
    return " ".join(TOKENS.findall(fold(problem).casefold().replace(APOSTROPHE, "'")))


def answer_spelling(gold_answer: str) -> str:
    r"""Return what is left of a gold answer without LaTeX's ways to dress it.

    It is a comparison of texts: 0.5 and 1/2 differ.

    >>> answer_spelling(r"{\left( 3, \dfrac12 \right)}.") == answer_spelling(r"$(3,\frac12)$")
    True
    """
    text = DRESSING.sub("", fold(gold_answer)).removesuffix(".").casefold()
    is_braced = re.fullmatch(r"\{[^{}]*\}", text) is not None
    return text[1:-1] if is_braced else text


def _mark_contaminated(prompts: pl.DataFrame, benchmark_prompts: pl.DataFrame) -> pl.DataFrame:
    benchmarks = _with_spelling(benchmark_prompts).drop_nulls("spelling").with_columns(label=LABEL)
    marked = _with_spelling(prompts)
    for key in ("prompt_id", "spelling"):
        labels = benchmarks.unique(key, keep="first", maintain_order=True).select(key, "label")
        marked = (
            marked.join(labels, on=key, how="left", maintain_order="left")
            .with_columns(pl.coalesce("contaminated_by", "label"))
            .drop("label")
        )
    return marked.with_columns(_reason("contaminated", pl.col("contaminated_by").is_not_null()))


def _mark_conflicting(prompts: pl.DataFrame) -> pl.DataFrame:
    golds = prompts.filter(IS_OPEN, pl.col("gold_answer").is_not_null()).filter(
        pl.col("prompt_id").is_duplicated()
    )
    spellings = [answer_spelling(gold) for gold in golds["gold_answer"]]
    conflicts = (
        golds.with_columns(spelling=pl.Series(spellings, dtype=pl.String))
        .group_by("prompt_id")
        .agg(
            golds=pl.col("gold_answer").unique(maintain_order=True),
            is_conflict=pl.n_unique("spelling") > 1,
        )
        .filter("is_conflict")
    )
    is_conflict = pl.col("golds").is_not_null()
    return prompts.join(conflicts, on="prompt_id", how="left", maintain_order="left").with_columns(
        _reason("conflicting_gold", is_conflict),
        conflicting_gold=pl.when(IS_OPEN & is_conflict).then("golds").otherwise("conflicting_gold"),
    )


def _mark_repeated(prompts: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("position").filter(IS_OPEN).first().over("prompt_id")
    is_repeat = IS_OPEN & (pl.col("position") != first)
    kept = LABEL.filter(IS_OPEN).first().over("prompt_id")
    return prompts.with_row_index("position").with_columns(
        _reason("duplicate", is_repeat),
        duplicate_of=pl.when(is_repeat).then(kept).otherwise("duplicate_of"),
    )


def _reason(reason: str, holds: pl.Expr) -> pl.Expr:
    """The drop reason, with one more for the rows that have none."""
    return (
        pl.when(IS_OPEN & holds).then(pl.lit(reason)).otherwise("drop_reason").alias("drop_reason")
    )


def _with_spelling(prompts: pl.DataFrame) -> pl.DataFrame:
    """Add the spelling of problem and choices; null where nothing is left."""
    asked = prompts.select(
        pl.concat_str("problem", pl.col("choices").list.join(" "), separator=" ", ignore_nulls=True)
    ).to_series()
    spellings = pl.Series([spelling(text) or None for text in asked], dtype=pl.String)
    return prompts.with_columns(spelling=spellings)
